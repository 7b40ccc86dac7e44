package compile

import (
	"cmp"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// signature is what a journey shows to those that run it.
type signature struct {
	outcomes []string        // of its ends and exits, sorted
	gives    map[string]bool // the names in the data of its ends
	data     map[string]*expression.Type
	runs     []*flow.Scalar // the journeys that its states run
}

// outline gives what can be told of a journey without compiling it.
func outline(j *flow.Journey) *signature {
	sig := &signature{gives: map[string]bool{}}
	outcomes := map[string]bool{}
	for _, e := range j.Exit {
		outcomes[exitOutcome(e)] = true
	}
	for _, s := range j.States {
		if s.End != nil && s.End.Outcome != nil {
			outcomes[s.End.Outcome.Value] = true
			for _, a := range s.End.Data {
				sig.gives[a.Name.Value] = true
			}
		}
		if s.Run != nil && s.Run.Journey != nil {
			sig.runs = append(sig.runs, s.Run.Journey)
		}
	}
	sig.outcomes = sortedKeys(outcomes)
	return sig
}

// run lowers a state that runs another journey: what it is given is that journey's data, what comes back an object.
func (c *compiler) run(r *flow.Run, verb *flow.Scalar, scope *expression.Scope) *graph.RunState {
	out := &graph.RunState{Span: verb.Span}
	if r.Journey == nil {
		return out
	}
	out.Journey = c.journeyName(r.Journey)
	child := c.b.signatures[out.Journey]
	if child == nil {
		out.With = c.assigns(r.With, nil, scope)
	} else {
		out.With = c.given(r.With, child, out.Journey, scope)
		c.runs[out.Journey] = true
	}
	if r.Into == nil {
		return out
	}
	var typ *expression.Type
	out.Into, typ = c.settable(r.Into)
	switch {
	case typ != nil && typ.Kind != expression.Object && typ.Kind != expression.Any:
		c.wrong(r.Into, CodeInto, "give it the type object", "`%s` ends with an object of data, and `%s` is %s", out.Journey, out.Into, typ)
	case child != nil && len(child.gives) == 0:
		c.wrong(r.Into, CodeInto, "", "no end of `%s` gives any data", out.Journey)
	case child != nil && typ != nil:
		for _, name := range fieldNames(typ, false) {
			if !child.gives[name] {
				_, hint := nearest(name, sortedKeys(child.gives))
				c.warnf(r.Into.Span, CodeInto, hint, "no end of `%s` gives `%s`", out.Journey, name)
			}
		}
	}
	return out
}

// given lowers `with` of a run, a part of the other journey's data.
func (c *compiler) given(list []*flow.Assign, child *signature, id string, scope *expression.Scope) []graph.Assign {
	var out []graph.Assign
	names := sortedKeys(child.data)
	for _, a := range list {
		typ, ok := child.data[a.Name.Value]
		if !ok {
			meant, hint := nearest(a.Name.Value, names)
			if hint == "" && len(names) > 0 {
				hint = "its data are " + quoted(names)
			}
			c.wrong(a.Name, CodeArgument, hint, "the journey `%s` has no `%s` in its data", id, a.Name.Value)
			out = append(out, c.assign(a, cmp.Or(meant, a.Name.Value), child.data[meant], scope))
			continue
		}
		out = append(out, c.assign(a, a.Name.Value, typ, scope))
	}
	return out
}

// journeyName finds a journey to run, a misspelt one as what was meant.
func (c *compiler) journeyName(s *flow.Scalar) string {
	if path := c.b.leadsBack(c.out.ID, s.Value); path != nil {
		hint := ""
		if len(path) > 1 {
			hint = "the way back is " + strings.Join(path, " → ")
		}
		c.wrong(s, CodeRunsItself, hint, "`%s` would run itself without end", c.out.ID)
		return s.Value
	}
	if c.b.signatures[s.Value] != nil {
		return s.Value
	}
	meant, hint := nearest(s.Value, sortedKeys(c.b.signatures))
	if meant == "" {
		if c.b.broken {
			return s.Value
		}
		hint = "the journey that it runs must be in the same bundle"
	}
	c.wrong(s, CodeUnknownJourney, hint, "no journey is called `%s`", s.Value)
	if meant == "" || c.b.leadsBack(c.out.ID, meant) != nil {
		return s.Value
	}
	return meant
}

// leadsBack gives the path of runs by which a journey that runs next comes back to itself, nil where none does.
func (b *bundle) leadsBack(id, next string) []string {
	seen := map[string]bool{}
	var walk func(at string) []string
	walk = func(at string) []string {
		if at == id {
			return []string{at}
		}
		if seen[at] || b.signatures[at] == nil {
			return nil
		}
		seen[at] = true
		for _, r := range b.signatures[at].runs {
			if path := walk(r.Value); path != nil {
				return append([]string{at}, path...)
			}
		}
		return nil
	}
	path := walk(next)
	if path == nil {
		return nil
	}
	return append([]string{id}, path...)
}

// order lists journeys so that each comes after those that it runs.
func (b *bundle) order(units []*compiler) []*compiler {
	byID := make(map[string]*compiler, len(units))
	for _, c := range units {
		byID[c.out.ID] = c
	}
	var out []*compiler
	done := map[string]bool{}
	var visit func(c *compiler)
	visit = func(c *compiler) {
		if done[c.out.ID] {
			return
		}
		done[c.out.ID] = true
		for _, id := range sortedKeys(c.runs) {
			if child := byID[id]; child != nil {
				visit(child)
			}
		}
		out = append(out, c)
	}
	for _, c := range units {
		visit(c)
	}
	return out
}
