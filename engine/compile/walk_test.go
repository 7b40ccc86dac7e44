package compile

import (
	"fmt"
	"reflect"
	"testing"

	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
)

// walk is a journey whose states are given, what else it needs added, and more files.
func walk(states string, more ...string) []flow.Input {
	const head = `journey: walk
title: Walk the dog
owner: dogs@town.example
objective: { goal: walked, why: Dogs want out., within: 1h }
entry: [{ on: dog.waits, key: trigger.data.dog }]
exit: [{ on: dog.home }]
fallback: done
events:
  dog.waits: { data: { dog: string, chip: { type: string, sensitive: true } } }
  dog.home: { data: { dog: string } }
  dog.lost: { data: { dog: string } }
channels:
  prefer: [sms]
  sms: { quiet: "21:00-08:00", limit: [2 per 24h] }
`
	inputs := []flow.Input{{Path: "walk.yaml", Source: []byte(head + states + "  done: { end: walked }\n")}}
	for i, m := range more {
		inputs = append(inputs, flow.Input{Path: fmt.Sprintf("more%d.yaml", i), Source: []byte(m)})
	}
	return inputs
}

// compiled makes the graph of a journey whose states are given.
func compiled(t *testing.T, states string, more ...string) *graph.Journey {
	t.Helper()
	bundle, findings := flow.Read(walk(states, more...))
	result := Bundle(bundle)
	for _, f := range append(findings, result.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%s: %s (%s)", place(f), f.Message, f.Hint)
		}
	}
	return result.Unit("walk").Graph
}

// place is where a finding stands: file:line.
func place(f diagnostic.Finding) string {
	return fmt.Sprintf("%s:%d", f.Span.File, f.Span.Start.Line)
}

func state(t *testing.T, j *graph.Journey, name string) *graph.State {
	t.Helper()
	i, ok := j.State(name)
	if !ok {
		t.Fatalf("no state %s", name)
	}
	return &j.States[i]
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}
