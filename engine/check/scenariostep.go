package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
)

// step checks what a step names.
func (c *scenario) step(s *flow.Step) {
	switch s.Verb.Value {
	case "event":
		c.event(s)
	case "reply":
		c.reply(s.Value)
	case "agent":
		if data := beside(s, "data"); data != nil {
			c.data(data, c.units)
		}
	case "service":
		c.stubs(s.Value.Map)
	case "expect":
		c.expect(s.Value)
	}
}

func beside(s *flow.Step, key string) *flow.Value {
	for _, p := range s.Keys {
		if p.Key.Value == key {
			return p.Value
		}
	}
	return nil
}

// event checks an event that is delivered, and the fields of its data.
func (c *scenario) event(s *flow.Step) {
	name := s.Value.Scalar
	if name == nil || name.Faulty {
		return
	}
	event := c.eventNamed(name)
	if data := beside(s, "data"); data != nil && event != "" {
		if t := c.eventType(event); t != nil {
			c.value(data, t, fmt.Sprintf("the event `%s` has", event))
		}
	}
}

// eventNamed gives an event's type, of a misspelt one the one that was meant; empty where that can't be told.
func (c *scenario) eventNamed(s *flow.Scalar) string {
	if c.eventType(s.Value) != nil || builtin[s.Value] != nil {
		return s.Value
	}
	known := map[string]bool{}
	for _, u := range c.units {
		for name := range u.Events {
			known[name] = true
		}
	}
	names := append(slices.Sorted(maps.Keys(known)), slices.Sorted(maps.Keys(builtin))...)
	return c.unknown(s, CodeScenarioEvent, names, "the event `%s` is not declared", s.Value)
}

// eventType gives the data of a declared event; what a built-in one carries is up to whoever raises it.
func (c *scenario) eventType(event string) *expression.Type {
	for _, u := range c.units {
		if t := u.Events[event]; t != nil {
			return t
		}
	}
	return nil
}

// reply warns of an intent that is declared nowhere. Where a remote classifier names them, any may come.
func (c *scenario) reply(v *flow.Value) {
	for _, p := range v.Map {
		if p.Key.Value != "intent" || p.Value.Scalar == nil || p.Value.Scalar.Faulty || p.Value.Scalar.Value == "" {
			continue
		}
		names := []string{"talk_to_human"}
		for _, u := range c.units {
			if u.Graph.Provider != "" {
				return
			}
			for i := range u.Graph.Intents {
				names = append(names, u.Graph.Intents[i].Name)
			}
		}
		if !slices.Contains(names, p.Value.Scalar.Value) {
			before := len(c.findings)
			c.unknown(p.Value.Scalar, CodeScenarioIntent, names, "no intent is called `%s`", p.Value.Scalar.Value)
			for i := before; i < len(c.findings); i++ {
				c.findings[i].Severity = diagnostic.Warning
			}
		}
	}
}

// expect checks what is expected of the conversation that `journey` names, or of any that is live.
func (c *scenario) expect(v *flow.Value) {
	of := c.units
	for _, p := range v.Map {
		if p.Key.Value == "journey" {
			of = c.expected(p.Value)
		}
	}
	for _, p := range v.Map {
		switch p.Key.Value {
		case "state":
			c.state(p.Value.Scalar, of)
		case "ended":
			c.outcome(p.Value.Scalar, of)
		case "data":
			c.data(p.Value, of)
		case "emitted":
			c.emitted(p.Value)
		}
	}
}

func (c *scenario) expected(v *flow.Value) []*compile.Unit {
	if u := c.journey(v.Scalar); u != nil {
		return []*compile.Unit{u}
	}
	return nil
}

func (c *scenario) state(s *flow.Scalar, of []*compile.Unit) {
	if s == nil || s.Faulty || len(of) == 0 {
		return
	}
	var names []string
	for _, u := range of {
		for i := range u.Graph.States {
			names = append(names, u.Graph.States[i].Name)
		}
	}
	if !slices.Contains(names, s.Value) {
		c.unknown(s, CodeScenarioState, names, "no state is called `%s`", s.Value)
	}
}

// givenOutcomes are those that no journey writes.
var givenOutcomes = []string{"holdout", "cancelled"}

func (c *scenario) outcome(s *flow.Scalar, of []*compile.Unit) {
	if s == nil || s.Faulty || len(of) == 0 {
		return
	}
	var names []string
	for _, u := range of {
		names = append(names, u.Outcomes...)
	}
	names = append(names, givenOutcomes...)
	if !slices.Contains(names, s.Value) {
		c.unknown(s, CodeScenarioOutcome, names, "nothing ends as `%s`", s.Value)
	}
}

// data checks names of a journey's data, and that their values are of its types.
func (c *scenario) data(v *flow.Value, of []*compile.Unit) {
	if len(of) == 0 {
		return
	}
	var names []string
	types := map[string]*expression.Type{}
	for _, u := range of {
		for i := range u.Graph.Data {
			d := &u.Graph.Data[i]
			names = append(names, d.Name)
			if types[d.Name] == nil {
				types[d.Name] = d.Type
			} else {
				types[d.Name] = expression.AnyType // several journeys have one
			}
		}
	}
	for _, p := range v.Map {
		switch t := types[p.Key.Value]; {
		case t == nil:
			c.unknown(p.Key, CodeScenarioData, names, "there is no `%s` in the journey's `data`", p.Key.Value)
		case !isPattern(p.Value):
			c.value(p.Value, t, fmt.Sprintf("`%s` has", p.Key.Value))
		}
	}
}

// isPattern says that an expected value is a regular expression between slashes.
func isPattern(v *flow.Value) bool {
	return v.Scalar != nil && len(v.Scalar.Value) > 1 && strings.HasPrefix(v.Scalar.Value, "/") && strings.HasSuffix(v.Scalar.Value, "/")
}

// emitted checks the types of events, and the names of their data.
func (c *scenario) emitted(v *flow.Value) {
	for _, e := range v.List {
		var event string
		var data *flow.Value
		for _, p := range e.Map {
			switch {
			case p.Key.Value == "type" && p.Value.Scalar != nil && !p.Value.Scalar.Faulty:
				event = c.eventNamed(p.Value.Scalar)
			case p.Key.Value == "data":
				data = p.Value
			}
		}
		t := c.eventType(event)
		if t == nil || data == nil || t.Elem != nil {
			continue
		}
		var names []string
		for _, f := range t.Fields {
			names = append(names, f.Name)
		}
		for _, p := range data.Map {
			if !slices.Contains(names, p.Key.Value) {
				c.unknown(p.Key, CodeScenarioField, names, "the event `%s` has no `%s`", event, p.Key.Value)
			}
		}
	}
}
