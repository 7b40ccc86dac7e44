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
