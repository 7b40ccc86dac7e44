package compile

import (
	"fmt"
	"strconv"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/schedule"
)

// state finds the state that a key names. A misspelt one is taken for the one that was most likely meant.
func (c *compiler) state(s *flow.Scalar, from string) graph.StateIndex {
	if i, ok := c.states[s.Value]; ok {
		return i
	}
	if len(c.stateNames) == 0 { // reported already
		return graph.Unresolved
	}
	meant, hint := nearest(s.Value, c.stateNames)
	if meant == "" && len(c.stateNames) <= 12 {
		hint = "the states are " + quoted(c.stateNames)
	}
	c.wrong(s, CodeUnknownState, hint, "%s names the state `%s`, which this journey does not have", from, s.Value)
	if meant == "" {
		return graph.Unresolved
	}
	return c.states[meant]
}

// rules lowers a target. Rules of a list are numbered, a single one has the id alone. A rule whose channel may not be used
// does not hold, so one with several channels becomes a rule for each.
func (c *compiler) rules(t *flow.Target, id string, numbered bool, scope *expression.Scope) []graph.Rule {
	if t == nil {
		return nil
	}
	out := make([]graph.Rule, 0, len(t.Rules))
	for i, r := range t.Rules {
		name := id
		if numbered || t.IsList {
			name = index(id, i)
		}
		rule := c.rule(r, name, scope)
		out = append(out, rule)
		for _, via := range channelList(r.Via)[min(1, len(r.Via)):] {
			rule.Via, rule.ID = via, name+"."+string(via)
			out = append(out, rule)
		}
	}
	return out
}

// index numbers a rule of a list: "look_up.to[1]".
func index(id string, i int) string { return id + "[" + strconv.Itoa(i) + "]" }

func (c *compiler) rule(r *flow.Rule, id string, scope *expression.Scope) graph.Rule {
	out := graph.Rule{ID: id, When: c.guard(r.When, scope), To: graph.NoState, Span: r.Span}
	e := c.effects(&r.Effects, scope)
	out.Set, out.Consent, out.Say, out.Emit = e.Set, e.Consent, e.Say, e.Emit
	if len(e.Via) > 0 {
		out.Via = e.Via[0]
	}
	if r.To != nil {
		out.To = c.state(r.To, "a rule")
	}
	return out
}

// to lowers a state's `to`, which must lead somewhere whatever holds.
func (c *compiler) to(t *flow.Target, id string, scope *expression.Scope) []graph.Rule {
	rules := c.rules(t, id+".to", false, scope)
	if n := len(rules); n > 0 && rules[n-1].When != nil && !t.Faulty {
		c.errorf(t.Span, CodeLastRule, "end it with a rule that has only `to: <state>`",
			"where no `when` of this `to` holds there is no way on: its last rule may not have a `when`")
	}
	return rules
}

// moments lowers `at`.
func (c *compiler) moments(list []*flow.Moment, id string, scope *expression.Scope) []graph.Moment {
	var out []graph.Moment
	for i, m := range list {
		name := index(id+".at", i)
		lowered := graph.Moment{ID: name, Time: c.moment(m.Time, scope), Rule: c.rule(&m.Rule, name, scope), Span: m.Span}
		if len(m.Via) > 1 {
			c.wrong(m.Via[1], CodeManyChannels, "say one channel here, or go to a state with this `via`", "a rule of `at` goes on on one channel")
		}
		if m.Between != nil {
			if w, err := schedule.ParseWindow(m.Between.Value); err == nil {
				lowered.Between = &w
			}
		}
		out = append(out, lowered)
	}
	return out
}

// timers lowers `after`, the ones that cannot be read left out.
func (c *compiler) timers(list []*flow.Handler, prefix string, scope *expression.Scope) []graph.Timer {
	var out []graph.Timer
	for _, h := range list {
		id := prefix + h.Name.Value
		after, err := schedule.ParseDuration(h.Name.Value)
		rules := c.rules(h.Target, id, true, scope)
		if err == nil {
			out = append(out, graph.Timer{ID: id, After: after, Rules: rules, Span: h.Name.Span})
		}
	}
	return out
}

// effects are what a state or a rule does before it goes on.
type effects struct {
	Set     []graph.Assign
	Consent []graph.ConsentChange
	Say     []graph.Message
	Emit    *graph.Emit
	Via     []policy.Channel
}

func (c *compiler) effects(e *flow.Effects, scope *expression.Scope) effects {
	out := effects{Say: c.messages(e.Say, scope), Emit: c.emit(e.Emit, scope), Via: channelList(e.Via)}
	for _, a := range e.Set {
		name, typ := c.settable(a.Name)
		out.Set = append(out.Set, c.assign(a, name, typ, scope))
	}
	for _, change := range e.Consent {
		lowered := graph.ConsentChange{Channel: policy.Channel(change.Channel.Value), Span: change.Channel.Span}
		for _, p := range change.Purposes {
			lowered.Purposes = append(lowered.Purposes, policy.Purpose(p.Value))
		}
		out.Consent = append(out.Consent, lowered)
	}
	return out
}

func (c *compiler) emit(e *flow.Emit, scope *expression.Scope) *graph.Emit {
	if e == nil || e.Type == nil {
		return nil
	}
	out := &graph.Emit{Type: e.Type.Value, Span: e.Span}
	ev := c.defs.events[e.Type.Value]
	if ev == nil {
		names := sortedKeys(c.defs.events)
		meant, hint := nearest(e.Type.Value, names)
		if hint == "" {
			hint = "declare it in `events`, here or in a library"
		}
		if meant != "" || !c.incomplete {
			c.wrong(e.Type, CodeUnknownEvent, hint, "the event `%s` is not declared", e.Type.Value)
		}
		if ev = c.defs.events[meant]; ev == nil {
			out.Data = c.assigns(e.Data, nil, scope)
			return out
		}
		out.Type = meant
	}
	c.named.events[out.Type] = true
	out.Data = c.arguments(e.Data, ev.Data, scope, arguments{of: fmt.Sprintf("the event `%s`", out.Type), verb: "has", missing: or(e.HasData, e.Type).Span})
	return out
}
