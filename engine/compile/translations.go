package compile

import (
	"slices"
	"strings"
	"sync/atomic"

	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
)

// translations are a bundle's translated texts. While journeys are compiled, only the marks on them change.
type translations struct {
	locales []string                 // that there are files for, sorted
	texts   map[string][]*translated // the original → its translations, sorted by locale
	all     []*translated            // as written
	engine  []graph.EngineText
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
	t.engine = t.engineTexts()
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
