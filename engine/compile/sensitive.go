package compile

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// secrets are the fields that are declared sensitive, by the object they belong to.
type secrets map[*expression.Type][]string

// hide marks fields of an object as sensitive.
func (l *lowering) hide(object *expression.Type, fields []string) {
	if l.secrets == nil {
		l.secrets = secrets{}
	}
	l.secrets[object] = fields
}

// secret tells whether a read shows something sensitive: a datum, or a field, declared so.
func (l *lowering) secret(r expression.Read, scope *expression.Scope) bool {
	names := strings.Split(r.Path, ".")
	if l.sensitive[names[0]] {
		return true
	}
	t, _ := scope.Lookup(names[0])
	return l.secretField(t, names[1:])
}

func (l *lowering) secretField(t *expression.Type, names []string) bool {
	if t == nil || len(names) == 0 {
		return false
	}
	switch t.Kind {
	case expression.Event:
		return names[0] == "data" && slices.ContainsFunc(t.Variants, func(v expression.Variant) bool { return l.secretField(v.Data, names[1:]) })
	case expression.List:
		return l.secretField(t.Elem, names)
	case expression.Object:
		if slices.Contains(l.secrets[t], names[0]) || slices.Contains(l.shared[t], names[0]) {
			return true
		}
		return l.secretField(fieldType(t, names[0]), names[1:])
	}
	return false
}

// secretAny tells whether any of the reads shows something sensitive.
func (l *lowering) secretAny(list []expression.Read, scope *expression.Scope) bool {
	return slices.ContainsFunc(list, func(r expression.Read) bool { return l.secret(r, scope) })
}

// listsSecret tells whether options show something sensitive: an SMS has their labels as lines.
func (l *lowering) listsSecret(o *graph.Options, scope *expression.Scope) bool {
	switch {
	case o == nil:
		return false
	case o.From != nil:
		return l.secretAny(o.From.Checked.Reads, scope) || o.Label != nil && o.Label.Sensitive
	}
	return slices.ContainsFunc(o.List, func(o graph.Option) bool { return o.Label.Sensitive })
}

// handsSecret tells whether a template is given something sensitive to show.
func (l *lowering) handsSecret(list []graph.Assign, scope *expression.Scope) bool {
	return slices.ContainsFunc(list, func(a graph.Assign) bool { return a.Value != nil && l.secretAny(a.Value.Checked.Reads, scope) })
}
