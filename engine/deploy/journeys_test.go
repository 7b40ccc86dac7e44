package deploy

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/store"
)

var background = context.Background()

// What was published last is live; what was live before goes on for those who are in it.
func TestPublish(t *testing.T) {
	s := &store.Memory{}
	j := open(t, s)
	if liveOf(j) != "" || j.Graph("none") != nil || j.Classifier("none") != nil {
		t.Error("there is something before anything was published")
	}
	publish(t, j, written("bee", "Hello"), written("ant", "Hello"))
	if liveOf(j) != "ant bee" {
		t.Errorf("live are %s", liveOf(j))
	}
	first := j.Live()[0].Hash

	publish(t, j, written("ant", "Good day"))
	if liveOf(j) != "ant" || j.Live()[0].Hash == first {
		t.Errorf("live are %s", liveOf(j))
	}
	if g := j.Graph(first); g == nil || g.Hash != first || g.ID != "ant" {
		t.Error("the version before is gone")
	}
	if info, err := s.Active(background, "ant"); err != nil || info.Hash != j.Live()[0].Hash || !info.Created.Equal(noon) {
		t.Errorf("%+v, %v", info, err)
	}

	publish(t, j, written("ant", "Hello"))
	if j.Live()[0].Hash != first {
		t.Error("the same files are not the same version")
	}
}

// A bundle with an error, or with nothing in it, changes nothing.
func TestRejected(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("ant", "Hello"))
	before := j.Live()
	for name, inputs := range map[string][]flow.Input{
		"a name that is none":  {written("bee", "Hello"), written("ant", `"{{ nobody }}"`)},
		"no YAML":              {written("bee", "Hello"), {Path: "ant.yaml", Source: []byte("journey: [")}},
		"no journey":           {{Path: "shop.yaml", Source: []byte("library: shop\n")}},
		"nothing":              nil,
		"a scenario that lies": {written("bee", "Hello"), {Path: "bee.test.yaml", Source: []byte("scenarios: bee\ncases: [{ name: x, steps: [{ shout: x }] }]\n")}},
	} {
		findings, err := j.Publish(background, inputs)
		if !errors.Is(err, ErrRejected) {
			t.Errorf("%s: %v", name, err)
		}
		if len(findings) == 0 && len(inputs) > 1 {
			t.Errorf("%s: nobody says why", name)
		}
		if !slices.Equal(before, j.Live()) {
			t.Errorf("%s: something changed", name)
		}
	}
	if all, err := j.store.Journeys(background); err != nil || len(all) != 1 {
		t.Errorf("stored are %v, %v", all, err)
	}
}

func TestAwaitingApproval(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("orders", "Hello."))
	if findings, err := j.Await(t.Context(), []flow.Input{written("orders", "Hello.")}); err != nil {
		t.Errorf("the live version: %v %v", findings, err)
	}
	_, err := j.Await(t.Context(), []flow.Input{written("orders", "Good day."), written("bills", "Hello.")})
	if !errors.Is(err, ErrAwaits) || err.Error() != "a new version of bills, orders waits for approval" {
		t.Errorf("new versions: %v", err)
	}
	if _, err := j.Await(t.Context(), []flow.Input{{Path: "a.yaml", Source: []byte("journey: a")}}); !errors.Is(err, ErrRejected) {
		t.Errorf("a bad bundle: %v", err)
	}
	if got := says(j.Live()[0]); got != "Hello." {
		t.Errorf("it says %s now", got)
	}
}

type broken struct{ *store.Memory }

var errFull = errors.New("the disk is full")

func (b broken) PutVersions(context.Context, time.Time, []store.Version) error { return errFull }

func TestStoreFails(t *testing.T) {
	m := &store.Memory{}
	publish(t, open(t, m), written("ant", "Hello"))
	j := open(t, broken{m})
	before := j.Live()
	if _, err := j.Publish(background, []flow.Input{written("ant", "Good day")}); !errors.Is(err, errFull) || errors.Is(err, ErrRejected) {
		t.Error(err)
	}
	if !slices.Equal(before, j.Live()) {
		t.Error("something changed")
	}
}

// After a restart the active versions are live, and those before them are still there.
func TestOpen(t *testing.T) {
	s := &store.Memory{}
	j := open(t, s)
	publish(t, j, written("ant", "Hello"), written("bee", "Hello"))
	old := j.Live()[0].Hash
	publish(t, j, written("ant", "Good day"), written("bee", "Hello"))
	again := open(t, s)
	if liveOf(again) != "ant bee" || again.Live()[0].Hash != j.Live()[0].Hash {
		t.Errorf("live are %s", liveOf(again))
	}
	if g := again.Graph(old); g == nil || g != again.Graph(old) {
		t.Error("an old version is gone, or decoded each time")
	}
}

// Notes are no part of a version, and the newer ones are used at once.
func TestNotes(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("ant", "Hello"))
	hash := j.Live()[0].Hash
	renamed := written("ant", "Hello")
	renamed.Source = []byte(strings.Replace(string(renamed.Source), "A small one", "A tiny one", 1))
	publish(t, j, renamed)
	if g := j.Graph(hash); g == nil || g.Title != "A tiny one" || j.Live()[0] != g {
		t.Errorf("%+v", j.Live()[0])
	}
	publish(t, j, written("bee", "Hello"))
	if g := j.Graph(hash); g == nil || g.Title != "A tiny one" {
		t.Error("the older notes are back")
	}
}

func TestOperations(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("ant", "Hello"))
	old := j.Live()[0].Hash
	changed := written("ant", "Hello")
	changed.Source = []byte(strings.ReplaceAll(string(changed.Source), "GET /today", "GET /now"))
	publish(t, j, changed)
	for _, c := range []struct {
		version graph.Hash
		name    string
		path    string
	}{
		{old, "weather.today", "/today"},
		{j.Live()[0].Hash, "weather.today", "/now"},
		{"gone", "weather.today", "/now"},
		{old, "weather.tomorrow", ""},
	} {
		op := j.Operation(c.version, c.name)
		if (op == nil) != (c.path == "") || op != nil && op.Path != c.path {
			t.Errorf("%s of %s: %+v", c.name, c.version, op)
		}
	}
}

func TestEvents(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("ant", "Hello"), written("bee", "Hello"))
	data, known := j.Event("parcel.sent")
	if !known || data.Kind != expression.Object || len(data.Fields) != 1 || data.Fields[0].Name != "weight" {
		t.Errorf("%+v, %v", data, known)
	}
	if _, known := j.Event("parcel.lost"); known || !slices.Equal(j.EventNames(), []string{"parcel.sent"}) {
		t.Errorf("%v", j.EventNames())
	}
}

// A classifier is trained once, and its journey's own.
func TestClassifiers(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("ant", "Hello"))
	hash := j.Live()[0].Hash
	c := j.Classifier(hash)
	if u := c.Understand("good morning"); len(u.Intents) == 0 || u.Intents[0].Intent != "hello" {
		t.Errorf("%+v", u)
	}
	if j.Classifier(hash) != c {
		t.Error("it is trained each time")
	}
}

func TestCacheIsBounded(t *testing.T) {
	var c cache[int]
	made := 0
	get := func(i int) {
		got, err := c.get(graph.Hash(fmt.Sprint(i)), func() (int, error) { made++; return i, nil })
		if got != i || err != nil {
			t.Errorf("%d: %d, %v", i, got, err)
		}
	}
	for i := range 2 * cached {
		get(0)
		get(i)
	}
	if made != 2*cached || c.order.Len() != cached || len(c.known) != cached {
		t.Errorf("%d made, %d held", made, c.order.Len())
	}
	fails := errors.New("not yet")
	for range 2 {
		if _, err := c.get("x", func() (int, error) { return 0, fails }); err != fails {
			t.Error(err)
		}
	}
	if got, err := c.get("x", func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Error("an error is kept")
	}
}

// Whoever asks while a bundle is published sees the one before it or the new one, whole.
func TestSideBySide(t *testing.T) {
	j := open(t, &store.Memory{})
	publish(t, j, written("ant", "Hello 0"), written("bee", "Hello 0"))
	done := make(chan struct{})
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				all := j.Live()
				if len(all) != 2 || says(all[0]) != says(all[1]) {
					t.Errorf("half of a bundle is live: %s and %s", says(all[0]), says(all[1]))
				}
				for _, g := range all {
					if j.Graph(g.Hash) == nil || j.Classifier(g.Hash) == nil {
						t.Error("a live version is not there")
					}
				}
			}
		})
	}
	for i := range 20 {
		text := fmt.Sprintf("Hello %d", i)
		publish(t, j, written("ant", text), written("bee", text))
	}
	close(done)
	wait.Wait()
}

func says(g *graph.Journey) string {
	i, _ := g.State("tell")
	return g.States[i].Say[0].Text.Key
}

// The shipped journeys are a bundle.
func TestShipped(t *testing.T) {
	inputs, err := Sources(background, []string{filepath.Join("..", "..", "flows")})
	if err != nil {
		t.Fatal(err)
	}
	j := open(t, &store.Memory{})
	publish(t, j, inputs...)
	if len(j.Live()) < 6 {
		t.Errorf("live are %s", liveOf(j))
	}
	if op := j.Operation("", "orders.get"); op == nil || op.Method != "GET" {
		t.Errorf("%+v", op)
	}
}
