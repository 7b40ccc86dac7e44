package wording

import (
	"strings"
	"testing"
)

func TestEveryLanguageHasEveryText(t *testing.T) {
	for language, all := range languages {
		for i, text := range all {
			english := languages["en"][i]
			if text == "" {
				t.Errorf("%s has no text for %q", language, english)
			}
			for _, placeholder := range []string{"{brand}", "{link}"} {
				if strings.Contains(text, placeholder) != strings.Contains(english, placeholder) {
					t.Errorf("%s: %q and %q differ in %s", language, english, text, placeholder)
				}
			}
		}
	}
}

func TestIn(t *testing.T) {
	own := func(locale, english string) (string, bool) {
		if locale == "fr" && english == "Something else" {
			return "Autre chose", true
		}
		return "", false
	}
	for _, c := range []struct{ locale, want string }{
		{"en-US", "Something else"},
		{"es-MX", "Otra cosa"},
		{"fr-CA", "Autre chose"},
		{"de", "Something else"},
		{"", "Something else"},
	} {
		if got := In(c.locale, SomethingElse, own); got != c.want {
			t.Errorf("%s: got %q, want %q", c.locale, got, c.want)
		}
	}
}

func TestFill(t *testing.T) {
	if got := Fill("{brand}: read it: {link}", "Example Shop", "https://j.example/s/t1"); got != "Example Shop: read it: https://j.example/s/t1" {
		t.Error(got)
	}
	if got := Fill("{brand}: read it", "", ""); got != "read it" {
		t.Errorf("without a brand: %q", got)
	}
}
