package compile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/graph"
	"journey/engine/wording"
)

// engineTexts are the translations of what the engine itself says, in English as package wording has it. Those that show
// something else than their originals are left out.
func (t *translations) engineTexts() []graph.EngineText {
	var out []graph.EngineText
	for _, english := range wording.English() {
		for _, e := range t.texts[english] {
			if e.fromLocale != "en" {
				continue
			}
			e.used.Store(true)
			if problem := sameBlanks(english, e); problem != nil {
				e.wrong.Store(problem)
				continue
			}
			out = append(out, graph.EngineText{Locale: e.locale, English: english, Text: e.text.Value})
		}
	}
	slices.SortFunc(out, func(a, b graph.EngineText) int {
		return cmp.Or(cmp.Compare(a.Locale, b.Locale), cmp.Compare(a.English, b.English))
	})
	return out
}

// blank is what the engine fills in: `{brand}` and `{link}`.
var blank = regexp.MustCompile(`\{+[^{}]*\}+`)

// sameBlanks says what is wrong with a translation of the engine's: it has the blanks of its original.
func sameBlanks(english string, e *translated) *diagnostic.Finding {
	wants := blank.FindAllString(english, -1)
	for _, at := range blank.FindAllStringIndex(e.text.Value, -1) {
		b := e.text.Value[at[0]:at[1]]
		if slices.Contains(wants, b) {
			continue
		}
		hint := "the engine fills in nothing here"
		if len(wants) > 0 {
			hint = "it may show " + quoted(wants)
		}
		return &diagnostic.Finding{Span: e.text.At(runes(e.text.Value[:at[0]]), runes(b)), Code: CodeTranslation, Hint: hint,
			Message: fmt.Sprintf("the translation shows `%s`, which the engine does not fill in", b)}
	}
	for _, b := range wants {
		if !strings.Contains(e.text.Value, b) {
			return &diagnostic.Finding{Span: e.text.Span, Code: CodeTranslation, Hint: "it must show " + quoted(wants),
				Message: fmt.Sprintf("the translation lacks `%s`, which the engine fills in", b)}
		}
	}
	return nil
}
