package deploy

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"journey/engine/flow"
	"journey/engine/store"
)

// journey is a small one; what it says, and how often it is written anew, is up to the test.
const journey = `journey: ID
title: A small one
owner: desk@shop.example
objective: { goal: done, why: It is there to be deployed. }
entry: [{ on: chat.message, when: intent.name == "hello" }, { on: parcel.sent }]
exit: [{ on: contact.opted_out }]
fallback: end
data: { weather: { type: object, fields: { sunny: bool } } }
channels: { prefer: [chat] }
understand: { intents: { hello: { title: Hello, examples: [hello, good morning, hi there] } } }
events: { parcel.sent: { data: { weight: int } } }
services: { weather: { url: "${WEATHER_URL}", operations: { today: { request: GET /today, returns: { sunny: bool } } } } }
states:
  start: { call: weather.today, into: weather, to: tell }
  tell: { say: SAYS, to: end }
  end: { end: done }
`

func written(id, says string) flow.Input {
	return flow.Input{Path: id + ".yaml", Source: []byte(strings.NewReplacer("ID", id, "SAYS", says).Replace(journey))}
}

var noon = time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, s store.Graphs) *Journeys {
	t.Helper()
	j, err := Open(context.Background(), s, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func publish(t *testing.T, j *Journeys, inputs ...flow.Input) {
	t.Helper()
	findings, err := j.Publish(context.Background(), inputs)
	if err != nil {
		t.Fatalf("%v: %v", err, findings)
	}
}

// liveOf are the ids of the live journeys.
func liveOf(j *Journeys) string {
	var all []string
	for _, g := range j.Live() {
		all = append(all, g.ID)
	}
	return strings.Join(all, " ")
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
