package understand

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
