package understand

import "fmt"

// moment is a time of day in minutes after midnight.
type moment int

func (m moment) String() string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// Clock reads a time of day, a string like `15:04`: "5:30 pm", "17:30", "noon", "half past five". A time written with minutes is on the
// 24-hour clock unless it says otherwise; an hour alone or in words, from one to six, is in the afternoon unless it says otherwise.
func Clock(text string, _ Setting) (Answer, bool) {
	m, whole, ok := findClock(read(text))
	if !ok {
		return Answer{}, false
	}
	return Answer{Value: m.String(), Whole: whole}, true
}

// findClock reads a time of day; "tonight" and the like anywhere in the reply put it after noon.
func findClock(r reply) (m moment, whole, ok bool) {
	m, whole, ok = one(r, readClock)
	if ok && !whole && m >= 60 && m < 12*60 && late(r.tokens) {
		m += 12 * 60
	}
	return m, whole, ok
}

func late(ts []token) bool {
	evening := false
	for i := range ts {
		switch word(ts, i) {
		case "am", "morning", "past", "manana":
			return false
		case "tonight", "evening", "afternoon", "noche", "tarde":
			evening = true
		}
	}
	return evening
}

func readClock(ts []token, i int, inside bool) (m moment, next int, ok bool) {
	at := i
	led := false
	switch word(ts, at) {
	case "at", "around", "about":
		at++
		led = word(ts, i) == "at"
	case "a", "las", "sobre":
		if word(ts, at) != "las" {
			at++
		}
		if w := word(ts, at); w != "las" && w != "la" {
			return 0, i, false
		}
		at++
		led = true
	}
	for _, named := range dayTimes {
		if next, ok := phrase(ts, at, named.words); ok {
			return named.at, next, true
		}
	}
	hour, minute, next, spelt, ok := dial(ts, at, inside)
	if !ok {
		return 0, i, false
	}
	half, after := halfOfDay(ts, next)
	switch {
	case half == "" && !spelt.exact && inside && !led:
		return 0, i, false
	case half != "" && hour > 12:
		if half == "am" {
			return 0, i, false
		}
	case half == "pm" && hour < 12:
		hour += 12
	case half == "am" && hour == 12:
		hour = 0
	case half == "" && !spelt.day && hour >= 1 && hour <= 6:
		hour += 12
	}
	if hour > 23 || minute > 59 {
		return 0, i, false
	}
	if glued(ts, after) && !isMark(ts[after], ".,;!?)\"") {
		return 0, i, false
	}
	return moment(hour*60 + minute), after, true
}

var dayTimes = []struct {
	words string
	at    moment
}{{"noon", 12 * 60}, {"midday", 12 * 60}, {"mediodia", 12 * 60}, {"el mediodia", 12 * 60}, {"midnight", 0}, {"medianoche", 0}}

// dialled tells how an hour was written.
type dialled struct {
	exact bool // it can be nothing but a time: 17:30, "half past five"
	day   bool // it is on the 24-hour clock
}

// dial reads the hour and minutes, without morning or afternoon.
func dial(ts []token, i int, inside bool) (hour, minute, next int, how dialled, ok bool) {
	if i >= len(ts) {
		return 0, 0, i, how, false
	}
	if ts[i].kind == digits {
		return dialDigits(ts, i, inside)
	}
	return dialWords(ts, i)
}

func dialDigits(ts []token, i int, inside bool) (hour, minute, next int, how dialled, ok bool) {
	if glued(ts, i) && !isMark(ts[i-1], "(\"@~") {
		return 0, 0, i, how, false
	}
	n := ts[i].text
	if len(n) == 4 && !inside && i+1 == len(ts) { // 1730
		return small(n[:2]), small(n[2:]), i + 1, dialled{true, true}, true
	}
	hour = small(n)
	if len(n) > 2 || hour > 24 {
		return 0, 0, i, how, false
	}
	next = i + 1
	separated := glued(ts, next) && (isMark(ts[next], ":.") || ts[next].text == "h")
	if separated && glued(ts, next+1) && ts[next+1].kind == digits && len(ts[next+1].text) == 2 {
		minute = small(ts[next+1].text)
		how = dialled{exact: ts[next].text != ".", day: true}
		next += 2
		if glued(ts, next) && isMark(ts[next], ":") && glued(ts, next+1) && ts[next+1].kind == digits && len(ts[next+1].text) == 2 { // seconds
			next += 2
		}
		if w := word(ts, next); w == "h" || w == "hrs" {
			next++
		}
		return hour % 24, minute, next, how, hour < 24
	}
	how.day = hour > 12 || len(n) == 2 && n[0] == '0'
	if w := word(ts, next); w == "h" || w == "hrs" || w == "horas" {
		return hour, 0, next + 1, dialled{true, true}, true
	}
	if after, ok := oclock(ts, next); ok {
		return hour, 0, after, dialled{exact: true, day: how.day}, true
	}
	if minute, after, ok := spanishMinutes(ts, next); ok {
		return (hour*60 + minute) / 60, (minute + 60) % 60, after, dialled{exact: true}, true
	}
	return hour, 0, next, how, true
}

// dialWords reads "five", "five thirty", "half past five", "ten to six", "cinco y media", "five o'clock".
func dialWords(ts []token, i int) (hour, minute, next int, how dialled, ok bool) {
	if minute, at, ok := pastOrTo(ts, i); ok {
		hour, next, ok := hourOf(ts, at)
		total := (hour*60 + minute + 12*60) % (12 * 60)
		if total < 60 {
			total += 12 * 60
		}
		return total / 60, total % 60, next, dialled{exact: true}, ok
	}
	hour, next, ok = hourOf(ts, i)
	if !ok {
		return 0, 0, i, how, false
	}
	if after, ok := oclock(ts, next); ok {
		return hour, 0, after, dialled{exact: true}, true
	}
	if minute, after, ok := spanishMinutes(ts, next); ok {
		total := hour*60 + minute
		return total / 60, total % 60, after, dialled{exact: true}, true
	}
	if v, after, ok := spoken(ts, next); ok && v >= 10 && v < 60 {
		return hour, int(v), after, how, true
	}
	return hour, 0, next, how, true
}

func oclock(ts []token, i int) (next int, ok bool) {
	if word(ts, i) == "oclock" {
		return i + 1, true
	}
	return phrase(ts, i, "o clock")
}

// hourOf reads an hour by a word, or by digits after "past" and "to".
func hourOf(ts []token, i int) (hour, next int, ok bool) {
	if n, known := numberWords[word(ts, i)]; known && n >= 1 && n <= 12 {
		return int(n), i + 1, true
	}
	if i < len(ts) && ts[i].kind == digits && ts[i].gap {
		hour = small(ts[i].text)
		return hour, i + 1, hour >= 1 && hour <= 12
	}
	switch word(ts, i) {
	case "once": // eleven in Spanish; the caller has seen "a las" or more of a time
		return 11, i + 1, true
	case "noon", "midnight":
		return 12, i + 1, true
	}
	return 0, i, false
}

// pastOrTo reads what comes before the hour: "half past", "a quarter to", "twenty past".
func pastOrTo(ts []token, i int) (minute, next int, ok bool) {
	if word(ts, i) == "a" {
		i++
	}
	switch w := word(ts, i); {
	case w == "half":
		if word(ts, i+1) != "past" {
			_, _, hour := hourOf(ts, i+1)
			return 30, i + 1, hour && word(ts, i+2) == ""
		}
		return 30, i + 2, true
	case w == "quarter":
		minute, next = 15, i+1
	default:
		n, after, _ := count(ts, i)
		if n < 1 || n > 30 {
			return 0, i, false
		}
		if minute, next = n, after; word(ts, next) == "minutes" {
			next++
		}
	}
	switch word(ts, next) {
	case "past", "after":
		return minute, next + 1, true
	case "to", "before":
		return -minute, next + 1, true
	}
	return 0, i, false
}

// spanishMinutes reads what comes after the hour: "y media", "y cuarto", "menos diez".
func spanishMinutes(ts []token, i int) (minute, next int, ok bool) {
	sign := 1
	switch word(ts, i) {
	case "y":
	case "menos":
		sign = -1
	default:
		return 0, i, false
	}
	switch word(ts, i+1) {
	case "media":
		return 30 * sign, i + 2, true
	case "cuarto":
		return 15 * sign, i + 2, true
	}
	if v, after, ok := spoken(ts, i+1); ok && v < 60 {
		return int(v) * sign, after, true
	}
	return 0, i, false
}

// halfOfDay reads am, p.m., "in the evening", "de la tarde": "am", "pm" or nothing.
func halfOfDay(ts []token, i int) (half string, next int) {
	switch word(ts, i) {
	case "am", "pm":
		return ts[i].text, i + 1
	case "a", "p":
		at := i + 1
		if at < len(ts) && isMark(ts[at], ".") {
			at++
		}
		if word(ts, at) != "m" {
			break
		}
		if next = at + 1; next < len(ts) && isMark(ts[next], ".") {
			next++
		}
		return ts[i].text + "m", next
	}
	for _, p := range dayHalves {
		if next, ok := phrase(ts, i, p.words); ok {
			return p.half, next
		}
	}
	return "", i
}

var dayHalves = []struct{ words, half string }{
	{"in the morning", "am"}, {"in the afternoon", "pm"}, {"in the evening", "pm"}, {"at night", "pm"}, {"tonight", "pm"},
	{"de la manana", "am"}, {"de la tarde", "pm"}, {"de la noche", "pm"}, {"por la manana", "am"}, {"por la tarde", "pm"},
}
