package understand

import (
	"unicode"
	"unicode/utf8"
)

// plainWords writes the words of a text, folded, with one space between them. What joins words, such as a dash, is a space.
func plainWords(to []byte, text string) []byte {
	start := len(to)
	to = appendFolded(to, text)
	out := start
	space := false
	for i := start; i < len(to); {
		r, size := rune(to[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(to[i:])
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if space && out > start {
				to[out] = ' '
				out++
			}
			space = false
			out += copy(to[out:], to[i:i+size])
		} else if !(r == '.' && i+1 < len(to) && i > start && isDigit(to[i-1]) && isDigit(to[i+1])) {
			space = true
		} else {
			to[out] = '.'
			out++
		}
		i += size
	}
	return to[:out]
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
