package machine

import (
	"journey/engine/graph"
	"journey/engine/policy"
)

// run moves a conversation on until it waits or has ended; stay (graph.NoState) does nothing.
func (s *step) run(t *thread, next graph.StateIndex) {
	for next != graph.NoState && t.Open() {
		if s.transitions++; s.transitions > transitionLimit {
			if t.overrun {
				break
			}
			t.overrun = true
			s.on(t)
			s.trace(Trace{Kind: Fallback, Detail: "more than 1,000 transitions in one event"})
			next = t.graph.Fallback
		}
		s.leave(t)
		next = s.enter(t, next)
	}
	if !t.Open() && t.parent != nil && t.parent.child == t {
		s.childEnded(t.parent, t)
	}
}

// leave ends what belongs to a state: its timers, question, call, handoff, and the conversation that it runs.
func (s *step) leave(t *thread) {
	s.on(t)
	keep := t.Timers[:0:0]
	for _, timer := range t.Timers {
		if isJourneyTimer(timer.ID) {
			keep = append(keep, timer)
		}
	}
	t.Timers = keep
	t.Question, t.Clarifying, t.Call, t.Verification = nil, nil, nil, nil
	s.dropHeld(t)
	t.Armed = false
	if t.Handoff != nil {
		s.closeHandoff(t, "left")
	}
	if child := t.child; child != nil {
		t.child, t.Child = nil, ""
		if child.Open() {
			s.leave(child)
			s.finishThread(child, "cancelled", nil)
			s.on(t)
		}
	}
	t.quiet = false
}

// enter does what a state does and gives the state to go on to, graph.NoState where it waits.
func (s *step) enter(t *thread, i graph.StateIndex) graph.StateIndex {
	t.State = i
	t.Entered = s.now
	t.Visits[i]++
	t.Attempts = 0
	s.forget()
	st := t.state()
	s.trace(Trace{Kind: Entered, State: i})
	s.assign(st.Set)
	s.agree(st.Consent)
	return s.proceed(t, 0)
}

// proceed goes on with a state from its message number from: what follows a message waits until it has gone out.
func (s *step) proceed(t *thread, from int) graph.StateIndex {
	st := t.state()
	order := func() []policy.Channel { return s.order(t, st.Via) }
	switch v, next := s.sayFrom(t, st.Say, from, order, Held{What: HeldState}); v {
	case held:
		s.armMoments(t)
		if st.Handoff != nil {
			return s.openHandoff(t, st.Handoff)
		}
		return graph.NoState
	case blocked:
		return next
	}
	if st.Emit != nil {
		s.publish(t, st.Emit)
	}
	return s.verb(t, st)
}

func (s *step) verb(t *thread, st *graph.State) graph.StateIndex {
	switch {
	case st.Ask != nil:
		return s.ask(t, st)
	case st.Call != nil:
		return s.call(t, st.Call)
	case st.Handoff != nil:
		if t.Handoff == nil {
			return s.openHandoff(t, st.Handoff)
		}
		return graph.NoState
	case st.Split != nil:
		return s.split(t, st)
	case st.Verify != nil:
		return s.verify(t, st)
	case st.Run != nil:
		return s.runChild(t, st.Run)
	case st.End != nil:
		s.finishThread(t, st.End.Outcome, s.values(st.End.Data))
		return graph.NoState
	}
	if len(st.To) > 0 {
		if next, ok := s.choose(t, st.To); ok {
			return next
		}
	}
	s.arm(t)
	return graph.NoState
}

func (s *step) publish(t *thread, e *graph.Emit) {
	s.effect(Effect{ID: t.id(), Publish: &Publish{Conversation: t.ID, Type: e.Type, Data: s.values(e.Data)}})
}

// finishThread ends a conversation.
func (s *step) finishThread(t *thread, outcome string, data map[string]any) {
	s.on(t)
	t.Ended, t.Outcome, t.EndData = s.now, outcome, data
	t.Timers = nil
	s.dropHeld(t)
	s.trace(Trace{Kind: Ended, Detail: outcome})
	if o := &t.graph.Objective; outcome == o.Goal && !o.GoalIsEvent && t.Reached.IsZero() {
		t.Reached = s.now
	}
	if t.Parent == "" {
		s.watch(t)
		if t.asksAgain() {
			s.remember(t)
		}
	}
	s.drop("conversation")
}

// messageBlocked raises `message.blocked`; moved tells that the state is left.
func (s *step) messageBlocked(t *thread, d *draft) (next graph.StateIndex, moved bool) {
	data := map[string]any{"channel": string(d.reason.Channel), "state": t.state().Name, "reason": string(d.reason.Reason)}
	return s.undelivered(t, "message.blocked", data)
}

// undelivered raises message.blocked or message.failed. The default is the fallback, while the conversation is still in the state
// that sent the message; else, and in the fallback itself, it is only recorded.
func (s *step) undelivered(t *thread, event string, data map[string]any) (graph.StateIndex, bool) {
	if !t.Open() || t.overrun {
		return graph.NoState, false
	}
	old := s.event
	s.handling(&Happening{ID: s.in.Event.ID, Type: event, Time: s.now, Data: data})
	defer s.handling(old)
	next, handled := s.raise(t, event)
	if !handled {
		if t.State == t.graph.Fallback || t.state().Name != data["state"] {
			s.trace(Trace{Kind: Unhandled, Detail: event})
			return graph.NoState, false
		}
		s.trace(Trace{Kind: Fallback, Detail: event})
		next = t.graph.Fallback
	}
	return next, next != graph.NoState
}

// fallback is where a conversation goes when nothing else can be done; in the fallback itself it stays.
func (s *step) fallback(t *thread, why string) graph.StateIndex {
	if t.State == t.graph.Fallback {
		s.trace(Trace{Kind: Unhandled, Detail: why})
		return graph.NoState
	}
	s.trace(Trace{Kind: Fallback, Detail: why})
	return t.graph.Fallback
}
