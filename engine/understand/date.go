package understand

import (
	"strings"
	"time"
)

// day is a calendar day; comparable, so that the same day said twice is one.
type day struct {
	year  int
	month time.Month
	day   int
}

const dateLayout = "2006-01-02"

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, m, d}
}

func (d day) midnight() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

func (d day) add(days int) day { return dayOf(d.midnight().AddDate(0, 0, days)) }

func (d day) valid() bool {
	return d.year >= 1000 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 && dayOf(d.midnight()) == d
}

func (d day) String() string { return d.midnight().Format(dateLayout) }

// Date reads a calendar day, a string like `2006-01-02`: "14 May", "5/14", "tomorrow", "next Friday", "in two weeks".
// A day without a year, or a weekday, is the next one to come; a weekday never means today.
func Date(text string, s Setting) (Answer, bool) {
	if t, err := time.Parse(time.RFC3339, strings.TrimSpace(text)); err == nil {
		if s.Zone != nil {
			t = t.In(s.Zone)
		}
		return Answer{Value: t.Format(dateLayout), Whole: true}, true
	}
	d, whole, ok := findDay(read(text), s)
	if !ok {
		return Answer{}, false
	}
	return Answer{Value: d.String(), Whole: whole}, true
}

func findDay(r reply, s Setting) (day, bool, bool) {
	c := calendar{today: dayOf(s.now()), dayFirst: dayFirst(s)}
	if len(r.tokens) > 0 && word(r.tokens, 0) == "on" {
		r.tokens = r.tokens[1:]
	}
	return one(r, c.read)
}

// dayFirst tells how "5/6" is written where the customer is.
func dayFirst(s Setting) bool {
	language, country, _ := strings.Cut(strings.ReplaceAll(s.Locale, "_", "-"), "-")
	if country == "" {
		country = s.Region
	}
	if language == "" || strings.EqualFold(language, "en") {
		return country != "" && !strings.EqualFold(country, "US") && !strings.EqualFold(country, "PH")
	}
	return !strings.EqualFold(country, "US")
}

// calendar reads days as seen from today.
type calendar struct {
	today    day
	dayFirst bool
}

func (c calendar) read(ts []token, i int, inside bool) (d day, next int, ok bool) {
	for _, read := range []reader[day]{c.numbers, c.named, c.relative, c.weekday, c.ordinal} {
		if d, next, ok = read(ts, i, inside); ok && d.valid() {
			if inside && listed(ts, i) {
				return day{}, i, false
			}
			return d, next, true
		}
	}
	return day{}, i, false
}

// listed tells of a day that is the second of several: "14 or 15 May", "14-16 May".
func listed(ts []token, i int) bool {
	if i < 2 || ts[i-2].kind != digits {
		return false
	}
	switch ts[i-1].text {
	case "or", "and", "to", "until", "o", "y", "al", "-", "/":
		return true
	}
	return false
}

// numbers reads 2026-05-14, 5/14, 14/5/26, 14.5.2026 and 20260514.
func (c calendar) numbers(ts []token, i int, inside bool) (d day, next int, ok bool) {
	if ts[i].kind != digits || glued(ts, i) && !isMark(ts[i-1], "(\"") {
		return d, i, false
	}
	if n := ts[i].text; len(n) == 8 && !inside {
		return day{small(n[:4]), time.Month(small(n[4:6])), small(n[6:])}, i + 1, true
	}
	var parts [3]string
	parts[0], next = ts[i].text, i+1
	separator, n := "", 1
	for n < 3 && next+1 < len(ts) && isMark(ts[next], "-/.") && (separator == "" || ts[next].text == separator) && ts[next+1].kind == digits && glued(ts, next) && glued(ts, next+1) {
		separator = ts[next].text
		parts[n] = ts[next+1].text
		n, next = n+1, next+2
	}
	if n == 1 || n == 2 && separator != "/" || glued(ts, next) && !isMark(ts[next], ".,;!?)\"") {
		return d, i, false
	}
	if len(parts[0]) == 4 && n == 3 {
		return day{small(parts[0]), time.Month(small(parts[1])), small(parts[2])}, next, true
	}
	if len(parts[0]) > 2 || len(parts[1]) > 2 {
		return d, i, false
	}
	first, second := small(parts[0]), small(parts[1])
	if second > 12 || !(c.dayFirst || separator == ".") && first <= 12 {
		first, second = second, first
	}
	if n == 2 {
		d, ok = c.upcoming(first, time.Month(second))
		return d, next, ok
	}
	year, ok := fullYear(parts[2])
	return day{year, time.Month(second), first}, next, ok
}

// fullYear reads the year of a date; of two digits, 70 to 99 lie in the last century.
func fullYear(digits string) (int, bool) {
	n := small(digits)
	switch {
	case len(digits) == 4:
		return n, true
	case len(digits) != 2:
		return 0, false
	case n >= 70:
		return 1900 + n, true
	}
	return 2000 + n, true
}

// upcoming is the next such day, today included.
func (c calendar) upcoming(d int, m time.Month) (day, bool) {
	for year := c.today.year; year <= c.today.year+8; year++ {
		next := day{year, m, d}
		if next.valid() && !next.midnight().Before(c.today.midnight()) {
			return next, true
		}
	}
	return day{}, false
}

// named reads a day of a month by its name: "14 May", "the 14th of May 2027", "May 14th, 2027", "14 de mayo".
func (c calendar) named(ts []token, i int, _ bool) (d day, next int, ok bool) {
	next = i
	if _, isDay := weekdays[word(ts, next)]; isDay { // "Friday, 14 May"
		next++
		if next < len(ts) && isMark(ts[next], ",.") {
			next++
		}
	}
	if w := word(ts, next); w == "the" || w == "el" {
		next++
	}
	if m, isMonth := months[word(ts, next)]; isMonth {
		if next++; next < len(ts) && isMark(ts[next], ".") {
			next++
		}
		if word(ts, next) == "the" {
			next++
		}
		if n, after, found := dayNumber(ts, next); found {
			return c.withYear(ts, after, n, m)
		}
		return d, i, false
	}
	n, next, found := dayNumber(ts, next)
	if !found {
		return d, i, false
	}
	if w := word(ts, next); w == "of" || w == "de" {
		next++
	} else if next < len(ts) && isMark(ts[next], ".-") {
		next++
	}
	m, isMonth := months[word(ts, next)]
	if !isMonth {
		return d, i, false
	}
	return c.withYear(ts, next+1, n, m)
}

func (c calendar) withYear(ts []token, i, d int, m time.Month) (day, int, bool) {
	at := i
	if at < len(ts) && isMark(ts[at], ",.-") {
		at++
	}
	if w := word(ts, at); w == "de" || w == "del" || w == "of" {
		at++
	}
	if at < len(ts) && ts[at].kind == digits && len(ts[at].text) == 4 && !(at+1 < len(ts) && isMark(ts[at+1], ":") && glued(ts, at+1)) {
		return day{small(ts[at].text), m, d}, at + 1, true
	}
	found, ok := c.upcoming(d, m)
	return found, i, ok
}

// dayNumber reads 14, 14th or "first" as the number of a day.
func dayNumber(ts []token, i int) (n, next int, ok bool) {
	if i >= len(ts) {
		return 0, i, false
	}
	if n, ok := ordinals[ts[i].text]; ok {
		return n, i + 1, true
	}
	if ts[i].kind != digits || len(ts[i].text) > 2 || glued(ts, i) && !isMark(ts[i-1], "(\",.-") {
		return 0, i, false
	}
	n, next = small(ts[i].text), i+1
	if w := word(ts, next); glued(ts, next) && ordinalEnds[w] {
		next++
	}
	return n, next, n >= 1 && n <= 31
}

var ordinalEnds = set("st nd rd th º ª")

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

// addMonths keeps to the month's last day: a month after 31 January is 28 February.
func (d day) addMonths(n int) day {
	first := time.Date(d.year, d.month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return day{first.Year(), first.Month(), min(d.day, last)}
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
