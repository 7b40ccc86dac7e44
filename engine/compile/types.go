package compile

import (
	"fmt"
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

// constrained lowers a written type and what it says of its values, a named type's constraints included.
func (l *lowering) constrained(t *flow.Type) (*expression.Type, constraints) {
	if t == nil {
		return expression.AnyType, constraints{}
	}
	typ, base := l.typ(t)
	all := written(t).over(base)
	l.sound(t, typ, all)
	return typ, all
}

// typ lowers a written type without its own constraints. A list of what is sensitive is sensitive.
func (l *lowering) typ(t *flow.Type) (*expression.Type, constraints) {
	if t.Name != nil && (t.IsEnum || t.List != nil || len(t.Fields) > 0) {
		l.meantType(t.Name) // which has to be right, although what stands beside it says more
	}
	switch {
	case t.IsEnum:
		var values []string
		for _, v := range t.Enum {
			values = append(values, v.Value)
		}
		return enumOf(values...), constraints{}
	case t.List != nil:
		elem, of := l.constrained(t.List)
		return listOf(elem), constraints{sensitive: of.sensitive}
	case len(t.Fields) > 0:
		return l.object(t.Fields), constraints{}
	case t.Name == nil:
		return expression.AnyType, constraints{}
	}
	named := l.meantType(t.Name)
	return named.typ, named.constraints
}

// meantType finds a type by its name. One that is not known is taken for what was most likely meant, else for any.
func (l *lowering) meantType(s *flow.Scalar) *namedType {
	name := strings.TrimSpace(strings.TrimPrefix(s.Value, "optional "))
	if found := l.typeNamed(name); found != nil {
		return found
	}
	meant, hint := nearest(name, slices.Concat(expression.KindNames(), sortedKeys(l.types)))
	switch {
	case name == "list":
		meant, hint = "", "say of what: `{ list: string }`"
	case name == "enum":
		meant, hint = "", "say of what: `{ enum: [small, large] }`"
	case meant == "" && otherTypes[strings.ToLower(name)] != "":
		meant = otherTypes[strings.ToLower(name)]
		hint = fmt.Sprintf("did you mean `%s`?", meant)
	case meant == "" && l.incomplete:
		return &namedType{typ: expression.AnyType}
	case hint == "":
		hint = "the types are " + quoted(expression.KindNames()) + ", and those in the `data` of a library that it `uses`"
	}
	l.within(s, runes(s.Value)-runes(name), runes(name), CodeUnknownType, hint, "no type is called `%s`", name)
	if found := l.typeNamed(meant); found != nil {
		return found
	}
	return &namedType{typ: expression.AnyType}
}

// otherTypes are what other languages call a type.
var otherTypes = map[string]string{
	"text": "string", "str": "string", "integer": "int", "float": "number", "decimal": "number", "double": "number",
	"boolean": "bool", "datetime": "time", "timestamp": "time", "day": "date", "map": "object", "link": "url", "uri": "url",
}

func (l *lowering) typeNamed(name string) *namedType {
	if t := basic[name]; t != nil {
		return &namedType{typ: t}
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
		t, all := l.constrained(f.Type)
		list = append(list, expression.Field{Name: f.Name.Value, Type: t, Optional: isOptional(f.Type)})
		if isTrue(all.sensitive) {
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
