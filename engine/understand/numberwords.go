package understand

// spoken reads a number written in words, English or Spanish ("twenty-one", "two and a half", "veinte y uno"), that starts at token i.
// It is strict about what a number word is, and says nothing about whether one was meant.
func spoken(ts []token, i int) (value float64, next int, ok bool) {
	if w := word(ts, i); (w == "a" || w == "an") && multiples[word(ts, i+1)] > 0 { // "a hundred", "a dozen"
		i++
	}
	total, group, last := 0.0, 0.0, 0.0
	for next = i; next < len(ts); next++ {
		w := word(ts, next)
		if isMark(ts[next], "-") && ok && !ts[next].gap || (w == "and" || w == "y") && ok {
			if n, small := numberWords[word(ts, next+1)]; small && (last >= 20 && n < last) {
				continue
			}
			break
		}
		if m := multiples[w]; m > 0 {
			if group == 0 {
				group = 1
			}
			if m >= 1000 {
				total, group = total+group*m, 0
			} else {
				group *= m
			}
			ok, last = true, m
			continue
		}
		n, known := numberWords[w]
		if !known || ok && (last < 20 || n >= last || n == 0) {
			break
		}
		group += n
		ok, last = true, n
	}
	if !ok {
		return 0, i, false
	}
	return total + group, next, true
}

var multiples = map[string]float64{"hundred": 100, "thousand": 1000, "million": 1e6, "dozen": 12, "mil": 1000, "millon": 1e6, "millones": 1e6, "docena": 12}

var numberWords = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
	"twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
	"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"none": 0, "ninguno": 0, "ninguna": 0, "cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
	"doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20,
	"veintiuno": 21, "veintiun": 21, "veintiuna": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26,
	"veintisiete": 27, "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
	"ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
}

// counted tells of a number that counts the one word after it, and that nothing else is said: "one night, please".
func counted(ts []token, v float64, from, to int) bool {
	w := word(ts, to)
	return v >= 1 && w != "" && !padding[w] && !notCounted[w] && (v > 1 || !notOne[w]) && padded(ts, from, to+1)
}

// notOne are words that a lone "one" does not count: "one moment", "una pregunta".
var notOne = set("moment second sec minute min more thing question other another momento momentito segundo minuto pregunta cosa")

// notCounted are words that make something else of the number before them.
var notCounted = set("am pm past to of in on times oclock o h thirds quarters faced way ways minds de y menos veces")

// padding are the words that may stand around an answer in words without making it another sentence: "about four, I think".
var padding = set(`about around approximately roughly maybe probably perhaps i think guess believe please thanks thank you it is its just only all say
	or so make um well oh ok okay hi hello we are there will be would need want have us like im weve ive got exactly nearly almost
	the total son somos unos unas como creo que por favor gracias es pues hay quiero solo`)

// padded tells that nothing but padding stands before token from and from token to on. A noun is missing on purpose: "the round
// ones" and "one moment" are no numbers.
func padded(ts []token, from, to int) bool {
	for i, t := range ts {
		if i >= from && i < to {
			continue
		}
		if t.kind == digits || t.kind == letters && !padding[t.text] {
			return false
		}
	}
	if w := word(ts, from-1); w == "the" || w == "you" {
		return false
	}
	return true
}
