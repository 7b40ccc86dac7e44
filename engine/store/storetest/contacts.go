package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"journey/engine/store"
)

var contactCases = []testCase{
	{"a thing has one key, and another kind of thing another", testKeys},
	{"an unknown contact is empty everywhere", testUnknown},
	{"what was committed is loaded", testLoad},
	{"an event is known again, however many came after it", testSeen},
	{"contacts are due in the order of their times", testDue},
	{"of a lane only the first is ready, and the next once it has left", testLanes},
	{"what has no lane waits for nothing", testNoLane},
	{"what is put off is ready later, and holds up its lane", testLater},
	{"what is on its way is passed over", testSkip},
	{"a conversation is read while it is open and when it has ended", testConversation},
	{"the log is read forwards for all and backwards for one", testLog},
	{"conversations are listed, the newest first", testStarted},
	{"a point leads to its contact", testPoint},
	{"dead letters are listed until they are buried", testDead},
	{"who is online is listed", testOnline},
	{"who waits for an agent is listed", testWaiting},
	{"acts are listed, the newest first", testAudit},
	{"addresses are shared by all contacts", testAddresses},
	{"an erased contact is gone, and comes back as a new one", testErase},
	{"a commit is made as a whole or not at all", testCommitWhole},
	{"a context that is over ends every call about contacts", testContactsContext},
}

// Step is a change that touches everything there is of a contact, told from others by n.
func Step(s store.Contacts, contact string, n int) *store.Change {
	key := s.KeyOf(store.OfContact, contact)
	id := fmt.Sprintf("%s-%d", key, n)
	text := func(what string) []byte { return fmt.Appendf(nil, "%s %d of %s", what, n, contact) }
	return &store.Change{
		Key:     key,
		Contact: text("state"),
		Open:    []store.Record{{ID: id, Bytes: text("conversation")}},
		Ended:   []store.Record{{ID: fmt.Sprintf("%s-%d", key, n-1), Bytes: text("end before")}},
		Wake:    day.Add(time.Duration(n) * time.Minute),
		Online:  n%2 == 0,
		Waiting: n%3 == 0,
		Events:  []string{fmt.Sprint("event ", n)},
		Log:     [][]byte{text("entry"), text("second entry")},
		Started: []store.Start{{ID: id, Journey: "orders", At: day}},
		Out: []*store.Outgoing{
			{Place: store.Place{Lane: "sms"}, Bytes: text("message"), Next: day},
			{Bytes: text("call"), Next: day},
		},
		Addresses: map[store.Key][]byte{s.KeyOf(store.OfAddress, "tel:"+contact): text("address")},
		Points:    []store.Point{{Key: s.KeyOf(store.OfLink, id), Bytes: text("link")}},
		Dead:      []*store.Letter{{Bytes: text("letter")}},
		Audit:     [][]byte{text("act")},
	}
}

func commit(t *testing.T, s store.Store, changes ...*store.Change) {
	t.Helper()
	if err := s.Commit(ctx, changes); err != nil {
		t.Fatal(err)
	}
}

// must takes the error off a result.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ada(s store.Store) store.Key   { return s.KeyOf(store.OfContact, "ada") }
func grace(s store.Store) store.Key { return s.KeyOf(store.OfContact, "grace") }

// plain is a change of nothing but the state.
func plain(key store.Key) *store.Change { return &store.Change{Key: key, Contact: []byte("state")} }

func testKeys(t *testing.T, s store.Store) {
	kinds := []store.Kind{store.OfContact, store.OfAddress, store.OfLink, store.OfReceipt}
	known := map[store.Key]string{}
	for _, kind := range kinds {
		for _, name := range []string{"", "ada", "grace", strings.Repeat("long", 100)} {
			key := s.KeyOf(kind, name)
			if other, taken := known[key]; taken {
				t.Errorf("%s %q has the key of %s", kind, name, other)
			}
			known[key] = fmt.Sprintf("%s %q", kind, name)
			equal(t, s.KeyOf(kind, name), key)
			back, err := store.ParseKey(key.String() + "-and-more")
			if back != key || err != nil {
				t.Errorf("%s is read as %s, error %v", key, back, err)
			}
		}
	}
}

func testUnknown(t *testing.T, s store.Store) {
	snapshots := must[[]store.Snapshot](t)(s.Load(ctx, []store.Ask{{Contact: ada(s), Events: []string{"e"}}}))
	if len(snapshots) != 1 || snapshots[0].Contact != nil || len(snapshots[0].Open) > 0 {
		t.Errorf("got %+v", snapshots)
	}
	equal(t, snapshots[0].Seen, []bool{false})
	if bytes := must[[]byte](t)(s.Conversation(ctx, ada(s), "c")); bytes != nil {
		t.Errorf("a conversation %q", bytes)
	}
	if entries := must[[]store.Entry](t)(s.History(ctx, ada(s), 0, 9)); len(entries) > 0 {
		t.Errorf("a history %v", entries)
	}
	equal(t, must[[][]byte](t)(s.Addresses(ctx, []store.Key{ada(s)})), [][]byte{nil})
	if _, found, err := s.NextDue(ctx); found || err != nil {
		t.Errorf("something is due; error %v", err)
	}
	if _, found, err := s.NextReady(ctx); found || err != nil {
		t.Errorf("something is ready; error %v", err)
	}
	_, _, err := s.Point(ctx, ada(s))
	wraps(t, err, store.ErrNotFound)
	wraps(t, s.Erase(ctx, ada(s)), store.ErrNotFound)
}

func testLoad(t *testing.T, s store.Store) {
	first := &store.Change{Key: ada(s), Contact: []byte("1"), Open: []store.Record{{ID: "b", Bytes: []byte("B")}, {ID: "a", Bytes: []byte("A")}}}
	commit(t, s, first, &store.Change{Key: grace(s), Contact: []byte{}})
	load := func() []store.Snapshot {
		return must[[]store.Snapshot](t)(s.Load(ctx, []store.Ask{{Contact: grace(s)}, {Contact: ada(s)}}))
	}
	got := load()
	equal(t, got[1], store.Snapshot{Contact: []byte("1"), Open: first.Open})
	if got[0].Contact == nil {
		t.Error("a contact with an empty state is taken for an unknown one")
	}
	commit(t, s, &store.Change{Key: ada(s), Contact: []byte("2"), Open: first.Open[:1]})
	equal(t, load()[1], store.Snapshot{Contact: []byte("2"), Open: first.Open[:1]})
	equal(t, must[store.Counts](t)(s.Counts(ctx)).Contacts, 2)
}

func testSeen(t *testing.T, s store.Store) {
	const n = 150
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprint("event ", i))
		if i%10 == 9 { // ten at a time
			commit(t, s, &store.Change{Key: ada(s), Events: ids[i-9:]}, &store.Change{Key: grace(s), Events: []string{fmt.Sprint("hers ", i)}})
		}
	}
	got := must[[]store.Snapshot](t)(s.Load(ctx, []store.Ask{
		{Contact: ada(s), Events: append(ids, "event 150", "")},
		{Contact: grace(s), Events: []string{"event 0", "hers 9", "hers 149"}},
	}))
	for i, seen := range got[0].Seen {
		if seen != (i < n) {
			t.Errorf("event %d was handled: %v", i, seen)
		}
	}
	equal(t, got[1].Seen, []bool{false, true, true})
}

func testDue(t *testing.T, s store.Store) {
	wakes := func(contact string, at time.Time) *store.Change {
		return &store.Change{Key: s.KeyOf(store.OfContact, contact), Wake: at}
	}
	due := func(now time.Time, limit int, want ...string) {
		t.Helper()
		var keys []store.Key
		for _, name := range want {
			keys = append(keys, s.KeyOf(store.OfContact, name))
		}
		equal(t, must[[]store.Key](t)(s.Due(ctx, now, limit)), keys)
	}
	commit(t, s, wakes("late", day.Add(time.Hour)), wakes("soon", day), wakes("sooner", day.Add(-1)), wakes("never", time.Time{}))
	due(day.Add(-2), 9)
	due(day, 9, "sooner", "soon")
	due(day.Add(time.Hour), 2, "sooner", "soon")
	commit(t, s, wakes("sooner", day.Add(2*time.Hour)), wakes("soon", time.Time{}), wakes("late", day.Add(time.Hour)))
	due(day.Add(time.Hour-1), 9)
	due(day.Add(2*time.Hour), 9, "late", "sooner")
	at, found, err := s.NextDue(ctx)
	if !found || err != nil || !at.Equal(day.Add(time.Hour)) {
		t.Errorf("next due at %s, %v, error %v", at, found, err)
	}
}

func testConversation(t *testing.T, s store.Store) {
	read := func(contact store.Key, id string) string {
		t.Helper()
		return string(must[[]byte](t)(s.Conversation(ctx, contact, id)))
	}
	open := []store.Record{{ID: "c1", Bytes: []byte("open")}}
	commit(t, s, &store.Change{Key: ada(s), Open: open})
	equal(t, read(ada(s), "c1"), "open")
	equal(t, read(grace(s), "c1"), "")
	commit(t, s, &store.Change{Key: ada(s), Ended: []store.Record{{ID: "c1", Bytes: []byte("ended")}}})
	equal(t, read(ada(s), "c1"), "ended")
	equal(t, read(ada(s), "c"), "")
	commit(t, s, &store.Change{Key: ada(s), Open: []store.Record{{ID: "c1", Bytes: []byte("open again")}}})
	equal(t, read(ada(s), "c1"), "open again")
}
