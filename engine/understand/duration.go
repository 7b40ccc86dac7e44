package understand

import (
	"math"
	"time"
)

// Duration reads a time.Duration: "90s", "1h30m", "two hours", "an hour and a half", "45 min". A day is 24 hours; months have no fixed length and
// are none.
func Duration(text string) (Answer, bool) {
	r := read(text)
	d, whole, ok := one(r, readDuration)
	if !ok {
		return Answer{}, false
	}
	return Answer{Value: d, Whole: whole}, true
}

// longest bounds a duration, well inside what time.Duration holds: a hundred years.
const longest = 100 * 365 * 24 * time.Hour

func readDuration(ts []token, i int, inside bool) (d time.Duration, next int, ok bool) {
	next = i
	for next < len(ts) {
		at := next
		if ok && (word(ts, at) == "and" || word(ts, at) == "y" || isMark(ts[at], ",")) {
			if word(ts, at+1) == "a" && word(ts, at+2) == "half" {
				d, next = d+lastUnit(ts, at)/2, at+3
				break
			}
			if w := word(ts, at+1); w == "media" || w == "medio" {
				d, next = d+lastUnit(ts, at)/2, at+2
				break
			}
			at++
		}
		part, after, found := span(ts, at, inside)
		if !found || d+part > longest {
			break
		}
		d, next, ok = d+part, after, true
	}
	if ok && glued(ts, next) && ts[next].kind != mark {
		return 0, i, false
	}
	return d, next, ok
}

// span reads one number and its unit.
func span(ts []token, i int, inside bool) (d time.Duration, next int, ok bool) {
	if i >= len(ts) {
		return 0, i, false
	}
	n := 0.0
	switch w := word(ts, i); {
	case ts[i].kind == digits:
		if glued(ts, i) && !(ts[i-1].kind == letters && spans[ts[i-1].text] > 0) {
			return 0, i, false
		}
		n, next, ok = written(ts, i)
		if fraction, after, half := ratio(ts, next); ok && half {
			n, next = n+fraction, after
		}
	case w == "half" || w == "media" || w == "medio":
		n, next, ok = 0.5, i+1, true
		if word(ts, next) == "an" || word(ts, next) == "a" {
			next++
		}
	case (w == "a" || w == "an") && !inside:
		n, next, ok = 1, i+1, true
		if word(ts, next) == "half" {
			n, next = 0.5, next+1
		}
	default:
		n, next, ok = inWords(ts, i)
		if n == 1 && inside { // "one second", "un momento" are said by who wants to wait
			ok = false
		}
	}
	unit := spans[word(ts, next)]
	if !ok || unit == 0 || n > float64(longest/unit) {
		return 0, i, false
	}
	return time.Duration(math.Round(n * float64(unit))), next + 1, true
}

// lastUnit is the unit right before token i.
func lastUnit(ts []token, i int) time.Duration { return spans[word(ts, i-1)] }

var spans = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "secs": time.Second, "second": time.Second, "seconds": time.Second, "segundo": time.Second, "segundos": time.Second,
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute, "minuto": time.Minute, "minutos": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour, "hora": time.Hour, "horas": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour, "dia": 24 * time.Hour, "dias": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour, "semana": 7 * 24 * time.Hour, "semanas": 7 * 24 * time.Hour,
}
