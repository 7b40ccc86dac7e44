// Package storetest holds the rules that every store keeps, as tests.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"journey/engine/graph"
	"journey/engine/store"
)

type testCase struct {
	name string
	test func(*testing.T, store.Store)
}

// Run tests stores that open makes, each empty. Integrity is checked after every case.
func Run(t *testing.T, open func(*testing.T) store.Store) {
	RunSteps(t, open)
	run(t, open, []testCase{
		{"readers and writers at the same time", testConcurrent},
		{"contacts are read while others are committed", testContactsConcurrent},
	})
}

// RunSteps is Run without the cases that call a store from several goroutines, for stores that can't take it.
func RunSteps(t *testing.T, open func(*testing.T) store.Store) {
	run(t, open, []testCase{
		{"an empty store", testEmpty},
		{"a bundle is stored and becomes active", testPut},
		{"a newer version becomes active, and the older one stays", testNewer},
		{"a version that is stored again keeps its place", testAgain},
		{"an older version is made active again", testBack},
		{"journeys whose names begin alike are kept apart", testAlike},
		{"a journey that runs another needs it", testRuns},
		{"a bundle is stored as a whole or not at all", testWhole},
		{"graphs that are not what they are called are refused", testForged},
		{"what is handed in and out is not shared", testNotShared},
		{"a context that is over ends every call", testContext},
	})
	run(t, open, contactCases)
}

func run(t *testing.T, open func(*testing.T) store.Store, cases []testCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			c.test(t, s)
			if err := s.Check(context.Background()); err != nil {
				t.Errorf("after the case: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

var (
	ctx   = context.Background()
	day   = time.Date(2026, 3, 6, 9, 0, 0, 0, time.FixedZone("", -5*3600))
	files = []store.File{{Path: "flows/b.yaml", Source: []byte("b")}, {Path: "flows/a.yaml", Source: []byte("a")}}
)

// Version makes a small journey that is told from others by its brand, and runs others.
func Version(id, brand string, runs ...store.Version) store.Version {
	j := &graph.Journey{ID: id, Brand: brand, States: []graph.State{{Name: "done"}}}
	for _, r := range runs {
		j.Runs = append(j.Runs, graph.Run{Journey: r.Journey, Hash: r.Hash})
	}
	j.Seal()
	return store.Version{Journey: id, Hash: j.Hash, Graph: graph.Encode(j), Files: files}
}

func put(t *testing.T, s store.Store, at time.Time, bundle ...store.Version) {
	t.Helper()
	if err := s.PutVersions(ctx, at, bundle); err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func wraps(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want one that wraps %q", err, want)
	}
}

// versions are a journey's, oldest first, and the active one must be the one that Active gives.
func versions(t *testing.T, s store.Store, journey string) []store.Info {
	t.Helper()
	infos, err := s.Versions(ctx, journey)
	if err != nil {
		t.Fatal(err)
	}
	active, err := s.Active(ctx, journey)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if i.Active != (i.Hash == active.Hash) {
			t.Errorf("version %s is listed with active %v, and %s is the active one", i.Hash, i.Active, active.Hash)
		}
	}
	return infos
}

func testEmpty(t *testing.T, s store.Store) {
	_, err := s.Graph(ctx, "none")
	wraps(t, err, store.ErrNotFound)
	_, err = s.Files(ctx, "none")
	wraps(t, err, store.ErrNotFound)
	_, err = s.Active(ctx, "none")
	wraps(t, err, store.ErrNotFound)
	infos, err := s.Versions(ctx, "none")
	if len(infos) > 0 || err != nil {
		t.Errorf("versions %v, error %v", infos, err)
	}
	ids, err := s.Journeys(ctx)
	if len(ids) > 0 || err != nil {
		t.Errorf("journeys %v, error %v", ids, err)
	}
}

func testPut(t *testing.T, s store.Store) {
	b, a := Version("b", ""), Version("a", "")
	put(t, s, day, b, a)
	encoded, err := s.Graph(ctx, a.Hash)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, encoded, a.Graph)
	source, err := s.Files(ctx, a.Hash)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, source, files)
	ids, err := s.Journeys(ctx)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, ids, []string{"a", "b"})
	equal(t, versions(t, s, "a"), []store.Info{{Journey: "a", Hash: a.Hash, Created: day.UTC(), Active: true}})
}

func testNewer(t *testing.T, s store.Store) {
	first, second := Version("a", "1"), Version("a", "2")
	put(t, s, day, first)
	put(t, s, day.Add(time.Hour), second)
	equal(t, versions(t, s, "a"), []store.Info{
		{Journey: "a", Hash: first.Hash, Created: day.UTC()},
		{Journey: "a", Hash: second.Hash, Created: day.Add(time.Hour).UTC(), Active: true},
	})
	if encoded, err := s.Graph(ctx, first.Hash); err != nil || len(encoded) == 0 {
		t.Errorf("the older graph: %d bytes, error %v", len(encoded), err)
	}
}

func testAgain(t *testing.T, s store.Store) {
	v := Version("a", "")
	put(t, s, day, v)
	retitled := &graph.Journey{ID: "a", Title: "New title", States: []graph.State{{Name: "done"}}}
	retitled.Seal()
	again := store.Version{Journey: "a", Hash: retitled.Hash, Graph: graph.Encode(retitled), Files: files[:1]}
	put(t, s, day.Add(time.Hour), again)
	equal(t, versions(t, s, "a"), []store.Info{{Journey: "a", Hash: v.Hash, Created: day.UTC(), Active: true}})
	encoded, _ := s.Graph(ctx, v.Hash)
	equal(t, encoded, again.Graph)
	source, _ := s.Files(ctx, v.Hash)
	equal(t, source, files[:1])
}

func testBack(t *testing.T, s store.Store) {
	first, second := Version("a", "1"), Version("a", "2")
	put(t, s, day, first)
	put(t, s, day, second)
	put(t, s, day, first)
	infos := versions(t, s, "a")
	if len(infos) != 2 || !infos[0].Active || infos[1].Active {
		t.Errorf("got %+v, want the first of two to be active", infos)
	}
}

func testAlike(t *testing.T, s store.Store) {
	put(t, s, day, Version("a", ""), Version("a-b", ""), Version("ab", ""))
	put(t, s, day, Version("a", "2"))
	for id, n := range map[string]int{"a": 2, "a-b": 1, "ab": 1} {
		equal(t, len(versions(t, s, id)), n)
	}
}

func testRuns(t *testing.T, s store.Store) {
	child := Version("child", "")
	parent := Version("parent", "", child)
	wraps(t, s.PutVersions(ctx, day, []store.Version{parent}), store.ErrNotFound)
	put(t, s, day, parent, child)
	put(t, s, day, Version("other", "", child))
}

func testWhole(t *testing.T, s store.Store) {
	good, bad := Version("good", ""), Version("bad", "", Version("missing", ""))
	wraps(t, s.PutVersions(ctx, day, []store.Version{good, bad}), store.ErrNotFound)
	_, err := s.Graph(ctx, good.Hash)
	wraps(t, err, store.ErrNotFound)
}

func testForged(t *testing.T, s store.Store) {
	other := Version("a", "other")
	for name, forge := range map[string]func(*store.Version){
		"another's hash":    func(v *store.Version) { v.Hash = other.Hash },
		"another's name":    func(v *store.Version) { v.Journey = "b" },
		"a graph cut short": func(v *store.Version) { v.Graph = v.Graph[:len(v.Graph)-1] },
		"no graph":          func(v *store.Version) { v.Graph = nil },
	} {
		v := Version("a", "")
		forge(&v)
		if err := s.PutVersions(ctx, day, []store.Version{v}); err == nil {
			t.Errorf("%s was stored", name)
		}
	}
}

func testNotShared(t *testing.T, s store.Store) {
	v := Version("a", "")
	v.Files = []store.File{{Path: "a.yaml", Source: []byte("a")}}
	put(t, s, day, v)
	v.Files[0].Source[0] = 'x'
	v.Graph[0] = 'x'
	for range 2 {
		encoded, err := s.Graph(ctx, v.Hash)
		if err != nil {
			t.Fatal(err)
		}
		source, err := s.Files(ctx, v.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if encoded[0] == 'x' || source[0].Source[0] == 'x' {
			t.Fatal("a change of the caller's bytes changed what is stored")
		}
		encoded[0], source[0].Source[0] = 'x', 'x'
	}
}

func testContext(t *testing.T, s store.Store) {
	over, cancel := context.WithCancel(ctx)
	cancel()
	wraps(t, s.PutVersions(over, day, []store.Version{Version("a", "")}), context.Canceled)
	put(t, s, day, Version("a", ""))
	_, err := s.Graph(over, Version("a", "").Hash)
	wraps(t, err, context.Canceled)
	_, err = s.Files(over, Version("a", "").Hash)
	wraps(t, err, context.Canceled)
	_, err = s.Versions(over, "a")
	wraps(t, err, context.Canceled)
	_, err = s.Active(over, "a")
	wraps(t, err, context.Canceled)
	_, err = s.Journeys(over)
	wraps(t, err, context.Canceled)
	wraps(t, s.Check(over), context.Canceled)
}

func testConcurrent(t *testing.T, s store.Store) {
	const writers, rounds = 4, 8
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for r := range rounds {
				v := Version(fmt.Sprintf("journey-%d", w), fmt.Sprint(r))
				if err := s.PutVersions(ctx, day, []store.Version{v}); err != nil {
					t.Error(err)
				}
				if encoded, err := s.Graph(ctx, v.Hash); err != nil || len(encoded) != len(v.Graph) {
					t.Errorf("what was just stored: %d bytes, error %v", len(encoded), err)
				}
			}
		})
	}
	all.Wait()
	for w := range writers {
		equal(t, len(versions(t, s, fmt.Sprintf("journey-%d", w))), rounds)
	}
}
