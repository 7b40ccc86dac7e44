package understand

import "strings"

// YesNo reads a reply that is yes or no and nothing that matters more: "yes please", "sure", "No, that is all", "claro que sí", "👍".
func YesNo(text string) (yes, ok bool) {
	if len(text) > 120 {
		return false, false
	}
	var buffer [16]token
	ts := tokens(buffer[:0], fold(text))
	for _, t := range ts {
		if isMark(t, "?") {
			return false, false
		}
	}
	return yesNo(ts)
}

// yesNo reads tokens: the longest phrase at the start decides, and what follows must be harmless and not say the opposite.
func yesNo(ts []token) (yes, ok bool) {
	start := 0
	for start < len(ts) && (openers[ts[start].text] || isMark(ts[start], ".,;:!\"")) {
		start++
	}
	if start == len(ts) {
		return false, false
	}
	next := 0
	for n := 4; n > 0 && next == 0; n-- {
		if yes, ok = affirmation(ts, start, n); ok {
			next = start + n
		}
	}
	if next == 0 {
		return false, false
	}
	for _, t := range ts[next:] {
		switch {
		case t.kind == mark:
		case yes && noWords[t.text], !yes && yesWords[t.text]:
			return false, false
		case !harmless[t.text] && !yesWords[t.text] && !noWords[t.text]:
			return false, false
		}
	}
	return yes, true
}

// affirmation looks up the phrase of n tokens at i.
func affirmation(ts []token, i, n int) (yes, ok bool) {
	if i+n > len(ts) {
		return false, false
	}
	if n == 1 {
		w := ts[i].text
		return yesWords[w], yesWords[w] || noWords[w]
	}
	var buffer [48]byte
	phrase := buffer[:0]
	for j, t := range ts[i : i+n] {
		if j > 0 {
			phrase = append(phrase, ' ')
		}
		phrase = append(phrase, t.text...)
	}
	yes, ok = yesNoPhrases[string(phrase)]
	return yes, ok
}

var (
	openers  = set("oh ah well um uh hmm so and pues bueno")
	yesWords = set("yes y yeah yea yep yup yas ya yess sure ok okay okey k correct right true definitely absolutely certainly indeed agreed agree confirm confirmed accept fine perfect exactly gladly si sip claro vale correcto exacto cierto confirmo acepto perfecto 👍 ✅ ✔")
	noWords  = set("no n nope nah nay never false negative nunca tampoco negativo 👎 ❌")
	harmless = set(`please thanks thank you very much a lot so i im ill do does did have has am can could would will we he she they want like it its is that thats this
		be there here all good fine of course for now not dont wont wrong incorrect one the my with me to go ahead sir maam really at moment more nothing else
		por favor gracias muchas es esta bien asi que eso lo quiero ahi estare todo nada mas estoy seguro senor senora hazlo soy`)
	yesNoPhrases = phrases(
		"of course|sure thing|thats right|that is right|thats correct|that is correct|it is|go ahead|sounds good|i do|i am|i would|i will|i agree|i accept|i confirm|i think so|why not|yes i do|looks good|do it|please do|thats fine|that is fine|thats ok|that is ok|all right|alright|uh huh|por supuesto|claro que si|de acuerdo|esta bien|asi es|como no|eso es|desde luego",
		"not really|not now|not yet|not today|not at all|no way|absolutely not|definitely not|certainly not|of course not|i do not|i dont|i am not|im not|i would not|i wont|i dont think so|i do not think so|not right|not correct|thats wrong|that is wrong|that is not right|thats not right|it is not|para nada|claro que no|por supuesto que no|ahora no|todavia no|de ninguna manera|en absoluto|no es correcto")
)

func phrases(yes, no string) map[string]bool {
	m := map[string]bool{}
	for _, p := range strings.Split(yes, "|") {
		m[p] = true
	}
	for _, p := range strings.Split(no, "|") {
		m[p] = false
	}
	return m
}

// Bool reads a bool: what YesNo reads.
func Bool(text string) (Answer, bool) {
	yes, ok := YesNo(text)
	return answered(yes, true, ok)
}
