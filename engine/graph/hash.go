package graph

import (
	"sync"

	"journey/engine/wire"
)

// Seal finishes a compiled journey: it puts what has no order of its own in order, so that no key's place in a file matters,
// computes Hash, and makes State fast. The hashes in Runs must be there before. From then on the journey is not changed.
//
// States are sorted by name, so that a StateIndex means the same in every copy of a version; their Spans tell the order written.
// The order of `set` is kept, as each value sees those before it.
func (j *Journey) Seal() {
	j.sortStates()
	c := sealers.Get().(*coder)
	c.journey(j)
	j.Hash = hashOf(c.content.Bytes)
	c.content.Bytes, c.notes.Bytes, c.files = c.content.Bytes[:0], c.notes.Bytes[:0], c.files[:0]
	sealers.Put(c)
	j.makeIndex()
}

// sealers keeps buffers for the next journey that is sealed.
var sealers = sync.Pool{New: func() any {
	return &coder{content: &wire.Stream{Writing: true}, notes: &wire.Stream{Writing: true}}
}}

func (j *Journey) makeIndex() {
	j.index = make(map[string]StateIndex, len(j.States))
	for i := range j.States {
		j.index[j.States[i].Name] = StateIndex(i)
	}
}

// sortStates sorts the states and follows every place that points to one.
func (j *Journey) sortStates() {
	written := make([]string, len(j.States))
	for i := range j.States {
		written[i] = j.States[i].Name
	}
	sortBy(j.States, (*State).key)
	j.makeIndex()
	j.eachTarget(func(to *StateIndex) {
		if *to >= 0 && int(*to) < len(written) {
			*to = j.index[written[*to]]
		}
	})
}

// eachTarget calls visit with every StateIndex of the journey.
func (j *Journey) eachTarget(visit func(*StateIndex)) {
	visit(&j.Initial)
	visit(&j.Fallback)
	for i := range j.Escalations {
		visit(&j.Escalations[i].To)
	}
	j.EachRule(func(r *Rule, _ StateIndex) { visit(&r.To) })
}
