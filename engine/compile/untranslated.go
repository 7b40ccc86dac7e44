package compile

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
)

// untranslated gathers the texts of one file that lack a translation.
type untranslated struct {
	texts []lacking
	some  map[string]bool // locales that some text of the file is translated into
}

type lacking struct {
	text, locale string
	span         diagnostic.Span
}

// note keeps which of the bundle's languages a text has no translation into: found are those that it has. A language that
// the text itself is in, as of another country, wants none.
func (u *untranslated) note(s *flow.Scalar, locale string, all, found []string) {
	for _, l := range all {
		switch {
		case slices.Contains(found, l):
			if u.some == nil {
				u.some = map[string]bool{}
			}
			u.some[l] = true
		case language(l) != language(locale):
			u.texts = append(u.texts, lacking{s.Value, l, s.Span})
		}
	}
}

// tellUntranslated says of each text once, where it stands first, that it is not translated.
func (b *bundle) tellUntranslated(list []*compiler) {
	seen := map[[2]string]bool{}
	for _, id := range sortedKeys(b.libraries) {
		lib := b.libraries[id]
		b.untranslated[lib].report(lib.ID, "library", seen, &b.report)
	}
	for _, c := range list {
		c.untranslated.report(c.src.ID, "journey", seen, &b.report)
	}
}

// report gives one note for a language that nothing in the file is translated into, else one for each text.
func (u *untranslated) report(id *flow.Scalar, kind string, seen map[[2]string]bool, r *report) {
	slices.SortFunc(u.texts, func(a, b lacking) int {
		return cmp.Or(cmp.Compare(a.span.Start.Line, b.span.Start.Line), cmp.Compare(a.span.Start.Column, b.span.Start.Column),
			cmp.Compare(a.locale, b.locale))
	})
	for _, l := range u.texts {
		if !u.some[l.locale] {
			if key := [2]string{id.Span.File, l.locale}; !seen[key] {
				seen[key] = true
				r.add(diagnostic.Note, id.Span, CodeUntranslated, "", "none of this %s's texts has a translation into `%s`", kind, l.locale)
			}
			continue
		}
		if key := [2]string{l.text, l.locale}; !seen[key] {
			seen[key] = true
			r.add(diagnostic.Note, l.span, CodeUntranslated, "", "this text has no translation into `%s`", l.locale)
		}
	}
}

// language is a locale's: `es` of `es-MX`.
func language(locale string) string {
	l, _, _ := strings.Cut(locale, "-")
	return l
}

// hasWords tells a text that can be translated at all.
func hasWords(parts []expression.Part) bool {
	return slices.ContainsFunc(parts, func(p expression.Part) bool {
		return p.Source == "" && strings.ContainsFunc(p.Text, unicode.IsLetter)
	})
}
