package expression

import (
	"math"
	"math/bits"
	"time"
)

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
