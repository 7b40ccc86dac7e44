package machine

import (
	"fmt"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/schedule"
)

// defaultPriority is neither urgent nor idle; 1 is the most urgent.
const defaultPriority = 3

// openHandoff gives the conversation to the agents; outside their hours `agent.unavailable` is raised first.
func (s *step) openHandoff(t *thread, h *graph.Handoff) graph.StateIndex {
	hand := Handoff{ID: t.id(), Queue: h.Queue, Priority: defaultPriority, Recommend: s.render(h.Recommend), Reason: t.Reason, Opened: s.now}
	if hand.Reason == "" {
		hand.Reason = s.cause(t)
	}
	hand.Skills = s.skills(h)
	if h.Priority != nil {
		v, _ := s.eval(h.Priority)
		if n, ok := expression.Float(v); ok {
			hand.Priority = int(n)
		}
	}
	if h.Callback != nil {
		v, _ := s.eval(h.Callback)
		if at, ok := s.moment(v); ok && at.After(s.now) {
			hand.Due = at
		}
	}
	if hours := s.hours(h); hours != nil && hand.Due.IsZero() && !hours.Open(s.now) {
		if next, handled := s.raise(t, "agent.unavailable"); handled && next != graph.NoState {
			t.Reason = hand.Reason
			return next
		}
		hand.Due = hours.Next(s.now)
	}
	t.Handoff, t.Reason = &hand, ""
	s.drop("conversation")
	s.effect(Effect{ID: hand.ID, Handoff: &HandoffChange{Conversation: t.ID, Handoff: hand}})
	s.arm(t)
	return graph.NoState
}

// hours are the handoff's own, else its queue's.
func (s *step) hours(h *graph.Handoff) *schedule.Hours {
	if h.Hours == nil && s.in.Hours != nil {
		return s.in.Hours(h.Queue)
	}
	return h.Hours
}

func (s *step) skills(h *graph.Handoff) []string {
	var skills []string
	add := func(v any) {
		if text := strings.TrimSpace(fmt.Sprint(v)); v != nil && text != "" {
			skills = append(skills, text)
		}
	}
	for _, e := range h.Skills {
		v, _ := s.eval(e)
		add(v)
	}
	if h.SkillList != nil {
		v, _ := s.eval(h.SkillList)
		list, isList := v.([]any)
		if !isList {
			add(v)
		}
		for _, e := range list {
			add(e)
		}
	}
	return skills
}

func (s *step) closeHandoff(t *thread, how string) {
	h := *t.Handoff
	t.Handoff = nil
	if s.in.Event.Timer != nil {
		t.Reason = h.Reason // the wait was too long, and what it is about is as it was
	}
	s.drop("conversation")
	s.effect(Effect{ID: t.id(), Handoff: &HandoffChange{Conversation: t.ID, Closed: true, How: how, Handoff: h}})
}

// agentActed handles what an agent did. Whoever replies, returns or resolves has joined.
func (s *step) agentActed(a *AgentAct) {
	if a.Conversation == "" {
		s.sawTo(a)
		return
	}
	root := s.thread(a.Conversation)
	if root == nil {
		return
	}
	t := root.root().innermost()
	if t.Handoff == nil {
		return
	}
	s.on(t)
	if s.refused(a, t.Handoff) {
		return
	}
	s.out.Handled = true
	switch a.Act {
	case Note:
		return
	case Transfer, Release, Withdraw:
		s.passOn(t, a)
		return
	case TakeOver:
		if t.Handoff.Joined {
			t.Handoff.By = a.By
			s.handoffChanged(t)
			return
		}
	}
	s.joined(t, a)
	if t.Handoff == nil {
		return
	}
	switch a.Act {
	case Write:
		s.sayAgent(t, a.By, a.Text, a.Urgent)
	case Return, Resolve:
		for name, v := range a.Data {
			s.put(name, v)
		}
		event := "agent.returned"
		if a.Act == Resolve {
			event = "agent.resolved"
		}
		s.agentEvent(t, event, a)
	}
}

// joined raises `agent.joined` at an agent's first act. The state's timers were for the wait, which is over.
func (s *step) joined(t *thread, a *AgentAct) {
	if t.Handoff.Joined {
		return
	}
	t.Handoff.Joined, t.Handoff.By = true, a.By
	for i := len(t.Timers) - 1; i >= 0; i-- {
		if id := t.Timers[i].ID; strings.HasPrefix(id, stateTimer) || id == heldTimer {
			t.stopTimer(id)
		}
	}
	t.Held = nil
	s.handoffChanged(t)
	s.agentEvent(t, "agent.joined", a)
}

// refused tells that another agent has the conversation, or has taken it up, where that matters.
func (s *step) refused(a *AgentAct, h *Handoff) bool {
	if a.Act == Withdraw && h.Joined {
		s.out.Has = h.By
		return true
	}
	if !a.Sole || a.Act == Note || a.Act == TakeOver || h.By == "" || h.By == a.By {
		return false
	}
	s.out.Has = h.By
	s.trace(Trace{Kind: Skipped, Detail: string(a.Act) + ": " + h.By + " has it"})
	return true
}

// passOn gives the conversation to a queue or an agent, where it waits again: with it the state's timers.
func (s *step) passOn(t *thread, a *AgentAct) {
	t.Handoff.passOn(a)
	t.Armed = false
	s.handoffChanged(t)
	s.arm(t)
}

func (h *Handoff) passOn(a *AgentAct) {
	h.Joined, h.By, h.Due = false, a.To, time.Time{}
	if a.Queue != "" {
		h.Queue = a.Queue
	}
}

func (s *step) handoffChanged(t *thread) {
	s.drop("conversation")
	s.effect(Effect{ID: t.id(), Handoff: &HandoffChange{Conversation: t.ID, Handoff: *t.Handoff}})
}

func (s *step) agentEvent(t *thread, event string, a *AgentAct) {
	h := Happening{ID: s.in.Event.ID, Type: event, Time: s.now, Data: map[string]any{"by": a.By}}
	s.handling(&h)
	if next, ok := s.raise(t, event); ok {
		s.run(t, next)
	}
}

// sayAgent sends an agent's message on the channel in use: an answer where the customer's last message had none yet.
func (s *step) sayAgent(t *thread, by, text string, urgent bool) {
	d := draft{by: ByAgent, agent: by, text: text, urgent: urgent, order: s.order(t, nil), held: Held{What: HeldAgent, Agent: by, Text: text}}
	if t.Unanswered {
		d.answering = t.Reply.Channel
	}
	if s.send(t, &d) != sent {
		return
	}
	for r := t; r != nil; r = r.parent {
		r.Unanswered = false
	}
}
