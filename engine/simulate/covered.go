package simulate

import (
	"io"
	"slices"
	"strings"

	"journey/engine/graph"
)

// Covered is a journey's coverage in numbers, with the names of what was not reached.
type Covered struct {
	Journey     string `json:"journey"`
	States      Share  `json:"states"`
	Transitions Share  `json:"transitions"`
	Guards      Share  `json:"guards"` // each counts twice: once holding, once not
}

// Share is how much of something was reached.
type Share struct {
	Reached int      `json:"reached"`
	Of      int      `json:"of"`
	Missed  []string `json:"missed,omitempty"`
}

// Percent is 100 where there is nothing to reach.
func (s Share) Percent() float64 {
	if s.Of == 0 {
		return 100
	}
	return 100 * float64(s.Reached) / float64(s.Of)
}

func (s *Share) add(name string, reached bool) {
	s.Of++
	if reached {
		s.Reached++
	} else {
		s.Missed = append(s.Missed, name)
	}
}

func (s *Share) sum(o Share) { s.Reached, s.Of = s.Reached+o.Reached, s.Of+o.Of }

// Percent is the share of all states, transitions and guards that were reached.
func (c *Covered) Percent() float64 {
	var all Share
	for _, s := range []Share{c.States, c.Transitions, c.Guards} {
		all.sum(s)
	}
	return all.Percent()
}

// Cover sums up the coverage of journeys by all results, in the order of the journeys' ids, and in all.
func Cover(journeys []*graph.Journey, results []*Result) (each []Covered, all Covered) {
	merged := Coverage{}
	for _, r := range results {
		merged.Add(r.Covered)
	}
	sorted := slices.Clone(journeys)
	slices.SortFunc(sorted, func(a, b *graph.Journey) int { return strings.Compare(a.ID, b.ID) })
	all.Journey = "all"
	for _, g := range sorted {
		r := merged[g.Hash]
		if r == nil {
			r = newReached(g)
		}
		c := r.count()
		all.States.sum(c.States)
		all.Transitions.sum(c.Transitions)
		all.Guards.sum(c.Guards)
		each = append(each, c)
	}
	return each, all
}

func (r *Reached) count() Covered {
	c := Covered{Journey: r.Journey.ID}
	for i := range r.Journey.States {
		c.States.add(r.Journey.States[i].Name, r.States[graph.StateIndex(i)])
	}
	r.Journey.EachRule(func(rule *graph.Rule, _ graph.StateIndex) {
		c.Transitions.add(rule.ID, r.Rules[rule.ID])
		if rule.When != nil {
			r.guard(&c.Guards, rule.ID)
		}
	})
	for i := range r.Journey.Escalations {
		e := &r.Journey.Escalations[i]
		c.Transitions.add(e.ID, r.Rules[e.ID])
		r.guard(&c.Guards, e.ID)
	}
	return c
}

func (r *Reached) guard(s *Share, id string) {
	s.add(id+" (holds)", r.True[id])
	s.add(id+" (does not hold)", r.False[id])
}

// WriteCoverage writes coverage for people: numbers a journey and in all, and what was missed by name.
func WriteCoverage(w io.Writer, each []Covered, all Covered) error {
	p := &printer{w: w}
	p.f("coverage\n")
	for _, c := range append(each, all) {
		p.f("  %-24s %5.1f %%  states %d/%d  transitions %d/%d  guards %d/%d\n", c.Journey, c.Percent(), c.States.Reached, c.States.Of,
			c.Transitions.Reached, c.Transitions.Of, c.Guards.Reached, c.Guards.Of)
		for _, part := range []struct {
			name   string
			missed []string
		}{{"states", c.States.Missed}, {"transitions", c.Transitions.Missed}, {"guards", c.Guards.Missed}} {
			if len(part.missed) > 0 {
				p.f("      missed %s: %s\n", part.name, strings.Join(part.missed, ", "))
			}
		}
	}
	return p.err
}
