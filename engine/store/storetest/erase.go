package storetest

import (
	"fmt"
	"testing"
	"time"

	"journey/engine/store"
)

func testErase(t *testing.T, s store.Store) {
	commit(t, s, Step(s, "ada", 1), Step(s, "grace", 1))
	commit(t, s, Step(s, "ada", 2))
	if err := s.Erase(ctx, ada(s)); err != nil {
		t.Fatal(err)
	}
	wraps(t, s.Erase(ctx, ada(s)), store.ErrNotFound)
	counts := must[store.Counts](t)(s.Counts(ctx))
	counts.Size = 0
	equal(t, counts, store.Counts{Contacts: 1, Outgoing: 2, Dead: 1})
	unreadable(t, s)
	equal(t, must[[]store.Key](t)(s.Due(ctx, day.Add(time.Hour), 9)), []store.Key{grace(s)})
	equal(t, len(must[[]store.Key](t)(s.Online(ctx))), 0)
	equal(t, len(must[[]store.Key](t)(s.Waiting(ctx))), 0)
	for _, o := range must[[]*store.Outgoing](t)(s.Ready(ctx, day.Add(time.Hour), 9, nil)) {
		equal(t, o.Contact, grace(s))
	}
	commit(t, s, &store.Change{Key: ada(s), Contact: []byte("new"), Log: [][]byte{[]byte("first of all")}})
	history := must[[]store.Entry](t)(s.History(ctx, ada(s), 0, 9))
	if len(history) != 1 || string(history[0].Bytes) != "first of all" {
		t.Errorf("the history of who came back: %v", history)
	}
	snapshots := must[[]store.Snapshot](t)(s.Load(ctx, []store.Ask{{Contact: ada(s), Events: []string{"event 1"}}}))
	equal(t, snapshots, []store.Snapshot{{Contact: []byte("new"), Seen: []bool{false}, Open: snapshots[0].Open}})
	equal(t, len(snapshots[0].Open), 0)
}

// unreadable looks for something of ada's that can be read.
func unreadable(t *testing.T, s store.Store) {
	t.Helper()
	key := ada(s)
	snapshots := must[[]store.Snapshot](t)(s.Load(ctx, []store.Ask{{Contact: key, Events: []string{"event 1"}}}))
	if got := snapshots[0]; got.Contact != nil || len(got.Open) > 0 || got.Seen[0] {
		t.Errorf("her state: %+v", got)
	}
	for n := range 3 {
		id := fmt.Sprintf("%s-%d", key, n)
		if bytes := must[[]byte](t)(s.Conversation(ctx, key, id)); bytes != nil {
			t.Errorf("her conversation: %q", bytes)
		}
		_, _, err := s.Point(ctx, s.KeyOf(store.OfLink, id))
		wraps(t, err, store.ErrNotFound)
	}
	if history := must[[]store.Entry](t)(s.History(ctx, key, 0, 9)); len(history) > 0 {
		t.Errorf("her history: %v", history)
	}
	for _, e := range must[[]store.Entry](t)(s.Log(ctx, 0, 99)) {
		if (e.Bytes == nil) != (e.Contact == key) {
			t.Errorf("entry %d of %s: %q", e.Seq, e.Contact, e.Bytes)
		}
	}
	for _, l := range must[[]store.Letter](t)(s.Dead(ctx, 0, 99)) {
		if l.Contact == key {
			t.Errorf("her dead letter is listed: %+v", l)
		}
	}
	for _, st := range must[[]store.Start](t)(s.Started(ctx, 0, 99)) {
		if st.Contact == key {
			t.Errorf("her conversation is listed: %+v", st)
		}
	}
}
