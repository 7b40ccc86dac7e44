package understand

import (
	"strings"
	"time"
)

// relative reads today, tomorrow, "in two weeks", "3 days ago" and the like.
func (c calendar) relative(ts []token, i int, _ bool) (d day, next int, ok bool) {
	for _, p := range dayPhrases {
		if next, ok = phrase(ts, i, p.words); ok {
			return c.today.add(p.days), next, true
		}
	}
	sign, at := 0, i
	switch word(ts, i) {
	case "in", "within":
		sign, at = 1, i+1
	case "en":
		sign, at = 1, i+1
	case "dentro":
		if word(ts, i+1) == "de" {
			sign, at = 1, i+2
		}
	case "hace":
		sign, at = -1, i+1
	}
	n, next, ok := count(ts, at)
	if !ok {
		return d, i, false
	}
	span := word(ts, next)
	next++
	if sign == 0 {
		for _, p := range spanEnds {
			if after, ok := phrase(ts, next, p.words); ok {
				sign, next = p.days, after
				break
			}
		}
	}
	if sign == 0 || n > 1000 {
		return d, i, false
	}
	n *= sign
	switch span {
	case "day", "days", "dia", "dias":
		return c.today.add(n), next, true
	case "week", "weeks", "semana", "semanas":
		return c.today.add(7 * n), next, true
	case "month", "months", "mes", "meses":
		return c.today.addMonths(n), next, true
	case "year", "years", "ano", "anos":
		return c.today.addMonths(12 * n), next, true
	}
	return d, i, false
}

// count reads how many: digits, number words, or "a".
func count(ts []token, i int) (n, next int, ok bool) {
	if i < len(ts) && ts[i].kind == digits {
		n = small(ts[i].text)
		return n, i + 1, n >= 0
	}
	if v, next, ok := spoken(ts, i); ok {
		return int(v), next, v < 10000
	}
	switch word(ts, i) {
	case "a", "an":
		if word(ts, i+1) == "couple" {
			if word(ts, i+2) == "of" {
				return 2, i + 3, true
			}
			return 2, i + 2, true
		}
		return 1, i + 1, true
	}
	return 0, i, false
}

type dayPhrase struct {
	words string
	days  int
}

// dayPhrases, the longer before those that they begin with.
var dayPhrases = []dayPhrase{
	{"the day after tomorrow", 2}, {"day after tomorrow", 2}, {"pasado manana", 2},
	{"the day before yesterday", -2}, {"day before yesterday", -2}, {"anteayer", -2},
	{"today", 0}, {"tonight", 0}, {"hoy", 0}, {"tomorrow", 1}, {"tmrw", 1}, {"yesterday", -1}, {"ayer", -1},
	{"a week from today", 7}, {"a week today", 7}, {"a week from tomorrow", 8},
	{"manana por", 1}, {"manana a", 1}, {"manana", 1},
}

// spanEnds say which way a span of time counts that comes before them.
var spanEnds = []dayPhrase{{"from now", 1}, {"from today", 1}, {"ago", -1}}

// phrase tells that the words stand at token i.
func phrase(ts []token, i int, words string) (next int, ok bool) {
	if words == "manana" && morning(ts, i) {
		return i, false
	}
	for len(words) > 0 {
		w, rest, _ := strings.Cut(words, " ")
		if word(ts, i) != w {
			return i, false
		}
		i, words = i+1, rest
	}
	return i, true
}

// morning tells that "mañana" is the part of a day: "por la mañana", "de la mañana".
func morning(ts []token, i int) bool {
	switch word(ts, i-1) {
	case "la", "una", "esta", "las":
		return true
	}
	return false
}

// weekday reads "Friday", "next Friday", "Friday next week", "el viernes que viene", "last Friday".
func (c calendar) weekday(ts []token, i int, inside bool) (d day, next int, ok bool) {
	lead := word(ts, i)
	next = i
	switch lead {
	case "next", "this", "last", "on", "coming", "proximo", "este", "el", "pasado":
		next++
		if lead == "el" && word(ts, next) == "proximo" {
			next++
		}
	default:
		lead = ""
	}
	name := word(ts, next)
	w, isDay := weekdays[name]
	if !isDay || lead == "" && (ordinary[name] || len(name) < 6 && inside) || lead == "el" && len(name) < 5 {
		return d, i, false
	}
	next++
	ahead := (int(w)-int(c.today.midnight().Weekday())+6)%7 + 1
	switch {
	case lead == "last" || lead == "pasado":
		if ahead == 7 { // a week ago, not today
			ahead = 0
		}
		return c.today.add(ahead - 7), next, true
	case lead == "this" && ahead == 7:
		ahead = 0
	}
	if after, ok := phrase(ts, next, "next week"); ok {
		monday := c.today.add(7 - (int(c.today.midnight().Weekday())+6)%7)
		return monday.add((int(w) + 6) % 7), after, true
	}
	if after, ok := phrase(ts, next, "que viene"); ok {
		next = after
	}
	return c.today.add(ahead), next, true
}

// ordinary are names of days that are also common words, and count only after "on", "next" or "this" or with a date.
var ordinary = set("sat sun mar mon wed")

// ordinal reads "the 14th", "on the 14th", "el día 14" as the next such day.
func (c calendar) ordinal(ts []token, i int, inside bool) (d day, next int, ok bool) {
	next = i
	if w := word(ts, next); w == "on" {
		next++
	}
	if w := word(ts, next); w == "the" || w == "el" {
		next++
	}
	named := word(ts, next-1) == "el" && next > i
	if word(ts, next) == "dia" {
		named = true
		next++
	}
	if next >= len(ts) || ts[next].kind != digits || inside && next == i {
		return d, i, false
	}
	n, after, found := dayNumber(ts, next)
	if !found || after == next+1 && !named || inside && word(ts, after) != "" && !padding[word(ts, after)] {
		return d, i, false
	}
	d = day{c.today.year, c.today.month, n}
	for range 14 {
		if d.valid() && !d.midnight().Before(c.today.midnight()) {
			return d, after, true
		}
		first := time.Date(d.year, d.month+1, 1, 0, 0, 0, 0, time.UTC)
		d = day{first.Year(), first.Month(), n}
	}
	return d, i, false
}
