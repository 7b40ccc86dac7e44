package check

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// look follows assignments, each of which sees those before it.
func (d *dataflow) look(list []graph.Assign, f facts) {
	for k := range list {
		d.expr(list[k].Value, f)
		d.assign(f, list[k:k+1])
	}
}

func (d *dataflow) assign(f facts, list []graph.Assign) {
	for k := range list {
		if d.given(f, &list[k]) {
			d.set(f, list[k].Name)
		} else {
			d.forget(f, list[k].Name)
		}
	}
}

// given says that an assigned value is surely one: `nil` and a bare `order?.eta` may not be.
func (d *dataflow) given(f facts, a *graph.Assign) bool {
	if a.Value == nil {
		return a.Literal != nil
	}
	c := a.Value.Checked
	if c == nil || len(c.Problems) > 0 {
		return true
	}
	if c.Type != nil && c.Type.Kind == expression.Nil {
		return false
	}
	if len(c.Reads) != 1 || !strings.Contains(c.Source, "?.") || !isPath(c.Source) {
		return true
	}
	return d.missing(f, &c.Reads[0]) == ""
}

// isPath says that an expression is names joined by dots, and nothing else.
func isPath(source string) bool {
	return !strings.ContainsFunc(source, func(r rune) bool {
		return r != '.' && r != '?' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) && !strings.Contains(source, "??")
}

// forgetKept forgets what a rule that keeps the state may unset.
func (d *dataflow) forgetKept(f facts, s *graph.State) {
	kept := func(r *graph.Rule) {
		if r.To != graph.NoState {
			return
		}
		for k := range r.Set {
			if !d.given(f, &r.Set[k]) {
				d.forget(f, r.Set[k].Name)
			}
		}
	}
	eachRule(s, func(r *graph.Rule, _ wayKind, _ string) { kept(r) })
	for i := range d.On {
		for k := range d.On[i].Rules {
			kept(&d.On[i].Rules[k])
		}
	}
	for i := range d.After {
		for k := range d.After[i].Rules {
			kept(&d.After[i].Rules[k])
		}
	}
}

func (d *dataflow) defaultOf(name string) any {
	if m := d.Datum(name); m != nil {
		return m.Default
	}
	return nil
}

// alwaysGives says that whatever ends a journey with one of some outcomes hands back data.
func (d *dataflow) alwaysGives(id string, concerns func(outcome string) bool) bool {
	child := d.whole(id)
	if child == nil {
		return true
	}
	for i := range child.States {
		if e := child.States[i].End; e != nil && child.reached[i] && concerns(e.Outcome) && len(e.Data) == 0 {
			return false
		}
	}
	return !slices.ContainsFunc(child.Exits, func(h graph.Handler) bool {
		return slices.ContainsFunc(h.Rules, func(r graph.Rule) bool { return concerns(r.Outcome) })
	})
}

// isOutcome says that an event is how a journey that is run may end.
func (d *dataflow) isOutcome(id, event string) bool {
	if child := d.whole(id); child != nil {
		return slices.Contains(child.unit.Outcomes, event)
	}
	return !strings.Contains(event, ".")
}

// whole finds a journey of the bundle; nil where it is not known, or not as a whole.
func (d *dataflow) whole(id string) *journey {
	child := d.siblings[id]
	if child == nil || child.unit.Source != nil && child.unit.Source.Faulty {
		return nil
	}
	return child
}
