package policy

import "strings"

// The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, section 6.2.1). What is in the second takes two
// septets, the escape and the character.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// Segments counts the parts that a carrier sends a text as: 160 septets, or 153 for each of several; where a character is
// not in the GSM alphabet, 70 or 67 UCS-2 units. An escaped character, or a surrogate pair, is never split.
func Segments(text string) (n int, ucs2 bool) {
	if n, ok := parts(text, 160, 153, septets); ok {
		return n, false
	}
	n, _ = parts(text, 70, 67, units)
	return n, true
}

// parts fills parts in order; it fails on a character that has no size.
func parts(text string, single, several int, size func(rune) int) (n int, ok bool) {
	total, filled := 0, several
	for _, r := range text {
		w := size(r)
		if w == 0 {
			return 0, false
		}
		total += w
		if filled += w; filled > several {
			n, filled = n+1, w
		}
	}
	if total <= single {
		n = min(n, 1)
	}
	return n, true
}

func septets(r rune) int {
	switch {
	case strings.ContainsRune(gsmBasic, r):
		return 1
	case strings.ContainsRune(gsmExtension, r):
		return 2
	}
	return 0
}

func units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
