package flow

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

func (r *reader) states(f field) []*State {
	n := r.follow(f.node)
	list := r.entries(f, "names with their states")
	if n != nil && n.Kind == yaml.MappingNode && len(list) == 0 {
		r.report(f.key.Span, CodeMissingValue, "`states` has no state", "")
	}
	states := make([]*State, 0, len(list))
	for _, f := range list {
		if name, _, brace := strings.Cut(f.name, " {"); brace && snakeCase.MatchString(name) {
			r.report(f.key.Span, CodeSyntax, fmt.Sprintf("`%s` lacks its colon", name), fmt.Sprintf("a state is written `%s: { … }`", name))
			key := *f.key
			key.Value = name
			states = append(states, &State{Name: &key, Span: key.Span, Faulty: true})
			continue
		}
		states = append(states, r.state(f))
	}
	return states
}

func (r *reader) state(f field) *State {
	faulty := r.watch()
	s := &State{Name: r.id(f.key, "a state's name", snakeCase), Span: r.spanOf(f.node)}
	list := r.fields(f, stateShape)
	if n := r.follow(f.node); n != nil && n.Kind == yaml.MappingNode {
		r.verbsOf(s, list, faulty())
	}
	for _, f := range list {
		r.stateKey(s, f, list)
	}
	s.Faulty = faulty()
	return s
}

// verbsOf finds a state's verbs, of which there may be one, and reports keys beside them that none of them has.
// uncertain says that a key was misspelt, which may have been the verb.
func (r *reader) verbsOf(s *State, list []field, uncertain bool) {
	for _, f := range list {
		if !slices.Contains(verbNames, f.name) {
			continue
		}
		s.Verbs = append(s.Verbs, f.key)
		if len(s.Verbs) == 2 {
			first := s.Verbs[0]
			r.report(f.key.Span, CodeTwoVerbs, fmt.Sprintf("a state does one thing: `%s` already, so `%s` wants a state of its own", first.Value, f.name),
				"", diagnostic.Related{Span: first.Span, Message: "the first one"})
		}
	}
	if len(s.Verbs) == 0 && uncertain {
		return
	}
	for _, f := range list {
		if owners := ownersOf(f.name, verbs); len(owners) > 0 && !r.hasOwner(s, owners) {
			r.report(f.key.Span, CodeMisplacedKey, fmt.Sprintf("`%s` belongs beside %s", f.name, quotedOr(owners)), besideHint(s))
		}
	}
}

func besideHint(s *State) string {
	if len(s.Verbs) == 0 {
		return "this state has no verb"
	}
	name := s.Verbs[0].Value
	for _, v := range verbs {
		if v.name == name && len(v.beside) > 0 {
			return fmt.Sprintf("beside `%s` may stand: %s", name, strings.Join(v.beside, ", "))
		}
	}
	return fmt.Sprintf("`%s` takes no keys beside it", name)
}

func (r *reader) hasOwner(s *State, owners []string) bool {
	return slices.ContainsFunc(s.Verbs, func(v *Scalar) bool { return slices.Contains(owners, v.Value) })
}

// ownersOf are the verbs that a key stands beside.
func ownersOf(key string, verbs []verb) []string {
	var owners []string
	for _, v := range verbs {
		if slices.Contains(v.beside, key) {
			owners = append(owners, v.name)
		}
	}
	return owners
}

func quotedOr(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	if last := len(quoted) - 1; last > 0 {
		return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
	}
	return quoted[0]
}

func (r *reader) stateKey(s *State, f field, all []field) {
	switch f.name {
	case "ask":
		s.Ask = r.ask(f, all)
	case "call":
		s.Call = r.call(f, all)
	case "handoff":
		s.Handoff = r.handoff(f)
	case "split":
		s.Split = r.split(f, all)
	case "verify":
		s.Verify = r.verify(f, all)
	case "run":
		s.Run = r.run(f, all)
	case "end":
		s.End = r.end(f, all)
	case "to":
		s.To = r.target(f)
	case "on":
		s.On = r.handlers(f)
	case "after":
		s.After = r.timers(f)
	case "at":
		s.At = r.moments(f)
	default:
		r.effect(&s.Effects, f)
	}
}

// effect reads one of set, consent, say, emit and via; other keys are none of its business.
func (r *reader) effect(e *Effects, f field) {
	switch f.name {
	case "set":
		e.Set = r.assigns(f, "names with expressions")
	case "consent":
		e.Consent = r.consent(f)
	case "say":
		e.Say = r.messages(f)
	case "emit":
		e.Emit = r.emit(f)
	case "via":
		e.Via = r.channels(r.oneOrMore(f, "channels"))
	}
}

func (r *reader) emit(f field) *Emit {
	e := &Emit{Span: f.key.Span}
	for _, f := range r.fields(f, emitShape) {
		switch f.name {
		case "type":
			e.Type = r.name(f)
		case "data":
			e.HasData = f.key
			e.Data = r.assigns(f, "names with expressions")
		}
	}
	return e
}

func (r *reader) consent(f field) []*ConsentChange {
	const want = "a list of purposes, or `none`"
	var list []*ConsentChange
	for _, f := range r.entries(f, "channels with their purposes") {
		c := &ConsentChange{Channel: r.channel(f.key)}
		list = append(list, c)
		n := r.value(f, want)
		switch {
		case n == nil:
		case n.Kind == yaml.ScalarNode && n.Value == "none":
			c.None = r.newScalar(n)
		case n.Kind == yaml.SequenceNode:
			for _, e := range r.elements(f, n) {
				c.Purposes = append(c.Purposes, r.purpose(r.scalar(e, want)))
			}
		default:
			r.wrongKind(f, n, want)
		}
	}
	return list
}

// target is a state's name, a rule, or a list of either.
func (r *reader) target(f field) *Target {
	const want = "a state's name, a rule or a list of rules"
	t := &Target{Span: r.spanOf(f.node)}
	faulty := r.watch()
	switch n := r.value(f, want); {
	case n == nil:
	case n.Kind == yaml.SequenceNode:
		t.IsList = true
		if len(n.Content) == 0 {
			r.report(f.key.Span, CodeMissingValue, fmt.Sprintf("`%s` has no rule", f.name), "it wants "+want)
		}
		for _, e := range r.elements(f, n) {
			t.Rules = append(t.Rules, r.rule(e))
		}
	default:
		t.Rules = []*Rule{r.rule(f)}
	}
	t.Faulty = faulty()
	return t
}

func (r *reader) rule(f field) *Rule {
	rule := &Rule{Span: r.spanOf(f.node)}
	faulty := r.watch()
	switch n := r.value(f, "a state's name or a rule"); {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		rule.To = r.newScalar(n)
	default:
		for _, f := range r.fields(f, ruleShape) {
			r.ruleKey(rule, f)
		}
	}
	rule.Faulty = faulty()
	return rule
}

func (r *reader) ruleKey(rule *Rule, f field) {
	switch f.name {
	case "when":
		rule.When = r.expression(f)
	case "to":
		rule.To = r.name(f)
	default:
		r.effect(&rule.Effects, f)
	}
}

func (r *reader) handlers(f field) []*Handler {
	var list []*Handler
	for _, f := range r.entries(f, "names of events with where they lead") {
		list = append(list, &Handler{Name: f.key, Target: r.target(f)})
	}
	return list
}

// timers are handlers whose names are durations.
func (r *reader) timers(f field) []*Handler {
	var list []*Handler
	for _, f := range r.entries(f, "durations with where they lead") {
		r.checkDuration(f.key)
		list = append(list, &Handler{Name: f.key, Target: r.target(f)})
	}
	return list
}

func (r *reader) moments(f field) []*Moment {
	var list []*Moment
	for _, e := range r.list(f, "rules with a `time`") {
		m := &Moment{Rule: Rule{Span: r.spanOf(e.node)}}
		faulty := r.watch()
		for _, f := range r.fields(e, momentShape) {
			switch f.name {
			case "time":
				m.Time = r.expression(f)
			case "between":
				m.Between = r.window(f)
			default:
				r.ruleKey(&m.Rule, f)
			}
		}
		m.Faulty = faulty()
		list = append(list, m)
	}
	return list
}
