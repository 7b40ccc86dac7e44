package runtime_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store/bolt"
)

// BenchmarkTimers has timers of many contacts fall due at one moment, while events of others go on coming in: how many fire a second, and
// how long an event waits meanwhile.
func BenchmarkTimers(b *testing.B) {
	r := newBench(b)
	s, err := bolt.OpenStore(filepath.Join(b.TempDir(), "journey.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	clock := &jumping{at: r.now}
	r.engine.Watcher, r.engine.Store, r.engine.Carrier, r.engine.Clock = nil, s, takesAll{}, clock
	loop := runtime.NewLoop(&r.engine, runtime.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(ctx) }()
	waiting(b, loop, b.N)
	b.ResetTimer()
	clock.jump(31 * 24 * time.Hour)
	var waited []time.Duration
	for i, due := 0, true; due; i++ {
		begun := time.Now()
		other := runtime.Work{To: runtime.To{Contact: fmt.Sprint("other", i%100)}, Event: &machine.Event{Type: "parcel.near", Data: map[string]any{"id": "P1"}}}
		if _, err := loop.Do(context.Background(), other); err != nil {
			b.Fatal(err)
		}
		waited = append(waited, time.Since(begun))
		left, err := s.Due(context.Background(), clock.Now(), 1)
		if err != nil {
			b.Fatal(err)
		}
		due = len(left) > 0
	}
	b.StopTimer()
	slices.Sort(waited)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "timers/s")
	b.ReportMetric(float64(waited[len(waited)*99/100].Microseconds())/1000, "p99-ms")
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// waiting has so many contacts wait for a timer.
func waiting(b *testing.B, loop *runtime.Loop, contacts int) {
	var wait sync.WaitGroup
	for i := range contacts {
		w := runtime.Work{To: runtime.To{Contact: fmt.Sprint("t", i)}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P1"}}}
		wait.Add(1)
		for loop.Submit(w, func(_ runtime.Done, err error) {
			if err != nil {
				b.Error(err)
			}
			wait.Done()
		}) != nil {
			time.Sleep(100 * time.Microsecond)
		}
	}
	wait.Wait()
}

// jumping is a clock that stands still, but for jumps.
type jumping struct {
	mu sync.Mutex
	at time.Time
}

func (c *jumping) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *jumping) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
