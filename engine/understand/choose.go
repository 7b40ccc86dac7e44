package understand

import "bytes"

// Option is one choice of a question.
type Option struct{ Value, Label string }

// longestChoice bounds what is read as the choice of an option, in bytes.
const longestChoice = 200

// Choose reads which option a reply picks: its label, its number in the list ("2", "option 2", "the second one", "uno"), its value, yes or no where
// one option means that, a part of its label that no other has, or a near spelling of label or value. What fits two options picks none.
func Choose(options []Option, text string) (index int, ok bool) {
	if len(text) > longestChoice || len(options) == 0 {
		return 0, false
	}
	var textBuffer, labelBuffer, valueBuffer [longestChoice + 56]byte
	said := plainWords(textBuffer[:0], text)
	if len(said) == 0 {
		return signed(options, text)
	}
	if index, ok, decided := exactly(options, said, labelBuffer[:0], valueBuffer[:0]); decided {
		return index, ok
	}
	if index, ok := numbered(options, said, labelBuffer[:0]); ok {
		return index, true
	}
	if yes, isYesNo := YesNo(text); isYesNo {
		if index, ok := meaning(options, yes); ok {
			return index, true
		}
	}
	core := withoutPadding(said)
	if len(core) == 0 {
		return 0, false
	}
	if index, ok, decided := partly(options, core, labelBuffer[:0]); decided {
		return index, ok
	}
	return nearly(options, said, core, labelBuffer[:0], valueBuffer[:0])
}

// signed reads a reply without words, such as a thumb.
func signed(options []Option, text string) (int, bool) {
	if yes, ok := YesNo(text); ok {
		return meaning(options, yes)
	}
	for i, o := range options {
		if o.Label == text {
			return i, true
		}
	}
	return 0, false
}

// exactly picks by label, then by number, then by value.
func exactly(options []Option, said, label, value []byte) (index int, ok, decided bool) {
	byLabel, labels, byValue, values := 0, 0, 0, 0
	for i, o := range options {
		if bytes.Equal(plainWords(label, o.Label), said) {
			byLabel, labels = i, labels+1
		}
		if bytes.Equal(plainWords(value, o.Value), said) {
			byValue, values = i, values+1
		}
	}
	if labels > 0 {
		return byLabel, labels == 1, true
	}
	if n, ok := number(said); ok && n >= 1 && n <= len(options) {
		return n - 1, true, true
	}
	return byValue, values == 1, values > 0
}

func number(digits []byte) (int, bool) {
	if len(digits) == 0 || len(digits) > 3 {
		return 0, false
	}
	n := 0
	for _, d := range digits {
		if !isDigit(d) {
			return 0, false
		}
		n = n*10 + int(d-'0')
	}
	return n, true
}

// numbered picks by a place in the list that is spoken of, or by the number and the label beside it, as an SMS lists them.
func numbered(options []Option, said, label []byte) (int, bool) {
	first, rest, _ := bytes.Cut(said, space)
	if n, ok := number(first); ok && n >= 1 && n <= len(options) && len(rest) > 0 && bytes.Equal(plainWords(label, options[n-1].Label), rest) {
		return n - 1, true
	}
	place, places := 0, 0
	ones, leads := 0, false
	for rest := said; len(rest) > 0; {
		var w []byte
		w, rest, _ = bytes.Cut(rest, space)
		if n, ok := number(w); ok {
			place, places = n, places+1
		} else if n, ok := ordinals[string(w)]; ok {
			place, places = n, places+1
		} else if n, ok := placeWords[string(w)]; ok {
			if n == 1 {
				ones++
				continue
			}
			place, places = n, places+1
		} else if len(w) >= 3 && isDigit(w[0]) && ordinalEnds[string(w[len(w)-2:])] {
			n, ok := number(w[:len(w)-2])
			if !ok {
				return 0, false
			}
			place, places = n, places+1
		} else if string(w) == "last" || string(w) == "ultimo" || string(w) == "ultima" {
			place, places = len(options), places+1
		} else if listWords[string(w)] {
			leads = true
		} else if !choicePadding[string(w)] {
			return 0, false
		}
	}
	if places == 0 && ones == 1 && (leads || len(said) <= len("one")) { // "one", "option one"; but not "that one"
		place, places = 1, 1
	}
	return place - 1, places == 1 && place >= 1 && place <= len(options)
}

var space = []byte(" ")

var (
	placeWords = map[string]int{
		"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
		"uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
	}
	listWords     = set("option number no choice answer nr opcion numero respuesta")
	choicePadding = set("the please thanks thank you i ill want would like id take go with for choose pick prefer it is its my think one el la los las lo por favor gracias quiero prefiero elijo de")
)

// meaning picks the option that stands for yes or no, by its value or else by how its label begins.
func meaning(options []Option, yes bool) (int, bool) {
	if i, n := standing(options, yes, func(o Option) string { return o.Value }, true); n > 0 {
		return i, n == 1
	}
	i, n := standing(options, yes, func(o Option) string { return o.Label }, false)
	return i, n == 1
}

// standing counts the options whose text is, or begins with, a word for yes or no.
func standing(options []Option, yes bool, text func(Option) string, whole bool) (index, n int) {
	for i, o := range options {
		var buffer [8]token
		ts := tokens(buffer[:0], fold(text(o)))
		if len(ts) == 0 || whole && len(ts) > 1 {
			continue
		}
		if yes && plainYes[ts[0].text] || !yes && plainNo[ts[0].text] {
			index, n = i, n+1
		}
	}
	return index, n
}

var (
	plainYes = set("yes y true ok okay si sure")
	plainNo  = set("no n false not")
)

// withoutPadding drops polite words from both ends.
func withoutPadding(said []byte) []byte {
	for len(said) > 0 {
		w, rest, _ := bytes.Cut(said, space)
		if !choicePadding[string(w)] {
			break
		}
		said = rest
	}
	for len(said) > 0 {
		at := bytes.LastIndexByte(said, ' ')
		if !choicePadding[string(said[at+1:])] {
			break
		}
		said = said[:max(at, 0)]
	}
	return said
}

// partly picks the only option whose label has the words, the last one perhaps cut short.
func partly(options []Option, core, label []byte) (index int, ok, decided bool) {
	if light(core) {
		return 0, false, false
	}
	same, sames, parts := 0, 0, 0
	for i, o := range options {
		l := plainWords(label, o.Label)
		if bytes.Equal(withoutPadding(l), core) {
			same, sames = i, sames+1
		}
		if hasWords(l, core) {
			index, parts = i, parts+1
		}
	}
	if sames > 0 {
		return same, sames == 1, true
	}
	return index, parts == 1, parts > 0
}

// light tells of words that say nothing about an option: all of them common, or too short.
func light(core []byte) bool {
	for rest := core; len(rest) > 0; {
		var w []byte
		w, rest, _ = bytes.Cut(rest, space)
		if len(w) >= 3 && !commonWord(string(w)) || isDigit(w[0]) && len(w) >= 2 {
			return false
		}
	}
	return true
}

// hasWords tells that the words stand in a label, beginning where a word begins.
func hasWords(label, words []byte) bool {
	for from := 0; from < len(label); {
		at := bytes.Index(label[from:], words)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(words)
		if (at == 0 || label[at-1] == ' ') && (end == len(label) || label[end] == ' ' || !isDigit(label[end])) {
			return true
		}
		from = at + 1
	}
	return false
}
