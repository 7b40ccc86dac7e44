package machine

import (
	"fmt"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// defaultPriority is neither urgent nor idle; 1 is the most urgent.
const defaultPriority = 3

// openHandoff gives the conversation to the agents; outside their hours `agent.unavailable` is raised first.
func (s *step) openHandoff(t *thread, h *graph.Handoff) graph.StateIndex {
	hand := Handoff{ID: t.id(), Queue: h.Queue, Priority: defaultPriority, Recommend: s.render(h.Recommend), Reason: t.Reason, Opened: s.now}
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
	if h.Hours != nil && hand.Due.IsZero() && !h.Hours.Open(s.now) {
		if next, handled := s.raise(t, "agent.unavailable"); handled && next != graph.NoState {
			return next
		}
		hand.Due = h.Hours.Next(s.now)
	}
	t.Handoff, t.Reason = &hand, ""
	s.drop("conversation")
	s.effect(Effect{ID: hand.ID, Handoff: &HandoffChange{Conversation: t.ID, Handoff: hand}})
	s.arm(t)
	return graph.NoState
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
	s.drop("conversation")
	s.effect(Effect{ID: t.id(), Handoff: &HandoffChange{Conversation: t.ID, Closed: true, How: how, Handoff: h}})
}

// agentActed handles what an agent did. Whoever replies, returns or resolves has joined.
func (s *step) agentActed(a *AgentAct) {
	root := s.thread(a.Conversation)
	if root == nil {
		return
	}
	t := root.root().innermost()
	if t.Handoff == nil {
		return
	}
	s.out.Handled = true
	s.on(t)
	s.joined(t, a)
	if t.Handoff == nil {
		return
	}
	switch a.Act {
	case Write:
		s.sayAgent(t, a.By, a.Text)
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
	s.effect(Effect{ID: t.id(), Handoff: &HandoffChange{Conversation: t.ID, Handoff: *t.Handoff}})
	s.agentEvent(t, "agent.joined", a)
}

func (s *step) agentEvent(t *thread, event string, a *AgentAct) {
	h := Happening{ID: s.in.Event.ID, Type: event, Time: s.now, Data: map[string]any{"by": a.By}}
	s.handling(&h)
	if next, ok := s.raise(t, event); ok {
		s.run(t, next)
	}
}

// sayAgent sends an agent's message on the channel in use: an answer where the customer's last message had none yet.
func (s *step) sayAgent(t *thread, by, text string) {
	d := draft{by: ByAgent, agent: by, text: text, order: s.order(t, nil), held: Held{What: HeldAgent, Agent: by, Text: text}}
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
