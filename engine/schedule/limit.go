package schedule

import (
	"strconv"
	"strings"
	"time"
)

// Limit allows so many within any stretch of a length: "2 per 24h".
type Limit struct {
	Count int
	Per   time.Duration
}

// ParseLimit reads a number and a duration: "2 per 24h". The error is an *Error.
func ParseLimit(s string) (Limit, error) {
	if l, ok := readLimit(s); ok {
		return l, nil
	}
	e := &Error{Text: s, Problem: "is not a limit", Hint: "write how many in how long, like 2 per 24h"}
	count, per, found := strings.Cut(s, " per ")
	if guess, ok := guessLimit(s); ok {
		e.Hint = "write it as " + guess.String()
	} else if found && strings.Trim(count, "0") == "" {
		e.Hint = "at least one must be allowed, like 1 per " + per
	}
	return Limit{}, e
}

func readLimit(s string) (Limit, bool) {
	count, per, _ := strings.Cut(s, " per ")
	if count == "" || !isDigit(count[0]) {
		return Limit{}, false
	}
	n, err := strconv.Atoi(count)
	d, ok := readDuration(per)
	return Limit{n, d}, err == nil && n > 0 && ok
}

// String writes it as in a journey: "2 per 24h".
func (l Limit) String() string { return strconv.Itoa(l.Count) + " per " + FormatDuration(l.Per) }
