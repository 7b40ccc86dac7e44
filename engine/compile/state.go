package compile

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// lowerState lowers one state: what it does, its verb, and the ways on.
func (c *compiler) lowerState(s *flow.State) graph.State {
	name := s.Name.Value
	out := graph.State{Name: name, Span: s.Name.Span}
	entered := c.effects(&s.Effects, c.scope)
	out.Set, out.Consent, out.Say, out.Emit, out.Via = entered.Set, entered.Consent, entered.Say, entered.Emit, entered.Via
	w, scope := c.verb(s, &out)
	var handled map[string]bool
	out.On, handled = c.handlers(s.On, name+".on.", w, scope)
	out.To = c.to(s.To, name, scope)
	out.After = c.timers(s.After, name+".after.", scope)
	out.At = c.moments(s.At, name, scope)
	c.ways(s, &out, handled)
	return out
}

// verb lowers a state's verb. It gives the names that its `on` may have, and what the rules after it see.
func (c *compiler) verb(s *flow.State, out *graph.State) (waits, *expression.Scope) {
	w, scope := waits{where: "this state"}, c.scope
	if len(s.Verbs) == 0 {
		if s.Faulty { // its verb may be misspelt
			w.names, w.open = journeyWaits.names, true
		}
		return w, scope
	}
	key := s.Verbs[0]
	switch {
	case s.Ask != nil:
		out.Ask = c.ask(s.Ask, scope)
		values, all := optionValues(out.Ask)
		w.names, w.open = slices.Concat(values, verbNames["ask"]), !all || s.Faulty && len(values) == 0
	case s.Call != nil:
		var op *graph.Operation
		out.Call, op = c.call(s.Call, key, scope)
		w.names, w.calls = verbNames["call"], true
		if op != nil {
			scope = scope.With(map[string]*expression.Type{"result": op.Returns})
		}
	case s.Handoff != nil:
		out.Handoff = c.handoff(s.Handoff, scope)
		w.names = verbNames["handoff"]
	case s.Split != nil:
		out.Split = c.split(s.Split, key)
		for _, a := range out.Split.Arms {
			w.names = append(w.names, a.Name)
		}
	case s.Verify != nil:
		out.Verify = c.verify(s.Verify, key, scope)
		w.names = verbNames["verify"]
	case s.Run != nil:
		out.Run = c.run(s.Run, key, scope)
		child := c.b.signatures[out.Run.Journey]
		if child == nil {
			w.open = true
			break
		}
		w.names = child.outcomes
		scope = scope.With(map[string]*expression.Type{"outcome": enumOf(child.outcomes...), "result": child.result()})
	case s.End != nil:
		out.End = c.end(s.End, key, scope)
	}
	for _, other := range s.Verbs[1:] { // reported already: either may be meant
		w.names, w.open = slices.Concat(w.names, verbNames[other.Value]), true
	}
	return w, scope
}

// optionValues are the values that a reply to a question may have, as `on` names them; all is false where more are made at run time.
func optionValues(a *graph.Ask) (values []string, all bool) {
	o := a.Message.Options
	switch {
	case o == nil:
		return nil, true
	case o.From != nil:
		if o.Value != nil {
			values = o.Value.Checked.Type.Values
		}
		return values, len(values) > 0
	}
	for _, option := range o.List {
		values = append(values, option.Value)
	}
	return values, true
}

// ways reports a state, or an outcome of its verb, that nothing leads on from.
func (c *compiler) ways(s *flow.State, out *graph.State, handled map[string]bool) {
	if len(s.Verbs) > 1 || s.Faulty || handled[unknownName] {
		return
	}
	at := s.Name.Span
	leads := s.To != nil
	if out.Handoff != nil {
		if !handled["agent.resolved"] && !c.resolved {
			c.errorf(at, CodeNoWayOn, "add `on: { agent.resolved: <state> }`", "`%s` hands over to an agent and does not say what follows when it is done: `agent.resolved` must be handled", out.Name)
		}
		return
	}
	if !leads && len(s.On) == 0 && len(s.After) == 0 && len(s.At) == 0 && len(s.Verbs) == 0 {
		c.errorf(at, CodeNoWayOn, "add `to`, `on`, `after` or `at`, or `end` if the journey is over here", "nothing leads on from `%s`", out.Name)
		return
	}
	if leads {
		return
	}
	switch {
	case out.Ask != nil:
		c.answerWays(out, handled, s)
	case out.Call != nil:
		c.errorf(at, CodeOutcome, "add `to: <state>`", "`%s` does not say where it goes once the call is done", out.Name)
	case out.Split != nil:
		var arms []string
		for _, a := range out.Split.Arms {
			arms = append(arms, a.Name)
		}
		c.unhandled(s, arms, handled, "the arm")
	case out.Verify != nil:
		c.unhandled(s, []string{"verified"}, handled, "the outcome")
	case out.Run != nil:
		if child := c.b.signatures[out.Run.Journey]; child != nil && s.Run.Journey.Value == out.Run.Journey {
			c.unhandled(s, child.outcomes, handled, "the outcome")
		}
	}
}

// answerWays looks at a question without `to`: each option, or any reply, must lead somewhere.
func (c *compiler) answerWays(out *graph.State, handled map[string]bool, s *flow.State) {
	if handled["reply"] {
		return
	}
	o := out.Ask.Message.Options
	if o == nil || o.From != nil {
		c.errorf(s.Name.Span, CodeOutcome, "add `to: <state>`", "`%s` does not say where it goes once it is answered", out.Name)
		return
	}
	values, _ := optionValues(out.Ask)
	c.unhandled(s, values, handled, "the option")
}

func (c *compiler) unhandled(s *flow.State, names []string, handled map[string]bool, what string) {
	var missing []string
	for _, name := range names {
		if !handled[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return
	}
	verb := "has"
	if len(missing) > 1 {
		what, verb = what+"s", "have"
	}
	c.errorf(s.Name.Span, CodeOutcome, "add it to `on`, or add a `to` for all that `on` does not name",
		"%s %s of `%s` %s no way on", what, quoted(missing), s.Name.Value, verb)
}

// quoted lists names in a message: `a`, `b` and `c`.
func quoted(names []string) string {
	var b strings.Builder
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString("`" + n + "`")
	}
	return b.String()
}
