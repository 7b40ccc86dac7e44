package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
