// Package worldtest is a world to test pages in: the shipped journeys, or others, run by an engine on a store that forgets, with a shop, a
// sandbox instead of providers, and the chat. Time moves by a second with everything that is given a name.
package worldtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"journey/engine/channel"
	"journey/engine/channel/sandbox"
	"journey/engine/chat"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/service/shop"
	"journey/engine/store"
	"journey/engine/understand"
)

// World is an engine and what is around it; [World.Start] sets it going. What goes wrong ends the test.
type World struct {
	T       testing.TB
	Store   store.Memory
	Engine  *runtime.Engine
	Loop    *runtime.Loop
	Sandbox *sandbox.Sandbox
	Shop    *shop.Shop
	Server  *httptest.Server // nil until it has started

	live        []*graph.Journey
	classifiers map[graph.Hash]understand.Classifier
	ids         atomic.Int64
	reports     atomic.Int64 // that the sandbox made and the engine has
}

// Begin is a Tuesday afternoon in New York, and a morning in California: no quiet hours anywhere in the US.
var Begin = time.Date(2026, 3, 3, 19, 0, 0, 0, time.UTC)

// Pass lets so many seconds pass.
func (w *World) Pass(seconds int64) { w.ids.Add(seconds) }

// New is a world of journeys; without sources: of the shipped ones, for tests three folders below the top.
func New(t testing.TB, sources ...string) *World {
	t.Helper()
	w := &World{T: t, live: bundle(t, sources...), classifiers: map[graph.Hash]understand.Classifier{}}
	for _, g := range w.live {
		w.classifiers[g.Hash] = runtime.Train(g)
	}
	w.Shop = shop.New(w.Now)
	w.Sandbox = sandbox.New(sandbox.Config{Clock: w})
	w.Engine = &runtime.Engine{Store: &w.Store, Clock: w, Secrets: w, Versions: w, Services: w, LinkBase: "http://shop.example",
		Carrier: channel.NewCarrier(w, channel.Route{Provider: w.Sandbox.Provider(policy.SMS)}, channel.Route{Provider: w.Sandbox.Provider(policy.Email)})}
	w.Loop = runtime.NewLoop(w.Engine, runtime.Options{})
	w.Sandbox.Listen(w.arrived)
	w.publish()
	return w
}

// Start serves a mux, to which it adds the chat, and runs what there is until the test ends. The chat tells typing who types.
func (w *World) Start(mux *http.ServeMux, typing func(contact string), others ...func(context.Context) error) *chat.Server {
	w.T.Helper()
	site, err := chat.New(chat.Options{Engine: w.Engine, Loop: w.Loop, Clock: w, Online: w.Store.Online, Secret: []byte("a secret of the test's own"), Typing: typing})
	if err != nil {
		w.T.Fatal(err)
	}
	mux.Handle("/v1/chat/", site.Handler())
	mux.Handle("GET /chat/widget.js", site.Widget())
	w.Server = httptest.NewServer(mux)
	ctx, stop := context.WithCancel(context.Background())
	run := append([]func(context.Context) error{w.Loop.Run, site.Run}, others...)
	ended := make(chan error, len(run))
	for _, f := range run {
		go func() { ended <- f(ctx) }()
	}
	w.T.Cleanup(func() {
		w.Server.CloseClientConnections()
		w.Server.Close()
		w.Sandbox.Close()
		stop()
		for range run {
			if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
				w.T.Error(err)
			}
		}
	})
	return site
}

func (w *World) Now() time.Time { return Begin.Add(time.Duration(w.ids.Load()) * time.Second) }
func (w *World) Code() string   { return "123456" }
func (w *World) Token() string  { return w.ID() }
func (w *World) ID() string     { return fmt.Sprint("id", w.ids.Add(1)) }

func (w *World) Graph(hash graph.Hash) *graph.Journey {
	for _, g := range w.live {
		if g.Hash == hash {
			return g
		}
	}
	return nil
}
func (w *World) Live() []*graph.Journey                           { return w.live }
func (w *World) Classifier(hash graph.Hash) understand.Classifier { return w.classifiers[hash] }

func (w *World) Call(_ context.Context, r *machine.Request) machine.CallDone {
	d := machine.CallDone{Conversation: r.Conversation, ID: r.ID}
	for _, g := range w.live {
		for i := range g.Operations {
			if op := &g.Operations[i]; op.Name == r.Operation {
				value, status := w.Shop.Answer(op, r.Args)
				d.Value, d.Status, d.Failed = value, cmp.Or(status, http.StatusOK), status != 0
				return d
			}
		}
	}
	d.Failed, d.Reason = true, "there is no such operation"
	return d
}

// bundle compiles sources; none: the shipped ones.
func bundle(t testing.TB, sources ...string) []*graph.Journey {
	t.Helper()
	var inputs []flow.Input
	for i, s := range sources {
		inputs = append(inputs, flow.Input{Path: fmt.Sprintf("own%d.yaml", i), Source: []byte(s)})
	}
	if inputs == nil {
		inputs = shipped(t)
	}
	read, findings := flow.Read(inputs)
	units := compile.Bundle(read)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%s:%d: %s", f.Span.File, f.Span.Start.Line, f.Message)
		}
	}
	var live []*graph.Journey
	for _, u := range units.Units {
		live = append(live, u.Graph)
	}
	return live
}

func shipped(t testing.TB) (inputs []flow.Input) {
	t.Helper()
	paths, err := filepath.Glob("../../../flows/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no journeys are shipped", err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".test.yaml") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: filepath.Base(path), Source: source})
	}
	return inputs
}
