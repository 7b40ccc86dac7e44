package compile

import (
	"cmp"
	"slices"
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
	typ, all := c.constrained(d.Type)
	out := graph.Datum{Name: d.Name.Value, Type: typ, Pattern: value(all.pattern), Min: number(all.min), Max: number(all.max),
		Sensitive: isTrue(all.sensitive), Span: d.Name.Span}
	if all.standard != nil {
		out.Default = c.defaultValue(d, typ, all)
	}
	return out
}

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
