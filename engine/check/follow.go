package check

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// rules follows a list, of which the first that holds is taken: each later one knows that those before do not hold.
func (d *dataflow) rules(from int, rules []graph.Rule, f facts, w way) {
	var failed []formula // guards that look at the type of an event
	for k := range rules {
		r := &rules[k]
		at := d.copy(f)
		d.narrow(at, failed, r)
		d.rule(from, r, at, w)
		if unconditional(r) {
			return
		}
		if r.When != nil && r.Via == "" && r.When.Checked != nil {
			d.assume(f, r.When.Checked.WhenFalse)
			if looksAtType(r.When) {
				failed = append(failed, parsed(r.When).negate())
			}
		}
	}
}

func looksAtType(e *graph.Expr) bool {
	return e != nil && (strings.Contains(e.Source, "trigger.type") || strings.Contains(e.Source, "event.type"))
}

// narrow rules out the events with which guards of earlier rules would have held, or with which this one never does.
// That depends on the rules alone, so it is found out once.
func (d *dataflow) narrow(f facts, failed []formula, r *graph.Rule) {
	if looksAtType(r.When) {
		failed = append(slices.Clip(failed), parsed(r.When))
	}
	if len(failed) == 0 {
		return
	}
	out, known := d.ruledOut[r]
	if !known {
		out = d.none()
		ways, ok := all(failed...).alternatives()
		for what, of := range map[string]events{"trigger.type": d.trigger, "event.type": d.event} {
			of.exclude(out, func(t string) bool {
				is := comparison{what: what, op: "==", set: []literal{{text: `"` + t + `"`}}}
				return ok && t != unknown && !slices.ContainsFunc(ways, func(w []comparison) bool { return !contradictory(append(slices.Clip(w), is)) })
			})
		}
		d.ruledOut[r] = out
	}
	for i := range f {
		f[i] |= out[i]
	}
}

func (d *dataflow) rule(from int, r *graph.Rule, f facts, w way) {
	d.expr(r.When, f)
	if r.When != nil && r.When.Checked != nil {
		d.assume(f, r.When.Checked.WhenTrue)
	}
	if d.trigger.impossible(f) || d.event.impossible(f) {
		return
	}
	d.look(r.Set, f)
	d.say(r.Say, f)
	d.publish(r.Emit, f)
	w.rule, w.to = r, r.To
	d.arrive(from, w, f)
}

// global follows the journey's own rules, its exits and its escalations.
func (d *dataflow) global() {
	if d.any != nil {
		for k := range d.On {
			at := d.copy(d.any)
			d.happens(at, d.On[k].Event)
			d.rules(anyState, d.On[k].Rules, at, way{kind: handled, event: d.On[k].Event})
		}
		for k := range d.After {
			at := d.copy(d.any)
			d.event.are(at, nothing)
			d.rules(anyState, d.After[k].Rules, at, way{kind: timed, event: timerName(&d.After[k])})
		}
		for k := range d.Exits {
			at := d.copy(d.any)
			d.happens(at, d.Exits[k].Event)
			d.rules(anyState, d.Exits[k].Rules, at, way{kind: handled, event: d.Exits[k].Event})
		}
	}
	if d.auto != nil {
		d.escalate(automated, d.copy(d.auto))
	}
	if d.first != nil {
		d.escalate(start, d.copy(d.first))
	}
}

func (d *dataflow) escalate(from int, f facts) {
	if from != start {
		d.event.are(f, messageEvents...)
	}
	for k := range d.Escalations {
		e := &d.Escalations[k]
		at := d.copy(f)
		d.expr(e.When, at)
		if e.When != nil && e.When.Checked != nil {
			d.assume(at, e.When.Checked.WhenTrue)
			d.assume(f, e.When.Checked.WhenFalse)
		}
		d.arrive(from, way{kind: escalated, to: e.To}, at)
	}
}

// assume adds what a guard tells. Where a field of an event's data is set, the event is one that has it.
func (d *dataflow) assume(f facts, known []expression.Fact) {
	d.universe.assume(f, known)
	for _, k := range known {
		if !k.NonNil && k.In == nil {
			continue
		}
		if field, ok := strings.CutPrefix(k.Path, "trigger.data."); ok {
			d.having(f, d.trigger, field)
		} else if field, ok := strings.CutPrefix(k.Path, "event.data."); ok {
			d.having(f, d.event, field)
		}
	}
}

// having rules out the events without a field, unless none has it, which is reported elsewhere.
func (d *dataflow) having(f facts, of events, path string) {
	name, _, _ := strings.Cut(path, ".")
	var without []string
	some := false
	for _, event := range of.types {
		switch data, known := d.eventData(event); {
		case !known:
		case data.Elem != nil || slices.ContainsFunc(data.Fields, func(x expression.Field) bool { return x.Name == name }):
			some = true
		default:
			without = append(without, event)
		}
	}
	if some {
		of.exclude(f, func(event string) bool { return slices.Contains(without, event) })
	}
}
