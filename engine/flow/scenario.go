package flow

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

func (r *reader) scenarios(list []field, file *File) *Scenarios {
	s := &Scenarios{File: file, World: World{Has: map[string]bool{}}}
	for _, f := range r.known(list, scenariosShape, r.first()) {
		switch f.name {
		case "scenarios":
			s.Journey = r.scalar(f, "a journey's id")
		case "cases":
			for _, e := range r.list(f, "cases") {
				s.Cases = append(s.Cases, r.scenario(e))
			}
		default:
			r.world(&s.World, f)
		}
	}
	return s
}

func (r *reader) scenario(f field) *Case {
	c := &Case{World: World{Has: map[string]bool{}}, Span: r.spanOf(f.node)}
	for _, f := range r.fields(f, caseShape) {
		switch f.name {
		case "name":
			c.Name = r.text(f)
		case "steps":
			for _, e := range r.list(f, "steps") {
				if step := r.step(e); step != nil {
					c.Steps = append(c.Steps, step)
				}
			}
		default:
			r.world(&c.World, f)
		}
	}
	return c
}

func (r *reader) world(w *World, f field) {
	w.Has[f.name] = true
	switch f.name {
	case "clock":
		w.Clock = r.moment(f)
	case "contact":
		w.Contact = r.contact(f)
	case "services":
		w.Services = r.stubs(f)
	case "providers":
		w.Providers = r.providers(f)
	case "arms":
		w.Arms = r.arms(f)
	case "journeys":
		w.Journeys = r.scalars(f, "journey ids")
	}
}

func (r *reader) contact(f field) *Value {
	v := &Value{Span: r.spanOf(f.node)}
	for _, f := range r.fields(f, contactShape) {
		pair := &Pair{Key: f.key}
		switch f.name {
		case "consent":
			pair.Value = r.consentRecords(f)
		case "attributes":
			pair.Value = r.mapOf(f, "names with values")
		case "opted_out":
			pair.Value = r.free(f)
		case "timezone":
			s := r.zone(f)
			pair.Value = &Value{Scalar: s, Span: s.Span}
		default:
			s := r.text(f)
			pair.Value = &Value{Scalar: s, Span: s.Span}
		}
		v.Map = append(v.Map, pair)
	}
	return v
}

// mapOf reads a map of free values.
func (r *reader) mapOf(f field, want string) *Value {
	v := &Value{Span: r.spanOf(f.node)}
	for _, f := range r.entries(f, want) {
		v.Map = append(v.Map, &Pair{Key: f.key, Value: r.free(f)})
	}
	return v
}

// consentRecords are channels with the purposes that are consented to.
func (r *reader) consentRecords(f field) *Value {
	v := &Value{Span: r.spanOf(f.node)}
	for _, f := range r.entries(f, "channels with their purposes") {
		list := &Value{IsList: true, Span: r.spanOf(f.node)}
		for _, s := range r.scalars(f, "purposes") {
			list.List = append(list.List, &Value{Scalar: r.purpose(s), Span: s.Span})
		}
		v.Map = append(v.Map, &Pair{Key: r.channel(f.key), Value: list})
	}
	return v
}

// stubs are operations with what they answer.
func (r *reader) stubs(f field) []*Pair {
	var list []*Pair
	for _, f := range r.entries(f, "operations with what they answer") {
		list = append(list, &Pair{Key: f.key, Value: r.stub(f)})
	}
	return list
}

// stub is one answer, or a list that is used call by call.
func (r *reader) stub(f field) *Value {
	if n := r.follow(f.node); n != nil && n.Kind == yaml.SequenceNode {
		v := &Value{IsList: true, Span: r.spanOf(f.node)}
		for _, e := range r.elements(f, n) {
			v.List = append(v.List, r.stub(e))
		}
		return v
	}
	v := &Value{Span: r.spanOf(f.node)}
	list := r.fields(f, stubShape)
	for _, f := range list {
		v.Map = append(v.Map, &Pair{Key: f.key, Value: r.answer(f)})
	}
	if len(list) > 1 {
		r.report(list[1].key.Span, CodeTwoVerbs, fmt.Sprintf("a stub answers in one way: `%s` already", list[0].name), "",
			diagnostic.Related{Span: list[0].key.Span, Message: "the first one"})
	}
	return v
}

func (r *reader) answer(f field) *Value {
	switch f.name {
	case "fail":
		s := r.scalar(f, "a status such as 503")
		if !s.Faulty && (s.Form != Integer || len(s.Value) != 3) {
			r.complain(s, CodeBadNumber, fmt.Sprintf("`fail` wants a status such as 503, not %s", written(s)), "")
		}
		return &Value{Scalar: s, Span: s.Span}
	case "timeout":
		s := r.flag(f)
		return &Value{Scalar: s, Span: s.Span}
	default:
		return r.free(f)
	}
}

func (r *reader) providers(f field) []*Pair {
	var list []*Pair
	for _, f := range r.entries(f, "channels with `up` or `down`") {
		s := r.oneOf(r.scalar(f, "`up` or `down`"), "state of a provider", []string{"up", "down"})
		list = append(list, &Pair{Key: r.channel(f.key), Value: &Value{Scalar: s, Span: s.Span}})
	}
	return list
}

func (r *reader) arms(f field) []*Pair {
	var list []*Pair
	for _, f := range r.entries(f, "experiments with their arms") {
		s := r.name
		if f.name == "holdout" {
			s = r.flag
		}
		value := s(f)
		list = append(list, &Pair{Key: f.key, Value: &Value{Scalar: value, Span: value.Span}})
	}
	return list
}

// step reads a step; nil where it has no verb.
func (r *reader) step(f field) *Step {
	s := &Step{Span: r.spanOf(f.node)}
	list := r.entries(f, "a step")
	verb := r.stepVerb(list)
	if verb == nil {
		if len(list) > 0 {
			r.strayStep(list)
		}
		return nil
	}
	s.Verb = list[slices.IndexFunc(list, func(f field) bool { return f.name == verb.name })].key
	for _, f := range list {
		switch {
		case f.name == verb.name:
			s.Value = r.stepValue(f)
		case slices.Contains(verb.beside, f.name):
			s.Keys = append(s.Keys, &Pair{Key: f.key, Value: r.besideStep(f)})
		default:
			r.strayStepKey(f, s, verb)
		}
	}
	return s
}

// stepVerb is the verb of the first key that is one.
func (r *reader) stepVerb(list []field) *verb {
	for _, f := range list {
		for i := range steps {
			if steps[i].name == f.name {
				return &steps[i]
			}
		}
	}
	return nil
}

// strayStep reports a step without a verb at the key that may have been meant as one.
func (r *reader) strayStep(list []field) {
	names := stepNames()
	stray := list[0]
	for _, f := range list {
		if diagnostic.Suggest(f.name, names) != "" {
			stray = f
			break
		}
	}
	r.report(stray.key.Span, CodeUnknownKey, fmt.Sprintf("there is no step `%s`", stray.name), didYouMeanOr(stray.name, names))
}

func stepNames() []string {
	names := make([]string, len(steps))
	for i, v := range steps {
		names[i] = v.name
	}
	return names
}

func (r *reader) strayStepKey(f field, s *Step, verb *verb) {
	first := diagnostic.Related{Span: s.Verb.Span, Message: "the first one"}
	if slices.Contains(stepNames(), f.name) {
		r.report(f.key.Span, CodeTwoVerbs, fmt.Sprintf("a step does one thing: `%s` already, so `%s` wants a step of its own", verb.name, f.name),
			"begin it with a `- `", first)
		return
	}
	hint := fmt.Sprintf("`%s` takes no keys beside it", verb.name)
	if len(verb.beside) > 0 {
		hint = strings.TrimSpace(didYouMean(f.name, verb.beside) + fmt.Sprintf(" beside `%s` may stand: %s", verb.name, strings.Join(verb.beside, ", ")))
	}
	if owners := ownersOf(f.name, steps); len(owners) > 0 {
		r.report(f.key.Span, CodeMisplacedKey, fmt.Sprintf("`%s` belongs beside %s", f.name, quotedOr(owners)), hint)
		return
	}
	r.report(f.key.Span, CodeUnknownKey, fmt.Sprintf("a step with `%s` has no key `%s`", verb.name, f.name), hint)
}

func (r *reader) stepValue(f field) *Value {
	var s *Scalar
	switch f.name {
	case "event":
		s = r.scalar(f, "an event's type")
	case "reply":
		return r.reply(f)
	case "link":
		s = r.oneOf(r.scalar(f, "`open`"), "action on a link", []string{"open"})
	case "wait":
		s = r.duration(f)
	case "until":
		s = r.moment(f)
	case "receipt":
		s = r.oneOf(r.scalar(f, "`delivered` or `failed`"), "receipt", receipts)
	case "agent":
		s = r.oneOf(r.scalar(f, "what the agent does"), "action of an agent", agentActions)
	case "provider":
		return &Value{Map: r.providers(f), Span: r.spanOf(f.node)}
	case "service":
		return &Value{Map: r.stubs(f), Span: r.spanOf(f.node)}
	default:
		return r.expect(f)
	}
	return &Value{Scalar: s, Span: s.Span}
}

func (r *reader) besideStep(f field) *Value {
	switch f.name {
	case "data":
		return r.mapOf(f, "names with values")
	case "via":
		s := r.channel(r.scalar(f, "a channel"))
		return &Value{Scalar: s, Span: s.Span}
	default:
		s := r.text(f)
		return &Value{Scalar: s, Span: s.Span}
	}
}

// reply is a text, or one with what is understood by it.
func (r *reader) reply(f field) *Value {
	n := r.follow(f.node)
	if n == nil || n.Kind != yaml.MappingNode || isBraces(n) {
		s := r.scalar(f, "a text, or a map with `text`")
		return &Value{Scalar: s, Span: s.Span}
	}
	v := &Value{Span: r.spanOf(f.node)}
	for _, f := range r.fields(f, replyShape) {
		s := r.text(f)
		switch f.name {
		case "confidence":
			r.number(s, f.name, 0, 1)
		case "sentiment":
			r.number(s, f.name, -1, 1)
		}
		v.Map = append(v.Map, &Pair{Key: f.key, Value: &Value{Scalar: s, Span: s.Span}})
	}
	return v
}
