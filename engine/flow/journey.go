package flow

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

func (r *reader) journey(list []field, file *File) *Journey {
	faulty := r.watch()
	j := &Journey{File: file}
	list = r.known(list, journeyShape, r.first())
	for _, f := range list {
		r.journeyKey(j, f)
	}
	j.Faulty = faulty()
	return j
}

var headerHints = map[string]string{
	"title":     "`title:` says in a line what the journey is about",
	"owner":     "`owner:` says who answers for it",
	"objective": "`objective: { goal: …, why: … }` says what it is to reach",
	"entry":     "`entry:` lists what starts it; only a journey that another one runs may do without",
	"exit":      "`exit:` lists what ends it from any state; only a journey that another one runs may do without",
	"fallback":  "`fallback:` names the state where it goes when nothing else can be done",
	"states":    "`states:` holds what it does",
	"goal":      "`goal:` is an outcome of the journey, or an event, that counts as success",
	"why":       "`why:` says what the business has of it",
	"reason":    "`reason:` tells the agent why the customer comes",
	"queue":     "`queue:` names the agents' queue",
}

func (r *reader) journeyKey(j *Journey, f field) {
	switch f.name {
	case "journey":
		j.ID = r.id(r.name(f), "a journey's id", kebabCase)
		j.Span = j.ID.Span
	case "title":
		j.Title = r.text(f)
	case "owner":
		j.Owner = r.text(f)
	case "objective":
		j.Objective = r.objective(f)
	case "uses":
		j.Uses = r.scalars(f, "libraries")
	case "initial":
		j.Initial = r.name(f)
	case "fallback":
		j.Fallback = r.name(f)
	case "locale":
		j.Locale = r.locale(f)
	case "retention":
		j.Retention = r.duration(f)
	case "entry":
		j.HasEntry = true
		j.Entry = r.entryList(f)
	case "exit":
		j.HasExit = true
		j.Exit = r.exits(f)
	case "cohorts":
		j.Cohorts = r.assigns(f, "names with expressions")
		for _, c := range j.Cohorts {
			r.id(c.Name, "a cohort's name", snakeCase)
		}
	case "migrate":
		j.Migrate = r.migrate(f)
	case "escalate":
		j.Escalate = r.escalations(f)
	case "on":
		j.On = r.handlers(f)
	case "after":
		j.After = r.timers(f)
	case "states":
		j.States = r.states(f)
	default:
		r.definition(&j.Definitions, f)
	}
}

func (r *reader) objective(f field) *Objective {
	o := &Objective{Span: f.key.Span}
	faulty := r.watch()
	for _, f := range r.fields(f, objectiveShape) {
		switch f.name {
		case "goal":
			o.Goal = r.name(f)
		case "why":
			o.Why = r.text(f)
		case "within":
			o.Within = r.duration(f)
		case "holdout":
			o.Holdout = r.percent(f)
		case "value":
			o.Value = r.expression(f)
		case "satisfaction":
			o.Satisfaction = r.name(f)
		}
	}
	o.Faulty = faulty()
	return o
}

func (r *reader) entryList(f field) []*Entry {
	var list []*Entry
	for _, e := range r.list(f, "entries") {
		entry := &Entry{Span: r.spanOf(e.node)}
		for _, f := range r.fields(e, entryShape) {
			switch f.name {
			case "on":
				entry.On = r.name(f)
			case "when":
				entry.When = r.expression(f)
			case "key":
				entry.Key = r.expression(f)
			case "again":
				entry.Again = r.again(f)
			}
		}
		list = append(list, entry)
	}
	return list
}

func (r *reader) exits(f field) []*Exit {
	var list []*Exit
	for _, e := range r.list(f, "exits") {
		exit := &Exit{Span: r.spanOf(e.node)}
		for _, f := range r.fields(e, exitShape) {
			switch f.name {
			case "on":
				exit.On = r.name(f)
			case "when":
				exit.When = r.expression(f)
			case "outcome":
				exit.Outcome = r.id(r.name(f), "an outcome", snakeCase)
			case "say":
				exit.Say = r.messages(f)
			}
		}
		list = append(list, exit)
	}
	return list
}

func (r *reader) escalations(f field) []*Escalation {
	var list []*Escalation
	for _, e := range r.list(f, "escalations") {
		rule := &Escalation{Span: r.spanOf(e.node)}
		for _, f := range r.fields(e, escalateShape) {
			switch f.name {
			case "when":
				rule.When = r.expression(f)
			case "reason":
				rule.Reason = r.text(f)
			case "to":
				rule.To = r.name(f)
			}
		}
		list = append(list, rule)
	}
	return list
}

// migrate is `same` or a map of old states to new ones.
func (r *reader) migrate(f field) *Migrate {
	const want = "`same` or a map of old states to new ones"
	m := &Migrate{Span: f.key.Span}
	n := r.value(f, want)
	if n != nil && n.Kind == yaml.ScalarNode {
		m.Same = r.newScalar(n)
		if m.Same.Value != "same" {
			r.complain(m.Same, CodeBadValue, fmt.Sprintf("`migrate` wants %s, not %s", want, written(m.Same)), "")
		}
		return m
	}
	if n != nil {
		for _, f := range r.entries(f, want) {
			m.Map = append(m.Map, &Move{From: f.key, To: r.name(f)})
		}
	}
	return m
}
