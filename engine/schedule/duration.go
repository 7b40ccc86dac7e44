package schedule

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// units from the longest to the shortest, which is the order in a compound duration.
var units = [...]struct {
	letter byte
	length time.Duration
}{{'d', day}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

// ParseDuration reads 90s, 10m, 24h, 7d and compound ones such as 1h30m or 1d12h. A day is 24 hours, and a duration is
// longer than nothing. The error is an *Error.
func ParseDuration(s string) (time.Duration, error) {
	d, ok := readDuration(s)
	if !ok {
		return 0, durationError(s)
	}
	return d, nil
}

func readDuration(s string) (time.Duration, bool) {
	var total time.Duration
	rest, next := s, 0
	for rest != "" {
		digits := 0
		for digits < len(rest) && isDigit(rest[digits]) {
			digits++
		}
		if digits == 0 || digits == len(rest) {
			return 0, false
		}
		for next < len(units) && units[next].letter != rest[digits] {
			next++
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil || next == len(units) || n > int64(math.MaxInt64-total)/int64(units[next].length) {
			return 0, false
		}
		total += time.Duration(n) * units[next].length
		rest, next = rest[digits+1:], next+1
	}
	return total, total > 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// FormatDuration writes whole seconds in the language's form: 90s, 10m, 24h, 7d, 36h, 2d12h. What is less than two of a
// unit and not one exactly stays in the smaller unit, and one day is 24h.
func FormatDuration(d time.Duration) string {
	if d < 0 {
		return "-" + FormatDuration(-d)
	}
	d = d.Truncate(time.Second)
	var b strings.Builder
	for _, u := range units {
		n, left := d/u.length, d%u.length
		if n == 0 || b.Len() == 0 && n == 1 && (left > 0 || u.length == day) && u.length > time.Second {
			continue
		}
		b.WriteString(strconv.FormatInt(int64(n), 10))
		b.WriteByte(u.letter)
		d = left
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

func durationError(s string) error {
	e := &Error{Text: s, Problem: "is not a duration", Hint: "write it like 90s, 10m, 24h, 7d or 1h30m"}
	d, guessed := guessDuration(s)
	n := strings.TrimLeft(s, "0")
	switch {
	case guessed && d == math.MaxInt64:
		e.Hint = "it is too long; write it like 24h or 7d"
	case guessed:
		e.Hint = "write it as " + FormatDuration(d)
	case s != "" && strings.Trim(s, "0dhms") == "":
		e.Hint = "it must be longer than nothing, like 90s or 10m"
	case strings.HasPrefix(s, "-"):
		e.Problem = "is less than nothing"
	case n != "" && strings.Trim(n, "0123456789") == "":
		e.Problem, e.Hint = "has no unit", "write "+n+"s, "+n+"m, "+n+"h or "+n+"d for seconds, minutes, hours or days"
	case slices.Contains(endless, strings.ToLower(s)):
		e.Hint = "a duration has an end; write how long it is, like 24h or 7d"
	}
	return e
}

var endless = []string{"forever", "for ever", "always", "never", "infinite", "unlimited"}
