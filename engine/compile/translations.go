package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// translations are a bundle's translated texts. While journeys are compiled, only the marks on them change.
type translations struct {
	locales []string                 // that there are files for, sorted
	texts   map[string][]*translated // the original → its translations, sorted by locale
	all     []*translated            // as written
}

// translated is one text in one language.
type translated struct {
	locale, fromLocale string
	from, text         *flow.Scalar
	used               atomic.Bool
	wrong              atomic.Pointer[diagnostic.Finding] // it shows other values than its original
}

// collect reads the bundle's translation files.
func collect(files []*flow.Translations, r *report) *translations {
	t := &translations{texts: map[string][]*translated{}}
	for _, f := range files {
		if f.Locale == nil || f.Locale.Faulty {
			continue
		}
		if locale := f.Locale.Value; !slices.Contains(t.locales, locale) {
			t.locales = append(t.locales, locale)
		}
		for _, pair := range f.Texts {
			if !pair.Faulty && len(pair.Texts) == 2 {
				t.add(pair, f.Locale.Value, r)
			}
		}
	}
	slices.Sort(t.locales)
	for _, list := range t.texts {
		slices.SortStableFunc(list, func(a, b *translated) int { return strings.Compare(a.locale, b.locale) })
	}
	return t
}

func (t *translations) add(pair *flow.Translation, locale string, r *report) {
	from, to := pair.Texts[0], pair.Texts[1]
	if from.Locale.Value == locale {
		from, to = to, from
	}
	entry := &translated{locale: locale, fromLocale: from.Locale.Value, from: from.Text, text: to.Text}
	if entry.from == nil || entry.text == nil {
		return
	}
	for _, other := range t.texts[entry.from.Value] {
		if other.locale == locale && other.fromLocale == entry.fromLocale {
			if other.text.Value != entry.text.Value {
				r.findings = append(r.findings, diagnostic.Finding{Span: entry.from.Span, Code: CodeTranslation, Severity: diagnostic.Warning,
					Message: "this text is translated a second time, and only the first translation counts", Hint: "keep one of the two",
					Related: []diagnostic.Related{{Span: other.from.Span, Message: "the first one"}}})
			}
			return
		}
	}
	t.texts[entry.from.Value] = append(t.texts[entry.from.Value], entry)
	t.all = append(t.all, entry)
}

// translate adds a text's translations. A translation shows the same values, so its placeholders are the original's.
func (l *lowering) translate(out *graph.Text, s *flow.Scalar, scope *expression.Scope) {
	found := 0
	for _, t := range l.translations.texts[out.Key] {
		if t.fromLocale != l.locale {
			continue
		}
		found++
		t.used.Store(true)
		parts, problem := samePlaceholders(out.Checked, t, scope)
		if problem != nil {
			t.wrong.Store(problem)
			continue
		}
		out.Variants = append(out.Variants, graph.Variant{Locale: t.locale, Parts: parts})
	}
	if found == len(l.translations.locales) || !hasWords(out.Checked.Parts) {
		return
	}
	for _, locale := range l.translations.locales {
		if locale != l.locale && !slices.ContainsFunc(out.Variants, func(v graph.Variant) bool { return v.Locale == locale }) {
			l.untranslated = append(l.untranslated, untranslated{out.Key, locale, s.Span})
		}
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

// hasWords tells a text that can be translated at all.
func hasWords(parts []expression.Part) bool {
	return slices.ContainsFunc(parts, func(p expression.Part) bool {
		return p.Source == "" && strings.ContainsFunc(p.Text, unicode.IsLetter)
	})
}

// untranslated is a text that lacks a translation.
type untranslated struct {
	text, locale string
	span         diagnostic.Span
}

// notes says of each text once, where it stands first, that it is not translated.
func notes(list []untranslated, r *report) {
	slices.SortFunc(list, func(a, b untranslated) int {
		return cmp.Or(cmp.Compare(a.span.File, b.span.File), cmp.Compare(a.span.Start.Line, b.span.Start.Line),
			cmp.Compare(a.span.Start.Column, b.span.Start.Column), cmp.Compare(a.locale, b.locale))
	})
	seen := map[[2]string]bool{}
	for _, u := range list {
		if key := [2]string{u.text, u.locale}; !seen[key] {
			seen[key] = true
			r.add(diagnostic.Note, u.span, CodeUntranslated, "", "this text has no translation into `%s`", u.locale)
		}
	}
}

// report says which translations show other values than their originals, and which are of texts that nothing says.
func (t *translations) report(r *report, complete bool) {
	for _, text := range t.all {
		if problem := text.wrong.Load(); problem != nil {
			r.findings = append(r.findings, *problem)
		}
		if complete && !text.used.Load() {
			r.warnf(text.from.Span, CodeUnusedText, "a text must stand here exactly as its journey has it", "no journey has this text")
		}
	}
}
