package flow

import (
	"fmt"
	"testing"
)

// A document is read by the rules of the language: what is wrong with it has the same codes, and what is not has its place.
func TestReadDocument(t *testing.T) {
	for _, c := range []struct {
		name, source string
		code         string // of the one finding; empty: there is none
		want         string // the value, as fmt shows it
	}{
		{"a map", "a: 1\nb: [x, 2.5, true]\nc: { d: null }\n", "", "map[a:1 b:[x 2.5 true] c:map[d:<nil>]]"},
		{"an anchor", "a: &x { b: 1 }\nc: { <<: *x, d: 2 }\n", "", "map[a:map[b:1] c:map[b:1 d:2]]"},
		{"nothing", "", "", "<nil>"},
		{"a remark", "# nothing yet\n", "", "<nil>"},
		{"a mark and the lines of Windows", "\uFEFFa: 1\r\n", "", "map[a:1]"},
		{"a key twice", "a: 1\na: 2\n", CodeDuplicateKey, "map[a:1]"},
		{"a list", "- a\n", CodeWrongKind, "<nil>"},
		{"a text", "hello\n", CodeWrongKind, "<nil>"},
		{"a second document", "a: 1\n---\nb: 2\n", CodeSecondDocument, "map[a:1]"},
		{"a tag", "a: !x 1\n", CodeTag, "map[a:1]"},
		{"a value that lacks", "a:\n", CodeMissingValue, "map[a:]"},
		{"a tab", "a:\n\tb: 1\n", CodeTab, "<nil>"},
		{"no UTF-8", "a: \xff\n", CodeNotUTF8, "<nil>"},
		{"itself", "a: &x [*x]\n", CodeAliasLoop, "map[a:[]]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, findings := ReadDocument(Input{Path: "a.yaml", Source: []byte(c.source)})
			switch {
			case len(findings) > 1 || c.code == "" && len(findings) > 0:
				t.Errorf("findings: %v", findings)
			case c.code != "" && (len(findings) == 0 || findings[0].Code != c.code || findings[0].Span.Start.Line == 0):
				t.Errorf("findings: %v, want %s", findings, c.code)
			}
			if got := fmt.Sprint(v.Plain()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
