package expression

import (
	"cmp"
	"math"
	"strings"
	"time"

	"journey/engine/schedule"
)

// truth is a condition's value; what is not set is false.
func (e *Env) truth(v any) bool {
	b, ok := v.(bool)
	if !ok && v != nil {
		e.fail("%s is neither true nor false", describe(v))
	}
	return b
}

func (e *Env) text(v any) string {
	s, ok := v.(string)
	if !ok {
		e.fail("a text is wanted, not %s", describe(v))
	}
	return s
}

func (e *Env) number(v any) float64 {
	f, ok := Float(v)
	if !ok {
		e.fail("a number is wanted, not %s", describe(v))
	}
	return f
}

// Float gives a number of either kind as a float64.
func Float(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func (e *Env) whole(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v)
		}
	}
	e.fail("a whole number is wanted, not %s", describe(v))
	return 0
}

func (e *Env) list(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case nil:
		return nil
	}
	e.fail("a list is wanted, not %s", describe(v))
	return nil
}

// moment is a time, or the first minute of a date, in the contact's zone.
func (e *Env) moment(v any) time.Time {
	switch v := v.(type) {
	case time.Time:
		return v.In(e.ctx.zone())
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return t.In(e.ctx.zone())
		}
		t, err := schedule.Local(v, 0, e.ctx.zone())
		e.check(err)
		return t.In(e.ctx.zone())
	}
	e.fail("a time is wanted, not %s", describe(v))
	return time.Time{}
}

func (e *Env) date(v any) time.Time {
	t, err := schedule.ParseDate(e.text(v))
	e.check(err)
	return t
}

// equal compares values of any kinds: numbers by value, times by instant, a date with a time as its first minute.
func (e *Env) equal(a, b any) bool {
	switch x := a.(type) {
	case string:
		switch y := b.(type) {
		case string:
			return x == y
		case time.Time, time.Duration:
			return e.equal(b, a)
		}
		return false
	case time.Time:
		if s, ok := b.(string); ok {
			t, err := schedule.Local(s, 0, e.ctx.zone())
			return err == nil && x.Equal(t)
		}
	case time.Duration:
		if s, ok := b.(string); ok {
			d, err := schedule.ParseDuration(s)
			return err == nil && x == d
		}
	case []any:
		e.spend(weight(x))
	case map[string]any:
		e.spend(weight(x))
	}
	return Equal(a, b)
}

// weight is how many values a value is made of.
func weight(v any) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n += weight(e)
		}
	case map[string]any:
		for _, e := range v {
			n += weight(e)
		}
	case string:
		n += len(v) / 16
	}
	return n
}

// compare orders two values; not ok where one is not set, and then no comparison holds.
func (e *Env) compare(a, b any) (order int, ok bool) {
	if a == nil || b == nil {
		return 0, false
	}
	switch x := a.(type) {
	case int:
		if y, ok := b.(int); ok {
			return cmp.Compare(x, y), true
		}
		return compareFloats(float64(x), e.number(b)), true
	case float64:
		return compareFloats(x, e.number(b)), true
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), true
		}
		order, ok = e.compare(b, a)
		return -order, ok
	case time.Time:
		return x.Compare(e.moment(b)), true
	case time.Duration:
		return cmp.Compare(x, e.length(b)), true
	}
	e.fail("%s is not more or less than anything", describe(a))
	return 0, false
}

// length is a duration, or a text that is one.
func (e *Env) length(v any) time.Duration {
	if d, ok := v.(time.Duration); ok {
		return d
	}
	d, err := schedule.ParseDuration(e.text(v))
	e.check(err)
	return d
}

func compareFloats(a, b float64) int { return cmp.Compare(a, b) }

func compareTexts(a, b string) int { return strings.Compare(a, b) }

// ordered tells whether an order is what an operator asks for.
func ordered(operator string, order int) bool {
	switch operator {
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case "==":
		return order == 0
	}
	return order != 0
}

// sorted orders for a sort: what is not set comes last.
func (e *Env) sorted(a, b any, descending bool) int {
	e.spend(1)
	order, ok := e.compare(a, b)
	switch {
	case !ok && a == nil && b == nil:
		return 0
	case !ok && a == nil:
		return 1
	case !ok:
		return -1
	case descending:
		return -order
	}
	return order
}

func (e *Env) descending(order any) bool {
	switch s := e.text(order); s {
	case "asc":
		return false
	case "desc":
		return true
	default:
		e.fail(`%q is no order: "asc" or "desc"`, s)
	}
	return false
}

func (e *Env) textTest(operator string, a, b any) bool {
	if a == nil || b == nil {
		return false
	}
	s, part := e.text(a), e.text(b)
	e.spend(len(s) / 16)
	switch operator {
	case "contains":
		return strings.Contains(s, part)
	case "startsWith":
		return strings.HasPrefix(s, part)
	}
	return strings.HasSuffix(s, part)
}
