package schema_test

import (
	"slices"
	"strings"
	"testing"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// The schema has the keys that the validator has: each file holds one key that does not exist, and the hint lists those that do.
func TestKeysAreTheValidators(t *testing.T) {
	const state, step = "journey: a\nstates:\n  one:\n    ", "scenarios: a\ncases:\n  - name: one\n    steps:\n      - "
	r := ofLanguage(t)
	for _, c := range []struct{ definition, path, file string }{
		{"journey", "", "journey: a\nzzzz: 1\n"},
		{"journey", "objective", "journey: a\nobjective: { zzzz: 1 }\n"},
		{"journey", "entry", "journey: a\nentry: [{ zzzz: 1 }]\n"},
		{"journey", "exit", "journey: a\nexit: [{ zzzz: 1 }]\n"},
		{"journey", "escalate", "journey: a\nescalate: [{ zzzz: 1 }]\n"},
		{"journey", "events", "journey: a\nevents: { b.c: { zzzz: 1 } }\n"},
		{"type", "", "journey: a\ndata: { b: { zzzz: 1 } }\n"},
		{"service", "", "library: a\nservices: { b: { zzzz: 1 } }\n"},
		{"service", "operations", "library: a\nservices: { b: { operations: { c: { zzzz: 1 } } } }\n"},
		{"understand", "", "journey: a\nunderstand: { zzzz: 1 }\n"},
		{"understand", "intents", "journey: a\nunderstand: { intents: { b: { zzzz: 1 } } }\n"},
		{"channels", "", "journey: a\nchannels: { zzzz: 1 }\n"},
		{"channelRules", "", "journey: a\nchannels: { sms: { zzzz: 1 } }\n"},
		{"template", "", "library: a\ntemplates: { b: { zzzz: 1 } }\n"},
		{"library", "", "library: a\nzzzz: 1\n"},
		{"translations", "", "translations: es\nzzzz: 1\n"},
		{"state", "", state + "zzzz: 1\n"},
		{"state", "handoff", state + "handoff: { zzzz: 1 }\n"},
		{"state", "emit", state + "emit: { zzzz: 1 }\n"},
		{"rule", "", state + "to: [{ zzzz: 1 }]\n"},
		{"moment", "", state + "at: [{ zzzz: 1 }]\n"},
		{"message", "", state + "say: { text: b, zzzz: 1 }\n"},
		{"scenarios", "", "scenarios: a\nzzzz: 1\n"},
		{"scenarios", "contact", "scenarios: a\ncontact: { zzzz: 1 }\n"},
		{"scenarios", "cases", "scenarios: a\ncases: [{ zzzz: 1 }]\n"},
		{"oneStub", "", "scenarios: a\nservices: { b.c: { zzzz: 1 } }\n"},
		{"expect", "", step + "expect: { zzzz: 1 }\n"},
		{"expect", "handoff", step + "expect: { handoff: { zzzz: 1 } }\n"},
		{"expect", "blocked", step + "expect: { blocked: { zzzz: 1 } }\n"},
		{"sent", "", step + "expect: { sent: [{ zzzz: 1 }] }\n"},
	} {
		_, findings := flow.Read([]flow.Input{{Path: "a.yaml", Source: []byte(c.file)}})
		r.hasKeys(c.definition, c.path, allowed(t, c.file, findings))
	}
}

// hasKeys compares the keys of a definition, or of a key in it, with those that are allowed.
func (r *reference) hasKeys(definition, path string, want []string) {
	r.t.Helper()
	d, _ := inside(r.definition(definition))
	for _, key := range strings.Fields(path) {
		d, _ = inside(child(child(d, "properties"), key))
	}
	var has []string
	for _, p := range pairs(child(d, "properties")) {
		has = append(has, p.key)
	}
	slices.Sort(has)
	slices.Sort(want)
	if !slices.Equal(has, want) {
		r.t.Errorf("%s %s: the schema has %v, the validator %v", definition, path, has, want)
	}
}

// allowed gives the keys that the validator names in place of `zzzz`.
func allowed(t *testing.T, file string, findings []diagnostic.Finding) []string {
	t.Helper()
	for _, f := range findings {
		if strings.Contains(f.Message, "`zzzz`") {
			_, list, _ := strings.Cut(f.Hint, "allowed here: ")
			return strings.Split(list, ", ")
		}
	}
	t.Errorf("no finding names `zzzz` in\n%s%v", file, findings)
	return nil
}
