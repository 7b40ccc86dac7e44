package simulate

import (
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
)

// Coverage is what was reached, by the version of the journey: states entered, rules taken, guards that held and that did not.
type Coverage map[graph.Hash]*Reached

// Reached are the parts of one journey that were reached.
type Reached struct {
	Journey *graph.Journey
	States  map[graph.StateIndex]bool
	Rules   map[string]bool
	True    map[string]bool // guards, by the rule's id
	False   map[string]bool
}

func newReached(g *graph.Journey) *Reached {
	return &Reached{Journey: g, States: map[graph.StateIndex]bool{}, Rules: map[string]bool{}, True: map[string]bool{}, False: map[string]bool{}}
}

func cover(log []runtime.Happened, find func(graph.Hash) *graph.Journey) Coverage {
	c := Coverage{}
	versions := map[string]graph.Hash{}
	for _, h := range log {
		for _, conversation := range h.Conversations {
			versions[conversation.ID] = conversation.Version
		}
		for i := range h.Entry.Trace {
			t := &h.Entry.Trace[i]
			if hash, ok := versions[t.Conversation]; ok {
				c.at(hash, find).note(t)
			}
		}
	}
	return c
}

func (c Coverage) at(hash graph.Hash, find func(graph.Hash) *graph.Journey) *Reached {
	r := c[hash]
	if r == nil {
		r = newReached(find(hash))
		c[hash] = r
	}
	return r
}

func (r *Reached) note(t *machine.Trace) {
	switch t.Kind {
	case machine.Entered:
		r.States[t.State] = true
	case machine.Took, machine.Escalated:
		r.Rules[t.Rule] = true
	case machine.Looked:
		if t.Holds {
			r.True[t.Rule] = true
		} else {
			r.False[t.Rule] = true
		}
	}
}

// Add takes in what another run reached.
func (c Coverage) Add(other Coverage) {
	for hash, o := range other {
		r := c.at(hash, func(graph.Hash) *graph.Journey { return o.Journey })
		for s := range o.States {
			r.States[s] = true
		}
		for _, pair := range [][2]map[string]bool{{r.Rules, o.Rules}, {r.True, o.True}, {r.False, o.False}} {
			for k := range pair[1] {
				pair[0][k] = true
			}
		}
	}
}
