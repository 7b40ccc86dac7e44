package compile

import (
	"regexp"
	"strconv"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
)

// namedType is a type that a library declares. What is of that type takes over its constraints.
type namedType struct {
	typ *expression.Type
	constraints
}

// constraints are what a written type says of its values, beside their type.
type constraints struct {
	pattern, min, max, sensitive *flow.Scalar
	standard                     *flow.Value // where nothing else is set
}

func written(t *flow.Type) constraints {
	return constraints{pattern: t.Pattern, min: t.Min, max: t.Max, sensitive: t.Sensitive, standard: t.Default}
}

// over lays constraints over those of the type that they refine.
func (c constraints) over(base constraints) constraints {
	return constraints{pattern: or(c.pattern, base.pattern), min: or(c.min, base.min), max: or(c.max, base.max),
		sensitive: or(c.sensitive, base.sensitive), standard: or(c.standard, base.standard)}
}

// sound checks that what a type says itself makes sense for its values; all are its constraints with those taken over.
func (l *lowering) sound(t *flow.Type, typ *expression.Type, all constraints) {
	if t.Pattern != nil && !t.Pattern.Faulty {
		if _, err := regexp.Compile(t.Pattern.Value); err != nil {
			l.wrong(t.Pattern, CodeConstraint, "", "`pattern` is no regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		} else if typ.Kind != expression.String && typ.Kind != expression.Any {
			l.wrong(t.Pattern, CodeConstraint, "", "only a string can have a pattern, and this is %s", typ)
		}
	}
	numeric := typ.Kind == expression.Int || typ.Kind == expression.Number || typ.Kind == expression.Any
	own := or(t.Max, t.Min)
	for _, bound := range []*flow.Scalar{t.Min, t.Max} {
		if bound != nil && !numeric {
			l.wrong(bound, CodeConstraint, "", "only a number can have `min` and `max`, and this is %s", typ)
		}
	}
	if lowest, highest := number(all.min), number(all.max); own != nil && numeric && lowest != nil && highest != nil && *lowest > *highest {
		l.wrong(own, CodeConstraint, "", "`max` is below `min`, so no number fits")
	}
}

// defaultValue gives a default its type. It must be a value that a reply could give; one that was taken over is only
// reported where the datum itself asks for something else.
func (l *lowering) defaultValue(d *flow.Datum, typ *expression.Type, all constraints) any {
	if s := all.standard.Scalar; s != nil && (s.Faulty || s.Form == flow.Null) {
		return nil
	}
	v, err := expression.Convert(all.standard.Plain(), typ)
	hint := ""
	if err != nil {
		v = all.standard.Plain()
		if s := all.standard.Scalar; s != nil {
			_, hint = nearest(s.Value, typ.Values)
		}
	}
	at, own := ownDefault(d.Type)
	switch {
	case !own:
	case err != nil:
		l.errorf(at, CodeDefault, hint, "the default of `%s` does not fit its type, which is %s", d.Name.Value, typ)
	case !all.matches(v):
		l.errorf(at, CodeDefault, "", "the default of `%s` does not match its pattern", d.Name.Value)
	case !all.within(v):
		l.errorf(at, CodeDefault, "", "the default of `%s` is outside its `min` and `max`", d.Name.Value)
	}
	return v
}

// ownDefault is where a type says something that its default depends on; false where all was taken over.
func ownDefault(t *flow.Type) (diagnostic.Span, bool) {
	if t.Default != nil {
		return t.Default.Span, true
	}
	if s := or(or(t.Pattern, t.Min), t.Max); s != nil {
		return s.Span, true
	}
	return diagnostic.Span{}, false
}

func (c constraints) matches(v any) bool {
	text, ok := v.(string)
	if !ok || text == "" || c.pattern == nil {
		return true
	}
	re, err := regexp.Compile(c.pattern.Value)
	return err != nil || re.MatchString(text)
}

func (c constraints) within(v any) bool {
	n, ok := asNumber(v)
	lowest, highest := number(c.min), number(c.max)
	return !ok || (lowest == nil || n >= *lowest) && (highest == nil || n <= *highest)
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

// number reads a bound; nil where there is none, or it is no number, which is reported already.
func number(s *flow.Scalar) *float64 {
	if f, err := strconv.ParseFloat(value(s), 64); err == nil {
		return &f
	}
	return nil
}
