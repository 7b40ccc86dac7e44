package storetest

import (
	"fmt"
	"strings"
	"testing"

	"journey/engine/store"
)

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

func testWaiting(t *testing.T, s store.Store) {
	commit(t, s, &store.Change{Key: ada(s), Waiting: true}, plain(grace(s)))
	equal(t, must[[]store.Key](t)(s.Waiting(ctx)), []store.Key{ada(s)})
	commit(t, s, plain(ada(s)), &store.Change{Key: grace(s), Waiting: true, Online: true})
	equal(t, must[[]store.Key](t)(s.Waiting(ctx)), []store.Key{grace(s)})
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
