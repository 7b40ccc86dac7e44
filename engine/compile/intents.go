package compile

import (
	"regexp"
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// Comparisons of the understood intent with texts that are written out.
var (
	intentCompared = regexp.MustCompile(`\bintent\??\.name\s*(?:[=!]=\s*|(?:not\s+)?in\s*\[)((?:\s*,?\s*(?:"[^"]*"|'[^']*'))+)`)
	textWritten    = regexp.MustCompile(`"[^"]*"|'[^']*'`)
)

// comparedIntents looks for intents that nothing declares in what an expression compares `intent.name` with.
// A remote classifier may know more than is declared, and so may a library that is not there.
func (c *compiler) comparedIntents(s *flow.Scalar) {
	if !strings.Contains(s.Value, "intent") || s.Faulty || c.incomplete || c.defs.understand.provider != nil {
		return
	}
	names := c.intentNames()
	for _, match := range intentCompared.FindAllStringSubmatchIndex(s.Value, -1) {
		list := s.Value[match[2]:match[3]]
		for _, at := range textWritten.FindAllStringIndex(list, -1) {
			name := list[at[0]+1 : at[1]-1]
			if name == "" || slices.Contains(names, name) {
				continue
			}
			severity := diagnostic.Warning
			meant, hint := nearest(name, names)
			if meant == "" {
				severity, hint = diagnostic.Note, "declare it in `understand.intents`, here or in a library"
			}
			c.add(severity, s.At(runes(s.Value[:match[2]+at[0]+1]), runes(name)), CodeUnknownIntent, hint, "no intent is called `%s`", name)
		}
	}
}
