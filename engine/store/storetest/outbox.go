package storetest

import (
	"strings"
	"testing"
	"time"

	"journey/engine/store"
)

// out makes what goes out in a lane, ready at day.
func out(lane, text string) *store.Outgoing {
	return &store.Outgoing{Place: store.Place{Lane: lane}, Bytes: []byte(text), Next: day.UTC()}
}

// ready gives what is ready, as text.
func ready(t *testing.T, s store.Store, now time.Time, skip func(store.Place) bool) string {
	t.Helper()
	var texts []string
	for _, o := range must[[]*store.Outgoing](t)(s.Ready(ctx, now, 99, skip)) {
		if !o.Head {
			t.Errorf("%s is ready and not the first in its lane", o.Bytes)
		}
		texts = append(texts, string(o.Bytes))
	}
	return strings.Join(texts, " ")
}

func testLanes(t *testing.T, s store.Store) {
	one, two, three, other := out("sms", "one"), out("sms", "two"), out("sms", "three"), out("email", "other")
	hers := out("sms", "hers")
	hers.Next = day.Add(time.Second)
	other.Next = day.Add(2 * time.Second)
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{one, two, other}}, &store.Change{Key: grace(s), Out: []*store.Outgoing{hers}})
	equal(t, []bool{one.Head, two.Head, other.Head, hers.Head}, []bool{true, false, true, true})
	if one.Contact != ada(s) || one.Seq == 0 || two.Seq <= one.Seq {
		t.Errorf("places %+v and %+v", one.Place, two.Place)
	}
	now := day.Add(time.Minute)
	equal(t, ready(t, s, now, nil), "one hers other")
	equal(t, ready(t, s, day, nil), "one")
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{three}})
	equal(t, three.Head, false)
	commit(t, s, &store.Change{Key: ada(s), Done: []store.Place{one.Place}})
	equal(t, ready(t, s, now, nil), "two hers other")
	commit(t, s, &store.Change{Key: ada(s), Done: []store.Place{one.Place, two.Place, other.Place}}, &store.Change{Key: grace(s), Done: []store.Place{hers.Place}})
	equal(t, ready(t, s, now, nil), "three")
	equal(t, must[store.Counts](t)(s.Counts(ctx)).Outgoing, 1)
	last := out("sms", "last")
	commit(t, s, &store.Change{Key: ada(s), Done: []store.Place{three.Place}, Out: []*store.Outgoing{last}})
	equal(t, last.Head, true)
	equal(t, ready(t, s, now, nil), "last")
}

func testNoLane(t *testing.T, s store.Store) {
	one, two := out("", "one"), out("", "two")
	one.Next = day.Add(time.Hour)
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{one, two}})
	equal(t, []bool{one.Head, two.Head}, []bool{true, true})
	equal(t, ready(t, s, day, nil), "two")
	commit(t, s, &store.Change{Key: ada(s), Done: []store.Place{two.Place}})
	equal(t, ready(t, s, day.Add(time.Hour), nil), "one")
}

func testLater(t *testing.T, s store.Store) {
	one, two, at := out("sms", "one"), out("sms", "two"), day.Add(time.Hour).UTC()
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{one, two}})
	later := &store.Outgoing{Place: one.Place, Next: at, First: day.UTC(), Attempts: 2, Trying: true}
	commit(t, s, &store.Change{Key: ada(s), Later: []*store.Outgoing{later}})
	equal(t, ready(t, s, at.Add(-1), nil), "")
	next, found, err := s.NextReady(ctx)
	if !found || err != nil || !next.Equal(at) {
		t.Errorf("next ready at %s, %v, error %v", next, found, err)
	}
	got := must[[]*store.Outgoing](t)(s.Ready(ctx, at, 9, nil))
	later.Bytes, later.Head = []byte("one"), true
	equal(t, got, []*store.Outgoing{later})

	// What is not the first in its lane can be put off too, and what is gone can't.
	gone := &store.Outgoing{Place: store.Place{Contact: ada(s), Lane: "sms", Seq: 99}, Next: day}
	commit(t, s, &store.Change{Key: ada(s), Later: []*store.Outgoing{{Place: two.Place, Next: at.Add(time.Hour)}, gone}})
	equal(t, ready(t, s, at.Add(2*time.Hour), nil), "one")
	commit(t, s, &store.Change{Key: ada(s), Done: []store.Place{one.Place}})
	equal(t, ready(t, s, at.Add(time.Hour-1), nil), "")
	equal(t, ready(t, s, at.Add(time.Hour), nil), "two")
	commit(t, s, &store.Change{Key: ada(s), Later: []*store.Outgoing{{Place: two.Place, Next: day}}})
	equal(t, ready(t, s, day, nil), "two")
	commit(t, s, &store.Change{Key: ada(s), Later: []*store.Outgoing{{Place: two.Place}}})
	equal(t, ready(t, s, time.Unix(0, 0), nil), "two")
}

func testSkip(t *testing.T, s store.Store) {
	one, two, three := out("a", "one"), out("b", "two"), out("c", "three")
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{one}})
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{two}})
	commit(t, s, &store.Change{Key: ada(s), Out: []*store.Outgoing{three}})
	underWay := map[store.Place]bool{one.Place: true, three.Place: true}
	equal(t, ready(t, s, day, func(p store.Place) bool { return underWay[p] }), "two")
	got := must[[]*store.Outgoing](t)(s.Ready(ctx, day, 1, func(p store.Place) bool { return p == one.Place || p == three.Place }))
	if len(got) != 1 || string(got[0].Bytes) != "two" {
		t.Errorf("one of three, two of which are under way: %v", got)
	}
}
