package check

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// report says what may be missing, and on which way.
func (d *dataflow) report(m *missing, places scalars) {
	span := places.at(m.span, m.read.Offset, m.read.Length)
	name := root(m.path)
	switch {
	case d.Datum(name) != nil && !d.setAnywhere(name):
		hint := "`set` it, ask or call `into` it, or give it a `default`"
		if len(d.Entries) == 0 {
			hint = "hand it over in the `with` of what runs this journey, `set` it, or give it a `default`"
		}
		d.errorf(span, CodeUnset, hint, "`%s` is never set: nothing in this journey gives it a value", m.path)
	case name == "trigger" || name == "event":
		why, optional := d.whyEvent(m)
		hint := fmt.Sprintf("say what stands in for it: `%s ?? …`, or test it in a `when`", m.path)
		if !optional {
			hint = fmt.Sprintf("test `%s.type` in a `when`, or say what stands in for it: `%s ?? …`", name, m.path)
		}
		d.errorf(span, CodeUnset, hint, "`%s` may not be set here: %s", m.path, why)
	case m.path != name && name != "contact":
		d.errorf(span, CodeUnset, fmt.Sprintf("say what stands in for it: `%s ?? …`, or test it in a `when`", m.path),
			"`%s` may not be set: the field is optional", m.path)
	case name == "contact":
		d.errorf(span, CodeUnset, fmt.Sprintf("say what stands in for it: `%s ?? …`, or test it in a `when`", m.path),
			"`%s` may not be set: it is not known of every contact", m.path)
	default:
		d.errorf(span, CodeUnset, fmt.Sprintf("set it on that way too, or say what stands in for it: `%s ?? …`", m.path),
			"`%s` may not be set yet: %s", m.path, d.wayThere(m))
	}
}

// whyEvent says which event has not what is read, or in which it is optional.
func (d *dataflow) whyEvent(m *missing) (why string, optional bool) {
	of, name := d.trigger, "trigger"
	if root(m.path) == "event" {
		of, name = d.event, "event"
	}
	field := strings.TrimPrefix(m.path, name+".data.")
	var without []string
	for i, t := range of.types {
		data, known := d.eventData(t)
		if t == nothing || !known || m.f.has(of.base+i) {
			continue
		}
		k := slices.IndexFunc(data.Fields, func(x expression.Field) bool { return x.Name == field })
		if k < 0 {
			without = append(without, t)
		} else if data.Fields[k].Optional {
			return fmt.Sprintf("the field is optional in `%s`", t), true
		}
	}
	if len(without) == 0 {
		return "a timer may have led here, which is no event", false
	}
	if len(without) > 3 {
		without = without[:3]
	}
	return fmt.Sprintf("%s may have led here and has no `%s`", quotedOr(without), field), false
}

func quotedOr(names []string) string {
	return strings.Replace(quoted(names), " and ", " or ", 1)
}

// setAnywhere says that something may give a datum a value.
func (d *dataflow) setAnywhere(name string) bool {
	if m := d.Datum(name); m == nil || m.Default != nil {
		return true
	}
	for _, r := range d.runners {
		for i := range r.States {
			if run := r.States[i].Run; run != nil && run.Journey == d.ID && assigns(run.With, name) {
				return true
			}
		}
	}
	found := false
	for i := range d.States {
		s := &d.States[i]
		found = found || assigns(s.Set, name) || s.Ask != nil && s.Ask.Into == name || s.Call != nil && s.Call.Into == name ||
			s.Run != nil && s.Run.Into == name
	}
	d.EachRule(func(r *graph.Rule, _ graph.StateIndex) { found = found || assigns(r.Set, name) })
	return found
}

func assigns(list []graph.Assign, name string) bool {
	return slices.ContainsFunc(list, func(a graph.Assign) bool { return a.Name == name })
}

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
	if len(d.Entries) == 0 && len(d.runners) > 0 {
		return route + ", and not everything that runs this journey hands it over"
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
