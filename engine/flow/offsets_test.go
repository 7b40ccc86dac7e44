package flow

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Values are written in every style; each {{…}} of the value has to be found where it stands in the file.
func TestAtFindsPlaceholders(t *testing.T) {
	for name, written := range map[string]string{
		"plain":                   "Hi {{ a }} and {{ b }}.",
		"plain, folded":           "Grüße {{ a }}\n      go on\n\n      after {{ b }} here",
		"single":                  "'don''t {{ a }} or ''{{ b }}'''",
		"single, folded":          "'one {{ a }}\n\n\n      two {{ b }}'",
		"double":                  `"Say \"{{ a }}\" \u2013 \x41\t{{ b }} \U0001F600{{ c }}"`,
		"double, folded":          "\"one {{ a }}  \n      two \\\n      \\ three {{ b }}\n\n      {{ c }}\"",
		"literal":                 "|\n      one {{ a }}\n\n        deeper {{ b }}\n      {{ c }}\n",
		"literal, kept":           "|+\n      one {{ a }}\n\n\n",
		"literal, indicated":      "|2-\n        one {{ a }}\n      {{ b }}\n",
		"folded":                  ">\n      one {{ a }}\n      two {{ b }}\n\n      three {{ c }}\n\n\n      four {{ d }}\n",
		"folded, deeper":          ">-\n      one {{ a }}\n        * two {{ b }}\n        * three\n\n      four {{ c }}\n      five {{ d }}\n",
		"folded, indicated, kept": ">2+\n      one {{ a }}\n       two {{ b }}\n\n",
		"folded, leading breaks":  ">  # a comment\n\n\n      one {{ a }}\n      two {{ b }}\n",
		"anchored":                `&x "日本 {{ a }}"`,
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			file := "journey: x\nstates:\n  a:\n    say: " + written + "\n"
			file = strings.ReplaceAll(file, "\n", eol)
			p := readFile(Input{Path: "x.yaml", Source: []byte(file)})
			if p.journey == nil || len(p.journey.States) == 0 {
				t.Errorf("%s: not read: %v", name, p.findings)
				continue
			}
			text := p.journey.States[0].Say[0].Text
			checkPlaceholders(t, name, file, text)
		}
	}
}

func checkPlaceholders(t *testing.T, name, file string, text *Scalar) {
	t.Helper()
	s := newSource("", []byte(file))
	found := 0
	for from := 0; ; found++ {
		i := strings.Index(text.Value[from:], "{{")
		if i < 0 {
			break
		}
		i += from
		length := strings.Index(text.Value[i:], "}}") + 2
		want := text.Value[i : i+length]
		span := text.At(utf8.RuneCountInString(text.Value[:i]), utf8.RuneCountInString(want))
		if got := file[s.offset(span.Start):s.offset(span.End)]; got != want {
			t.Errorf("%s: %q is at %v, where %q stands; value %q", name, want, span, got, text.Value)
		}
		from = i + length
	}
	if found == 0 {
		t.Errorf("%s: no placeholder in %q", name, text.Value)
	}
}
