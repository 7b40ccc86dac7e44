package machine

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"journey/engine/graph"
)

// startAll starts every journey that has an entry on a business event.
func (s *step) startAll(h *Happening) {
	for _, g := range s.in.Live {
		for i := range g.Entries {
			e := &g.Entries[i]
			if e.Event != h.Type {
				continue
			}
			t := s.candidate(g, e, *h)
			if s.matches(t, e) && s.mayStart(t, e) {
				s.enterFirst(s.start(t, true))
				s.handling(h)
				break
			}
		}
	}
}

// candidate is a conversation that an entry would start; it counts only once begun.
func (s *step) candidate(g *graph.Journey, e *graph.Entry, trigger Happening) *thread {
	c := &Conversation{ID: s.in.NewID + "." + strconv.Itoa(len(s.threads)), Contact: s.contact.ID, Journey: g.ID, Version: g.Hash,
		State: g.Initial, Trigger: trigger, Started: s.now, Entered: s.now, KeyField: e.KeyField, Visits: make([]uint32, len(g.States))}
	return &thread{Conversation: c, graph: g}
}

func (s *step) matches(t *thread, e *graph.Entry) bool {
	old := s.current
	s.on(t)
	s.handling(&t.Trigger)
	ok := true
	if e.When != nil {
		v, _ := s.eval(e.When)
		ok, _ = v.(bool)
	}
	if ok && e.Key != nil {
		v, _ := s.eval(e.Key)
		t.Key = fmt.Sprint(v)
	}
	if !ok {
		s.current = old
		s.forget()
	}
	return ok
}

// mayStart holds an entry against the open conversation of the same key, and `again` against the last one that ended.
func (s *step) mayStart(t *thread, e *graph.Entry) bool {
	for _, o := range s.threads {
		if o.Open() && o.parent == nil && o.Journey == t.Journey && o.Key == t.Key {
			return false
		}
	}
	for _, f := range s.contact.Finished {
		if f.Journey == t.Journey && f.Key == t.Key && (e.Again.Never || s.now.Sub(f.At) < e.Again.After) {
			return false
		}
	}
	return true
}

// asksAgain reports whether an entry's `again` will ask when this conversation ended.
func (t *thread) asksAgain() bool {
	return slices.ContainsFunc(t.graph.Entries, func(e graph.Entry) bool { return e.Again.Never || e.Again.After > 0 })
}

func (s *step) remember(t *thread) {
	keep := s.contact.Finished[:0:0]
	for _, f := range s.contact.Finished {
		if f.Journey != t.Journey || f.Key != t.Key {
			keep = append(keep, f)
		}
	}
	s.contact.Finished = append(keep, Finished{Journey: t.Journey, Key: t.Key, At: s.now})
}

// start starts a candidate and gives the thread that it is from then on. A contact in the holdout that enters by a business event gets a conversation that ends at once.
func (s *step) start(candidate *thread, business bool) *thread {
	t := s.add(*candidate)
	s.out.Handled = true
	s.on(t)
	s.trace(Trace{Kind: Started, Detail: t.Journey})
	for i := range t.graph.Data {
		if d := &t.graph.Data[i]; d.Default != nil {
			s.put(d.Name, d.Default)
		}
	}
	if business && s.heldOut(t.graph) {
		s.finishThread(t, "holdout", nil)
		return t
	}
	s.cohorts(t)
	for i := range t.graph.After {
		t.setTimer(journeyTimer+strconv.Itoa(i), s.now.Add(t.graph.After[i].After))
	}
	return t
}

// enterFirst enters the first state, where nothing else decided where to begin.
func (s *step) enterFirst(t *thread) {
	if t.Open() {
		s.run(t, t.graph.Initial)
	}
}

func (s *step) cohorts(t *thread) {
	if len(t.graph.Cohorts) > 0 {
		t.Cohorts = s.values(t.graph.Cohorts)
	}
}

func (s *step) heldOut(g *graph.Journey) bool {
	switch {
	case s.in.Settings.Holdout:
		return g.Objective.Holdout > 0
	case s.in.Settings.NoHoldout:
		return false
	}
	return share("holdout", g.ID, s.contact.ID) < g.Objective.Holdout
}

// share hashes names to a number from 0 up to 1 that is the same for ever.
func share(names ...string) float64 {
	h := fnv.New64a()
	for _, n := range names {
		h.Write([]byte(n))
		h.Write([]byte{0})
	}
	// FNV's high bits are weak for short names: mix them as in splitmix64.
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}
