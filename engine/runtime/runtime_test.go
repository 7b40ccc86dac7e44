package runtime_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/understand"
)

const parcel = `
journey: parcel
title: Your parcel
owner: parcels@shop.example
objective: { goal: told, why: Customers know where their parcel is. }
entry:
  - on: parcel.sent
    key: trigger.data.id
exit:
  - on: parcel.lost
    outcome: lost
fallback: desk
events:
  parcel.sent: { data: { id: string } }
  parcel.near: { data: { id: string } }
  parcel.lost: { data: { id: string } }
channels:
  prefer: [sms, email]
  sms: { purpose: transactional }
  email: { purpose: transactional }
states:
  start:
    say: "Parcel {{ trigger.data.id }} is on its way. Reply STOP to opt out."
    on: { parcel.near: { say: "Parcel {{ trigger.data.id }} is near." } }
    after: { 30d: told }
  desk:
    handoff: { queue: parcels }
    on: { agent.resolved: told }
    after: { 1d: told }
  told: { end: told }
`

// bench is an engine on a store that forgets, with carriers that can be taken down.
type bench struct {
	engine  runtime.Engine
	store   runtime.Memory
	now     time.Time
	graph   *graph.Journey
	down    map[policy.Channel]bool
	refuses map[policy.Channel]bool
	tried   []time.Time
	sent    []string
	ids     int
}

func (b *bench) Now() time.Time { return b.now }
func (b *bench) Code() string   { return "123456" }
func (b *bench) Token() string  { return b.ID() }
func (b *bench) ID() string     { b.ids++; return fmt.Sprint("id", b.ids) }

func (b *bench) Graph(graph.Hash) *graph.Journey             { return b.graph }
func (b *bench) Live() []*graph.Journey                      { return []*graph.Journey{b.graph} }
func (b *bench) Classifier(graph.Hash) understand.Classifier { return understand.Train(nil) }
func (b *bench) Call(*machine.Request) machine.CallDone      { panic("nothing is called here") }

func (b *bench) Send(d *machine.Deliver) (runtime.Receipt, string) {
	b.tried = append(b.tried, b.now)
	switch {
	case b.down[d.Channel]:
		return runtime.Unavailable, "down"
	case b.refuses[d.Channel]:
		return runtime.Refused, "unknown number"
	}
	b.sent = append(b.sent, fmt.Sprintf("%s %s", d.Channel, d.Text))
	return runtime.Taken, ""
}

func newBench(t *testing.T) *bench {
	t.Helper()
	read, findings := flow.Read([]flow.Input{{Path: "parcel.yaml", Source: []byte(parcel)}})
	units := compile.Bundle(read)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%d: %s", f.Span.Start.Line, f.Message)
		}
	}
	b := &bench{now: time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC), graph: units.Units[0].Graph, down: map[policy.Channel]bool{}, refuses: map[policy.Channel]bool{}}
	b.engine = runtime.Engine{Store: &b.store, Clock: b, Secrets: b, Versions: b, Carrier: b, Services: b}
	c := machine.Contact{ID: "c1", Phone: "+14155550101", Email: "c1@shop.example"}
	for _, ch := range []policy.Channel{policy.SMS, policy.Email} {
		c.Ledger = c.Ledger.Give(policy.Consent{Channel: ch, Purpose: policy.Transactional, At: b.now})
	}
	if err := b.store.Commit(&runtime.Commit{Contact: "c1", State: c.Encode()}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) event(t *testing.T, kind, id, key string) {
	t.Helper()
	if _, err := b.engine.Handle("c1", key, machine.Event{Type: kind, Data: map[string]any{"id": id}}); err != nil {
		t.Fatal(err)
	}
	b.settle(t)
}

func (b *bench) settle(t *testing.T) {
	t.Helper()
	if err := b.engine.Settle(); err != nil {
		t.Fatal(err)
	}
}

// wait lets time pass, and all that falls due happen.
func (b *bench) wait(t *testing.T, d time.Duration) {
	t.Helper()
	until := b.now.Add(d)
	for {
		next, found, err := b.engine.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !found || next.After(until) {
			break
		}
		b.now = next
		b.settle(t)
	}
	b.now = until
}

func (b *bench) want(t *testing.T, sent ...string) {
	t.Helper()
	if !slices.Equal(b.sent, sent) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(b.sent, "\n"), strings.Join(sent, "\n"))
	}
}

func TestTheSameEventTwiceIsOnce(t *testing.T) {
	b := newBench(t)
	b.event(t, "parcel.sent", "P1", "shop/1")
	b.event(t, "parcel.near", "P1", "shop/2")
	b.event(t, "parcel.near", "P1", "shop/2")
	b.want(t, "sms Parcel P1 is on its way. Reply STOP to opt out.", "sms Parcel P1 is near.")
}

func TestAMessageThatNoProviderTakesIsTriedForTenMinutesAndGoesToTheNextChannel(t *testing.T) {
	b := newBench(t)
	b.down[policy.SMS] = true
	b.event(t, "parcel.sent", "P1", "")
	begun := b.now
	b.wait(t, 10*time.Minute-time.Second)
	b.want(t)
	longest := time.Duration(0)
	for i := 1; i < len(b.tried); i++ {
		longest = max(longest, b.tried[i].Sub(b.tried[i-1]))
	}
	if len(b.tried) < 10 || longest > time.Minute {
		t.Errorf("%d tries with pauses of up to %s; want growing pauses of at most a minute", len(b.tried), longest)
	}
	b.wait(t, time.Second)
	b.want(t, "email Parcel P1 is on its way. Reply STOP to opt out.")
	if last := b.tried[len(b.tried)-1].Sub(begun); last != 10*time.Minute {
		t.Errorf("given up after %s", last)
	}
	b.down[policy.SMS] = false
	b.wait(t, time.Hour)
	b.want(t, "email Parcel P1 is on its way. Reply STOP to opt out.")
}

func TestMessagesToOneContactOnOneChannelKeepTheirOrder(t *testing.T) {
	b := newBench(t)
	b.down[policy.SMS] = true
	b.event(t, "parcel.sent", "P1", "")
	b.event(t, "parcel.near", "P1", "")
	b.down[policy.SMS] = false
	b.wait(t, time.Minute)
	b.want(t, "sms Parcel P1 is on its way. Reply STOP to opt out.", "sms Parcel P1 is near.")
}

func TestARefusedMessageGoesToTheNextChannelAtOnce(t *testing.T) {
	b := newBench(t)
	b.refuses[policy.SMS] = true
	b.event(t, "parcel.sent", "P1", "")
	b.want(t, "email Parcel P1 is on its way. Reply STOP to opt out.")
}

func TestOverdueTimersFireInOrder(t *testing.T) {
	b := newBench(t)
	b.event(t, "parcel.sent", "P1", "")
	b.now = b.now.Add(time.Hour)
	b.event(t, "parcel.sent", "P2", "")
	b.now = b.now.Add(60 * 24 * time.Hour) // nothing ran in the meantime
	b.settle(t)
	var ended []string
	for _, c := range b.store.Log {
		if c.Output == nil {
			continue
		}
		for _, conversation := range c.Output.Conversations {
			if !conversation.Open() {
				ended = append(ended, conversation.Key+" "+conversation.Outcome)
			}
		}
	}
	if want := []string{"P1 told", "P2 told"}; !slices.Equal(ended, want) {
		t.Errorf("ended %v, want %v", ended, want)
	}
}
