package compile

import (
	"slices"
	"strings"
	"sync"

	"journey/engine/flow"
)

// bundle is what the journeys of a bundle share. Once they are being compiled it is only read, but for resolved.
type bundle struct {
	report
	broken       bool // some file could not be read as a whole: it may declare what nothing else does
	libraries    map[string]*flow.Library
	signatures   map[string]*signature
	translations *translations
	untranslated map[*flow.Library]*untranslated
	types        map[string]map[string]*namedType // by library
	secrets      secrets                          // in the objects of all libraries

	mu       sync.Mutex
	resolved map[string]*definitions // by the locale and the libraries in order
}

func newBundle(source *flow.Bundle) *bundle {
	b := &bundle{
		libraries: map[string]*flow.Library{}, signatures: map[string]*signature{}, untranslated: map[*flow.Library]*untranslated{},
		types: map[string]map[string]*namedType{}, secrets: secrets{}, resolved: map[string]*definitions{},
	}
	for _, f := range source.Files {
		b.broken = b.broken || f.Broken
	}
	b.translations = collect(source.Translations, &b.report)
	for _, l := range source.Libraries {
		if l.ID == nil || l.ID.Value == "" {
			continue
		}
		if other := b.libraries[l.ID.Value]; other != nil {
			b.twice("library", l.ID, other.ID)
			continue
		}
		b.libraries[l.ID.Value] = l
	}
	b.namedTypes()
	b.define(source)
	return b
}

// define lowers every library once for each language that journeys are written in, and reports what is wrong with it once.
func (b *bundle) define(source *flow.Bundle) {
	var locales []string
	for _, j := range source.Journeys {
		if locale := localeOf(j); !slices.Contains(locales, locale) {
			locales = append(locales, locale)
		}
	}
	if locales == nil {
		locales = []string{defaultLocale}
	}
	for _, id := range sortedKeys(b.libraries) {
		lib := b.libraries[id]
		for i, locale := range locales {
			l := &lowering{locale: locale, types: b.visibleIn(id), incomplete: b.broken, translations: b.translations, secrets: b.secrets}
			d := l.declared(&lib.Definitions)
			l.define(d, &lib.Definitions, libraryScopes)
			d.types = b.types[id]
			b.resolved[locale+" "+id] = d
			if i == 0 {
				b.findings = append(b.findings, l.findings...)
				b.untranslated[lib] = &l.untranslated
			}
		}
	}
}

func localeOf(j *flow.Journey) string {
	if j.Locale != nil && j.Locale.Value != "" {
		return j.Locale.Value
	}
	return defaultLocale
}

// uses gives what some libraries declare together, the later ones over the earlier.
func (b *bundle) uses(locale string, ids []string) *definitions {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.layers(locale, ids)
}

func (b *bundle) layers(locale string, ids []string) *definitions {
	key := locale + " " + strings.Join(ids, " ")
	if d := b.resolved[key]; d != nil {
		return d
	}
	d := &definitions{}
	if n := len(ids); n > 0 {
		d = merge(b.layers(locale, ids[:n-1]), b.layers(locale, ids[n-1:]))
	}
	b.resolved[key] = d
	return d
}
