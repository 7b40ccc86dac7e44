package understand

import (
	"math"
	"strconv"
	"strings"
)

// Int reads a whole number, an int: "4", "about 4, I think", "twenty-one". Two different numbers are none.
func Int(text string) (Answer, bool) {
	v, whole, ok := amount(read(text))
	if !ok || v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return Answer{}, false
	}
	return Answer{Value: int(v), Whole: whole}, true
}

// Number reads a float64: "12.50", "1,250.5", "$12", "two and a half". A comma before exactly three digits groups, else it is the decimal one.
func Number(text string) (Answer, bool) {
	return answered(amount(read(text)))
}

func amount(r reply) (v float64, whole, ok bool) {
	v, whole, ok = one(r, numeral)
	if whole {
		return v, true, true
	}
	said, from, to, words := saidOnce(r)
	switch {
	case !words:
		return v, false, ok
	case from == 0 && (to == len(r.tokens) || to+1 == len(r.tokens) && persons[word(r.tokens, to)]):
		return said, true, true
	case ok && said == v:
		return v, false, true
	case ok:
		return v, false, said < 2 // "one" and "a" beside a number in digits are seldom numbers
	}
	// From two on a number in words counts as one in digits would; "one", "a" and "half" only where nothing else is meant.
	return said, false, !r.asks && (said >= 2 || padded(r.tokens, from, to) || counted(r.tokens, said, from, to))
}

// saidOnce finds the only number in words.
func saidOnce(r reply) (v float64, from, to int, ok bool) {
	for i := 0; i < len(r.tokens); {
		n, next, found := inWords(r.tokens, i)
		if !found {
			i++
			continue
		}
		if ok && n != v {
			return math.NaN(), 0, 0, true // no number equals it, so two are none
		}
		v, from, to, ok, i = n, i, next, true, next
	}
	return v, from, to, ok
}

// inWords is spoken with halves and decimals: "two and a half", "one point five", "half", "dos y media".
func inWords(ts []token, i int) (v float64, next int, ok bool) {
	v, next, ok = spoken(ts, i)
	switch {
	case !ok && (word(ts, i) == "half" || word(ts, i) == "medio" || word(ts, i) == "media"):
		return 0.5, i + 1, true
	case !ok:
		return 0, i, false
	case word(ts, next) == "and" && word(ts, next+1) == "a" && word(ts, next+2) == "half":
		return v + 0.5, next + 3, true
	case word(ts, next) == "y" && (word(ts, next+1) == "medio" || word(ts, next+1) == "media"):
		return v + 0.5, next + 2, true
	case word(ts, next) == "point" || word(ts, next) == "punto" || word(ts, next) == "coma":
		if n, after, ok := spoken(ts, next+1); ok && n < 10 {
			return v + n/10, after, true
		}
	}
	return v, next, true
}

// numeral reads a number in digits that is not a part of something longer, such as an order number, a date or a clock time.
func numeral(ts []token, i int, inside bool) (v float64, next int, ok bool) {
	from := i
	negative := isMark(ts[i], "-")
	if negative || isMark(ts[i], "$€£#+") {
		i++
	}
	if negative && i < len(ts) && isMark(ts[i], "$€£") {
		i++
	}
	if i >= len(ts) || ts[i].kind != digits || glued(ts, from) && !isMark(ts[from-1], "(\"=~") {
		return 0, from, false
	}
	v, next, ok = written(ts, i)
	if !ok {
		return 0, from, false
	}
	if from < i && ts[from].text == "+" && v >= 1e6 { // a phone number
		return 0, from, false
	}
	if fraction, after, ok := ratio(ts, next); ok && next < len(ts) && ts[next].gap {
		v, next = v+fraction, after
	} else if fraction, after, ok := ratio(ts, i); ok && next == i+1 && !inside {
		v, next = fraction, after
	}
	switch {
	case next >= len(ts):
	case isMark(ts[next], "%$€£"):
		next++
	case (units[word(ts, next)] || persons[word(ts, next)]) && (glued(ts, next) || !inside && next+1 == len(ts)):
		next++
	}
	if glued(ts, next) && !isMark(ts[next], ".,;!?)\"") {
		return 0, from, false
	}
	if glued(ts, next) && next+1 < len(ts) && glued(ts, next+1) { // "12.b", "3,x"
		return 0, from, false
	}
	if negative {
		v = -v
	}
	return v, next, true
}

var units = set("cm mm m km kg g lb lbs oz ml l usd eur gbp mxn dollars dollar euros euro pounds dolares pesos percent")

// persons are counted as units are: "1 person" is a number, and no wish to talk to one.
var persons = set("person persons people persona personas")

// written reads digits with separators: the last separator is the decimal one unless it groups digits by three.
func written(ts []token, i int) (v float64, next int, ok bool) {
	var buffer [40]byte
	text := append(buffer[:0], ts[i].text...)
	separators := 0
	for next = i + 1; next+1 < len(ts) && isMark(ts[next], ".,") && glued(ts, next) && ts[next+1].kind == digits && glued(ts, next+1); next += 2 {
		text = append(append(text, ts[next].text...), ts[next+1].text...)
		separators++
		if len(text) > 30 {
			return 0, next, false
		}
	}
	number := string(text)
	comma, dot := strings.LastIndexByte(number, ','), strings.LastIndexByte(number, '.')
	switch {
	case separators == 0:
	case comma >= 0 && dot >= 0 && comma > dot: // 1.250,50
		number, ok = ungroup(number[:comma], ".", number[comma+1:])
	case comma >= 0 && dot >= 0:
		number, ok = ungroup(number[:dot], ",", number[dot+1:])
	case dot >= 0 && separators > 1:
		number, ok = ungroup(number, ".", "")
	case comma >= 0 && (separators > 1 || len(number)-comma == 4 && number[0] != '0' && comma <= 3):
		number, ok = ungroup(number, ",", "")
	case comma >= 0:
		number, ok = number[:comma]+"."+number[comma+1:], true
	default:
		ok = true
	}
	if separators > 0 && !ok {
		return 0, next, false
	}
	v, err := strconv.ParseFloat(number, 64)
	return v, next, err == nil && len(number) <= 30
}

// ungroup joins groups of three digits, and the decimals.
func ungroup(grouped, separator, decimals string) (string, bool) {
	groups := strings.Split(grouped, separator)
	for i, g := range groups {
		if len(g) > 3 || i > 0 && len(g) != 3 || strings.ContainsAny(g, ".,") {
			return "", false
		}
	}
	whole := strings.Join(groups, "")
	if decimals == "" {
		return whole, true
	}
	return whole + "." + decimals, true
}

// ratio reads "1/2".
func ratio(ts []token, i int) (v float64, next int, ok bool) {
	if i+2 >= len(ts) || ts[i].kind != digits || !isMark(ts[i+1], "/") || ts[i+2].kind != digits || !glued(ts, i+1) || !glued(ts, i+2) {
		return 0, i, false
	}
	above, below := small(ts[i].text), small(ts[i+2].text)
	if above < 1 || below < 2 || above >= below || below > 10 {
		return 0, i, false
	}
	return float64(above) / float64(below), i + 3, true
}

// small is a number of up to four digits, -1 for longer ones.
func small(digits string) int {
	if len(digits) > 4 {
		return -1
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}
