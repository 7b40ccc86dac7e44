package compile

import (
	"strconv"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/schedule"
)

// ask lowers a question: what it is asked into decides what a reply is read as.
func (c *compiler) ask(a *flow.Ask, scope *expression.Scope) *graph.Ask {
	out := &graph.Ask{Attempts: integerOr(a.Attempts, defaultAttempts), Sensitive: isTrue(a.Sensitive)}
	if a.Message != nil {
		out.Message, out.Span = *c.message(a.Message, scope), a.Message.Span
	}
	var into *expression.Type
	if a.Into != nil {
		out.Into, into = c.settable(a.Into)
		out.Type = into
		if d := c.datums[out.Into]; d != nil {
			out.Pattern, out.Min, out.Max = d.Pattern, d.Min, d.Max
			out.Sensitive = out.Sensitive || d.Sensitive
		}
		if into != nil && (into.Kind == expression.Object || into.Kind == expression.List) {
			c.wrong(a.Into, CodeInto, "ask for one value at a time", "`%s` is %s, which no reply can be read as", out.Into, into)
		}
	}
	out.Invalid = c.message(a.Invalid, scope)
	out.Confirm = c.message(a.Confirm, scope)
	out.Try = c.expr(a.Try, scope)
	c.plainValue(a.Try, out.Try, "`try` wants a text that may hold the answer")
	if into != nil {
		c.optionTypes(a, out, into)
	}
	return out
}

// optionTypes checks that each option's value is one that may be kept.
func (c *compiler) optionTypes(a *flow.Ask, out *graph.Ask, into *expression.Type) {
	o := out.Message.Options
	if o == nil {
		return
	}
	for _, option := range o.List {
		if into.Kind == expression.Bool && isYesNo(option.Value) || isNumber(option.Value, into) {
			continue
		}
		if _, err := expression.Convert(option.Value, into); err != nil {
			_, hint := nearest(option.Value, into.Values)
			c.errorf(option.Span, CodeOption, hint, "`%s` can't be kept in `%s`, which is %s", option.Value, out.Into, into)
		}
	}
	if o.Value != nil {
		c.fits(a.Message.Options.Value, o.Value, into)
	}
}

// isNumber reports whether an option's value, which is written as a text, stands for a number of the type.
func isNumber(s string, into *expression.Type) bool {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || into.Kind != expression.Int && into.Kind != expression.Number {
		return false
	}
	_, err = expression.Convert(f, into)
	return err == nil
}

func isYesNo(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "no", "true", "false":
		return true
	}
	return false
}

func (c *compiler) handoff(h *flow.Handoff, scope *expression.Scope) *graph.Handoff {
	out := &graph.Handoff{Queue: value(h.Queue), Priority: c.exprAs(h.Priority, scope, expression.IntType),
		Recommend: c.wording(h.Recommend, scope), Callback: c.exprAs(h.Callback, scope, expression.TimeType), Span: h.Span}
	if h.Hours != nil {
		if hours, err := schedule.ParseHours(h.Hours.Value); err == nil {
			out.Hours = &hours
		}
	}
	switch {
	case h.Skills == nil:
	case h.Skills.IsList:
		for _, skill := range h.Skills.List {
			if skill.Scalar != nil {
				out.Skills = append(out.Skills, c.exprAs(skill.Scalar, scope, expression.StringType))
			}
		}
	case h.Skills.Scalar != nil:
		out.SkillList = c.expr(h.Skills.Scalar, scope)
		c.fits(h.Skills.Scalar, out.SkillList, listOf(expression.StringType))
	}
	return out
}

func (c *compiler) split(s *flow.Split, verb *flow.Scalar) *graph.Split {
	out := &graph.Split{Experiment: value(s.Experiment), Span: verb.Span}
	for _, a := range s.Arms {
		out.Arms = append(out.Arms, graph.Arm{Name: a.Name.Value, Weight: integerOr(a.Weight, 1)})
	}
	return out
}

func (c *compiler) end(e *flow.End, verb *flow.Scalar, scope *expression.Scope) *graph.End {
	return &graph.End{Outcome: value(e.Outcome), Data: c.assigns(e.Data, nil, scope), Span: verb.Span}
}
