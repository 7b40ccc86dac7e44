package compile

import (
	"fmt"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/policy"
)

func (c *compiler) messages(list []*flow.Message, scope *expression.Scope) []graph.Message {
	var out []graph.Message
	for _, m := range list {
		out = append(out, *c.message(m, scope))
	}
	return out
}

// message lowers what is said; nil for nil.
func (c *compiler) message(m *flow.Message, scope *expression.Scope) *graph.Message {
	if m == nil {
		return nil
	}
	out := &graph.Message{Subject: c.text(m.Subject, scope), Media: c.media(m.Media, scope), Options: c.options(m.Options, scope),
		Sensitive: isTrue(m.Sensitive), Urgent: isTrue(m.Urgent), Purpose: policy.Purpose(value(m.Purpose)), Span: m.Span}
	out.Sensitive = out.Sensitive || c.listsSecret(out.Options, scope)
	if m.Template != nil {
		c.useTemplate(out, m, scope)
		return out
	}
	if out.Text = c.text(m.Text, scope); out.Text == nil {
		out.Text = c.unknownText()
	}
	return out
}

// unknownText stands for a text that is missing or could not be found, so that a message always has one.
func (c *compiler) unknownText() *graph.Text {
	return &graph.Text{Variants: []graph.Variant{{Locale: c.locale}}, Checked: &expression.CheckedText{}}
}

// useTemplate gives a message an approved wording. What is handed to it stands in for the names that the wording shows.
func (c *compiler) useTemplate(out *graph.Message, m *flow.Message, scope *expression.Scope) {
	name := m.Template.Value
	t := c.defs.templates[name]
	if t == nil {
		meant, hint := nearest(name, sortedKeys(c.defs.templates))
		if hint == "" {
			hint = "declare it in `templates`, here or in a library"
		}
		if meant != "" || !c.incomplete {
			c.wrong(m.Template, CodeUnknownTemplate, hint, "no template is called `%s`", name)
		}
		if t = c.defs.templates[meant]; t == nil {
			out.Text, out.With = c.unknownText(), c.assigns(m.With, nil, scope)
			return
		}
		name = meant
	}
	out.Template = name
	out.With = c.arguments(m.With, t.takes, scope, arguments{of: fmt.Sprintf("the template `%s`", name), verb: "takes", missing: or(m.HasWith, m.Template).Span})
	if out.Text = t.text; out.Text == nil {
		out.Text = c.unknownText()
	}
	if out.Subject == nil {
		out.Subject = t.subject
	}
	if out.Media == nil {
		out.Media = t.media
	}
	if c.handsSecret(out.With, scope) {
		out.Sensitive = true
	}
}

// options lowers the answers that are offered: those written, or one for each element of a list.
func (c *compiler) options(o *flow.Options, scope *expression.Scope) *graph.Options {
	if o == nil {
		return nil
	}
	out := &graph.Options{Span: o.Span}
	for _, option := range o.List {
		lowered := graph.Option{Value: option.Value.Value, Label: c.text(option.Label, scope), Span: option.Value.Span}
		if lowered.Label == nil {
			lowered.Label = c.unknownText()
		}
		out.List = append(out.List, lowered)
	}
	if o.From == nil {
		return out
	}
	out.From = c.expr(o.From, scope)
	scope = scope.With(map[string]*expression.Type{"item": c.element(o.From, out.From)})
	out.Value, out.Label = c.expr(o.Value, scope), c.text(o.Label, scope)
	return out
}

// element is the type of what a list expression holds.
func (c *compiler) element(s *flow.Scalar, e *graph.Expr) *expression.Type {
	t := e.Checked.Type
	switch {
	case t == nil || t.Kind == expression.Any || len(e.Checked.Problems) > 0:
	case t.Kind != expression.List:
		c.wrong(s, CodeOption, "", "`from` wants a list to make options of, and this is %s", t)
	case t.Elem != nil:
		return t.Elem
	}
	return expression.AnyType
}

// arguments says whose fields are handed over, for messages.
type arguments struct {
	of      string          // "the template `shipped`"
	verb    string          // "takes"
	missing diagnostic.Span // where a missing one is reported
}

// arguments lowers `with` or `data` against the fields that are wanted: none missing, none unknown, each of its type.
func (c *compiler) arguments(list []*flow.Assign, want *expression.Type, scope *expression.Scope, a arguments) []graph.Assign {
	var out []graph.Assign
	given := make(map[string]bool, len(list))
	names := fieldNames(want, true)
	for _, arg := range list {
		name := arg.Name.Value
		typ := fieldType(want, name)
		if typ == nil && !isOpen(want) {
			meant, hint := nearest(name, names)
			if hint == "" && len(names) > 0 {
				hint = "it " + a.verb + " " + quoted(names)
			}
			c.wrong(arg.Name, CodeArgument, hint, "%s %s no `%s`", a.of, a.verb, name)
			if meant != "" {
				given[meant] = true
			}
			c.assign(arg, name, nil, scope)
			continue
		}
		given[name] = true
		out = append(out, c.assign(arg, name, typ, scope))
	}
	for _, name := range fieldNames(want, false) {
		if !given[name] {
			c.errorf(a.missing, CodeMissingArgument, fmt.Sprintf("add `%s: …`", name), "%s %s `%s`, which is missing here", a.of, a.verb, name)
		}
	}
	return out
}

func (c *compiler) assigns(list []*flow.Assign, types map[string]*expression.Type, scope *expression.Scope) []graph.Assign {
	var out []graph.Assign
	for _, a := range list {
		out = append(out, c.assign(a, a.Name.Value, types[a.Name.Value], scope))
	}
	return out
}
