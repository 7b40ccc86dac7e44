package storetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/store"
)

func testCommitWhole(t *testing.T, s store.Store) {
	long := out(strings.Repeat("x", 256), "long")
	for name, changes := range map[string][]*store.Change{
		"a contact twice":      {Step(s, "grace", 1), Step(s, "ada", 1), Step(s, "grace", 2)},
		"a lane that is long":  {Step(s, "grace", 1), {Key: ada(s), Out: []*store.Outgoing{long}}},
		"a contact among many": append(many(s, 40), many(s, 1)...),
	} {
		if err := s.Commit(ctx, changes); err == nil {
			t.Errorf("%s was committed", name)
		}
	}
	counts := must[store.Counts](t)(s.Counts(ctx))
	counts.Size = 0
	equal(t, counts, store.Counts{})
	equal(t, len(must[[]store.Entry](t)(s.Log(ctx, 0, 99))), 0)
	equal(t, ready(t, s, day, nil), "")
}

func many(s store.Store, n int) (changes []*store.Change) {
	for i := range n {
		changes = append(changes, plain(s.KeyOf(store.OfContact, fmt.Sprint(i))))
	}
	return changes
}

func testContactsContext(t *testing.T, s store.Store) {
	over, cancel := context.WithCancel(ctx)
	cancel()
	commit(t, s, Step(s, "ada", 1))
	key := ada(s)
	for name, call := range map[string]func() error{
		"Load":         func() error { _, err := s.Load(over, []store.Ask{{Contact: key}}); return err },
		"Addresses":    func() error { _, err := s.Addresses(over, []store.Key{key}); return err },
		"Commit":       func() error { return s.Commit(over, []*store.Change{Step(s, "ada", 2)}) },
		"Due":          func() error { _, err := s.Due(over, day, 9); return err },
		"NextDue":      func() error { _, _, err := s.NextDue(over); return err },
		"Ready":        func() error { _, err := s.Ready(over, day, 9, nil); return err },
		"NextReady":    func() error { _, _, err := s.NextReady(over); return err },
		"Conversation": func() error { _, err := s.Conversation(over, key, "c"); return err },
		"History":      func() error { _, err := s.History(over, key, 0, 9); return err },
		"Log":          func() error { _, err := s.Log(over, 0, 9); return err },
		"Started":      func() error { _, err := s.Started(over, 0, 9); return err },
		"Point":        func() error { _, _, err := s.Point(over, key); return err },
		"Dead":         func() error { _, err := s.Dead(over, 0, 9); return err },
		"Online":       func() error { _, err := s.Online(over); return err },
		"Waiting":      func() error { _, err := s.Waiting(over); return err },
		"Audit":        func() error { _, err := s.Audit(over, 0, 9); return err },
		"Record":       func() error { return s.Record(over, nil) },
		"Erase":        func() error { return s.Erase(over, key) },
		"Counts":       func() error { _, err := s.Counts(over); return err },
	} {
		t.Run(name, func(t *testing.T) { wraps(t, call(), context.Canceled) })
	}
	equal(t, string(must[[]store.Snapshot](t)(s.Load(ctx, []store.Ask{{Contact: key}}))[0].Contact), "state 1 of ada")
}

func testContactsConcurrent(t *testing.T, s store.Store) {
	const rounds = 40
	commit(t, s, Step(s, "ada", 0), Step(s, "grace", 0))
	written := make(chan struct{})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-written:
					return
				default:
					readAll(t, s)
				}
			}
		})
	}
	for n := 1; n <= rounds; n++ {
		commit(t, s, Step(s, "ada", n), Step(s, "grace", n))
		if n%10 == 5 {
			if err := s.Erase(ctx, grace(s)); err != nil {
				t.Error(err)
			}
		}
	}
	close(written)
	all.Wait()
}

// readAll reads as of one moment whatever is there while others write.
func readAll(t *testing.T, s store.Store) {
	snapshots, err := s.Load(ctx, []store.Ask{{Contact: ada(s), Events: []string{"event 0", "event 99"}}, {Contact: grace(s)}})
	if err != nil {
		t.Error(err)
		return
	}
	got := snapshots[0]
	equal(t, got.Seen, []bool{true, false})
	equal(t, strings.TrimPrefix(string(got.Open[0].Bytes), "conversation "), strings.TrimPrefix(string(got.Contact), "state "))
	_, err = s.Ready(ctx, day, 9, nil)
	for _, read := range []func() error{
		func() error { _, err := s.History(ctx, ada(s), 0, 9); return err },
		func() error { _, err := s.Log(ctx, 0, 9); return err },
		func() error { _, err := s.Due(ctx, day.Add(time.Hour), 9); return err },
		func() error { _, err := s.Dead(ctx, 0, 9); return err },
		func() error { _, err := s.Counts(ctx); return err },
		func() error { return s.Check(ctx) },
	} {
		if err == nil {
			err = read()
		}
	}
	if err != nil {
		t.Error(err)
	}
}
