package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold writes a text the way this package compares: lower case, without accents and apostrophes, fractions spelt out.
func fold(text string) string {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= utf8.RuneSelf || c == '\'' || c == '`' || c >= 'A' && c <= 'Z' {
			return string(appendFolded(make([]byte, 0, len(text)+8), text))
		}
	}
	return text
}

func appendFolded(to []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r >= 'A' && r <= 'Z':
			to = append(to, byte(r)+'a'-'A')
		case r == '\'' || r == '`':
		case r < utf8.RuneSelf:
			to = append(to, byte(r))
		default:
			to = appendFoldedRune(to, r)
		}
	}
	return to
}

func appendFoldedRune(to []byte, r rune) []byte {
	switch r {
	case '’', '‘', '´', 'ʼ', '\u200b', '\u200d', '\ufe0f', '\ufeff':
		return to
	case '½':
		return append(to, " 1/2"...)
	case '¼':
		return append(to, " 1/4"...)
	case '¾':
		return append(to, " 3/4"...)
	case '–', '—', '‐', '‑', '−':
		return append(to, '-')
	case 'ß':
		return append(to, "ss"...)
	}
	if unicode.Is(unicode.Mn, r) {
		return to
	}
	if unicode.IsSpace(r) {
		return append(to, ' ')
	}
	r = unicode.ToLower(r)
	if i := strings.IndexRune(accented, r); i >= 0 {
		return append(to, plain[i/2])
	}
	return utf8.AppendRune(to, r)
}

// accented are the two-byte letters of western European languages, each above the letter in plain that it is compared as.
const (
	accented = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ"
	plain    = "aaaaaaceeeeiiiinoooooouuuuyy"
)

// kind is what a token is made of.
type kind uint8

const (
	letters kind = iota
	digits
	mark // one character that is neither, such as a comma, a currency sign or an emoji
)

// token is a run of letters, a run of digits, or a mark of a folded text.
type token struct {
	text string
	kind kind
	gap  bool // nothing but the start of the text or a space stands right before it
}

// tokens appends those of a folded text.
func tokens(to []token, folded string) []token {
	gap := true
	for i := 0; i < len(folded); {
		r, size := rune(folded[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(folded[i:])
		}
		if unicode.IsSpace(r) {
			gap = true
			i += size
			continue
		}
		k, end := kindOf(r), i+size
		for k != mark && end < len(folded) {
			r, size := utf8.DecodeRuneInString(folded[end:])
			if kindOf(r) != k {
				break
			}
			end += size
		}
		to = append(to, token{text: folded[i:end], kind: k, gap: gap})
		gap, i = false, end
	}
	return to
}

func kindOf(r rune) kind {
	switch {
	case r >= '0' && r <= '9':
		return digits
	case r >= 'a' && r <= 'z':
		return letters
	case r < utf8.RuneSelf:
		return mark
	case unicode.IsLetter(r):
		return letters
	}
	return mark
}

// reply is a customer's text cut into tokens, without the marks around it that carry no meaning.
type reply struct {
	tokens []token
	asks   bool // it is a question of its own: what stands inside it is hardly an answer
}

// maxReply bounds the texts that are read as answers, in bytes: nobody answers a question with more.
const maxReply = 1000

func read(text string) reply {
	if len(text) > maxReply {
		return reply{}
	}
	ts := tokens(make([]token, 0, 24), fold(text))
	for len(ts) > 0 && isMark(ts[len(ts)-1], ".,;:!?)\"") {
		ts = ts[:len(ts)-1]
	}
	for len(ts) > 0 && isMark(ts[0], ",;:!?\"¡¿") {
		ts = ts[1:]
	}
	return reply{tokens: ts, asks: asks(ts)}
}

func isMark(t token, any string) bool {
	return t.kind == mark && strings.Contains(any, t.text)
}

// word is the text of the letters at i; empty where there are none.
func word(ts []token, i int) string {
	if i < 0 || i >= len(ts) || ts[i].kind != letters {
		return ""
	}
	return ts[i].text
}

// glued tells that the token at i stands right after the one before it.
func glued(ts []token, i int) bool { return i > 0 && i < len(ts) && !ts[i].gap }

var askingWords = set("what whats when where wheres who which why how hows cuando donde cual que quien como porque")

func asks(ts []token) bool {
	if len(ts) < 3 {
		return false
	}
	first, second := word(ts, 0), word(ts, 1)
	if second == "about" || second == "tal" { // "how about Friday", "qué tal el viernes" offer an answer
		return false
	}
	return askingWords[first] || first == "are" && second == "you" || first == "do" && second == "you" || first == "is" && second == "there"
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
