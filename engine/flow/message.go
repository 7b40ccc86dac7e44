package flow

import (
	"gopkg.in/yaml.v3"
)

const wantMessage = "a text or a message"

// messages are what `say` holds: one message or a list of them.
func (r *reader) messages(f field) []*Message {
	n := r.follow(f.node)
	if n == nil || n.Kind != yaml.SequenceNode {
		return []*Message{r.message(f)}
	}
	var list []*Message
	for _, e := range r.elements(f, n) {
		list = append(list, r.message(e))
	}
	return list
}

func (r *reader) message(f field) *Message {
	m := &Message{Span: r.spanOf(f.node)}
	faulty := r.watch()
	switch n := r.value(f, wantMessage); {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		m.Text = r.newScalar(n)
	case n.Kind == yaml.MappingNode:
		for _, f := range r.fields(f, messageShape) {
			r.messageKey(m, f)
		}
		if m.Text == nil && m.Template == nil && !faulty() {
			r.report(m.Span, CodeMissingKey, "a message lacks `text`", "give it a `text` or a `template`")
		}
	default:
		r.wrongKind(f, n, wantMessage)
	}
	m.Faulty = faulty()
	return m
}

func (r *reader) messageKey(m *Message, f field) {
	switch f.name {
	case "text":
		m.Text = r.text(f)
	case "options":
		m.Options = r.options(f)
	case "media":
		m.Media = r.oneOrMore(f, "urls")
	case "subject":
		m.Subject = r.text(f)
	case "sensitive":
		m.Sensitive = r.flag(f)
	case "urgent":
		m.Urgent = r.flag(f)
	case "purpose":
		m.Purpose = r.purpose(r.name(f))
	case "template":
		m.Template = r.name(f)
	case "with":
		m.HasWith = f.key
		m.With = r.assigns(f, "names with expressions")
	}
}

// options are {value: label}, or {from, value, label} where `from` stands with at least one of the others.
func (r *reader) options(f field) *Options {
	o := &Options{Span: f.key.Span}
	list := r.entries(f, "a map of values to labels")
	if find(list, "from") != nil && (len(list) == 1 || find(list, "value") != nil || find(list, "label") != nil) {
		for _, f := range r.known(list, optionsShape, f.key.Span) {
			switch f.name {
			case "from":
				o.From = r.expression(f)
			case "value":
				o.Value = r.expression(f)
			case "label":
				o.Label = r.text(f)
			}
		}
		return o
	}
	for _, f := range list {
		o.List = append(o.List, &Option{Value: f.key, Label: r.text(f)})
	}
	return o
}

// assigns are names with expressions or literals: set, with, data and cohorts.
func (r *reader) assigns(f field, want string) []*Assign {
	var list []*Assign
	for _, f := range r.entries(f, want) {
		list = append(list, &Assign{Name: f.key, Value: r.free(f)})
	}
	return list
}

// free reads a value of any kind. One that is not there at all is reported; null is a value.
func (r *reader) free(f field) *Value {
	n := r.follow(f.node)
	if n != nil && isNull(n) && !isNothing(n) {
		return &Value{Scalar: r.newScalar(n), Span: r.spanOf(n)}
	}
	v := &Value{Span: r.spanOf(f.node)}
	switch n = r.value(f, "a value"); {
	case n == nil:
		v.Scalar = r.faulty(f)
	case n.Kind == yaml.ScalarNode:
		v.Scalar = r.newScalar(n)
	case n.Kind == yaml.SequenceNode:
		v.IsList = true
		for _, e := range r.elements(f, n) {
			v.List = append(v.List, r.free(e))
		}
	default:
		for _, f := range r.pairs(n) {
			v.Map = append(v.Map, &Pair{Key: f.key, Value: r.free(f)})
		}
	}
	return v
}
