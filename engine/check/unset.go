package check

import (
	"slices"

	"journey/engine/diagnostic"
	"journey/engine/graph"
)

const CodeUnset = "unset-data"

// reader holds what expressions read against what is known where they are evaluated.
type reader struct {
	at      int // the point, for the path there
	missing []missing
	seen    map[place]bool
}

// place tells one finding for an expression and a name from others.
type place struct {
	span diagnostic.Span
	path string
}

// missing is a path that is read where it may not be set.
type missing struct {
	span diagnostic.Span // of the whole expression or text
	read read
	path string // read.Path, or what it begins with
	at   int
	f    facts // what is known there
}

// unset reports reads of data that may not be set yet on some way, with that way.
func (j *journey) unset() {
	d := j.analyse()
	if j.Initial < 0 || d.in[j.Initial] == nil {
		return
	}
	d.walk = &reader{seen: map[place]bool{}}
	d.held()
	found := d.walk.missing
	d.walk = nil
	if len(found) == 0 {
		return
	}
	d.keep = true
	d.held()
	d.keep = false
	places := j.scalars()
	for i := range found {
		d.report(&found[i], places)
	}
}

// held walks everything once with what is known in the end.
func (d *dataflow) held() {
	d.any, d.auto = nil, nil
	d.at(start)
	d.arrive(start, way{to: d.Initial}, d.seeds)
	d.entered()
	for i := range d.States {
		if d.in[i] != nil {
			d.at(i)
			d.state(i)
		}
	}
	d.at(anyState)
	d.global()
	d.always()
}

func (d *dataflow) at(point int) {
	if d.walk != nil {
		d.walk.at = point
	}
}

// entered looks at what is evaluated before the first state.
func (d *dataflow) entered() {
	for i := range d.Entries {
		e := &d.Entries[i]
		f := d.none()
		d.writtenFrom(f, e.Event)
		d.trigger.are(f, e.Event)
		d.event.are(f, e.Event)
		d.expr(e.When, f)
		if e.When != nil && e.When.Checked != nil {
			d.assume(f, e.When.Checked.WhenTrue)
		}
		d.expr(e.Key, f)
	}
	for i := range d.Cohorts {
		d.expr(d.Cohorts[i].Value, d.seeds)
	}
}

// always looks at what may be evaluated in any state: rules of channels and the answers of FAQs, which may come before all else.
func (d *dataflow) always() {
	f := d.everything()
	for i := range d.in {
		if d.in[i] != nil {
			f.meet(d.in[i])
		}
	}
	for i := range d.Channels {
		c := &d.Channels[i]
		if c.Span.File == d.Span.File {
			d.expr(c.When, f)
			d.text(c.Disclosure, f)
		}
	}
	if reached := d.atGoal(); reached != nil {
		d.expr(d.Objective.Value, reached)
	}
	for i := range d.Intents {
		n := &d.Intents[i]
		if n.Span.File == d.Span.File {
			before := d.none()
			d.text(n.Title, before)
			d.text(n.Answer, before)
		}
	}
}

// atGoal is what is known where the objective is reached: at the ends with its outcome, or wherever its event comes.
func (d *dataflow) atGoal() facts {
	o := &d.Objective
	f, found := d.everything(), false
	for i := range d.States {
		if e := d.States[i].End; e != nil && d.in[i] != nil && e.Outcome == o.Goal && !o.GoalIsEvent {
			at := d.copy(d.in[i])
			d.assign(at, d.States[i].Set)
			f.meet(at)
			found = true
		}
	}
	byExit := slices.ContainsFunc(d.Exits, func(h graph.Handler) bool {
		return slices.ContainsFunc(h.Rules, func(r graph.Rule) bool { return r.Outcome == o.Goal })
	})
	if d.any != nil && (o.GoalIsEvent || byExit) {
		f.meet(d.any)
		found = true
	}
	if !found {
		return nil
	}
	return f
}

func (d *dataflow) expr(e *graph.Expr, f facts) {
	if d.walk == nil || e == nil {
		return
	}
	d.check(e.Span, readsOf(e), f)
}

func (d *dataflow) text(t *graph.Text, f facts) {
	if d.walk == nil || t == nil {
		return
	}
	d.check(t.Span, textReads(t), f)
}

func (d *dataflow) check(span diagnostic.Span, reads []read, f facts) {
	for i := range reads {
		path := d.missing(f, &reads[i])
		if path == "" {
			continue
		}
		at := place{span, path}
		if !d.walk.seen[at] {
			d.walk.seen[at] = true
			d.walk.missing = append(d.walk.missing, missing{span, reads[i], path, d.walk.at, d.copy(f)})
		}
	}
}

// values looks at what is handed over under other names, which sees only what is known before.
func (d *dataflow) values(list []graph.Assign, f facts) {
	for i := range list {
		d.expr(list[i].Value, f)
	}
}

func (d *dataflow) say(list []graph.Message, f facts) {
	for i := range list {
		d.message(&list[i], f)
	}
}

func (d *dataflow) message(m *graph.Message, f facts) {
	if d.walk == nil || m == nil {
		return
	}
	d.values(m.With, f)
	if m.Template == "" {
		d.text(m.Text, f)
		d.text(m.Subject, f)
		for _, t := range m.Media {
			d.text(t, f)
		}
	}
	if o := m.Options; o != nil {
		d.expr(o.From, f)
		each := d.with(f, "item")
		d.expr(o.Value, each)
		d.text(o.Label, each)
		for i := range o.List {
			d.text(o.List[i].Label, f)
		}
	}
}

func (d *dataflow) publish(e *graph.Emit, f facts) {
	if e != nil {
		d.values(e.Data, f)
	}
}

func (d *dataflow) verb(s *graph.State, f facts) {
	if d.walk == nil {
		return
	}
	switch {
	case s.Ask != nil:
		d.message(&s.Ask.Message, f)
		d.message(s.Ask.Invalid, f)
		d.expr(s.Ask.Try, f)
		if s.Ask.Confirm != nil && s.Ask.Into != "" {
			f = d.with(f, s.Ask.Into)
		}
		d.message(s.Ask.Confirm, f)
	case s.Call != nil:
		d.values(s.Call.With, f)
	case s.Handoff != nil:
		for _, e := range s.Handoff.Skills {
			d.expr(e, f)
		}
		d.expr(s.Handoff.SkillList, f)
		d.expr(s.Handoff.Priority, f)
		d.text(s.Handoff.Recommend, f)
		d.expr(s.Handoff.Callback, f)
	case s.Verify != nil:
		d.message(&s.Verify.Message, d.with(f, "code", "link"))
	case s.Run != nil:
		d.values(s.Run.With, f)
	case s.End != nil:
		d.values(s.End.Data, f)
	}
}

// with adds names that have a value in a part of a state only; they may hide a datum.
func (d *dataflow) with(f facts, names ...string) facts {
	f = d.copy(f)
	for _, n := range names {
		d.set(f, n)
	}
	return f
}
