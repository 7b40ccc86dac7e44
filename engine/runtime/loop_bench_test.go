package runtime_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store/bolt"
)

// BenchmarkLoop is what an event costs without a disk: from Submit to its result, the message that it sends included.
func BenchmarkLoop(b *testing.B) {
	r := newBench(b)
	r.engine.Watcher = nil
	r.engine.Carrier = takesAll{}
	load(b, &r.engine, 1000)
}

// BenchmarkLoopOnDisk is the same on one durable file.
func BenchmarkLoopOnDisk(b *testing.B) {
	for _, contacts := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("contacts=%d", contacts), func(b *testing.B) {
			r := newBench(b)
			s, err := bolt.OpenStore(filepath.Join(b.TempDir(), "journey.db"), bolt.Options{})
			if err != nil {
				b.Fatal(err)
			}
			r.engine.Watcher, r.engine.Store, r.engine.Carrier = nil, s, takesAll{}
			load(b, &r.engine, contacts)
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

type takesAll struct{ runtime.Carrier }

func (takesAll) Careful(*machine.Deliver) bool { return false }
func (takesAll) Send(context.Context, *machine.Deliver) runtime.Answer {
	return runtime.Answer{}
}

// load makes so many contacts, each with a conversation, and gives events of theirs to a loop, as fast as it takes them.
func load(b *testing.B, e *runtime.Engine, contacts int) {
	loop := runtime.NewLoop(e, runtime.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(ctx) }()
	var wait sync.WaitGroup
	submit := func(w runtime.Work) {
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
	for i := range contacts {
		submit(runtime.Work{To: runtime.To{Contact: fmt.Sprint("b", i)}, Edit: func(c *machine.Contact) error {
			c.Phone = fmt.Sprintf("+1415%07d", 2000000+i)
			c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.SMS, Purpose: policy.Transactional, At: e.Clock.Now()})
			return nil
		}})
		submit(runtime.Work{To: runtime.To{Contact: fmt.Sprint("b", i)}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P1"}}})
	}
	wait.Wait()
	given := 0
	b.Run("events", func(b *testing.B) {
		for range b.N {
			given++
			submit(runtime.Work{To: runtime.To{Contact: fmt.Sprint("b", given*7919%contacts)}, ID: fmt.Sprint("e", given),
				Event: &machine.Event{Type: "parcel.near", Data: map[string]any{"id": "P1"}}})
		}
		wait.Wait()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
