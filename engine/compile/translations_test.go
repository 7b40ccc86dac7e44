package compile

import (
	"strings"
	"testing"

	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
)

const plainStates = "states:\n  start: { say: Woof., to: done }\n"

// A translations file may say in another language, or in other words, what the engine itself says.
func TestEngineTexts(t *testing.T) {
	without := compiled(t, plainStates)
	j := compiled(t, plainStates,
		`translations: fr
texts:
  - { en: Something else, fr: Autre chose }
  - { en: "{brand}: This is personal, so please answer on this secure page, not by text: {link}", fr: "{brand} : répondez ici : {link}" }
`,
		"translations: es\ntexts:\n  - { en: Something else, es: Otra }\n")
	same(t, j.EngineTexts, []graph.EngineText{
		{Locale: "es", English: "Something else", Text: "Otra"},
		{Locale: "fr", English: "Something else", Text: "Autre chose"},
		{Locale: "fr", English: "{brand}: This is personal, so please answer on this secure page, not by text: {link}", Text: "{brand} : répondez ici : {link}"},
	})
	if j.Hash == without.Hash {
		t.Error("what the engine says is part of a version")
	}
	read, err := graph.Decode(graph.Encode(j))
	if err != nil {
		t.Fatal(err)
	}
	same(t, read.EngineTexts, j.EngineTexts)
}

// A text may be a journey's and the engine's at the same time.
func TestEngineTextOfAJourney(t *testing.T) {
	j := compiled(t, "states:\n  start: { say: Something else, to: done }\n", "translations: fr\ntexts:\n  - { en: Something else, fr: Autre chose }\n")
	if len(j.EngineTexts) != 1 || len(state(t, j, "start").Say[0].Text.Variants) != 2 {
		t.Errorf("%v and %v", j.EngineTexts, state(t, j, "start").Say[0].Text.Variants)
	}
}

// Texts without a translation are told one by one, unless none of a file's is translated.
func TestUntranslated(t *testing.T) {
	const states = `states:
  start:
    say: ["Woof.", "Wuff.", "{{ trigger.data.dog }}", "Wuff."]
    to: desk
  desk:
    say: { text: "Bow.", media: "https://dogs.example/a.png" }
    handoff: { queue: dogs, recommend: Give it a bone. }
    on: { agent.resolved: done }
    after: { 1h: done }
`
	for name, c := range map[string]struct {
		more []string
		want []string
	}{
		"no translations": {nil, nil},
		"none of it": {[]string{"translations: es\ntexts: [{ en: Something else, es: Otra }]\n"},
			[]string{"walk.yaml:1 none of this journey's texts has a translation into `es`"}},
		"some of it": {[]string{"translations: es\ntexts: [{ en: Woof., es: Guau. }]\n"},
			[]string{"walk.yaml:17 this text has no translation into `es`", "walk.yaml:20 this text has no translation into `es`"}},
		"all of it":                     {[]string{"translations: es\ntexts: [{ en: Woof., es: Guau. }, { en: Wuff., es: Guau. }, { en: Bow., es: Guau. }]\n"}, nil},
		"in the journey's own language": {[]string{"translations: en-GB\ntexts: [{ en: Woof., en-GB: Woof }]\n"}, nil},
		"a library of which nothing is translated": {
			[]string{"translations: es\ntexts: [{ en: Woof., es: Guau. }, { en: Wuff., es: Guau. }, { en: Bow., es: Guau. }]\n",
				"library: dogs\ntemplates:\n  a: { text: Arf. }\n  b: { text: Yap. }\n"},
			[]string{"more1.yaml:1 none of this library's texts has a translation into `es`"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range bundled(t, states, c.more...) {
				if f.Code == CodeUntranslated {
					got = append(got, place(f)+" "+f.Message)
				}
			}
			same(t, got, c.want)
		})
	}
}

func TestEngineTextsKeepTheirPlaceholders(t *testing.T) {
	for _, c := range []struct{ fr, word string }{
		{"Répondez ici : {link}", "lacks `{brand}`"},
		{"{brand}: {{link}}", "shows `{{link}}`"},
		{"{brand}: {lien}", "shows `{lien}`"},
		{"{brand}: {link} {url}", "shows `{url}`"},
	} {
		source := "translations: fr\ntexts:\n  - { en: \"{brand}: You have a personal message. Read it on this secure page: {link}\", fr: \"" + c.fr + "\" }\n"
		var got []string
		for _, f := range bundled(t, plainStates, source) {
			if f.Severity == diagnostic.Error {
				got = append(got, f.Message)
			}
		}
		if len(got) != 1 || !strings.Contains(got[0], c.word) {
			t.Errorf("%s: got %q, want one that says %s", c.fr, got, c.word)
		}
	}
}

// bundled gives what is found in the journey whose states are given, and in more files.
func bundled(t *testing.T, states string, more ...string) []diagnostic.Finding {
	t.Helper()
	bundle, findings := flow.Read(walk(states, more...))
	return append(findings, Bundle(bundle).Findings...)
}

func TestTranslated(t *testing.T) {
	j := compiled(t, "states:\n  start: { say: \"{{ trigger.data.dog }} waits.\", to: done }\n",
		"translations: es\ntexts:\n  - { en: \"{{ trigger.data.dog }} waits.\", es: \"Espera {{trigger.data.dog}}.\" }\n",
		"translations: de\ntexts:\n  - { en: \"{{ trigger.data.dog }} waits.\", de: \"{{ trigger.data.dog }} wartet.\" }\n")
	var got []string
	for _, v := range state(t, j, "start").Say[0].Text.Variants {
		got = append(got, v.Locale)
	}
	same(t, got, []string{"en", "de", "es"})
}
