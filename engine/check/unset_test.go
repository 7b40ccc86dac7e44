package check_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// small is a journey in which the states are given. Its datum `x` and the contact's phone are not set at first; `y` has a default.
const small = `
journey: small
title: A small journey
owner: tests@shop.example
objective: { goal: done, why: It is small., within: 7d }
entry: [{ on: chat.message }, { on: a.began }, { on: b.began }]
exit: [{ on: a.ended }]
fallback: desk
events:
  a.began: { data: { only_a: string, both: string } }
  b.began: { data: { only_b: string, both: string } }
  a.ended: {}
  a.moved: { data: { day: string } }
data:
  x: string
  y: { type: string, default: "" }
  list: { list: string }
  part: { type: object, fields: { sure: string, maybe: optional string } }
services:
  shop: { url: "${SHOP}", operations: { get: { request: GET /, returns: { sure: string, maybe: optional string } } } }
channels: { prefer: [email], email: { purpose: transactional } }
%s
states:
%s
  desk: { handoff: { queue: desk }, on: { agent.resolved: done }, after: { 7d: done } }
  done: { end: done }
`

// TestUnset lists, for the states of a small journey, which paths are found unset.
func TestUnset(t *testing.T) {
	for _, test := range []struct {
		name, head, states string
		unset              []string
	}{
		{"a default is there", "", `  start: { say: "{{ y }}", to: done }`, nil},
		{"reckoned with", "", `  start: { say: "{{ x ?? 'none' }}", to: done }`, nil},
		{"one finding for an expression", "", `  start: { say: "{{ x }} and {{ x }}", to: done }`, []string{"x"}},
		{"set before it is said", "", `  start: { set: { x: '"1"' }, say: "{{ x }}", to: done }`, nil},
		{"set after it is said", "", "  start: { say: '{{ x }}', to: { set: { x: '\"1\"' }, to: done } }", []string{"x"}},
		{"set by each of its rules", "", `
  start: { to: [{ when: y == "a", set: { x: y }, to: say }, { set: { x: '"b"' }, to: say }] }
  say: { say: "{{ x }}", to: done }`, nil},
		{"set by one of its rules", "", `
  start: { to: [{ when: y == "a", set: { x: y }, to: say }, { to: say }] }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"an earlier guard tells", "", `
  start: { to: [{ when: x == nil, to: done }, { to: say }] }
  say: { say: "{{ x }}", to: done }`, nil},
		{"a guard tells within itself", "", `  start: { to: [{ when: x != nil and len(x) > 3, to: done }, { to: done }] }`, nil},
		{"unset again", "", `  start: { set: { x: '"1"' }, to: { set: { x: nil }, to: say } }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"a question's answer", "", `
  start: { ask: Well, into: x, to: say, after: { 1d: done } }
  say: { say: "{{ x }}", to: done }`, nil},
		{"an option's own target", "", `
  start: { ask: Well, into: x, options: { a: A, b: B }, on: { a: say }, to: say, after: { 1d: done } }
  say: { say: "{{ x }}", to: done }`, nil},
		{"an intent in a question", "", `
  start: { ask: Well, into: x, to: say, on: { intent.talk_to_human: say }, after: { 1d: done } }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"a no to what is read back unsets it", "", `
  start: { set: { x: '"1"' }, ask: Well, into: x, confirm: "{{ x }}?", to: done, after: { 1d: say } }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"the fallback of a question", "", `
  start: { ask: Well, into: x, to: say, after: { 1d: done } }
  say: { say: "{{ x }}", to: hand }
  hand: { handoff: { queue: q, recommend: "{{ x }}" }, on: { agent.resolved: done }, after: { 1d: done } }`, nil},
		{"a field that is optional", "", `
  start: { call: shop.get, into: part, to: say }
  say: { say: "{{ part.sure }} {{ part.maybe }}", to: done }`, []string{"part.maybe"}},
		{"a field that a guard found", "", `
  start: { call: shop.get, into: part, to: [{ when: part.maybe != nil, to: say }, { to: done }] }
  say: { say: "{{ part.maybe }}", to: done }`, nil},
		{"a field after the whole was set anew", "", `
  start: { call: shop.get, into: part, to: [{ when: part.maybe != nil, to: again }, { to: done }] }
  again: { call: shop.get, into: part, to: say }
  say: { say: "{{ part.maybe }}", to: done }`, []string{"part.maybe"}},
		{"what failed gives nothing", "", `
  start: { call: shop.get, into: part, to: done, on: { failed.404: say } }
  say: { say: "{{ part.sure }}", to: done }`, []string{"part"}},
		{"a field that all triggers have", "", `
  start: { to: [{ when: 'trigger.type in ["a.began", "b.began"]', to: say }, { to: done }] }
  say: { say: "{{ trigger.data.both }}", to: done }`, nil},
		{"a field that one trigger has", "", `
  start: { to: [{ when: trigger.type != "chat.message", to: say }, { to: done }] }
  say: { say: "{{ trigger.data.only_a }}", to: done }`, []string{"trigger.data.only_a"}},
		{"a trigger that the rules before leave", "", `
  start: { to: [{ when: trigger.type == "chat.message" or trigger.type == "b.began", to: done }, { to: say }] }
  say: { say: "{{ trigger.data.only_a }}", to: done }`, nil},
		{"a trigger behind a narrower rule", "", `
  start: { to: [{ when: trigger.type == "a.began" and y == "", to: done }, { when: trigger.type == "a.began", to: say }, { to: done }] }
  say: { say: "{{ trigger.data.only_a }}", to: done }`, nil},
		{"the event that leads somewhere", "", `
  start: { ask: Well, to: done, on: { a.moved: say }, after: { 1d: done } }
  say: { say: "{{ event.data.day }}", to: done }`, nil},
		{"a timer is no event", "", `
  start: { ask: Well, to: done, on: { a.moved: say }, after: { 1d: say } }
  say: { say: "{{ event.data.day }}", to: done }`, []string{"event.data.day"}},
		{"from any state, the desk after a first message included", "escalate: [{ when: sentiment < -0.5, reason: Upset. }]\non: { a.moved: say }", `
  start: { set: { x: '"1"' }, ask: Well, into: y, to: done, after: { 1d: done } }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"from any state, all of which have it", `on: { a.moved: say }`, `
  start: { set: { x: '"1"' }, ask: Well, into: y, to: done, on: { exhausted: done, message.blocked: done, message.failed: done }, after: { 1d: done } }
  say: { say: "{{ x }}", on: { message.blocked: done, message.failed: done, message.unhandled: done }, after: { 1d: done } }`, nil},
		{"an escalated first message has defaults alone", "escalate: [{ when: sentiment < -0.5, reason: Upset., to: sorry }]", `
  start: { set: { x: '"1"' }, to: done }
  sorry: { say: "{{ x }} {{ y }}", to: done }`, []string{"x"}},
		{"a contact's phone", "", `
  start: { ask: Phone, into: contact.phone, to: say, after: { 1d: say_not } }
  say: { say: "{{ contact.phone }}", to: done }
  say_not: { say: "{{ contact.phone }} {{ contact.locale }}", to: done }`, []string{"contact.phone"}},
		{"a rule that keeps the state may unset", "", `
  start: { set: { x: '"1"' }, on: { a.moved: { set: { x: nil } } }, after: { 1d: say } }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"options that are made at run time", "", `
  start: { set: { list: '["a", "b"]' }, ask: Which, options: { from: list, value: item, label: "{{ item }}" }, into: x, to: say, on: { exhausted: say }, after: { 1d: done } }
  say: { say: "{{ x }}", to: done }`, []string{"x"}},
		{"an answer of a FAQ, which may come before all else", `understand: { intents: { hours: { answer: "Nine to five, {{ y }}.", examples: [your hours, open when] } } }`, `
  start: { to: done }`, []string{"y"}},
		{"a code hides a datum", "", `
  start: { verify: code, text: "{{ code }}", on: { verified: done } }`, nil},
		{"a rule that is never taken", "", `
  start: { to: [{ when: trigger.type == "a.began" and trigger.type == "b.began", to: say }, { to: done }] }
  say: { say: "{{ x }}", to: done }`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := fmt.Sprintf(small, test.head, strings.TrimPrefix(test.states, "\n"))
			var got []string
			for _, f := range analyse(t, []flow.Input{{Path: "small.yaml", Source: []byte(source)}}) {
				if f.Code == "unset-data" {
					got = append(got, regexp.MustCompile("`([^`]+)`").FindStringSubmatch(f.Message)[1])
				}
			}
			if slices.Sort(got); !slices.Equal(got, test.unset) {
				t.Errorf("unset are %q, not %q", got, test.unset)
			}
		})
	}
}

// TestValue looks at what reaching the goal is worth, which is reckoned where it is reached.
func TestValue(t *testing.T) {
	source := strings.Replace(fmt.Sprintf(small, "", `  start: { ask: How many, into: n, to: won, after: { 1d: done } }
  won: { end: won }`), "goal: done,", "goal: won, value: n * 2,", 1)
	source = strings.Replace(source, "data:\n  x", "data:\n  n: int\n  x", 1)
	if found := analyse(t, []flow.Input{{Path: "small.yaml", Source: []byte(source)}}); len(found) > 0 {
		t.Errorf("found %s", describe(found[0]))
	}
	source = strings.Replace(source, "after: { 1d: done } }\n  won", "after: { 1d: won } }\n  won", 1)
	found := analyse(t, []flow.Input{{Path: "small.yaml", Source: []byte(source)}})
	if len(found) != 1 || found[0].Span.Start.Line != 5 {
		t.Errorf("found %v, not `n` on line 5", found)
	}
}

// TestSubJourneys looks at what journeys hand to each other.
func TestSubJourneys(t *testing.T) {
	parent := fmt.Sprintf(small, "", `
  start: { run: child, with: { a: '"1"', b: '"2"' }, into: part, on: { given_up: again }, to: say }
  say: { say: "{{ part.sure }}", to: done }
  again: { run: child, with: { a: '"1"' }, into: part, to: say_again }
  say_again: { say: "{{ part.sure }}", to: done }`)
	child := `
journey: child
title: A journey that another runs
owner: tests@shop.example
objective: { goal: done, why: It is small. }
fallback: given_up
data: { a: string, b: string, c: string }
channels: { prefer: [email], email: { purpose: transactional } }
states:
  start: { ask: "{{ a }} {{ b }}", into: c, to: done, after: { 1d: given_up } }
  done: { end: done, data: { sure: c } }
  given_up: { end: given_up }
`
	found := analyse(t, []flow.Input{{Path: "child.yaml", Source: []byte(child)}, {Path: "small.yaml", Source: []byte(parent)}})
	var got []string
	for _, f := range found {
		if f.Severity == diagnostic.Error {
			got = append(got, f.Message)
		}
	}
	slices.Sort(got)
	want := []string{
		"`b` may not be set yet: start, and not everything that runs this journey hands it over",
		"`part` may not be set yet: start → again → say_again, where `again` goes on without it",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
