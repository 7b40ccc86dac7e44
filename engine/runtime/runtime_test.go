package runtime_test

import (
	"context"
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
	"journey/engine/store"
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
	store   store.Memory
	log     []runtime.Happened
	now     time.Time
	graph   *graph.Journey
	down    map[policy.Channel]bool
	refuses map[policy.Channel]bool
	loses   map[policy.Channel]bool
	fate    runtime.Answer // of messages that were lost
	after   time.Duration  // what a provider that is down says to wait
	asked   int
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
func (b *bench) Call(context.Context, *machine.Request) machine.CallDone {
	panic("nothing is called here")
}

func (b *bench) Send(_ context.Context, d *machine.Deliver) runtime.Answer {
	b.tried = append(b.tried, b.now)
	switch {
	case b.down[d.Channel]:
		return runtime.Answer{Receipt: runtime.Unavailable, Reason: "down", After: b.after}
	case b.refuses[d.Channel]:
		return runtime.Answer{Receipt: runtime.Refused, Reason: "unknown number"}
	case b.loses[d.Channel]:
		return runtime.Answer{Receipt: runtime.Lost, Reason: "the line broke"}
	}
	b.sent = append(b.sent, fmt.Sprintf("%s %s", d.Channel, d.Text))
	return runtime.Answer{Provider: "post", ID: "P-" + d.ID}
}

func (b *bench) Careful(*machine.Deliver) bool { return false }

func (b *bench) Ask(context.Context, *machine.Deliver, time.Time) runtime.Answer {
	b.asked++
	return b.fate
}

func newBench(t testing.TB) *bench {
	t.Helper()
	read, findings := flow.Read([]flow.Input{{Path: "parcel.yaml", Source: []byte(parcel)}})
	units := compile.Bundle(read)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%d: %s", f.Span.Start.Line, f.Message)
		}
	}
	b := &bench{now: time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC), graph: units.Units[0].Graph, down: map[policy.Channel]bool{}, refuses: map[policy.Channel]bool{},
		loses: map[policy.Channel]bool{}}
	b.engine = runtime.Engine{Store: &b.store, Clock: b, Secrets: b, Versions: b, Carrier: b, Services: b,
		Watcher: func(h runtime.Happened) { b.log = append(b.log, h) }}
	c := machine.Contact{ID: "c1", Phone: "+14155550101", Email: "c1@shop.example"}
	for _, ch := range []policy.Channel{policy.SMS, policy.Email} {
		c.Ledger = c.Ledger.Give(policy.Consent{Channel: ch, Purpose: policy.Transactional, At: b.now})
	}
	b.do(t, runtime.Work{To: runtime.To{Contact: "c1"}, Edit: func(made *machine.Contact) error { *made = c; return nil }})
	return b
}

func (b *bench) do(t testing.TB, w runtime.Work) runtime.Done {
	t.Helper()
	done, err := b.engine.Handle(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	b.settle(t)
	return done
}

func (b *bench) event(t *testing.T, kind, id, key string) {
	t.Helper()
	b.do(t, runtime.Work{To: runtime.To{Contact: "c1"}, ID: key, Event: &machine.Event{Type: kind, Data: map[string]any{"id": id}}})
}

func (b *bench) settle(t testing.TB) {
	t.Helper()
	if err := b.engine.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// wait lets time pass, and all that falls due happen.
func (b *bench) wait(t *testing.T, d time.Duration) {
	t.Helper()
	until := b.now.Add(d)
	for {
		next, found, err := b.engine.Next(context.Background())
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
	for _, h := range b.log {
		for _, conversation := range h.Conversations {
			if !conversation.Open() {
				ended = append(ended, conversation.Key+" "+conversation.Outcome)
			}
		}
	}
	if want := []string{"P1 told", "P2 told"}; !slices.Equal(ended, want) {
		t.Errorf("ended %v, want %v", ended, want)
	}
}

func (b *bench) ended() (all []string) {
	for _, h := range b.log {
		for _, c := range h.Conversations {
			if !c.Open() {
				all = append(all, c.Key)
			}
		}
	}
	return all
}

func TestAClockThatJumps(t *testing.T) {
	b := newBench(t)
	day := 24 * time.Hour
	b.event(t, "parcel.sent", "P1", "")
	b.now = b.now.Add(40 * day)
	b.settle(t)
	b.event(t, "parcel.sent", "P2", "")
	b.now = b.now.Add(-40 * day)
	b.settle(t)
	b.event(t, "parcel.near", "P2", "")
	if got := b.ended(); !slices.Equal(got, []string{"P1"}) {
		t.Fatalf("ended %v after the clock went forth and back, want P1 once", got)
	}
	b.wait(t, 70*day-time.Second)
	if got := b.ended(); len(got) != 1 {
		t.Errorf("ended %v before its time", got)
	}
	b.wait(t, time.Second)
	if got := b.ended(); !slices.Equal(got, []string{"P1", "P2"}) {
		t.Errorf("ended %v, want each once", got)
	}
	b.want(t, "sms Parcel P1 is on its way. Reply STOP to opt out.", "sms Parcel P2 is on its way. Reply STOP to opt out.", "sms Parcel P2 is near.")
}
