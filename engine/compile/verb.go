package compile

import (
	"fmt"
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
		if d := c.datum(out.Into); d != nil {
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

func (c *compiler) call(s *flow.Call, verb *flow.Scalar, scope *expression.Scope) (*graph.Call, *graph.Operation) {
	out := &graph.Call{Span: verb.Span}
	if s.Operation == nil {
		return out, nil
	}
	op := c.findOperation(s.Operation)
	if op == nil {
		out.Operation, out.With = s.Operation.Value, c.assigns(s.With, nil, scope)
		if s.Into != nil {
			out.Into, _ = c.settable(s.Into)
		}
		return out, nil
	}
	out.Operation = op.Name
	c.named.operations[op.Name] = true
	out.With = c.arguments(s.With, op.Takes, scope, arguments{of: fmt.Sprintf("`%s`", op.Name), verb: "takes", missing: or(s.HasWith, verb).Span})
	if s.Into != nil {
		out.Into = c.into(s.Into, op.Returns, fmt.Sprintf("`%s` returns", op.Name))
	}
	return out, op
}

// into checks that a result fits where it is kept.
func (c *compiler) into(s *flow.Scalar, result *expression.Type, gives string) string {
	name, typ := c.settable(s)
	switch {
	case len(result.Fields) == 0 && result.Elem == nil:
		c.wrong(s, CodeInto, "", "%s nothing that could be kept in `%s`", gives, name)
	case typ == nil || expression.Assignable(result, typ):
	case typ.Kind != expression.Object:
		c.wrong(s, CodeInto, "give it the type object", "%s an object, and `%s` is %s", gives, name, typ)
	default:
		c.wrong(s, CodeInto, "", "%s %s", gives, misfit(result, typ, name))
	}
	return name
}

// misfit says which field of a result is not what the datum that is to keep it has.
func misfit(result, want *expression.Type, name string) string {
	for _, f := range want.Fields {
		given := field(result, f.Name)
		switch {
		case given == nil && !f.Optional:
			return fmt.Sprintf("no `%s`, which `%s` has", f.Name, name)
		case given == nil:
		case !expression.Assignable(given.Type, f.Type):
			return fmt.Sprintf("%s as `%s`, which in `%s` is %s", given.Type, f.Name, name, f.Type)
		case given.Optional && !f.Optional:
			return fmt.Sprintf("`%s` only sometimes: make it optional in `%s`, too", f.Name, name)
		}
	}
	return fmt.Sprintf("fields that `%s` does not have", name)
}

// findOperation finds `service.operation`, a misspelt one as what was meant; nil where it is not known.
func (c *compiler) findOperation(s *flow.Scalar) *graph.Operation {
	if op := c.defs.operations[s.Value]; op != nil {
		return op
	}
	service, name, dotted := strings.Cut(s.Value, ".")
	if !dotted {
		_, hint := nearest(s.Value, sortedKeys(c.defs.operations))
		if hint == "" {
			hint = "write `call: service.operation`"
		}
		c.wrong(s, CodeUnknownService, hint, "`%s` names no operation of a service", s.Value)
		return nil
	}
	if c.defs.services[service] == nil {
		meant, hint := nearest(service, sortedKeys(c.defs.services))
		if meant == "" {
			if c.incomplete {
				return nil
			}
			hint = "declare it in `services`, here or in a library"
		}
		c.within(s, 0, runes(service), CodeUnknownService, hint, "no service is called `%s`", service)
		return c.defs.operations[meant+"."+name]
	}
	var names []string
	for _, key := range sortedKeys(c.defs.operations) {
		if op, ok := strings.CutPrefix(key, service+"."); ok {
			names = append(names, op)
		}
	}
	meant, hint := nearest(name, names)
	if meant == "" && len(names) > 0 {
		hint = "it has " + quoted(names)
	}
	c.within(s, runes(service)+1, runes(name), CodeUnknownService, hint, "the service `%s` has no operation `%s`", service, name)
	return c.defs.operations[service+"."+meant]
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

// verify lowers a proof of who is there. Its text shows the code, or the link, under that name; misspelt says that the key of
// the text was.
func (c *compiler) verify(v *flow.Verify, verb *flow.Scalar, misspelt bool, scope *expression.Scope) *graph.Verify {
	out := &graph.Verify{Link: value(v.Method) == "link", Expires: durationOr(v.Expires, defaultExpires),
		Attempts: integerOr(v.Attempts, verifyAttempts), Resend: integerOr(v.Resend, verifyResends), Span: verb.Span}
	names := map[string]*expression.Type{"code": expression.StringType, "link": expression.StringType}
	wants := value(v.Method)
	switch wants {
	case "code":
		delete(names, "link")
	case "link":
		delete(names, "code")
	default:
		wants = ""
	}
	if v.Text == nil {
		if wants != "" && !misspelt {
			c.wrong(verb, CodeVerifyText, fmt.Sprintf("add `text: …` with `{{ %s }}`", wants), "`verify: %s` has no `text` to send it in", wants)
		}
		return out
	}
	out.Message = *c.message(v.Text, scope.With(names))
	if wants != "" && !shows(&out.Message, wants) {
		c.errorf(v.Text.Span, CodeVerifyText, "", "this text does not show `{{ %s }}`, so nobody could use it", wants)
	}
	return out
}

// shows reports whether a message's text has a name, or a template is handed it.
func shows(m *graph.Message, name string) bool {
	if m.Text == nil || m.Text.Checked == nil || len(m.Text.Checked.Problems) > 0 {
		return true
	}
	if m.Template == "" {
		return reads(m.Text.Checked.Reads, name)
	}
	for _, a := range m.With {
		if a.Value != nil && reads(a.Value.Checked.Reads, name) {
			return true
		}
	}
	return false
}

func (c *compiler) end(e *flow.End, verb *flow.Scalar, scope *expression.Scope) *graph.End {
	return &graph.End{Outcome: value(e.Outcome), Data: c.assigns(e.Data, nil, scope), Span: verb.Span}
}
