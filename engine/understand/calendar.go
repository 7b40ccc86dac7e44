package understand

import "time"

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
