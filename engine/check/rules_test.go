package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"journey/engine/flow"
)

// TestRules lists, for the states of a small journey, the codes that are found, apart from unset data.
func TestRules(t *testing.T) {
	for _, test := range []struct {
		name, head, states string
		codes              []string
	}{
		{"nothing", "", `  start: { to: done }`, nil},
		{"reached by a rule of the journey alone", "on: { a.moved: told }", `
  start: { ask: Well, to: done, after: { 1d: done } }
  told: { say: Told., to: done }`, nil},
		{"reached by an escalation alone", "escalate: [{ when: sentiment < -0.5, reason: Upset., to: sorry }]", `
  start: { ask: Well, to: done, after: { 1d: done } }
  sorry: { say: Sorry., to: done }`, nil},
		{"reached by a migration alone", "migrate: { old: told }", `
  start: { to: done }
  told: { say: Told., to: done }`, nil},
		{"two islands", "", `
  start: { to: done }
  one: { to: two }
  two: { to: done }
  three: { to: done }`, []string{"unreachable-state", "unreachable-state"}},
		{"a loop that counts", "", `
  start: { to: [{ when: visits < 3, to: start }, { to: done }] }`, nil},
		{"a loop that counts in data", "", `
  start: { set: { y: '"b"' }, to: [{ when: y == "b", to: done }, { to: start }] }`, nil},
		{"a loop out of which nothing changes", "", `
  start: { to: [{ when: y == "b", to: done }, { to: start }] }`, []string{"loop-without-wait"}},
		{"a loop that a service is asked in", "", `
  start: { call: shop.get, to: start, on: { failed: done } }`, nil},
		{"a loop that waits", "", `
  start: { say: Again., after: { 1d: start }, on: { a.moved: done } }`, nil},
		{"a loop with a split, whose arm is the same each time", "", `
  start: { split: once, arms: { one: 1, two: 1 }, on: { one: start, two: done } }`, nil},
		{"a loop with a split of which every arm stays", "", `
  start: { split: once, arms: { one: 1, two: 1 }, to: start }`, []string{"loop-without-wait"}},
		{"waits with a timer that leads nowhere", "", `
  start: { on: { a.moved: done }, after: { 1d: { say: Still here. } } }`, []string{"waits-for-ever"}},
		{"waits with a moment", "", `
  start: { at: [{ time: 'now + duration("1h")', to: done }] }`, nil},
		{"waits with a timer of the journey", "after: { 30d: done }", `
  start: { ask: Well, to: done }`, nil},
		{"waits for an agent", "", `
  start: { handoff: { queue: desk }, on: { agent.resolved: done } }`, nil},
		{"a rule with a channel may not hold", "", `
  start: { ask: Well, to: done, on: { a.moved: [{ via: chat, say: Here. }, { to: done }] }, after: { 1d: done } }`, nil},
		{"a rule behind two that leave nothing", "", `
  start: { to: [{ when: visits > 3, to: done }, { when: visits < 2, to: desk }, { when: visits > 5 or visits < 1, to: desk }, { to: done }] }`,
			[]string{"dead-rule"}},
		{"the last rule may stand for what can't be", "", `
  start: { to: [{ when: contact.verified, to: done }, { when: not contact.verified, to: desk }, { to: done }] }`, nil},
		{"an escalation behind a wider one", "escalate: [{ when: sentiment < -0.5, reason: Upset. }, { when: sentiment < -0.8, reason: Angry. }]", `
  start: { to: done }`, []string{"dead-rule"}},
		{"an entry that never begins", "", `
  start: { to: [{ when: 'false', to: desk }, { to: done }] }`, []string{"guard-never-holds"}},
		{"ten options", "", `
  start: { ask: Which, options: { a: A1, b: B1, c: C1, d: D1, e: E1, f: F1, g: G1, h: H1, i: I1, j: J1 }, to: done, after: { 1d: done } }`, []string{"many-options"}},
		{"options of signs alone", "", `
  start: { ask: Which, options: { ":)": ":)", ":(": ":(" }, to: done, after: { 1d: done } }`, nil},
		{"an option that is its own label", "", `
  start: { ask: Which, options: { yes: "Yes", no: "No." }, to: done, after: { 1d: done } }`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := fmt.Sprintf(small, test.head, strings.TrimPrefix(test.states, "\n"))
			var got []string
			for _, f := range analyse(t, []flow.Input{{Path: "small.yaml", Source: []byte(source)}}) {
				if f.Code != "unset-data" {
					got = append(got, f.Code)
				}
			}
			if slices.Sort(got); !slices.Equal(got, test.codes) {
				t.Errorf("found %q, not %q", got, test.codes)
			}
		})
	}
}

// TestNoEnd looks at a journey that others run and nothing else ends.
func TestNoEnd(t *testing.T) {
	found := analyse(t, []flow.Input{
		{Path: "small.yaml", Source: fmt.Appendf(nil, small, "", "  start: { run: round, to: done, after: { 1d: done } }")},
		{Path: "round.yaml", Source: []byte(`
journey: round
title: Round and round
owner: tests@shop.example
objective: { goal: over, why: It has no way out. }
fallback: two
channels: { prefer: [email], email: { purpose: transactional } }
states:
  one: { say: One., after: { 1d: two } }
  two: { say: Two., after: { 1d: one } }
  over: { end: over }
`)}})
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%d %s %s", f.Span.Start.Line, severity(f), f.Code))
	}
	slices.Sort(got)
	want := []string{"11 warning unreachable-state", "5 warning goal-never-reached", "9 error no-end"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, not %q", got, want)
	}
}
