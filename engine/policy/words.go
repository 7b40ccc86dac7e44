package policy

import (
	"strings"
	"unicode"
)

// Word is what a reserved word in an SMS asks for.
type Word int

const (
	NoWord Word = iota
	OptOutWord
	OptInWord
	HelpWord
)

// reserved are the words that have to work in every programme of text messages in the United States: opt-outs as listed by
// the FCC (47 CFR 64.1200(a)(10), under the TCPA) and the carriers (CTIA Messaging Principles and Best Practices, section
// 5.1.3), with the opt-in and help words that messaging providers answer beside them.
var reserved = [...]struct {
	text string
	word Word
}{
	{"stop", OptOutWord}, {"stopall", OptOutWord}, {"stop all", OptOutWord}, {"unsubscribe", OptOutWord}, {"cancel", OptOutWord},
	{"end", OptOutWord}, {"quit", OptOutWord}, {"revoke", OptOutWord}, {"optout", OptOutWord}, {"opt out", OptOutWord}, {"opt-out", OptOutWord},
	{"start", OptInWord}, {"unstop", OptInWord},
	{"help", HelpWord}, {"info", HelpWord},
}

// longestWord bounds what is worth comparing, with room for spaces between the words.
const longestWord = 32

// ReadWord finds a reserved word that stands alone in a message, in any case and with any space and punctuation around it.
// A yes is an opt-in only while the customer is opted out.
func ReadWord(text string, optedOut bool) Word {
	text = bare(text)
	if optedOut && strings.EqualFold(text, "yes") {
		return OptInWord
	}
	for _, r := range reserved {
		if strings.EqualFold(text, r.text) {
			return r.word
		}
	}
	return NoWord
}

// ReservedWord finds what no option of an SMS question may be, because the reply that chooses it never reaches its journey:
// an opt-out or help word. Opt-in words are handled in the same way, but are no mistake in a journey.
func ReservedWord(text string) (Word, bool) {
	w := ReadWord(text, false)
	if w == OptOutWord || w == HelpWord {
		return w, true
	}
	return NoWord, false
}

// bare takes away what surrounds a word and narrows the spaces inside.
func bare(text string) string {
	text = strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(text) > longestWord || strings.IndexFunc(text, unicode.IsSpace) < 0 {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}
