package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/graph"
	"journey/engine/policy"
)

// journey is a compiled journey with what several rules ask about it.
type journey struct {
	*graph.Journey
	unit     *compile.Unit
	siblings map[string]*journey
	runners  []*journey       // journeys that run this one
	ways     [][]way          // on from each state
	anywhere []way            // on from any state, by rules of the journey
	written  []int            // the states in the order in which they are written
	reached  []bool           // states that some way leads to
	channels []policy.Channel // see used
	shaky    []bool           // states of which something was reported, so that what they do is not wholly known
	shakyOn  bool             // the same of the journey's own rules
	vague    bool             // some target is not known: it may lead to any state
	flow     *dataflow
	places   scalars // see scalars
	findings []diagnostic.Finding
}

// prepare gives the journeys of a bundle with their ways, by id.
func prepare(compiled *compile.Result) []*journey {
	journeys := make([]*journey, 0, len(compiled.Units))
	byID := make(map[string]*journey, len(compiled.Units))
	for _, u := range compiled.Units {
		j := &journey{Journey: u.Graph, unit: u, siblings: byID}
		j.order()
		j.findWays()
		j.reach()
		journeys = append(journeys, j)
		byID[u.Graph.ID] = j
	}
	for _, j := range journeys {
		for i := range j.States {
			r := j.States[i].Run
			if r == nil {
				continue
			}
			if child := byID[r.Journey]; child != nil && child != j && !slices.Contains(child.runners, j) {
				child.runners = append(child.runners, j)
			}
		}
	}
	return journeys
}

// order finds the states' order in the file, by which the first of several is told.
func (j *journey) order() {
	j.written = indices(len(j.States))
	slices.SortStableFunc(j.written, func(a, b int) int {
		p, q := j.States[a].Span.Start, j.States[b].Span.Start
		return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
	})
	j.shaky = make([]bool, len(j.States))
	if j.unit.Source == nil {
		return
	}
	for _, s := range j.unit.Source.States {
		if i, ok := j.State(s.Name.Value); ok && s.Faulty {
			j.shaky[i] = true
		}
	}
}

// names lists states in the order in which they are written.
func (j *journey) names(keep func(i int) bool) []string {
	var names []string
	for _, i := range j.written {
		if keep(i) {
			names = append(names, j.States[i].Name)
		}
	}
	return names
}

// groups cuts some states into those that hang together by ways between them. Groups and their states come in the order in
// which they are written.
func (j *journey) groups(keep func(i int) bool) [][]string {
	group := indices(len(j.States))
	find := func(i int) int {
		for group[i] != i {
			i = group[i]
		}
		return i
	}
	for i := range j.States {
		for _, w := range j.ways[i] {
			if keep(i) && keep(int(w.to)) {
				group[find(i)] = find(int(w.to))
			}
		}
	}
	var groups [][]string
	told := map[int]bool{}
	for _, i := range j.written {
		if of := find(i); keep(i) && !told[of] {
			told[of] = true
			groups = append(groups, j.names(func(k int) bool { return keep(k) && find(k) == of }))
		}
	}
	return groups
}

// span is the place of a state's name.
func (j *journey) span(state string) diagnostic.Span {
	i, _ := j.State(state)
	return j.States[i].Span
}

func (j *journey) add(severity diagnostic.Severity, span diagnostic.Span, code, hint, format string, args ...any) *diagnostic.Finding {
	j.findings = append(j.findings, diagnostic.Finding{
		Span: span, Code: code, Severity: severity, Message: fmt.Sprintf(format, args...), Hint: hint})
	return &j.findings[len(j.findings)-1]
}

func (j *journey) errorf(span diagnostic.Span, code, hint, format string, args ...any) *diagnostic.Finding {
	return j.add(diagnostic.Error, span, code, hint, format, args...)
}

func (j *journey) warnf(span diagnostic.Span, code, hint, format string, args ...any) *diagnostic.Finding {
	return j.add(diagnostic.Warning, span, code, hint, format, args...)
}

// waiting says that a state can be left by an event: it waits, or a message of it may be held for the end of quiet hours.
func (j *journey) waiting(s *graph.State) bool {
	switch {
	case s.End != nil:
		return false
	case s.Ask != nil, s.Call != nil, s.Handoff != nil, s.Verify != nil, s.Run != nil:
		return true
	case s.Split == nil && len(s.To) == 0:
		return true
	}
	return len(s.Say) > 0 && j.quiet()
}

func (j *journey) quiet() bool {
	for i := range j.Channels {
		if j.Channels[i].Rules.Quiet != nil {
			return true
		}
	}
	return false
}

// sends says that a state itself says something to the customer.
func sends(s *graph.State) bool { return len(s.Say) > 0 || s.Ask != nil || s.Verify != nil }

// isMessage says that an event is what a customer writes on some channel.
func isMessage(event string) bool { return slices.Contains(messageEvents, event) }

// handler finds an event's rules in a list.
func handler(list []graph.Handler, event string) []graph.Rule {
	for i := range list {
		if list[i].Event == event {
			return list[i].Rules
		}
	}
	return nil
}

// certain says that some rule of a list is taken whatever holds.
func certain(rules []graph.Rule) bool {
	for i := range rules {
		if unconditional(&rules[i]) {
			return true
		}
	}
	return false
}

// unconditional says that a rule always holds. One with `via` does not where its channel may not be used.
func unconditional(r *graph.Rule) bool { return r.When == nil && r.Via == "" }

// eachRule calls do for every rule of a state, with how it is come to.
func eachRule(s *graph.State, do func(r *graph.Rule, kind wayKind, event string)) {
	for i := range s.To {
		do(&s.To[i], onward, "")
	}
	for i := range s.On {
		for k := range s.On[i].Rules {
			do(&s.On[i].Rules[k], handled, s.On[i].Event)
		}
	}
	for i := range s.After {
		for k := range s.After[i].Rules {
			do(&s.After[i].Rules[k], timed, timerName(&s.After[i]))
		}
	}
	for i := range s.At {
		do(&s.At[i].Rule, moment, "")
	}
}

// quoted lists names in a message: `a`, `b` and `c`.
func quoted(names []string) string {
	var b strings.Builder
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString("`" + n + "`")
	}
	return b.String()
}
