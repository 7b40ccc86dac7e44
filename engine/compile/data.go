package compile

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// settableContact are the fields of the contact that `set` and `into` may name, beside its attributes.
var settableContact = []string{"contact.phone", "contact.email", "contact.name", "contact.locale", "contact.timezone"}

// data lowers the journey's own data.
func (c *compiler) data() {
	c.datums = make(map[string]*graph.Datum, len(c.src.Data))
	c.sensitive = map[string]bool{}
	for _, d := range c.src.Data {
		if d.Name == nil || d.Type == nil {
			continue
		}
		if slices.Contains(builtinData, d.Name.Value) {
			c.warnf(d.Name.Span, CodeHiddenName, "give it another name", "this hides the `%s` that every expression sees", d.Name.Value)
		}
		c.out.Data = append(c.out.Data, c.declareDatum(d))
	}
	for i := range c.out.Data {
		d := &c.out.Data[i]
		c.datums[d.Name] = d
		if d.Sensitive {
			c.sensitive[d.Name] = true
		}
	}
}

func (c *compiler) declareDatum(d *flow.Datum) graph.Datum {
	t := d.Type
	out := graph.Datum{Name: d.Name.Value, Type: c.typ(t), Pattern: value(t.Pattern), Sensitive: isTrue(t.Sensitive), Span: d.Name.Span,
		Min: number(t.Min), Max: number(t.Max)}
	c.constraints(t, out.Type)
	if t.Default != nil {
		out.Default = c.defaultValue(t, &out)
	}
	return out
}

// constraints checks that a type's pattern and bounds make sense for it.
func (l *lowering) constraints(t *flow.Type, typ *expression.Type) {
	if t.Pattern != nil && !t.Pattern.Faulty {
		if _, err := regexp.Compile(t.Pattern.Value); err != nil {
			l.wrong(t.Pattern, CodeConstraint, "", "`pattern` is no regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		} else if typ.Kind != expression.String && typ.Kind != expression.Any {
			l.wrong(t.Pattern, CodeConstraint, "", "only a string can have a pattern, and this is %s", typ)
		}
	}
	numeric := typ.Kind == expression.Int || typ.Kind == expression.Number || typ.Kind == expression.Any
	for _, bound := range []*flow.Scalar{t.Min, t.Max} {
		if bound != nil && !numeric {
			l.wrong(bound, CodeConstraint, "", "only a number can have `min` and `max`, and this is %s", typ)
		}
	}
	if lowest, highest := number(t.Min), number(t.Max); numeric && lowest != nil && highest != nil && *lowest > *highest {
		l.wrong(t.Max, CodeConstraint, "", "`max` is below `min`, so no number fits")
	}
}

// defaultValue gives a default its type; it must be a value that a reply could give.
func (c *compiler) defaultValue(t *flow.Type, d *graph.Datum) any {
	if s := t.Default.Scalar; s != nil && (s.Faulty || s.Form == flow.Null) {
		return nil
	}
	v, err := expression.Convert(plain(t.Default), d.Type)
	if err != nil {
		hint := ""
		if s := t.Default.Scalar; s != nil {
			_, hint = nearest(s.Value, d.Type.Values)
		}
		c.errorf(t.Default.Span, CodeDefault, hint, "the default of `%s` does not fit its type, which is %s", d.Name, d.Type)
		return plain(t.Default)
	}
	if text, ok := v.(string); ok && d.Pattern != "" {
		if re, err := regexp.Compile(d.Pattern); err == nil && !re.MatchString(text) && text != "" {
			c.errorf(t.Default.Span, CodeDefault, "", "the default of `%s` does not match its pattern", d.Name)
		}
	}
	if n, ok := asNumber(v); ok && (d.Min != nil && n < *d.Min || d.Max != nil && n > *d.Max) {
		c.errorf(t.Default.Span, CodeDefault, "", "the default of `%s` is outside its `min` and `max`", d.Name)
	}
	return v
}

func asNumber(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

func (c *compiler) datum(name string) *graph.Datum { return c.datums[name] }

func (c *compiler) dataTypes() map[string]*expression.Type {
	types := make(map[string]*expression.Type, len(c.datums))
	for name, d := range c.datums {
		types[name] = d.Type
	}
	return types
}

// settable finds what `set` or `into` names: a datum, or a field of the contact. A misspelt one is taken for what was meant.
func (c *compiler) settable(s *flow.Scalar) (name string, typ *expression.Type) {
	name = s.Value
	if typ := c.settableType(name); typ != nil {
		return name, typ
	}
	if s.Faulty {
		return name, nil
	}
	names := append(c.dataNames(), settableContact...)
	if strings.HasPrefix(name, "contact.") {
		names = append(slices.Clone(settableContact), c.dataNames()...)
	}
	meant, hint := nearest(name, names)
	switch {
	case meant != "":
	case strings.HasPrefix(name, "contact."):
		hint = "of the contact, phone, email, name, locale, timezone and attributes.<name> can be set"
		if field := strings.TrimPrefix(name, "contact."); isName(field) {
			hint += "; for a field of your own write `contact.attributes." + field + "`"
		}
	default:
		hint = "declare it in `data`"
	}
	c.wrong(s, CodeUnknownData, hint, "there is no `%s` to set", name)
	return cmp.Or(meant, name), c.settableType(meant)
}

func (c *compiler) settableType(name string) *expression.Type {
	if d := c.datums[name]; d != nil {
		return d.Type
	}
	field, ok := strings.CutPrefix(name, "contact.")
	if !ok {
		return nil
	}
	if attribute, ok := strings.CutPrefix(field, "attributes."); ok && isName(attribute) {
		return expression.AnyType
	}
	if slices.Contains(settableContact, name) {
		return fieldType(contactType, field)
	}
	return nil
}

func (c *compiler) dataNames() []string { return sortedKeys(c.datums) }

// datumName checks a key that names a datum.
func (c *compiler) datumName(s *flow.Scalar, otherwise string) string {
	if c.datums[s.Value] != nil {
		return s.Value
	}
	meant, hint := nearest(s.Value, c.dataNames())
	if hint == "" {
		hint = otherwise
	}
	c.wrong(s, CodeUnknownData, hint, "there is no `%s` in `data`", s.Value)
	return meant
}

func number(s *flow.Scalar) *float64 {
	if s == nil {
		return nil
	}
	if f, err := strconv.ParseFloat(s.Value, 64); err == nil {
		return &f
	}
	return nil
}
