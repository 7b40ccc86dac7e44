package compile

import (
	"cmp"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

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
	into, typ := c.settable(r.Into)
	out.Into = into
	if typ != nil {
		c.keepResult(r.Into, child, out, typ)
	}
	return out
}

// keepResult checks that what a journey's ends give fits where it is kept; child is nil where the journey is not known.
func (c *compiler) keepResult(into *flow.Scalar, child *signature, r *graph.RunState, typ *expression.Type) {
	switch {
	case typ.Kind != expression.Object && typ.Kind != expression.Any:
		c.wrong(into, CodeInto, "give it the type object", "`%s` ends with an object of data, and `%s` is %s", r.Journey, r.Into, typ)
		return
	case child == nil:
		return
	case len(child.gives) == 0:
		c.wrong(into, CodeInto, "", "no end of `%s` gives any data", r.Journey)
		return
	}
	for _, f := range typ.Fields {
		switch {
		case child.gives[f.Name] != nil:
			if !child.mayGive(f.Name, f.Type) {
				c.wrong(into, CodeInto, "", "no end of `%s` gives a `%s` that fits: in `%s` it is %s", r.Journey, f.Name, r.Into, f.Type)
			}
		case !f.Optional:
			_, hint := nearest(f.Name, sortedKeys(child.gives))
			c.warnf(into.Span, CodeInto, hint, "no end of `%s` gives `%s`", r.Journey, f.Name)
		}
	}
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
	if c.b.signatures[s.Value] != nil {
		c.circle(s)
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
	if meant == "" || c.b.leadsBack(c.out.ID, meant, "") != nil {
		return s.Value
	}
	return meant
}

// circle reports a run that leads back to this journey, unless one that comes before it by id is told so.
func (c *compiler) circle(s *flow.Scalar) {
	if c.b.leadsBack(c.out.ID, s.Value, "") == nil {
		return
	}
	c.circular = true
	path := c.b.leadsBack(c.out.ID, s.Value, c.out.ID)
	if path == nil {
		return
	}
	hint := ""
	if len(path) > 2 {
		hint = "the way back is " + strings.Join(path, " → ")
	}
	c.wrong(s, CodeRunsItself, hint, "`%s` would run itself without end", c.out.ID)
}
