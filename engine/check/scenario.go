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
	"journey/engine/graph"
)

// Codes of what scenarios name.
const (
	CodeScenarioJourney = "scenario-journey"
	CodeScenarioEvent   = "scenario-event"
	CodeScenarioField   = "scenario-field"
	CodeScenarioState   = "scenario-state"
	CodeScenarioData    = "scenario-data"
	CodeScenarioService = "scenario-service"
	CodeScenarioArm     = "scenario-arm"
	CodeScenarioOutcome = "scenario-outcome"
	CodeScenarioIntent  = "scenario-intent"
	CodeScenarioValue   = "scenario-value"
)

// bundleNames are the journeys that scenarios may name. broken says that a file could not be read as a whole: it may have declared
// what nothing else does.
type bundleNames struct {
	units     map[string]*compile.Unit
	ids       []string
	libraries []string
	broken    bool
}

func newBundleNames(b *flow.Bundle, compiled *compile.Result) *bundleNames {
	w := &bundleNames{units: make(map[string]*compile.Unit, len(compiled.Units))}
	for _, u := range compiled.Units {
		w.units[u.Graph.ID] = u
		w.ids = append(w.ids, u.Graph.ID)
	}
	w.broken = slices.ContainsFunc(b.Files, func(f *flow.File) bool { return f.Broken }) ||
		slices.ContainsFunc(b.Libraries, func(l *flow.Library) bool { return l.Faulty })
	for _, l := range b.Libraries {
		if l.ID != nil {
			w.libraries = append(w.libraries, l.ID.Value)
		}
	}
	return w
}

// scenarioFile checks all that a file of scenarios names.
func scenarioFile(names *bundleNames, file *flow.Scenarios) []diagnostic.Finding {
	c := &scenario{names: names}
	if file.Journey == nil || file.Journey.Faulty {
		return nil
	}
	main := c.journey(file.Journey)
	if main == nil {
		return c.findings
	}
	c.live(main, file.Journeys)
	everywhere := c.units
	c.world(&file.World)
	for _, one := range file.Cases {
		c.units = everywhere
		if one.Has["journeys"] {
			c.live(main, one.Journeys)
		}
		c.world(&one.World)
		for _, s := range one.Steps {
			c.step(s)
		}
	}
	return c.findings
}

// scenario checks one file. units are the journeys that are live.
type scenario struct {
	names    *bundleNames
	units    []*compile.Unit
	findings []diagnostic.Finding
}

func (c *scenario) errorf(span diagnostic.Span, code, hint, format string, args ...any) {
	c.findings = append(c.findings, diagnostic.Finding{Span: span, Code: code, Severity: diagnostic.Error,
		Message: fmt.Sprintf(format, args...), Hint: hint})
}

// vague says that something that journeys declare was reported already, so that a name may be unknown only for that.
func (c *scenario) vague() bool {
	return c.names.broken || slices.ContainsFunc(c.units, func(u *compile.Unit) bool {
		return u.Source != nil && (u.Source.Faulty || slices.ContainsFunc(u.Source.Uses, func(s *flow.Scalar) bool {
			return !slices.Contains(c.names.libraries, s.Value)
		}))
	})
}

// unknown reports a name, with the one that was most likely meant, or what there is. Where what there is is not wholly known, a
// name like no other is let pass.
func (c *scenario) unknown(s *flow.Scalar, code string, known []string, format string, args ...any) (meant string) {
	meant = diagnostic.Suggest(s.Value, known)
	if meant == "" && c.vague() {
		return ""
	}
	hint := ""
	switch {
	case meant != "":
		hint = fmt.Sprintf("did you mean `%s`?", meant)
	case len(known) > 0 && len(known) <= 12:
		hint = "there is " + quoted(known)
	}
	c.errorf(s.Span, code, hint, format, args...)
	return meant
}

// journey finds a journey of the bundle, a misspelt one as what was meant.
func (c *scenario) journey(s *flow.Scalar) *compile.Unit {
	if s == nil || s.Faulty {
		return nil
	}
	if u := c.names.units[s.Value]; u != nil {
		return u
	}
	return c.names.units[c.unknown(s, CodeScenarioJourney, c.names.ids, "no journey is called `%s`", s.Value)]
}

// live gathers the journeys that answer in a case: the one under test, those named beside it, and all that they run.
func (c *scenario) live(main *compile.Unit, named []*flow.Scalar) {
	c.units = nil
	c.addLive(main)
	for _, s := range named {
		if u := c.journey(s); u != nil {
			c.addLive(u)
		}
	}
}

func (c *scenario) addLive(u *compile.Unit) {
	if slices.Contains(c.units, u) {
		return
	}
	c.units = append(c.units, u)
	for i := range u.Graph.States {
		if r := u.Graph.States[i].Run; r != nil && c.names.units[r.Journey] != nil {
			c.addLive(c.names.units[r.Journey])
		}
	}
}

func (c *scenario) world(w *flow.World) {
	c.stubs(w.Services)
	for _, p := range w.Arms {
		c.arm(p)
	}
}

func (c *scenario) arm(p *flow.Pair) {
	if p.Key.Value == "holdout" || p.Value == nil || p.Value.Scalar == nil || p.Value.Scalar.Faulty {
		return
	}
	experiments := map[string][]string{}
	for _, u := range c.units {
		for i := range u.Graph.States {
			if s := u.Graph.States[i].Split; s != nil {
				for _, a := range s.Arms {
					experiments[s.Experiment] = append(experiments[s.Experiment], a.Name)
				}
			}
		}
	}
	arms, ok := experiments[p.Key.Value]
	if !ok {
		c.unknown(p.Key, CodeScenarioArm, append(slices.Sorted(maps.Keys(experiments)), "holdout"), "no `split` is called `%s`", p.Key.Value)
		return
	}
	if s := p.Value.Scalar; !slices.Contains(arms, s.Value) {
		c.unknown(s, CodeScenarioArm, arms, "`%s` has no arm `%s`", p.Key.Value, s.Value)
	}
}

// stubs checks the operations that are stubbed, and that what they return is what the operation declares.
func (c *scenario) stubs(list []*flow.Pair) {
	for _, p := range list {
		if op := c.operation(p.Key); op != nil {
			c.stub(op, p.Value)
		}
	}
}

func (c *scenario) operation(s *flow.Scalar) *graph.Operation {
	if s.Faulty {
		return nil
	}
	known := map[string]bool{}
	for _, u := range c.units {
		if op := u.Operations[s.Value]; op != nil {
			return op
		}
		for name := range u.Operations {
			known[name] = true
		}
	}
	meant := c.unknown(s, CodeScenarioService, slices.Sorted(maps.Keys(known)), "no service has an operation `%s`", s.Value)
	for _, u := range c.units {
		if op := u.Operations[meant]; op != nil {
			return op
		}
	}
	return nil
}

func (c *scenario) stub(op *graph.Operation, v *flow.Value) {
	if v == nil {
		return
	}
	for _, e := range v.List {
		c.stub(op, e)
	}
	for _, p := range v.Map {
		if p.Key.Value == "return" {
			c.value(p.Value, op.Returns, fmt.Sprintf("`%s` returns", op.Name))
		}
	}
}

// value holds a written value against a type. owner begins a message about a field that is not there: "`orders.get` returns".
func (c *scenario) value(v *flow.Value, t *expression.Type, owner string) {
	if v == nil || t == nil || v.Scalar != nil && (v.Scalar.Faulty || v.Scalar.Form == flow.Null) {
		return
	}
	switch t.Kind {
	case expression.Any, expression.Event:
		return
	case expression.Object:
		c.object(v, t, owner)
		return
	case expression.List:
		if v.Scalar != nil || v.Map != nil {
			c.errorf(v.Span, CodeScenarioValue, "", "a list is wanted here")
			return
		}
		for _, e := range v.List {
			c.value(e, t.Elem, owner)
		}
		return
	}
	if v.Scalar == nil {
		c.errorf(v.Span, CodeScenarioValue, "", "this must be %s", kind(t))
		return
	}
	c.scalar(v.Scalar, t)
}

func (c *scenario) object(v *flow.Value, t *expression.Type, owner string) {
	if v.Scalar != nil || v.IsList {
		c.errorf(v.Span, CodeScenarioValue, "", "a map of fields is wanted here")
		return
	}
	var names []string
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	for _, p := range v.Map {
		i := slices.IndexFunc(t.Fields, func(f expression.Field) bool { return f.Name == p.Key.Value })
		switch {
		case i >= 0:
			c.value(p.Value, t.Fields[i].Type, fmt.Sprintf("`%s` has", p.Key.Value))
		case t.Elem == nil:
			c.unknown(p.Key, CodeScenarioField, names, "%s no `%s`", owner, p.Key.Value)
		}
	}
}

// scalar reports a value that certainly is not of a type. A number or date where a text is wanted is taken as it is written.
func (c *scenario) scalar(s *flow.Scalar, t *expression.Type) {
	number := s.Form == flow.Integer || s.Form == flow.Float
	bad := false
	switch t.Kind {
	case expression.Int:
		bad = s.Form != flow.Integer
	case expression.Number:
		bad = !number
	case expression.Bool:
		bad = s.Form != flow.Bool
	case expression.Enum:
		if bad = !slices.Contains(t.Values, s.Value); bad {
			c.unknown(s, CodeScenarioValue, t.Values, "`%s` is none of its values", s.Value)
			return
		}
	case expression.String:
	default:
		_, err := expression.Convert(s.Value, t)
		bad = err != nil
	}
	if bad {
		c.errorf(s.Span, CodeScenarioValue, "", "`%s` must be %s", s.Value, kind(t))
	}
}

// kind is a type in a message.
func kind(t *expression.Type) string {
	switch t.Kind {
	case expression.Int:
		return "a whole number"
	case expression.Number:
		return "a number"
	case expression.Bool:
		return "true or false"
	case expression.Time:
		return "a time such as 2026-03-06T09:00:00Z"
	case expression.Date:
		return "a date such as 2026-03-06"
	case expression.Clock:
		return "a clock time such as 09:00"
	case expression.Duration:
		return "a duration such as 2h"
	case expression.Phone:
		return "a phone number such as +14155550101"
	case expression.Email:
		return "an email address"
	case expression.URL:
		return "a url"
	case expression.Enum:
		return "one of " + strings.Join(t.Values, ", ")
	}
	return "a text"
}
