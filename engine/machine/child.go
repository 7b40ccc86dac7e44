package machine

import (
	"strconv"

	"journey/engine/graph"
)

// runChild starts a conversation of another journey for the same contact; this one waits in its state.
func (s *step) runChild(t *thread, r *graph.RunState) graph.StateIndex {
	g := s.pinned(t.graph, r.Journey)
	if g == nil {
		return s.fallback(t, "no journey "+r.Journey)
	}
	with := s.values(r.With)
	s.arm(t)
	t.Counter++
	c := &Conversation{ID: t.ID + "-" + strconv.Itoa(int(t.Counter)), Contact: t.Contact, Journey: g.ID, Version: g.Hash, Key: t.Key,
		Parent: t.ID, State: g.Initial, Trigger: t.Trigger, Started: s.now, Entered: s.now, Visits: make([]uint32, len(g.States)),
		Channel: t.root().Channel, Pinned: t.root().Pinned, Heard: t.Heard, Turns: t.Turns, Reply: t.Reply, Sentiment: t.Sentiment, Intent: t.Intent, Confidence: t.Confidence,
		Moods: t.Moods, Verified: t.Verified}
	child := s.add(thread{Conversation: c, graph: g, parent: t})
	t.child, t.Child = child, c.ID
	s.on(child)
	s.trace(Trace{Kind: Started, Detail: g.ID})
	for i := range g.Data {
		if d := &g.Data[i]; d.Default != nil {
			s.put(d.Name, d.Default)
		}
	}
	for name, v := range with {
		s.put(name, v)
	}
	for i := range g.After {
		c.setTimer(journeyTimer+strconv.Itoa(i), s.now.Add(g.After[i].After))
	}
	s.run(child, g.Initial)
	s.on(t)
	return graph.NoState
}

// pinned is the version of a journey that another one runs.
func (s *step) pinned(g *graph.Journey, id string) *graph.Journey {
	for _, r := range g.Runs {
		if r.Journey == id {
			return s.in.Graph(r.Hash)
		}
	}
	return nil
}

// childEnded goes on where a conversation that was run has ended: by its outcome, else `to`.
func (s *step) childEnded(t, child *thread) {
	t.child, t.Child = nil, ""
	if !t.Open() {
		return
	}
	s.on(t)
	st := t.state()
	if st.Run == nil {
		return
	}
	t.RunOutcome, t.Result = child.Outcome, anyMap(child.EndData)
	s.forget()
	if into := st.Run.Into; into != "" && len(child.EndData) > 0 {
		s.put(into, anyMap(child.EndData))
	}
	s.trace(Trace{Kind: Raised, Detail: child.Outcome})
	next, ok := s.choose(t, handler(st.On, child.Outcome))
	if !ok {
		next, ok = s.choose(t, st.To)
	}
	if !ok {
		next = s.fallback(t, "outcome "+child.Outcome)
	}
	s.run(t, next)
}

func anyMap(m map[string]any) any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
