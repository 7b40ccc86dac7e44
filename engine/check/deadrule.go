package check

import (
	"journey/engine/diagnostic"
	"journey/engine/graph"
)

const CodeDeadRule = "dead-rule"

// deadRules reports rules that are never taken, because an earlier one of their list always is, and guards that hold
// always or never.
func (j *journey) deadRules() {
	for i := range j.States {
		if !j.reached[i] || j.shaky[i] {
			continue
		}
		s := &j.States[i]
		j.ruleList(s.To)
		j.handlerLists(s.On)
		j.timerLists(s.After)
		for k := range s.At {
			j.guard(s.At[k].Rule.When, parsed(s.At[k].Rule.When))
		}
	}
	if !j.shakyOn {
		j.handlerLists(j.On)
		j.timerLists(j.After)
	}
	j.escalationList()
	for i := range j.Entries {
		j.guard(j.Entries[i].When, parsed(j.Entries[i].When))
	}
}

func (j *journey) handlerLists(list []graph.Handler) {
	for i := range list {
		j.ruleList(list[i].Rules)
	}
}

func (j *journey) timerLists(list []graph.Timer) {
	for i := range list {
		j.ruleList(list[i].Rules)
	}
}

// earlier is a rule that was looked at before; it always holds where its guard does.
type earlier struct {
	guard formula
	plain bool // it has no guard
	span  diagnostic.Span
}

func (j *journey) ruleList(rules []graph.Rule) {
	var before []earlier
	for i := range rules {
		r := &rules[i]
		guard := parsed(r.When)
		switch {
		case j.shadowed(before, r.When, guard, r.Span):
		case j.guard(r.When, guard):
		case r.Via == "" && i+1 < len(rules):
			before = append(before, earlier{guard, r.When == nil, r.Span})
		}
	}
}

func (j *journey) escalationList() {
	var before []earlier
	for i := range j.Escalations {
		e := &j.Escalations[i]
		if e.When == nil {
			continue // reported as missing
		}
		guard := parsed(e.When)
		if !j.shadowed(before, e.When, guard, e.Span) && !j.guard(e.When, guard) {
			before = append(before, earlier{guard, false, e.Span})
		}
	}
}

// shadowed reports a rule that is never come to. The last one, without a guard, may stand for cases that can't be.
func (j *journey) shadowed(before []earlier, when *graph.Expr, guard formula, span diagnostic.Span) bool {
	if when != nil {
		span = when.Span
	}
	for _, e := range before {
		if e.plain {
			f := j.warnf(span, CodeDeadRule, "put it before the rule without `when`, or take it out",
				"this rule is never taken: an earlier one of the list has no `when`, so that one always is")
			f.Related = []diagnostic.Related{{Span: e.span, Message: "the rule that is taken"}}
			return true
		}
	}
	if when == nil || len(before) == 0 || !sound(when) || guard.impossible() {
		return false
	}
	list := []formula{guard}
	for _, e := range before {
		list = append(list, e.guard.negate())
		if all(guard, e.guard.negate()).impossible() {
			f := j.warnf(span, CodeDeadRule, "put the narrower rule first",
				"this rule is never taken: wherever `%s` holds, so does the `when` of an earlier rule", j.asWritten(when))
			f.Related = []diagnostic.Related{{Span: e.span, Message: "the rule that is taken"}}
			return true
		}
	}
	if !all(list...).impossible() {
		return false
	}
	j.warnf(span, CodeDeadRule, "take it out, or narrow an earlier `when`",
		"this rule is never taken: wherever `%s` holds, the `when` of some earlier rule does", j.asWritten(when))
	return true
}

func parsed(e *graph.Expr) formula {
	if e == nil {
		return always
	}
	return parseGuard(e.Source)
}

// sound says that an expression's check found nothing wrong.
func sound(e *graph.Expr) bool { return e.Checked == nil || len(e.Checked.Problems) == 0 }
