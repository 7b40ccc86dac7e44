package check

import (
	"fmt"
	"maps"
	"slices"

	"journey/engine/compile"
	"journey/engine/diagnostic"
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
