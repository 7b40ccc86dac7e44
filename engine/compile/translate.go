package compile

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// translate adds a text's translations. A translation shows the same values, so its placeholders are the original's.
func (l *lowering) translate(out *graph.Text, s *flow.Scalar, scope *expression.Scope) {
	var found []string
	for _, t := range l.translations.texts[out.Key] {
		if t.fromLocale != l.locale {
			continue
		}
		found = append(found, t.locale)
		t.used.Store(true)
		parts, problem := samePlaceholders(out.Checked, t, scope)
		if problem != nil {
			t.wrong.Store(problem)
			continue
		}
		out.Variants = append(out.Variants, graph.Variant{Locale: t.locale, Parts: parts})
	}
	if hasWords(out.Checked.Parts) {
		l.untranslated.note(s, l.locale, l.translations.locales, found)
	}
}

// samePlaceholders gives a translation's parts, or what is wrong: it must show what its original shows, no more and no less.
func samePlaceholders(original *expression.CheckedText, t *translated, scope *expression.Scope) ([]expression.Part, *diagnostic.Finding) {
	if len(original.Problems) > 0 {
		return original.Parts, nil
	}
	translation := expression.CheckText(t.text.Value, scope)
	for _, p := range translation.Parts {
		if p.Source == "" && p.Raw == "" || shown(original, p) {
			continue
		}
		raw := strings.TrimSpace(p.Raw)
		_, hint := nearest(raw, placeholders(original))
		if hint == "" {
			hint = allPlaceholders(original)
		}
		return nil, &diagnostic.Finding{Span: t.text.At(p.Offset, runes(p.Raw)), Code: CodeTranslation, Hint: hint,
			Message: fmt.Sprintf("the translation shows `{{ %s }}`, which the text in `%s` does not", raw, t.fromLocale)}
	}
	for _, p := range translation.Problems {
		return nil, &diagnostic.Finding{Span: t.text.At(p.Offset, p.Length), Code: p.Code, Message: p.Message, Hint: p.Hint}
	}
	for _, p := range original.Parts {
		if p.Source != "" && !shown(translation, p) {
			return nil, &diagnostic.Finding{Span: t.text.Span, Code: CodeTranslation, Hint: allPlaceholders(original),
				Message: fmt.Sprintf("the translation lacks `{{ %s }}`, which the text in `%s` shows", strings.TrimSpace(p.Raw), t.fromLocale)}
		}
	}
	return translation.Parts, nil
}

// shown tells whether a text shows the expression of a part, however it is written there.
func shown(text *expression.CheckedText, p expression.Part) bool {
	return slices.ContainsFunc(text.Parts, func(q expression.Part) bool {
		return p.Source != "" && q.Source == p.Source || p.Raw != "" && strings.TrimSpace(q.Raw) == strings.TrimSpace(p.Raw)
	})
}

func placeholders(text *expression.CheckedText) []string {
	var list []string
	for _, p := range text.Parts {
		if p.Source != "" {
			list = append(list, strings.TrimSpace(p.Raw))
		}
	}
	return list
}

func allPlaceholders(text *expression.CheckedText) string {
	list := placeholders(text)
	if len(list) == 0 {
		return "the text it translates shows no values"
	}
	return "it must show " + quoted(list)
}
