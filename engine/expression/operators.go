package expression

import (
	"cmp"
	"math"
	"math/bits"
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
	f, ok := number(v)
	if !ok {
		e.fail("a number is wanted, not %s", describe(v))
	}
	return f
}

func number(v any) (float64, bool) {
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

func (e *Env) span(from, to any) any {
	a, b := e.whole(from), e.whole(to)
	if b < a {
		return []any{}
	}
	if n := uint(b) - uint(a); n >= uint(e.left) {
		e.spend(e.left + 1)
	}
	e.spend(b - a + 1)
	list := make([]any, b-a+1)
	for i := range list {
		list[i] = a + i
	}
	return list
}

func (e *Env) negate(v any) any {
	switch v := v.(type) {
	case int:
		return -v
	case float64:
		return -v
	case time.Duration:
		return -v
	}
	e.fail("a number is wanted, not %s", describe(v))
	return nil
}

// calculations are what the arithmetic operators do.
var calculations = map[string]func(e *Env, a, b any) any{
	"+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo, "**": power,
}

func add(e *Env, a, b any) any {
	switch x := a.(type) {
	case int:
		if y, ok := b.(int); ok {
			sum := x + y
			if (sum > x) != (y > 0) && y != 0 {
				e.fail("the number is too large")
			}
			return sum
		}
	case string:
		switch y := b.(type) {
		case string:
			e.spend(len(x) + len(y))
			return x + y
		case time.Duration:
			return e.shift(x, y)
		}
	case time.Time:
		return x.Add(e.length(b))
	case time.Duration:
		switch y := b.(type) {
		case time.Time:
			return y.Add(x)
		case time.Duration:
			return x + y
		}
		return e.shift(e.text(b), x)
	}
	return e.number(a) + e.number(b)
}

// shift moves a date by whole days to a date, and by any other length to a moment.
func (e *Env) shift(date string, by time.Duration) any {
	if by%day == 0 {
		return e.date(date).AddDate(0, 0, int(by/day)).Format(time.DateOnly)
	}
	return e.moment(date).Add(by)
}

func subtract(e *Env, a, b any) any {
	switch x := a.(type) {
	case int:
		if y, ok := b.(int); ok {
			difference := x - y
			if (difference < x) != (y > 0) && y != 0 {
				e.fail("the number is too large")
			}
			return difference
		}
	case time.Time:
		if by, ok := b.(time.Duration); ok {
			return x.Add(-by)
		}
		return x.Sub(e.moment(b))
	case time.Duration:
		return x - e.length(b)
	case string:
		switch y := b.(type) {
		case time.Duration:
			return e.shift(x, -y)
		case string:
			return e.date(x).Sub(e.date(y))
		case time.Time:
			return e.moment(x).Sub(y)
		}
	}
	return e.number(a) - e.number(b)
}

func multiply(e *Env, a, b any) any {
	switch x := a.(type) {
	case int:
		switch y := b.(type) {
		case int:
			return e.product(x, y)
		case time.Duration:
			return e.scale(y, float64(x))
		}
	case float64:
		if d, ok := b.(time.Duration); ok {
			return e.scale(d, x)
		}
	case time.Duration:
		return e.scale(x, e.number(b))
	}
	return e.number(a) * e.number(b)
}

func (e *Env) product(x, y int) int {
	high, low := bits.Mul64(uint64(max(x, -x)), uint64(max(y, -y)))
	if high != 0 || low > math.MaxInt64 || x == math.MinInt || y == math.MinInt {
		e.fail("the number is too large")
	}
	return x * y
}

func (e *Env) scale(d time.Duration, by float64) any {
	f := float64(d) * by
	if math.IsNaN(f) || math.Abs(f) >= math.MaxInt64 {
		e.fail("the duration is too long")
	}
	return time.Duration(f)
}

func divide(e *Env, a, b any) any {
	if d, ok := a.(time.Duration); ok {
		if by, ok := b.(time.Duration); ok {
			return e.quotient(float64(d), float64(by))
		}
		return e.scale(d, e.quotient(1, e.number(b)))
	}
	return e.quotient(e.number(a), e.number(b))
}

func (e *Env) quotient(a, b float64) float64 {
	if b == 0 {
		e.fail("it divides by zero")
	}
	return a / b
}

func modulo(e *Env, a, b any) any {
	x, y := e.whole(a), e.whole(b)
	if y == 0 {
		e.fail("it divides by zero")
	}
	return x % y
}

func power(e *Env, a, b any) any { return math.Pow(e.number(a), e.number(b)) }
