package machine

import (
	"strconv"

	"journey/engine/graph"
)

// call asks a service; the conversation waits for the answer.
func (s *step) call(t *thread, c *graph.Call) graph.StateIndex {
	id := t.id()
	t.Call = &Call{ID: id, Answering: s.answering, Asked: s.question()}
	s.effect(Effect{ID: id, Request: &Request{ID: id, Conversation: t.ID, Operation: c.Operation, Args: s.values(c.With)}})
	s.arm(t)
	return graph.NoState
}

// callDone goes on with a service's answer, which still answers the message that led to the call.
func (s *step) callDone(d *CallDone) {
	t := s.thread(d.Conversation)
	if t == nil || t.Call == nil || t.Call.ID != d.ID {
		return
	}
	s.out.Handled = true
	s.on(t)
	s.answering, s.customer, s.askedBefore = t.Call.Answering, t.Call.Answering != "", t.Call.Asked
	t.Call = nil
	if d.Failed {
		s.trace(Trace{Kind: Failed, Detail: d.Reason, Value: float64(d.Status)})
		s.callFailed(t, d)
		return
	}
	st := t.state()
	t.Result = anyMap(d.Value)
	s.drop("result")
	if st.Call.Into != "" {
		s.put(st.Call.Into, t.Result)
	}
	next, ok := s.choose(t, st.To)
	if !ok {
		return
	}
	s.run(t, next)
}

// callFailed raises the most exact of `failed.<status>`, `failed.timeout` and `failed`; its default is the fallback.
func (s *step) callFailed(t *thread, d *CallDone) {
	names := []string{"failed"}
	switch {
	case d.Timeout:
		names = []string{"failed.timeout", "failed"}
	case d.Status > 0:
		names = []string{"failed." + strconv.Itoa(d.Status), "failed"}
	}
	s.trace(Trace{Kind: Raised, Detail: names[0]})
	for _, name := range names {
		if next, ok := s.choose(t, handler(t.state().On, name)); ok {
			s.run(t, next)
			return
		}
	}
	s.run(t, s.fallback(t, "failed"))
}

// split takes an arm that is the same for a contact and experiment for ever.
func (s *step) split(t *thread, st *graph.State) graph.StateIndex {
	arm := s.armOf(st.Split)
	s.trace(Trace{Kind: Raised, Detail: arm})
	if next, ok := s.choose(t, handler(st.On, arm)); ok {
		return next
	}
	if next, ok := s.choose(t, st.To); ok {
		return next
	}
	return s.fallback(t, "arm "+arm)
}

// armOf picks a contact's arm of an experiment by weight.
func (s *step) armOf(sp *graph.Split) string {
	if arm, ok := s.in.Settings.Arms[sp.Experiment]; ok {
		return arm
	}
	if s.in.Settings.FirstArm {
		return sp.Arms[0].Name
	}
	total := 0
	for _, a := range sp.Arms {
		total += a.Weight
	}
	at := share("split", sp.Experiment, s.contact.ID) * float64(total)
	for _, a := range sp.Arms {
		if at -= float64(a.Weight); at < 0 {
			return a.Name
		}
	}
	return sp.Arms[len(sp.Arms)-1].Name
}
