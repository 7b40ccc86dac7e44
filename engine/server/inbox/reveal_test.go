package inbox_test

import (
	"net/url"
	"strings"
	"testing"

	"journey/engine/desk"
)

const secrets = `
journey: secrets
title: A secret
owner: desk@shop.example
objective: { goal: told, why: It is told. }
entry: [{ on: chat.message }]
exit: [{ on: contact.opted_out, outcome: gone }]
fallback: desk
data: { pin: { type: string, sensitive: true } }
channels: { prefer: [chat] }
states:
  start: { ask: "Which PIN?", into: pin, sensitive: true, to: desk }
  desk: { handoff: { queue: support, recommend: "Try {{ pin ?? '?' }}." }, on: { agent.resolved: told }, after: { 1d: told } }
  told: { end: told }
`

// What is sensitive is shown to a supervisor who asks for it, which is on record; to nobody else, however they ask.
func TestWhatIsSensitive(t *testing.T) {
	w := newWorld(t, secrets)
	w.Event("v1", "chat.joined")
	for _, text := range []string{"hello", "pin-4711"} {
		w.Chat("v1", text)
	}
	w.Rest()
	list, _, err := w.desk.List(desk.Filter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d wait: %v", len(list), err)
	}
	for _, c := range []struct {
		agent, more string
		shown       bool
		offered     bool
	}{{"Maya", "", false, false}, {"Maya", "&reveal=1", false, false}, {"Sam", "", false, true}, {"Sam", "&reveal=1", true, false}, {"Sam", "&reveal=1", true, false}} {
		_, body, _ := w.Get("/inbox?agent=" + c.agent + c.more + "&item=" + url.QueryEscape(list[0].ID))
		if shown := strings.Contains(body, "pin-4711"); shown != c.shown {
			t.Errorf("%s%s: shown %v", c.agent, c.more, shown)
		}
		if offered := strings.Contains(body, `data-do="reveal"`); offered != c.offered {
			t.Errorf("%s%s: offered %v", c.agent, c.more, offered)
		}
	}
	var on []string
	for _, d := range w.deeds {
		on = append(on, d.By.Name+" "+d.Act)
	}
	if want := "Maya transcript.read, Sam transcript.read, Sam transcript.revealed"; strings.Join(on, ", ") != want {
		t.Errorf("on record is %q, wanted %s", on, want)
	}
}
