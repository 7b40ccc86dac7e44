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
