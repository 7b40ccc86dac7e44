package check

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/graph"
)

// wayThere describes the shortest way to where a datum is read on which it is not set: "start → ask_day, where … goes on without it".
func (d *dataflow) wayThere(m *missing) string {
	bit, ok := d.paths[m.path]
	if !ok {
		return "nothing sets it on the way here"
	}
	trail := d.trail(m.at, bit)
	var names []string
	for _, l := range trail {
		if l.to >= 0 {
			names = append(names, d.States[l.to].Name)
		}
	}
	if len(names) == 0 {
		return "this is looked at before anything sets it"
	}
	if n := len(names); n > 6 {
		names = append(names[:2:2], append([]string{"…"}, names[n-3:]...)...)
	}
	route := strings.Join(names, " → ")
	if m.at < 0 {
		return fmt.Sprintf("this is looked at in whatever state the conversation is, and on the way %s nothing sets it", route)
	}
	for k := len(trail) - 1; k >= 0; k-- {
		if l := &trail[k]; l.from >= 0 && d.couldSet(l.from, m.path) {
			return fmt.Sprintf("%s, where `%s` goes on without it%s", route, d.States[l.from].Name, how(&l.way))
		}
	}
	if l := &trail[0]; l.way.kind == escalated && l.from == start {
		return route + ", straight from a first message that escalates"
	}
	for k := len(trail) - 1; k >= 0; k-- {
		if l := &trail[k]; l.from < 0 && l.from != start || l.way.kind == defaulted {
			return fmt.Sprintf("%s, which is come to%s before it is set", route, how(&l.way))
		}
	}
	return route + ", where nothing sets it"
}

// trail is the shortest chain of ways to a point on all of which a fact is not known.
func (d *dataflow) trail(to, bit int) []link {
	type step struct {
		link int
		next int // in steps; -1 at the end
	}
	var steps []step
	reached := map[int]bool{to: true}
	visit := func(point, next int) (done int) {
		for i := range d.links {
			l := &d.links[i]
			if l.to != point || l.out.has(bit) || reached[l.from] {
				continue
			}
			steps = append(steps, step{i, next})
			if l.from == start {
				return len(steps) - 1
			}
			reached[l.from] = true
		}
		return -1
	}
	done := visit(to, -1)
	for i := 0; i < len(steps) && done < 0; i++ {
		done = visit(d.links[steps[i].link].from, i)
	}
	var trail []link
	for i := done; i >= 0; i = steps[i].next {
		trail = append(trail, d.links[steps[i].link])
	}
	return trail
}

// couldSet says that another way on from a state sets a datum.
func (d *dataflow) couldSet(i int, name string) bool {
	s := &d.States[i]
	if s.Ask != nil && s.Ask.Into == name || s.Call != nil && s.Call.Into == name || s.Run != nil && s.Run.Into == name {
		return true
	}
	found := false
	eachRule(s, func(r *graph.Rule, _ wayKind, _ string) {
		found = found || slices.ContainsFunc(r.Set, func(a graph.Assign) bool { return a.Name == name })
	})
	return found
}

// how says by what a way is taken, after a blank; empty for a plain `to`.
func how(w *way) string {
	switch w.kind {
	case handled:
		return fmt.Sprintf(" on `%s`", w.event)
	case timed:
		return fmt.Sprintf(" after `%s`", w.event)
	case moment:
		return " by `at`"
	case escalated:
		return " by an escalation"
	case defaulted:
		return fmt.Sprintf(" to the fallback, because nothing handles `%s`", w.event)
	}
	return ""
}
