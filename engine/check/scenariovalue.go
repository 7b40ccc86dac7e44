package check

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
)

// value holds a written value against a type. owner begins a message about a field that is not there: "`orders.get` returns".
func (c *scenario) value(v *flow.Value, t *expression.Type, owner string) {
	if v == nil || t == nil || v.Scalar != nil && (v.Scalar.Faulty || v.Scalar.Form == flow.Null) {
		return
	}
	switch t.Kind {
	case expression.Any, expression.Event:
		return
	case expression.Object:
		c.object(v, t, owner)
		return
	case expression.List:
		if v.Scalar != nil || v.Map != nil {
			c.errorf(v.Span, CodeScenarioValue, "", "a list is wanted here")
			return
		}
		for _, e := range v.List {
			c.value(e, t.Elem, owner)
		}
		return
	}
	if v.Scalar == nil {
		c.errorf(v.Span, CodeScenarioValue, "", "this must be %s", kind(t))
		return
	}
	c.scalar(v.Scalar, t)
}

func (c *scenario) object(v *flow.Value, t *expression.Type, owner string) {
	if v.Scalar != nil || v.IsList {
		c.errorf(v.Span, CodeScenarioValue, "", "a map of fields is wanted here")
		return
	}
	var names []string
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	for _, p := range v.Map {
		i := slices.IndexFunc(t.Fields, func(f expression.Field) bool { return f.Name == p.Key.Value })
		switch {
		case i >= 0:
			c.value(p.Value, t.Fields[i].Type, fmt.Sprintf("`%s` has", p.Key.Value))
		case t.Elem == nil:
			c.unknown(p.Key, CodeScenarioField, names, "%s no `%s`", owner, p.Key.Value)
		}
	}
}

// scalar reports a value that certainly is not of a type. A number or date where a text is wanted is taken as it is written.
func (c *scenario) scalar(s *flow.Scalar, t *expression.Type) {
	number := s.Form == flow.Integer || s.Form == flow.Float
	bad := false
	switch t.Kind {
	case expression.Int:
		bad = s.Form != flow.Integer
	case expression.Number:
		bad = !number
	case expression.Bool:
		bad = s.Form != flow.Bool
	case expression.Enum:
		if bad = !slices.Contains(t.Values, s.Value); bad {
			c.unknown(s, CodeScenarioValue, t.Values, "`%s` is none of its values", s.Value)
			return
		}
	case expression.String:
	default:
		_, err := expression.Convert(s.Value, t)
		bad = err != nil
	}
	if bad {
		hint := ""
		if s.Quoted && t.Kind != expression.Bool && (t.Kind == expression.Int || t.Kind == expression.Number) {
			hint = "write it without quotes"
		}
		c.errorf(s.Span, CodeScenarioValue, hint, "`%s` must be %s", s.Value, kind(t))
	}
}

// kind is a type in a message.
func kind(t *expression.Type) string {
	switch t.Kind {
	case expression.Int:
		return "a whole number"
	case expression.Number:
		return "a number"
	case expression.Bool:
		return "true or false"
	case expression.Time:
		return "a time such as 2026-03-06T09:00:00Z"
	case expression.Date:
		return "a date such as 2026-03-06"
	case expression.Clock:
		return "a clock time such as 09:00"
	case expression.Duration:
		return "a duration such as 2h"
	case expression.Phone:
		return "a phone number such as +14155550101"
	case expression.Email:
		return "an email address"
	case expression.URL:
		return "a url"
	case expression.Enum:
		return "one of " + strings.Join(t.Values, ", ")
	}
	return "a text"
}
