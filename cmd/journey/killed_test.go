package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// orders is a journey of which an outsider can tell what must have been sent: two texts for each order, one of them by a timer, and
// a goodbye.
const orders = `
journey: orders
title: Your order
owner: orders@shop.example
objective: { goal: thanked, why: Customers know that their order is paid. }
entry:
  - on: order.paid
    key: trigger.data.id
exit:
  - on: order.void
    outcome: void
fallback: desk
events:
  order.paid: { data: { id: string } }
  order.near: { data: { id: string, step: int } }
  order.void: { data: { id: string } }
channels:
  prefer: [sms]
  sms: { purpose: transactional }
states:
  start:
    say: "Order {{ trigger.data.id }} is paid. Reply STOP to opt out."
    on:
      order.near: { say: "Order {{ trigger.data.id }} is at {{ event.data.step }}." }
    after: { 2s: thank }
  thank:
    say: "Thanks for order {{ trigger.data.id }}."
    on:
      order.near: { say: "Order {{ trigger.data.id }} is at {{ event.data.step }}." }
    after: { 1d: thanked }
  desk:
    handoff: { queue: orders }
    on: { agent.resolved: thanked }
    after: { 1d: thanked }
  thanked: { end: thanked }
`

const (
	kills     = 50
	customers = 40
	stepsEach = 4 // events that follow each order
)

// The server is killed at random instants under load, in front of a carrier that drops, breaks and babbles. Whatever it has acknowledged
// was done exactly once, and what it sent came in order.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	outside := newCarrier(t)
	outside.becomes(moody)
	s := newSite(t, outside, map[string]string{"orders.yaml": orders}, "")
	c := s.start(t)
	for i := range customers {
		s.customer(t, i)
	}
	load := newLoad(s)
	for range kills {
		time.Sleep(time.Duration(20+rand.IntN(300)) * time.Millisecond)
		c.kill()
		c = s.start(t)
	}
	load.finish(t)
	awaitQuiet(t, outside)
	if err := c.stop(); err != nil {
		t.Errorf("the server did not stop as it should: %v\n%s", err, c.said)
	}
	s.check(t)
	judge(t, load.orders.Load(), outside.all())
}

// load gives orders in, several at a time, each event again and again under its id until it is acknowledged.
type load struct {
	s       *site
	stop    atomic.Bool
	wait    sync.WaitGroup
	orders  atomic.Int64
	refused atomic.Int64
}

func newLoad(s *site) *load {
	l := &load{s: s}
	for range 8 {
		l.wait.Go(func() {
			for !l.stop.Load() {
				l.order(int(l.orders.Add(1) - 1))
			}
		})
	}
	return l
}

// order gives one order in, and what follows it: always in this order, each once the one before is acknowledged.
func (l *load) order(n int) {
	id := fmt.Sprint(n)
	l.give(event(id, "order.paid", customer(n%customers), map[string]any{"id": id}))
	for step := 1; step <= stepsEach; step++ {
		l.give(event(fmt.Sprint(id, ".", step), "order.near", customer(n%customers), map[string]any{"id": id, "step": step}))
	}
}

func (l *load) give(e map[string]any) {
	for {
		status, _, err := l.s.call("POST", "/v1/events", e)
		switch {
		case err == nil && status/100 == 2:
			return
		case err == nil && status/100 == 4 && status != 429:
			l.refused.Add(1)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (l *load) finish(t *testing.T) {
	l.stop.Store(true)
	l.wait.Wait()
	if n := l.refused.Load(); n > 0 {
		t.Errorf("%d events were refused", n)
	}
	t.Logf("%d orders with %d events", l.orders.Load(), l.orders.Load()*(1+stepsEach))
}

// awaitQuiet waits until the carrier has been given nothing for some time, in which all retries have had their turn.
func awaitQuiet(t *testing.T, outside *carrier) {
	t.Helper()
	outside.becomes(alwaysWell)
	before, since := -1, time.Now()
	for begun := time.Now(); time.Since(since) < 20*time.Second; time.Sleep(100 * time.Millisecond) {
		if n := len(outside.all()); n != before {
			before, since = n, time.Now()
		}
		if time.Since(begun) > 5*time.Minute {
			t.Fatal("texts still come after five minutes")
		}
	}
}

// judge knows from the outside what must have been sent.
func judge(t *testing.T, orders int64, texts []sms) {
	t.Helper()
	place := map[string][]int{}
	for i, m := range texts {
		place[strings.TrimSuffix(m.Body, " Reply STOP to opt out.")] = append(place[strings.TrimSuffix(m.Body, " Reply STOP to opt out.")], i)
	}
	want := 0
	for n := range int(orders) {
		last := -1
		bodies := []string{fmt.Sprintf("Order %d is paid.", n)}
		for step := 1; step <= stepsEach; step++ {
			bodies = append(bodies, fmt.Sprintf("Order %d is at %d.", n, step))
		}
		for _, body := range append(bodies, fmt.Sprintf("Thanks for order %d.", n)) {
			want++
			at := place[body]
			if len(at) != 1 {
				t.Errorf("%q was sent %d times", body, len(at))
				continue
			}
			if !strings.HasPrefix(body, "Thanks") {
				if at[0] < last {
					t.Errorf("%q came before what was sent before it", body)
				}
				last = at[0]
			}
		}
	}
	if len(texts) != want {
		t.Errorf("%d texts were sent, want %d", len(texts), want)
	}
}
