package compile

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"journey/engine/diagnostic"
	"journey/engine/graph"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestSound compiles bundles that have nothing wrong with them.
func TestSound(t *testing.T) {
	paths, _ := filepath.Glob("../../testdata/ok/compile-*")
	if len(paths) == 0 {
		t.Fatal("no bundles")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			bundle, _, findings := read(t, path)
			result := Bundle(bundle)
			for _, f := range append(findings, result.Findings...) {
				if f.Severity != diagnostic.Note {
					t.Errorf("%s:%d: %s (%s)", f.Span.File, f.Span.Start.Line, f.Message, f.Hint)
				}
			}
			for _, u := range result.Units {
				if u.Broken || u.Graph.Hash == "" {
					t.Errorf("%s is broken", u.Graph.ID)
				}
				golden(t, u.Graph.ID, rulesOf(u.Graph))
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update", err)
	}
	if string(want) != got {
		t.Errorf("%s is not as before; if that is meant, run with -update. It is now\n%s", path, got)
	}
}

// rulesOf writes every rule of a graph with where it leads.
func rulesOf(j *graph.Journey) string {
	var b strings.Builder
	name := func(i graph.StateIndex) string {
		if i < 0 {
			return "stays"
		}
		return j.States[i].Name
	}
	rules := func(list []graph.Rule) {
		for _, r := range list {
			fmt.Fprintf(&b, "  %s → %s", r.ID, name(r.To))
			if r.When != nil {
				fmt.Fprintf(&b, " when %s", r.When.Source)
			}
			fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf(" %s %s", r.Via, r.Outcome), " "))
		}
	}
	handlers := func(list []graph.Handler) {
		for _, h := range list {
			rules(h.Rules)
		}
	}
	fmt.Fprintf(&b, "journey %s begins at %s, falls back to %s\n", j.ID, name(j.Initial), name(j.Fallback))
	for _, e := range j.Entries {
		fmt.Fprintf(&b, "  entry %s key %s again %+v\n", e.Event, e.KeyField, e.Again)
	}
	handlers(j.Exits)
	for _, e := range j.Escalations {
		fmt.Fprintf(&b, "  %s → %s when %s\n", e.ID, name(e.To), e.When.Source)
	}
	handlers(j.On)
	for _, s := range j.States {
		fmt.Fprintf(&b, "state %s\n", s.Name)
		rules(s.To)
		handlers(s.On)
		for _, a := range s.After {
			rules(a.Rules)
		}
		for _, m := range s.At {
			rules([]graph.Rule{m.Rule})
		}
	}
	return b.String()
}

// TestSameWhateverIsParallel compiles with one processor and with many.
func TestSameWhateverIsParallel(t *testing.T) {
	for _, path := range []string{"../../testdata/ok/compile-order", "../../testdata/err/compile-translations", "../../testdata/err/compile-runs"} {
		var results []*Result
		for _, n := range []int{1, 8} {
			old := runtime.GOMAXPROCS(n)
			bundle, _, _ := read(t, path)
			results = append(results, Bundle(bundle))
			runtime.GOMAXPROCS(old)
		}
		same(t, results[1].Findings, results[0].Findings)
		for i, u := range results[0].Units {
			if other := results[1].Units[i]; u.Graph.Hash != other.Graph.Hash || u.Broken != other.Broken {
				t.Errorf("%s: %s differs", path, u.Graph.ID)
			}
		}
	}
}

func TestHeader(t *testing.T) {
	j := compiled(t, "states:\n  start: { to: done }\n")
	if got := j.Entries[0].KeyField; got != "dog" {
		t.Errorf("key field %q", got)
	}
	if got := j.Exits[0].Rules[0]; got.Outcome != "exited" || got.ID != "exit[0]" {
		t.Errorf("exit %q ends as %q", got.ID, got.Outcome)
	}
	var events []string
	for _, e := range j.Events {
		events = append(events, e.Type)
	}
	same(t, events, []string{"dog.home", "dog.waits"})
	sms := j.Channel("sms")
	if sms.Rules.Quiet == nil || len(sms.Rules.Limits) != 1 {
		t.Errorf("sms %+v", sms.Rules)
	}
	if j.Accept != 0.7 || j.Clarify != 0.4 || j.Locale != "en" {
		t.Errorf("accept %v, clarify %v, locale %s", j.Accept, j.Clarify, j.Locale)
	}
}

func TestSensitive(t *testing.T) {
	j := compiled(t, `templates:
  told: { text: "{{ what }}", takes: { what: string } }
data:
  pin: { type: string, sensitive: true, default: "" }
  pins: { list: string, sensitive: true, default: [] }
  cards: { list: { type: object, fields: { number: { type: string, sensitive: true }, bank: string } }, default: [] }
states:
  start:
    say:
      - "{{ pin }}"
      - "{{ trigger.data.chip }}"
      - "{{ trigger.data.dog }}"
      - { template: told, with: { what: pin } }
      - { text: "One?", options: { a: "{{ pin }}" } }
      - { text: "One?", options: { a: "{{ trigger.data.dog }}" } }
      - { text: "One?", options: { from: pins, value: item, label: "{{ item }}" } }
      - { text: "One?", options: { from: cards, value: item.bank, label: "{{ item.number }}" } }
      - { text: "One?", options: { from: cards, value: item.bank, label: "{{ item.bank }}" } }
    to: ask
  ask: { ask: "Which pin?", into: pin, to: done }
`)
	var got []bool
	for _, m := range state(t, j, "start").Say {
		got = append(got, m.Sensitive || m.Text.Sensitive)
	}
	same(t, got, []bool{true, true, false, true, true, false, true, true, false})
	if !state(t, j, "ask").Ask.Sensitive {
		t.Error("a question into sensitive data is sensitive")
	}
}

// A rule whose channel may not be used does not hold, so several channels are several rules.
func TestViaOfRules(t *testing.T) {
	j := compiled(t, `states:
  start:
    on: { chat.left: { via: [sms, email], say: Here we are. } }
    after: { 1h: done }
`)
	var got []string
	for _, r := range state(t, j, "start").On[0].Rules {
		got = append(got, r.ID+" "+string(r.Via))
	}
	same(t, got, []string{"start.on.chat.left sms", "start.on.chat.left.email email"})
}

func TestLiterals(t *testing.T) {
	j := compiled(t, `data:
  n: number
  day: date
  words: { list: string }
  ok: bool
  text: string
states:
  start:
    set: { n: 3, day: 2026-05-04, contact.attributes.born: 2019-05-04, words: [a, b], ok: true, text: '"x"' }
    to: done
`)
	got := map[string]any{}
	for _, a := range state(t, j, "start").Set {
		got[a.Name] = a.Literal
		if a.Value != nil {
			got[a.Name] = a.Value.Source
		}
	}
	want := map[string]any{"n": 3.0, "day": "2026-05-04", "contact.attributes.born": "2019-05-04", "words": []any{"a", "b"}, "ok": true, "text": `"x"`}
	same(t, got, want)
}
