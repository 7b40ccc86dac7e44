package check

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// Points that are no state: where a way may start.
const (
	start     = -1 // an entry, or the journey that runs this one
	anyState  = -2 // whatever state the conversation waits in
	automated = -3 // the same, unless an agent has it
)

// dataflow finds what is known in each state on every way there: forward, until nothing changes.
type dataflow struct {
	*journey
	*universe
	seeds  facts // on entry
	first  facts // where the customer's first message escalates; nil where none can
	in     []facts
	any    facts // in whatever state it waits
	auto   facts
	links  []link // ways with what is known on them; kept where keep is set
	keep   bool
	moved  bool
	events map[string]*expression.Type
	walk   *reader // where set, expressions are held against what is known
}

// link is a way that was walked.
type link struct {
	from, to int
	way      way
	out      facts
}

// analyse runs the data flow of a journey, once.
func (j *journey) analyse() *dataflow {
	if j.flow != nil {
		return j.flow
	}
	d := &dataflow{journey: j}
	j.flow = d
	triggers, handed := j.handedOver()
	d.universe = newUniverse(j, triggers)
	d.seed(triggers, handed)
	d.in = make([]facts, len(j.States))
	if j.Initial < 0 {
		return d
	}
	d.pass()
	for d.moved {
		d.pass()
	}
	return d
}

// handover is what a journey that runs this one passes.
type handover struct {
	set    map[string]bool
	phones map[string]bool // fields of the contact that are known to be set
}

// handedOver gives the events that may have started the conversation, and what each of those that run it hands over.
func (j *journey) handedOver() (triggers []string, handed []handover) {
	add := func(t string) {
		if !slices.Contains(triggers, t) {
			triggers = append(triggers, t)
		}
	}
	for i := range j.Entries {
		add(j.Entries[i].Event)
	}
	for _, r := range j.runners {
		if r == j || r.flow == nil {
			continue
		}
		for i := range r.States {
			run := r.States[i].Run
			if run == nil || run.Journey != j.ID || r.flow.in[i] == nil {
				continue
			}
			f := r.flow.copy(r.flow.in[i])
			r.flow.assign(f, r.States[i].Set)
			h := handover{map[string]bool{}, map[string]bool{}}
			for k := range run.With {
				if a := &run.With[k]; r.flow.given(f, a) {
					h.set[a.Name] = true
				}
			}
			for path, bit := range r.flow.paths {
				if strings.HasPrefix(path, "contact.") && f.has(bit) {
					h.phones[path] = true
				}
			}
			for k, t := range r.flow.trigger.types {
				if !f.has(r.flow.trigger.base + k) {
					add(t)
				}
			}
			handed = append(handed, h)
		}
	}
	return triggers, handed
}

// seed notes what is known at the start.
func (d *dataflow) seed(triggers []string, handed []handover) {
	if len(triggers) == 0 {
		triggers = []string{unknown}
	}
	base := d.none()
	for i := range d.Data {
		if d.Data[i].Default != nil || d.faultyDatum(d.Data[i].Name) {
			d.set(base, d.Data[i].Name)
		}
	}
	merge := func(into *facts, f facts) {
		if *into == nil {
			*into = f
		} else {
			(*into).meet(f)
		}
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		f := d.copy(base)
		if e.When != nil && e.When.Checked != nil {
			d.assume(f, e.When.Checked.WhenTrue)
		}
		switch e.Event {
		case "sms.message":
			d.present(f, "contact.phone")
		case "email.message":
			d.present(f, "contact.email")
		}
		d.trigger.are(f, e.Event)
		d.event.are(f, e.Event)
		merge(&d.seeds, f)
		if isMessage(e.Event) {
			merge(&d.first, d.copy(f))
		}
	}
	for _, h := range handed {
		f := d.copy(base)
		for name := range h.set {
			d.set(f, name)
		}
		for path := range h.phones {
			d.present(f, path)
		}
		d.trigger.are(f, triggers...)
		d.event.are(f, unknown)
		merge(&d.seeds, f)
	}
	if d.seeds == nil {
		d.seeds = base
		d.trigger.are(d.seeds, triggers...)
		d.event.are(d.seeds, unknown)
	}
}

func (j *journey) faultyDatum(name string) bool {
	if j.unit.Source == nil {
		return false
	}
	for _, d := range j.unit.Source.Data {
		if d.Name != nil && d.Name.Value == name {
			return d.Type != nil && d.Type.Faulty
		}
	}
	return false
}

// pass walks every state that is reached once.
func (d *dataflow) pass() {
	d.moved = false
	d.any, d.auto = nil, nil
	d.arrive(start, way{to: d.Initial}, d.seeds)
	for i := range d.States {
		if d.in[i] != nil {
			d.state(i)
		}
	}
	d.global()
}

// arrive brings what is known on a way to where it leads.
func (d *dataflow) arrive(from int, w way, f facts) {
	if w.to < 0 || d.trigger.impossible(f) || d.event.impossible(f) {
		return
	}
	if d.keep {
		d.links = append(d.links, link{from, int(w.to), w, d.copy(f)})
		return
	}
	if d.in[w.to] == nil {
		d.in[w.to] = d.copy(f)
		d.moved = true
	} else if d.in[w.to].meet(f) {
		d.moved = true
	}
}

func (d *dataflow) state(i int) {
	s := &d.States[i]
	f := d.copy(d.in[i])
	if d.shaky[i] { // a misspelt key may set anything
		for _, bit := range d.paths {
			f.add(bit)
		}
		d.trigger.are(f, unknown)
		d.event.are(f, unknown)
	}
	d.look(s.Set, f)
	d.say(s.Say, f)
	d.publish(s.Emit, f)
	d.verb(s, f)
	if s.End != nil {
		return
	}
	waiting := d.copy(f)
	if s.Ask != nil && s.Ask.Confirm != nil && d.defaultOf(s.Ask.Into) == nil {
		d.forget(waiting, s.Ask.Into) // a no to what is read back unsets it
	}
	d.forgetKept(waiting, s)
	if d.waiting(s) {
		d.wait(i, s, waiting)
	}
	d.onwards(i, s, f, waiting)
	for k := range s.On {
		h := &s.On[k]
		at := d.handling(h.Event, s, f, waiting)
		d.rules(i, h.Rules, at, way{kind: handled, event: h.Event})
	}
	for k := range s.After {
		at := d.copy(waiting)
		d.event.are(at, nothing)
		d.rules(i, s.After[k].Rules, at, way{kind: timed, event: timerName(&s.After[k])})
	}
	for k := range s.At {
		at := d.copy(waiting)
		d.expr(s.At[k].Time, at)
		d.event.are(at, nothing)
		d.rule(i, &s.At[k].Rule, at, way{kind: moment})
	}
	for _, w := range d.ways[i] {
		if w.kind == defaulted {
			at := d.handling(w.event, s, f, waiting)
			d.arrive(i, w, at)
		}
	}
}

// wait adds a state to those in which the journey's own rules may find the conversation.
func (d *dataflow) wait(i int, s *graph.State, f facts) {
	if d.keep {
		d.links = append(d.links, link{i, anyState, way{}, d.copy(f)})
		if s.Handoff == nil {
			d.links = append(d.links, link{i, automated, way{}, d.copy(f)})
		}
	}
	join := func(to *facts) {
		if *to == nil {
			*to = d.copy(f)
		} else {
			(*to).meet(f)
		}
	}
	join(&d.any)
	if s.Handoff == nil {
		join(&d.auto)
	}
}

// onwards follows a state's `to`: at once, or when its verb is done.
func (d *dataflow) onwards(i int, s *graph.State, f, waiting facts) {
	if len(s.To) == 0 {
		return
	}
	at := d.copy(f)
	switch {
	case s.Ask != nil:
		at = d.answered(s, waiting)
	case s.Call != nil:
		at = d.copy(waiting)
		d.into(at, s.Call.Into)
	case s.Run != nil:
		at = d.copy(waiting)
		if d.alwaysGives(s.Run.Journey, func(outcome string) bool { return handler(s.On, outcome) == nil }) {
			d.into(at, s.Run.Into)
		}
	}
	d.rules(i, s.To, at, way{kind: onward})
}

// answered is what is known once a reply was taken.
func (d *dataflow) answered(s *graph.State, waiting facts) facts {
	at := d.copy(waiting)
	d.into(at, s.Ask.Into)
	d.event.are(at, messageEvents...)
	if s.Ask.Try != nil { // the answer was there before anybody was asked
		d.event.are(at, unknown)
	}
	return at
}

func (d *dataflow) into(f facts, name string) {
	if name != "" {
		d.set(f, name)
	}
}

// handling is what is known where an event is handled in a state.
func (d *dataflow) handling(event string, s *graph.State, f, waiting facts) facts {
	switch {
	case s.Ask != nil && (event == "reply" || isOption(s.Ask.Message.Options, event)):
		return d.answered(s, waiting)
	case s.Run != nil && d.isOutcome(s.Run.Journey, event):
		at := d.copy(waiting)
		if d.alwaysGives(s.Run.Journey, func(outcome string) bool { return outcome == event }) {
			d.into(at, s.Run.Into)
		}
		d.event.are(at, unknown)
		return at
	case s.Split != nil && isArm(s.Split, event):
		return d.copy(f)
	}
	at := d.copy(waiting)
	d.happens(at, event)
	return at
}

// happens narrows `event` down to what is handled.
func (d *dataflow) happens(f facts, event string) {
	switch {
	case strings.HasPrefix(event, "failed"):
	case event == "reply", event == "unclear", event == "exhausted", strings.HasPrefix(event, "intent."):
		d.event.are(f, messageEvents...)
	case event == "expired":
		d.event.are(f, nothing)
	case slices.Contains(d.event.types, event):
		d.event.are(f, event)
	default:
		d.event.are(f, unknown)
	}
}

func isOption(o *graph.Options, name string) bool {
	return o != nil && (o.From != nil || slices.ContainsFunc(o.List, func(p graph.Option) bool { return p.Value == name }))
}

// rules follows a list, of which the first that holds is taken: each later one knows that those before do not hold.
func (d *dataflow) rules(from int, rules []graph.Rule, f facts, w way) {
	var failed []formula // guards that look at the type of an event
	for k := range rules {
		r := &rules[k]
		at := d.copy(f)
		d.narrow(at, failed, r.When)
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
func (d *dataflow) narrow(f facts, failed []formula, when *graph.Expr) {
	if looksAtType(when) {
		failed = append(slices.Clip(failed), parsed(when))
	}
	if len(failed) == 0 {
		return
	}
	for what, of := range map[string]events{"trigger.type": d.trigger, "event.type": d.event} {
		of.exclude(f, func(t string) bool {
			is := formula{op: '=', cmp: comparison{what: what, op: "==", set: []literal{{text: `"` + t + `"`}}}}
			return all(append(slices.Clip(failed), is)...).impossible()
		})
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
