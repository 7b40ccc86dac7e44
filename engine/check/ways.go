package check

import (
	"slices"
	"strings"

	"journey/engine/graph"
	"journey/engine/policy"
)

// wayKind is how a conversation comes to take a way.
type wayKind uint8

const (
	onward    wayKind = iota // `to`
	handled                  // a rule of `on`
	timed                    // a timer
	moment                   // `at`
	escalated                // an escalation
	defaulted                // nothing handles an event, whose default is the fallback
)

// way leads from one state, or from any, to another.
type way struct {
	kind  wayKind
	event string // of `on` or a default: its name; of a timer: its duration
	to    graph.StateIndex
	rule  *graph.Rule // nil for escalations and defaults
}

// findWays lists the ways on from every state, those that the language adds included.
func (j *journey) findWays() {
	j.ways = make([][]way, len(j.States))
	for i := range j.States {
		var list []way
		eachRule(&j.States[i], func(r *graph.Rule, kind wayKind, event string) {
			list = j.addWay(list, way{kind: kind, event: event, to: r.To, rule: r})
		})
		for _, event := range j.defaults(graph.StateIndex(i)) {
			list = j.addWay(list, way{kind: defaulted, event: event, to: j.Fallback})
		}
		j.ways[i] = list
		j.vague = j.vague || j.shaky[i] // a misspelt key may have been another way on
	}
	for i := range j.On {
		for k := range j.On[i].Rules {
			r := &j.On[i].Rules[k]
			j.anywhere = j.addWay(j.anywhere, way{kind: handled, event: j.On[i].Event, to: r.To, rule: r})
		}
	}
	for i := range j.After {
		for k := range j.After[i].Rules {
			r := &j.After[i].Rules[k]
			j.anywhere = j.addWay(j.anywhere, way{kind: timed, event: timerName(&j.After[i]), to: r.To, rule: r})
		}
	}
	for i := range j.Escalations {
		j.anywhere = j.addWay(j.anywhere, way{kind: escalated, to: j.Escalations[i].To})
	}
	if src := j.unit.Source; src != nil {
		for _, h := range slices.Concat(src.On, src.After) {
			j.shakyOn = j.shakyOn || h.Target.Faulty
		}
		j.vague = j.vague || j.shakyOn
	}
}

func (j *journey) addWay(list []way, w way) []way {
	switch {
	case w.to == graph.Unresolved:
		j.vague = true
	case w.to >= 0:
		return append(list, w)
	}
	return list
}

// defaults are the events that a state may raise, that nothing surely handles, and whose default is the fallback.
func (j *journey) defaults(i graph.StateIndex) []string {
	s := &j.States[i]
	var events []string
	raise := func(event string) {
		if !certain(handler(s.On, event)) && !certain(handler(j.On, event)) {
			events = append(events, event)
		}
	}
	switch {
	case s.End != nil:
		return nil
	case s.Ask != nil:
		raise("exhausted")
	case s.Call != nil && !certain(handler(s.On, "failed")):
		events = append(events, "failed")
	case s.Verify != nil:
		raise("expired")
		raise("exhausted")
	}
	if i == j.Fallback {
		return events
	}
	if sends(s) {
		raise("message.blocked")
		raise("message.failed")
	}
	if s.Ask == nil && s.Handoff == nil && s.Run == nil && j.waiting(s) && !j.hears(s) {
		raise("message.unhandled")
	}
	return events
}

// hears says that every message of the customer is handled outside a question.
func (j *journey) hears(s *graph.State) bool {
	for _, list := range [][]graph.Handler{s.On, j.On} {
		if certain(handler(list, "reply")) {
			return true
		}
		if !slices.ContainsFunc(policy.Channels, func(c policy.Channel) bool { return !certain(handler(list, string(c)+".message")) }) {
			return true
		}
	}
	return false
}

// reach finds the states that some way leads to. The fallback, and what conversations of older versions move to, are ways in.
func (j *journey) reach() {
	j.reached = make([]bool, len(j.States))
	var todo []graph.StateIndex
	visit := func(i graph.StateIndex) {
		if i >= 0 && !j.reached[i] {
			j.reached[i] = true
			todo = append(todo, i)
		}
	}
	visit(j.Initial)
	visit(j.Fallback)
	for _, m := range j.Migrate.Moves {
		if i, ok := j.State(m.To); ok {
			visit(i)
		}
	}
	global := false
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, w := range j.ways[i] {
			visit(w.to)
		}
		if !global && j.waiting(&j.States[i]) {
			global = true
			for _, w := range j.anywhere {
				visit(w.to)
			}
		}
	}
}

// timerName is a timer's duration as it is written.
func timerName(t *graph.Timer) string {
	name := t.ID
	if i := strings.LastIndex(name, "after."); i >= 0 {
		name = name[i+len("after."):]
	}
	name, _, _ = strings.Cut(name, "[")
	return name
}
