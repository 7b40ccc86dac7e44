package schedule

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What people write in place of the language's forms; only hints come of it.

var (
	digitLetter = regexp.MustCompile(`(\d)([a-z])`)
	letterDigit = regexp.MustCompile(`([a-z])(\d)`)
	oclock      = regexp.MustCompile(`^(\d{1,2})(?:[:.h]?(\d{2}))? ?([ap])?\.?(?:m\.?)?$`)
	rate        = regexp.MustCompile(`^(?:at most |max(?:imum)? )?(\d{1,6}|[a-z]+)x?(?: messages?| texts?| times?)?(?: (?:per|an?|every|in|each) | ?/ ?)(.+)$`)
)

var numberWords = map[string]float64{"a": 1, "an": 1, "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
	"eight": 8, "nine": 9, "ten": 10, "twelve": 12, "half": 0.5}

var unitWords = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": day, "day": day, "days": day, "w": 7 * day, "week": 7 * day, "weeks": 7 * day,
	"month": 30 * day, "months": 30 * day, "year": 365 * day, "years": 365 * day,
}

// guessDuration gives the longest duration there is for what is longer.
func guessDuration(s string) (time.Duration, bool) {
	s = strings.ReplaceAll(strings.ToLower(s), "half an ", "half ")
	s = letterDigit.ReplaceAllString(digitLetter.ReplaceAllString(s, "$1 $2"), "$1 $2")
	words := slices.DeleteFunc(strings.Fields(strings.ReplaceAll(s, ",", " ")), func(w string) bool { return w == "and" })
	var total float64
	for pair := range slices.Chunk(words, 2) {
		n, ok := guessNumber(pair[0])
		if !ok || len(pair) < 2 || unitWords[pair[1]] == 0 {
			return 0, false
		}
		total += n * float64(unitWords[pair[1]])
	}
	if total >= math.MaxInt64 {
		return math.MaxInt64, true
	}
	return time.Duration(total).Truncate(time.Second), total >= float64(time.Second)
}

func guessNumber(s string) (float64, bool) {
	if n, ok := numberWords[s]; ok {
		return n, true
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && n > 0 && isDigit(s[0])
}

func guessClock(s string) (Clock, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "noon", "midday":
		return 12 * 60, true
	case "midnight", "24:00":
		return 0, true
	}
	m := oclock.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi("0" + m[2])
	if m[3] != "" {
		if hour < 1 || hour > 12 {
			return 0, false
		}
		hour %= 12
		if m[3] == "p" {
			hour += 12
		}
	}
	return Clock(hour*60 + minute), hour < 24 && minute < 60
}

func guessWindow(s string) (Window, bool) {
	s = strings.ToLower(s)
	for _, between := range []string{"–", "—", " until ", " till ", " to ", " and ", "-"} {
		from, until, found := strings.Cut(s, between)
		if !found {
			continue
		}
		a, okA := guessClock(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(from), "from "), "between "))
		b, okB := guessClock(until)
		return Window{a, b}, okA && okB && a != b
	}
	return Window{}, false
}

func guessLimit(s string) (Limit, bool) {
	m := rate.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return Limit{}, false
	}
	n, ok := guessNumber(m[1])
	per, okPer := guessDuration(m[2])
	if !okPer {
		per, okPer = guessDuration("1 " + m[2])
	}
	return Limit{int(n), per}, ok && okPer && n >= 1 && per < math.MaxInt64
}
