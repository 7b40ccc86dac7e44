package policy

import (
	"strings"
	"testing"
)

func TestSegments(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	ж := func(n int) string { return strings.Repeat("ж", n) }
	for _, c := range []struct {
		name, text string
		n          int
		ucs2       bool
	}{
		{"nothing", "", 0, false},
		{"one part is full", a(160), 1, false},
		{"the first that needs two", a(161), 2, false},
		{"two parts are full", a(306), 2, false},
		{"the first that needs three", a(307), 3, false},
		{"the basic alphabet", "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà", 1, false},
		{"the extension takes two septets", a(158) + "€", 1, false},
		{"and needs a second part where one is free", a(159) + "€", 2, false},
		{"an escape is not split between parts", a(152) + "€" + a(152), 3, false},
		{"an escape that just fits", a(151) + "€" + a(153), 2, false},
		{"a text of escapes", strings.Repeat("^{}\\[~]|€", 10), 2, false},
		{"letters that GSM lacks", "ç", 1, true},
		{"a curly quote makes it UCS-2", a(70) + "’", 2, true},
		{"one part of UCS-2 is full", ж(70), 1, true},
		{"the first that needs two", ж(71), 2, true},
		{"two parts are full", ж(134), 2, true},
		{"the first that needs three", ж(135), 3, true},
		{"an emoji is two units", ж(68) + "🛑", 1, true},
		{"and needs a second part where one is free", ж(69) + "🛑", 2, true},
		{"a pair is not split between parts", ж(66) + "🛑" + ж(66), 3, true},
		{"a pair that just fits", ж(65) + "🛑" + ж(67), 2, true},
	} {
		if n, ucs2 := Segments(c.text); n != c.n || ucs2 != c.ucs2 {
			t.Errorf("%s: %d parts, UCS-2 %v, want %d, %v", c.name, n, ucs2, c.n, c.ucs2)
		}
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("Your order is on its way: [AB123456] €5 🛑")
	f.Fuzz(func(t *testing.T, text string) {
		n, ucs2 := Segments(text)
		longer, _ := Segments(text + "a")
		if (n == 0) != (text == "") || longer < n || longer > n+1 {
			t.Errorf("%q takes %d parts (UCS-2 %v), and %d with a letter more", text, n, ucs2, longer)
		}
	})
}
