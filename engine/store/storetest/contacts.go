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
	if err := s.Erase(ctx, ada(s)); err != nil {
		t.Error(err)
	}
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

func testLog(t *testing.T, s store.Store) {
	var all []string
	for i := range 5 {
		a, b := fmt.Sprint("a", i), fmt.Sprint("b", i)
		commit(t, s, &store.Change{Key: ada(s), Log: [][]byte{[]byte(a), []byte(a + "'")}})
		commit(t, s, &store.Change{Key: grace(s), Log: [][]byte{[]byte(b)}})
		all = append(all, a, a+"'", b)
	}
	text := func(entries []store.Entry) string {
		var texts []string
		for _, e := range entries {
			texts = append(texts, string(e.Bytes))
		}
		return strings.Join(texts, " ")
	}
	forwards := must[[]store.Entry](t)(s.Log(ctx, 0, 99))
	equal(t, text(forwards), strings.Join(all, " "))
	equal(t, text(must[[]store.Entry](t)(s.Log(ctx, forwards[2].Seq, 2))), "a1 a1'")
	equal(t, len(must[[]store.Entry](t)(s.Log(ctx, forwards[14].Seq, 9))), 0)

	page := must[[]store.Entry](t)(s.History(ctx, ada(s), 0, 3))
	equal(t, text(page), "a4' a4 a3'")
	equal(t, page[0].Contact, ada(s))
	page = must[[]store.Entry](t)(s.History(ctx, ada(s), page[2].Seq, 3))
	equal(t, text(page), "a3 a2' a2")
	equal(t, text(must[[]store.Entry](t)(s.History(ctx, grace(s), page[0].Seq, 99))), "b2 b1 b0")
	equal(t, text(must[[]store.Entry](t)(s.History(ctx, ada(s), 1, 99))), "")
	equal(t, text(must[[]store.Entry](t)(s.History(ctx, grace(s), 999, 1))), "b4")
}

func testStarted(t *testing.T, s store.Store) {
	for i, key := range []store.Key{ada(s), grace(s), ada(s)} {
		id := fmt.Sprint("c", i)
		commit(t, s, &store.Change{Key: key, Started: []store.Start{{ID: id, Journey: "orders", At: day}}, Open: []store.Record{{ID: id}},
			Ended: []store.Record{{ID: "c0", Bytes: []byte("ended")}}})
	}
	page := must[[]store.Start](t)(s.Started(ctx, 0, 2))
	equal(t, page, []store.Start{
		{Seq: page[0].Seq, Contact: ada(s), ID: "c2", Journey: "orders", At: day.UTC()},
		{Seq: page[1].Seq, Contact: grace(s), ID: "c1", Journey: "orders", At: day.UTC()},
	})
	page = must[[]store.Start](t)(s.Started(ctx, page[1].Seq, 2))
	if len(page) != 1 || page[0].ID != "c0" {
		t.Errorf("the last page is %v", page)
	}
	equal(t, len(must[[]store.Start](t)(s.Started(ctx, page[0].Seq, 2))), 0)
	equal(t, len(must[[]store.Start](t)(s.Started(ctx, 999, 9))), 3)
}

func testPoint(t *testing.T, s store.Store) {
	link, receipt := s.KeyOf(store.OfLink, "token"), s.KeyOf(store.OfReceipt, "twilio/SM1")
	commit(t, s, &store.Change{Key: ada(s), Points: []store.Point{{Key: link, Bytes: []byte("link")}, {Key: receipt, Bytes: []byte("receipt")}}})
	commit(t, s, &store.Change{Key: grace(s), Points: []store.Point{{Key: receipt, Bytes: []byte("newer")}}})
	for key, want := range map[store.Key]string{link: ada(s).String() + " link", receipt: grace(s).String() + " newer"} {
		contact, bytes, err := s.Point(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, contact.String()+" "+string(bytes), want)
	}
}

func testDead(t *testing.T, s store.Store) {
	one, two, hers := &store.Letter{Bytes: []byte("one")}, &store.Letter{Bytes: []byte("two")}, &store.Letter{Bytes: []byte("hers")}
	commit(t, s, &store.Change{Key: ada(s), Dead: []*store.Letter{one, two}})
	commit(t, s, &store.Change{Key: grace(s), Dead: []*store.Letter{hers}})
	equal(t, must[[]store.Letter](t)(s.Dead(ctx, 0, 9)), []store.Letter{*hers, *two, *one})
	equal(t, must[[]store.Letter](t)(s.Dead(ctx, hers.Seq, 1)), []store.Letter{*two})
	commit(t, s, &store.Change{Key: ada(s), Buried: []uint64{two.Seq, two.Seq, hers.Seq, 99}}) // not hers: it belongs to another
	equal(t, must[[]store.Letter](t)(s.Dead(ctx, 0, 9)), []store.Letter{*hers, *one})
	equal(t, must[store.Counts](t)(s.Counts(ctx)).Dead, 2)
}

func testOnline(t *testing.T, s store.Store) {
	commit(t, s, &store.Change{Key: ada(s), Online: true}, plain(grace(s)))
	equal(t, must[[]store.Key](t)(s.Online(ctx)), []store.Key{ada(s)})
	commit(t, s, &store.Change{Key: ada(s), Online: true})
	equal(t, must[[]store.Key](t)(s.Online(ctx)), []store.Key{ada(s)})
	commit(t, s, plain(ada(s)))
	equal(t, len(must[[]store.Key](t)(s.Online(ctx))), 0)
}

func testAudit(t *testing.T, s store.Store) {
	commit(t, s, &store.Change{Key: ada(s), Audit: [][]byte{[]byte("one"), []byte("two")}})
	if err := s.Record(ctx, []byte("three")); err != nil {
		t.Fatal(err)
	}
	acts := must[[]store.Act](t)(s.Audit(ctx, 0, 2))
	if len(acts) != 2 || string(acts[0].Bytes) != "three" || string(acts[1].Bytes) != "two" {
		t.Fatalf("acts %+v", acts)
	}
	acts = must[[]store.Act](t)(s.Audit(ctx, acts[1].Seq, 2))
	if len(acts) != 1 || string(acts[0].Bytes) != "one" {
		t.Errorf("acts %+v", acts)
	}
}

func testAddresses(t *testing.T, s store.Store) {
	phone, mail := s.KeyOf(store.OfAddress, "tel:+14155550101"), s.KeyOf(store.OfAddress, "mailto:ada@shop.example")
	commit(t, s, &store.Change{Key: ada(s), Addresses: map[store.Key][]byte{phone: []byte("1"), mail: []byte("2")}})
	commit(t, s, &store.Change{Key: grace(s), Addresses: map[store.Key][]byte{phone: []byte("3")}})
	equal(t, must[[][]byte](t)(s.Addresses(ctx, []store.Key{mail, ada(s), phone})), [][]byte{[]byte("2"), nil, []byte("3")})
	if err := s.Erase(ctx, grace(s)); err != nil {
		t.Fatal(err)
	}
	commit(t, s, &store.Change{Key: ada(s), Addresses: map[store.Key][]byte{mail: nil}})
	equal(t, must[[][]byte](t)(s.Addresses(ctx, []store.Key{mail, phone})), [][]byte{nil, []byte("3")})
}

func testErase(t *testing.T, s store.Store) {
	letter := Step(s, "ada", 1)
	commit(t, s, letter, Step(s, "grace", 1))
	commit(t, s, Step(s, "ada", 2))
	if err := s.Erase(ctx, ada(s)); err != nil {
		t.Fatal(err)
	}
	counts := must[store.Counts](t)(s.Counts(ctx))
	counts.Size = 0
	equal(t, counts, store.Counts{Contacts: 1, Outgoing: 2, Dead: 3})
	unreadable(t, s)
	equal(t, must[[]store.Key](t)(s.Due(ctx, day.Add(time.Hour), 9)), []store.Key{grace(s)})
	equal(t, len(must[[]store.Key](t)(s.Online(ctx))), 0)
	for _, o := range must[[]*store.Outgoing](t)(s.Ready(ctx, day.Add(time.Hour), 9, nil)) {
		equal(t, o.Contact, grace(s))
	}
	commit(t, s, &store.Change{Key: ada(s), Buried: []uint64{letter.Dead[0].Seq}})
	equal(t, must[store.Counts](t)(s.Counts(ctx)).Dead, 2)

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
		if (l.Bytes == nil) != (l.Contact == key) {
			t.Errorf("dead letter %d of %s: %q", l.Seq, l.Contact, l.Bytes)
		}
	}
	for _, st := range must[[]store.Start](t)(s.Started(ctx, 0, 99)) {
		if st.Contact == key {
			t.Errorf("her conversation is listed: %+v", st)
		}
	}
}

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
