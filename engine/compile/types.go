package compile

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
)

// basic are the types that have a name of their own in the language.
var basic = map[string]*expression.Type{
	"string": expression.StringType, "int": expression.IntType, "number": expression.NumberType, "bool": expression.BoolType,
	"time": expression.TimeType, "date": expression.DateType, "clock": expression.ClockType, "duration": expression.DurationType,
	"phone": expression.PhoneType, "email": expression.EmailType, "url": expression.URLType, "object": openObject,
	"any": expression.AnyType,
}

// namedTypes lowers the `data` of libraries, each a type that others may use in whatever order they are written.
func (b *bundle) namedTypes(declared []*flow.Datum) map[string]*expression.Type {
	n := &naming{declared: map[string]*flow.Datum{}, open: map[string]bool{}}
	for _, d := range declared {
		if d.Name != nil && d.Type != nil {
			n.declared[d.Name.Value] = d
		}
	}
	n.types = make(map[string]*expression.Type, len(n.declared))
	n.named, n.secrets = n.resolve, b.secrets
	for _, name := range sortedKeys(n.declared) {
		n.resolve(name)
	}
	b.findings = append(b.findings, n.findings...)
	return n.types
}

// naming resolves types that name each other.
type naming struct {
	lowering
	declared map[string]*flow.Datum
	open     map[string]bool // being resolved
}

func (n *naming) resolve(name string) *expression.Type {
	if t := n.types[name]; t != nil {
		return t
	}
	d := n.declared[name]
	if d == nil {
		return nil
	}
	if n.open[name] {
		n.wrong(d.Name, CodeUnknownType, "", "the type `%s` is made of itself", name)
		return expression.AnyType
	}
	n.open[name] = true
	t := n.typ(d.Type)
	n.constraints(d.Type, t)
	n.types[name] = t
	return t
}

// typ lowers a written type. One that is not known is taken for what was most likely meant, else for any.
func (l *lowering) typ(t *flow.Type) *expression.Type {
	switch {
	case t == nil:
		return expression.AnyType
	case t.IsEnum:
		var values []string
		for _, v := range t.Enum {
			values = append(values, v.Value)
		}
		return enumOf(values...)
	case t.List != nil:
		return listOf(l.typ(t.List))
	case len(t.Fields) > 0:
		return l.object(t.Fields)
	case t.Name == nil:
		return expression.AnyType
	}
	name := strings.TrimSpace(strings.TrimPrefix(t.Name.Value, "optional "))
	if found := l.typeNamed(name); found != nil {
		return found
	}
	meant, hint := nearest(name, slices.Concat(expression.KindNames(), sortedKeys(l.types)))
	switch {
	case name == "list":
		meant, hint = "", "say of what: `{ list: string }`"
	case name == "enum":
		meant, hint = "", "say of what: `{ enum: [small, large] }`"
	case hint == "":
		hint = "the types are " + quoted(expression.KindNames()) + ", and those in the `data` of a library"
	}
	l.within(t.Name, runes(t.Name.Value)-runes(name), runes(name), CodeUnknownType, hint, "no type is called `%s`", name)
	if meant == "" {
		return expression.AnyType
	}
	return l.typeNamed(meant)
}

func (l *lowering) typeNamed(name string) *expression.Type {
	if t := basic[name]; t != nil {
		return t
	}
	if l.named != nil {
		return l.named(name)
	}
	return l.types[name]
}

// object lowers a map of fields; no fields are an object that has none.
func (l *lowering) object(fields []*flow.Field) *expression.Type {
	list := make([]expression.Field, 0, len(fields))
	var secret []string
	for _, f := range fields {
		t := l.typ(f.Type)
		l.constraints(f.Type, t)
		list = append(list, expression.Field{Name: f.Name.Value, Type: t, Optional: isOptional(f.Type)})
		if isTrue(f.Type.Sensitive) {
			secret = append(secret, f.Name.Value)
		}
	}
	t := objectOf(list...)
	if secret != nil {
		l.hide(t, secret)
	}
	return t
}

// isOptional tells a field that can be missing: `optional date`, or `optional: true`.
func isOptional(t *flow.Type) bool {
	return isTrue(t.Optional) || t.Name != nil && strings.HasPrefix(t.Name.Value, "optional ")
}
