package main

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// quiet is a journey that is moved by events and sends nothing: what a server does by itself is measured, not its carrier.
const quiet = `
journey: orders
title: Your order
owner: orders@shop.example
objective: { goal: thanked, why: Customers know where their order is. }
entry:
  - on: order.paid
    key: trigger.data.id
exit:
  - on: order.void
    outcome: void
fallback: near
events:
  order.paid: { data: { id: string } }
  order.near: { data: { id: string, step: int } }
  order.void: { data: { id: string } }
data:
  step: int
states:
  near:
    on:
      order.near: { set: { step: event.data.step } }
    after: { 30d: thanked }
  thanked: { end: thanked }
`

// BenchmarkServe measures a server in a process of its own, over HTTP: events a second at full load, the time from request to 202 at half
// of that, and its memory, at so many open conversations. JOURNEY_BENCH_CONVERSATIONS lists other numbers of them: 10000,1000000.
func BenchmarkServe(b *testing.B) {
	sizes := cmp.Or(os.Getenv("JOURNEY_BENCH_CONVERSATIONS"), "10000")
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("conversations="+size, func(b *testing.B) {
			s := newSite(b, newCarrier(b), map[string]string{"orders.yaml": quiet}, "")
			c := s.start(b)
			s.client.Transport = &http.Transport{MaxIdleConnsPerHost: 512, MaxConnsPerHost: 512}
			populate(b, s, n)
			b.Run("events", func(b *testing.B) { benchmarkServe(b, s, c, n) })
		})
	}
}

// benchmarkServe gives b.N events to conversations that are open.
func benchmarkServe(b *testing.B, s *site, c *child, conversations int) {
	near := func(b *testing.B) {
		n := int(given.Add(1))
		id := n * 7919 % conversations
		e := event(fmt.Sprint("near", n), "order.near", customer(id), map[string]any{"id": fmt.Sprint(id), "step": n})
		for {
			switch status, answer, err := s.call("POST", "/v1/events", e); {
			case err != nil:
				b.Error(err)
				return
			case status == http.StatusAccepted:
				return
			case status != http.StatusTooManyRequests:
				b.Errorf("%d %s", status, answer)
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
	b.ResetTimer()
	share(b.N, 256, func(int) { near(b) })
	b.StopTimer()
	full := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(full, "events/s")
	b.ReportMetric(float64(percentile(paced(full/2, min(b.N, 20_000), func() { near(b) }), 0.99).Microseconds())/1000, "p99-ms")
	b.ReportMetric(resident(b, c.Process.Pid)/(1<<20), "MB")
}

// given counts the events, so that none comes twice under its id.
var given atomic.Int64

// populate starts conversations, one a contact, in batches.
func populate(b *testing.B, s *site, conversations int) {
	const batch = 500
	share((conversations+batch-1)/batch, 8, func(i int) {
		var events []map[string]any
		for id := i * batch; id < min((i+1)*batch, conversations); id++ {
			events = append(events, event(fmt.Sprint("paid", id), "order.paid", customer(id), map[string]any{"id": fmt.Sprint(id)}))
		}
		for {
			status, answer, err := s.call("POST", "/v1/events", events)
			if err == nil && status == http.StatusAccepted {
				return
			}
			if status != http.StatusTooManyRequests {
				b.Errorf("%d %s %v", status, answer, err)
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// share does n things, so many at a time.
func share(n, at int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, at) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}

// paced does n things at a rate a second, whether those before are done or not, and gives how long each took.
func paced(rate float64, n int, do func()) []time.Duration {
	took := make([]time.Duration, n)
	begun := time.Now()
	var wait sync.WaitGroup
	for i := range n {
		due := begun.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		time.Sleep(time.Until(due))
		wait.Go(func() {
			do()
			took[i] = time.Since(due)
		})
	}
	wait.Wait()
	return took
}

func percentile(took []time.Duration, part float64) time.Duration {
	slices.Sort(took)
	return took[int(float64(len(took)-1)*part)]
}

// resident is the memory of a process, in bytes.
func resident(b *testing.B, pid int) float64 {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		b.Log(err)
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "RssAnon:") { // the data file is mapped, and counts in RSS without being memory that anybody lacks
			kilobytes, _ := strconv.ParseFloat(strings.Fields(line)[1], 64)
			return kilobytes * 1024
		}
	}
	return 0
}
