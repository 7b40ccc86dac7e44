package understand

import (
	"math"
	"strings"
	"unicode"
)

// Sentiment tells how a customer feels by the words used, -1 (furious) to 1 (delighted), 0 for a plain message. It knows negation ("not happy"),
// words that strengthen or soften, shouting and exclamation marks, in English and Spanish.
func Sentiment(text string) float64 {
	if len(text) > maxReply {
		text = text[:maxReply]
	}
	var buffer [48]token
	ts := tokens(buffer[:0], fold(text))
	good, bad := 0.0, 0.0
	marks := 0
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		if isMark(t, "!") {
			marks++
		}
		v, next := feeling(ts, i)
		if v == 0 {
			continue
		}
		v *= strength(ts, i)
		if negated(ts, i) && !thankWords[t.text] {
			v = -0.9 * v
			if v > 0 {
				v *= 0.3 // "not bad" is less than good
			}
		}
		if v > 0 {
			good += v
		} else {
			bad -= v
		}
		i = next - 1
	}
	sum := good - 1.2*bad
	if bad > 0 && good == bad {
		sum = -0.2
	}
	if shouted(text) {
		if sum > 0 {
			sum *= 1.3
		} else {
			sum = sum*1.3 - 0.25
		}
	}
	if sum != 0 {
		sum *= 1 + 0.12*float64(min(marks, 3))
	}
	return math.Round(math.Tanh(sum)*100) / 100
}

// feeling is what the words at i express by themselves: the phrase if there is one, else the word.
func feeling(ts []token, i int) (v float64, next int) {
	for _, p := range feelingPhrases[ts[i].text] {
		if next, ok := phrase(ts, i, p.words); ok {
			return p.value, next
		}
	}
	return feelings[ts[i].text], i + 1
}

// strength is that of the words right before i: "very", "a bit".
func strength(ts []token, i int) float64 {
	s := 1.0
	for j := i - 1; j >= max(0, i-2); j-- {
		if f, ok := strengths[ts[j].text]; ok {
			s *= f
		}
	}
	return s
}

// negated tells of a negation up to three words before i, in the same clause.
func negated(ts []token, i int) bool {
	for j := i - 1; j >= max(0, i-3); j-- {
		if ts[j].kind == mark || ts[j].text == "but" || ts[j].text == "pero" {
			return false
		}
		if negations[ts[j].text] {
			return true
		}
	}
	return false
}

// shouted tells of capitals throughout, in more than a word such as OK or STOP.
func shouted(text string) bool {
	upper, lower, words := 0, 0, 0
	for _, field := range strings.Fields(text) {
		if strings.ContainsFunc(field, unicode.IsDigit) { // an order number
			continue
		}
		words++
		for _, r := range field {
			switch {
			case unicode.IsUpper(r):
				upper++
			case unicode.IsLower(r):
				lower++
			}
		}
	}
	return words >= 3 && upper >= 10 && upper > 4*lower
}

// lexiconLine gives many words one value.
type lexiconLine struct {
	value float64
	words string
}

var negations = set("not no never isnt arent wasnt werent dont doesnt didnt cant cannot couldnt wont wouldnt shouldnt hasnt havent nothing without hardly nunca jamas nada sin tampoco")

var strengths = func() map[string]float64 {
	m := map[string]float64{}
	for _, l := range []lexiconLine{
		{1.4, "very so really extremely absolutely totally completely utterly incredibly damn bloody fucking complete total muy tan totalmente completamente absolutamente super"},
		{0.6, "bit slightly somewhat little kinda rather quite fairly algo poco"},
	} {
		for w := range set(l.words) {
			m[w] = l.value
		}
	}
	return m
}()

type felt struct {
	words string
	value float64
}

// feelingPhrases by their first word.
var feelingPhrases = func() map[string][]felt {
	m := map[string][]felt{}
	for _, l := range []lexiconLine{
		{-0.75, `fell apart|falls apart|falling apart|fed up|sick of|sick and tired|waste of time|waste of money|had enough|have had enough|rip off|ripped off|for the third time|third time|let down|makes me angry|what a joke|is a joke|nobody answers|no one answers|nobody helps|no one helps|never again|hate it|last straw|an outrage|up with this
			|estoy harto|estoy harta|harto de|harta de|perdida de tiempo|no puede ser|que verguenza|una verguenza|que asco|no sirve|no sirven|nadie responde|nadie contesta|de una vez`},
		{-0.45, `does not work|doesnt work|not working|still not|still waiting|still no|yet again|too long|not good enough|no funciona|no funcionan|sigo esperando|otra vez lo mismo`},
		{0.5, `thank you|thanks a lot|well done|good job|great job|that helps|very helpful|muchas gracias|mil gracias|muy amable|buen trabajo`},
	} {
		for _, p := range strings.Split(l.words, "|") {
			p = strings.TrimSpace(p)
			first, _, _ := strings.Cut(p, " ")
			m[first] = append(m[first], felt{p, l.value})
		}
	}
	return m
}()

var feelings = func() map[string]float64 {
	m := map[string]float64{}
	for _, l := range []lexiconLine{
		{-0.9, "furious outraged livid disgusting scam scammers thieves fraudsters crooks despicable appalling shit bullshit fuck asshole bastards furioso furiosa indignado indignada estafa estafadores ladrones mierda asqueroso vergonzoso indignante 🤬 😡"},
		{-0.7, "hate angry useless rubbish terrible horrible awful worst ridiculous unacceptable pathetic garbage crap incompetent idiots idiot stupid disgrace disgraceful nightmare infuriating atrocious shameful liars dreadful trash odio enfadado enfadada enojado enojada inutil inutiles basura terrible pesimo pesima peor ridiculo inaceptable incompetentes idiotas 😠"},
		{-0.4, "frustrated frustrating annoyed annoying upset disappointed disappointing bad poor unhappy mad fail failed failing unfair lousy slow dissatisfied displeased sad worse complaint decepcionado decepcionada decepcionante molesto molesta frustrado frustrada frustrante malo mala mal triste queja lamentable 😞 👎 😢"},
		{-0.2, "broken damaged problem problems issue confused confusing roto rota danado problema problemas wrong"},
		{0.3, "thanks thank good nice fine helpful glad gracias bien bueno buena amable 🙂 👍"},
		{0.6, "great happy love lovely excellent amazing awesome wonderful fantastic perfect brilliant delighted superb pleased genial feliz encanta excelente perfecto perfecta maravilloso fantastico increible encantado encantada contento contenta 😊 😀 ❤ 😍"},
	} {
		for w := range set(l.words) {
			m[w] = l.value
		}
	}
	return m
}()
