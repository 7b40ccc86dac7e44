package check

import (
	"slices"
	"strings"

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
	seeds    facts // on entry
	first    facts // where the customer's first message escalates; nil where none can
	in       []facts
	any      facts // in whatever state it waits
	auto     facts
	links    []link // ways with what is known on them; kept where keep is set
	keep     bool
	moved    bool
	ruledOut map[*graph.Rule]facts // see narrow
	walk     *reader               // where set, expressions are held against what is known
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
	d := &dataflow{journey: j, ruledOut: map[*graph.Rule]facts{}}
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

// isOption says that a name in `on` is a value that a reply may have. Those of a list made at run time are all that mean nothing else.
func isOption(o *graph.Options, name string) bool {
	switch {
	case o == nil:
		return false
	case o.From != nil:
		return !strings.Contains(name, ".") && name != "unclear" && name != "exhausted"
	}
	return slices.ContainsFunc(o.List, func(p graph.Option) bool { return p.Value == name })
}
