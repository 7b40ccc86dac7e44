package machine_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"journey/engine/compile"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
)

// shipped compiles a shipped journey with the library.
func shipped(tb testing.TB, id string) *graph.Journey {
	tb.Helper()
	paths, err := filepath.Glob("../../flows/*.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	var inputs []flow.Input
	for _, p := range paths {
		source, err := os.ReadFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: filepath.Base(p), Source: source})
	}
	bundle, _ := flow.Read(inputs)
	unit := compile.Bundle(bundle).Unit(id)
	if unit == nil || unit.Broken {
		tb.Fatalf("%s does not compile", id)
	}
	return unit.Graph
}

// asking is an order-status conversation whose question for the order number is open in chat.
func asking(tb testing.TB, g *graph.Journey) (*machine.Contact, *machine.Conversation) {
	tb.Helper()
	now := time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)
	out := machine.Step(&machine.Input{
		Event: machine.Event{ID: "e1", Type: "chat.message", Time: now, Message: &machine.CustomerMessage{Channel: policy.Chat, Text: "where is my order",
			Given: machine.Given{Intent: "order_status", HasIntent: true, Confidence: 0.95, HasSentiment: true}}},
		Contact: &machine.Contact{ID: "c1", Phone: "+14155550101", Timezone: "America/New_York"},
		Live:    []*graph.Journey{g}, Graph: func(graph.Hash) *graph.Journey { return g }, NewID: "n1",
	})
	if len(out.Conversations) != 1 || out.Conversations[0].Question == nil {
		tb.Fatal("no question is open")
	}
	return out.Contact, out.Conversations[0]
}

// reply is a customer's message that is looked at by the escalation rules and spends an attempt.
func reply(g *graph.Journey, contact *machine.Contact, c *machine.Conversation) *machine.Input {
	return &machine.Input{
		Event: machine.Event{ID: "e2", Type: "chat.message", Time: c.Started.Add(time.Minute),
			Message: &machine.CustomerMessage{Channel: policy.Chat, Text: "it is late, where is it",
				Given: machine.Given{Intent: "order_status", HasIntent: true, Confidence: 0.2, HasSentiment: true}}},
		Contact: contact, Conversations: []*machine.Conversation{c},
		Live: []*graph.Journey{g}, Graph: func(graph.Hash) *graph.Journey { return g }, NewID: "n2",
	}
}

// BenchmarkStep handles such a message; what it is handed is ready, and only set back between two rounds.
func BenchmarkStep(b *testing.B) {
	g := shipped(b, "order-status")
	contact, c := asking(b, g)
	template, kept := *c, *contact
	in := reply(g, contact, c)
	b.ReportAllocs()
	for b.Loop() {
		*c, *contact = template, kept
		if out := machine.Step(in); len(out.Effects) == 0 {
			b.Fatal("nothing was said")
		}
	}
}

// BenchmarkDecodeStepEncode is the same with the contact and the conversation read and written.
func BenchmarkDecodeStepEncode(b *testing.B) {
	g := shipped(b, "order-status")
	contact, c := asking(b, g)
	conversation, known := c.Encode(), contact.Encode()
	in := reply(g, contact, c)
	b.ReportAllocs()
	for b.Loop() {
		c, err := machine.DecodeConversation(conversation)
		if err != nil {
			b.Fatal(err)
		}
		contact, err := machine.DecodeContact(known)
		if err != nil {
			b.Fatal(err)
		}
		in.Contact, in.Conversations[0] = contact, c
		out := machine.Step(in)
		_ = out.Conversations[0].Encode()
		_ = out.Contact.Encode()
	}
}
