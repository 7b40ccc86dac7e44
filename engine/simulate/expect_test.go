package simulate_test

import (
	"testing"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/simulate"
)

// A contact is verified for a conversation and those that it runs, not in another.
func TestExpectVerified(t *testing.T) {
	const vault = `journey: vault
title: Open the vault
owner: vault@bank.example
objective: { goal: opened, why: People want their gold., within: 1h }
entry:
  - { on: chat.message, when: reply.text == "open" }
exit: [{ on: chat.left }]
fallback: closed
channels: { prefer: [chat] }
states:
  start: { run: identity, to: inside }
  inside: { ask: "How much?", to: opened, after: { 1h: closed } }
  opened: { end: opened }
  closed: { end: closed }
`
	const identity = `journey: identity
title: Who is there?
owner: vault@bank.example
objective: { goal: proven, why: Gold is for its owner., within: 1h }
fallback: unknown
channels: { prefer: [chat] }
states:
  start: { verify: code, text: "Your code is {{ code }}.", on: { verified: more } }
  more: { ask: "Are you alone?", to: proven, after: { 1h: unknown } }
  proven: { end: proven }
  unknown: { end: unknown }
`
	const scenarios = `scenarios: vault
cases:
  - name: proves who it is
    steps:
      - expect: { contact: { verified: false } }
      - { reply: open, via: chat }
      - expect: { contact: { verified: false } }
      - reply: "100001"
      - expect: { state: more, contact: { verified: true } }
      - reply: yes indeed
      - expect: { state: inside, contact: { verified: true } }
`
	b, findings := flow.Read([]flow.Input{{Path: "vault.yaml", Source: []byte(vault)}, {Path: "identity.yaml", Source: []byte(identity)},
		{Path: "vault.test.yaml", Source: []byte(scenarios)}})
	units := compile.Bundle(b)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%s:%d: %s", f.Span.File, f.Span.Start.Line, f.Message)
		}
	}
	mustPass(t, simulate.Run(b, units, simulate.Options{}))
}
