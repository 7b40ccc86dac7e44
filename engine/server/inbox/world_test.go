package inbox_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	"journey/engine/desk"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/server/inbox"
	"journey/engine/server/pages"
	"journey/engine/service/shop"
	"journey/engine/store"
	"journey/engine/understand"
)

// world is an engine that runs journeys on a store that forgets, with the pages over it.
type world struct {
	t       testing.TB
	store   store.Memory
	engine  *runtime.Engine
	loop    *runtime.Loop
	sandbox *sandbox.Sandbox
	shop    *shop.Shop
	pages   *pages.Pages
	desk    *desk.Desk
	deeds   []desk.Deed // who read what
	server  *httptest.Server

	live        []*graph.Journey
	classifiers map[graph.Hash]understand.Classifier
	ids         atomic.Int64
	reports     atomic.Int64 // that the sandbox made and the engine has
}

// start is a Tuesday afternoon in New York, and a morning in California: no quiet hours anywhere in the US.
var start = time.Date(2026, 3, 3, 19, 0, 0, 0, time.UTC)

func (w *world) Now() time.Time { return start.Add(time.Duration(w.ids.Load()) * time.Second) }
func (w *world) Code() string   { return "123456" }
func (w *world) Token() string  { return w.ID() }
func (w *world) ID() string     { return fmt.Sprint("id", w.ids.Add(1)) }

func (w *world) Graph(hash graph.Hash) *graph.Journey {
	for _, g := range w.live {
		if g.Hash == hash {
			return g
		}
	}
	return nil
}
func (w *world) Live() []*graph.Journey                           { return w.live }
func (w *world) Classifier(hash graph.Hash) understand.Classifier { return w.classifiers[hash] }

func (w *world) Call(_ context.Context, r *machine.Request) machine.CallDone {
	d := machine.CallDone{Conversation: r.Conversation, ID: r.ID}
	for _, g := range w.live {
		for i := range g.Operations {
			if op := &g.Operations[i]; op.Name == r.Operation {
				value, status := w.shop.Answer(op, r.Args)
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

func newWorld(t testing.TB, sources ...string) *world {
	t.Helper()
	w := &world{t: t, live: bundle(t, sources...), classifiers: map[graph.Hash]understand.Classifier{}}
	for _, g := range w.live {
		var intents []understand.Intent
		for _, i := range g.Intents {
			intents = append(intents, understand.Intent{Name: i.Name, Examples: i.Examples})
		}
		w.classifiers[g.Hash] = understand.Train(intents)
	}
	w.shop = shop.New(w.Now)
	w.sandbox = sandbox.New(sandbox.Config{Clock: w})
	w.engine = &runtime.Engine{Store: &w.store, Clock: w, Secrets: w, Versions: w, Services: w, LinkBase: "http://shop.example",
		Carrier: channel.NewCarrier(w, channel.Route{Provider: w.sandbox.Provider(policy.SMS)}, channel.Route{Provider: w.sandbox.Provider(policy.Email)})}
	w.loop = runtime.NewLoop(w.engine, runtime.Options{})
	w.sandbox.Listen(w.arrived)
	w.publish()
	var site *chat.Server
	w.desk = desk.New(desk.Options{Engine: w.engine, Loop: w.loop, Journeys: w, Clock: w, Waiting: w.store.Waiting,
		Queues: []desk.Queue{{Name: "support", Answer: 10 * time.Minute}, {Name: "orders"}, {Name: "disputes"}},
		Canned: []desk.Canned{{Name: "Hello", Text: "Hello, this is {{ agent }}. I am looking into it."}, {Name: "Order", Text: "Your order {{ order_id }} is on its way."}},
		Typing: func(contact string) { site.Typing(contact) }})
	w.engine.Hours = w.desk.Hours
	w.pages = pages.New(pages.Options{Engine: w.engine, Starts: &w.store, History: &w.store, Loop: w.loop, Versions: w, Sandbox: w.sandbox, Shop: w.shop, Widget: true,
		Inbox: true, Now: w.Now, CSRF: func(*http.Request) string { return "form-token" }})
	box := inbox.New(inbox.Options{Desk: w.desk, Engine: w.engine, Versions: w, Frame: w.pages, Open: true, Now: w.Now,
		Record: func(_ context.Context, d desk.Deed) error { w.deeds = append(w.deeds, d); return nil },
		Caller: func(r *http.Request) desk.Actor {
			return desk.Actor{Name: "local", Supervisor: strings.Contains(r.Header.Get("X-Journey-Agent")+r.FormValue("agent"), "Sam"), Role: "admin"}
		}, CSRF: func(*http.Request) string { return "form-token" }})
	mux := http.NewServeMux()
	w.pages.Register(mux)
	for _, r := range box.Routes() {
		mux.HandleFunc(r.Pattern, r.Handler)
	}
	mux.HandleFunc("/", w.pages.NotFound)
	var err error
	site, err = chat.New(chat.Options{Engine: w.engine, Loop: w.loop, Clock: w, Online: w.store.Online, Secret: []byte("a secret of the test's own"),
		Typing: w.desk.CustomerTyping})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/v1/chat/", site.Handler())
	mux.Handle("GET /chat/widget.js", site.Widget())
	w.server = httptest.NewServer(mux)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 3)
	go func() { ended <- w.loop.Run(ctx) }()
	go func() { ended <- site.Run(ctx) }()
	go func() { ended <- w.desk.Run(ctx) }()
	<-w.desk.Ready()
	t.Cleanup(func() {
		w.pages.Close()
		w.server.CloseClientConnections()
		w.server.Close()
		w.sandbox.Close()
		stop()
		for range 3 {
			if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
	return w
}

// publish stores the journeys as a server does when it starts.
func (w *world) publish() {
	w.t.Helper()
	var bundle []store.Version
	for _, g := range w.live {
		bundle = append(bundle, store.Version{Journey: g.ID, Hash: g.Hash, Graph: graph.Encode(g)})
	}
	if err := w.store.PutVersions(context.Background(), start, bundle); err != nil {
		w.t.Fatal(err)
	}
}

// arrived gives the engine what comes from the sandbox, as the server does for any provider.
func (w *world) arrived(a channel.Arrival) error {
	if m := a.Message; m != nil {
		_, err := w.loop.Do(context.Background(), runtime.Work{To: runtime.To{Address: m.From, Inbound: true}, ID: m.ID,
			Event: &machine.Event{Message: &machine.CustomerMessage{Channel: m.Channel, Text: m.Text}}})
		return err
	}
	d, key, err := w.engine.Message(context.Background(), a.Report.Message)
	if err != nil {
		return err
	}
	defer w.reports.Add(1)
	_, err = w.loop.Do(context.Background(), runtime.Work{To: runtime.To{Key: key},
		Event: &machine.Event{Report: &machine.DeliveryReport{Message: d, Delivered: a.Report.State == channel.Delivered, Reason: a.Report.Reason}}})
	return err
}

// chat has a visitor of the site write.
func (w *world) chat(visitor, text string) {
	w.t.Helper()
	w.do(runtime.Work{To: runtime.To{Contact: visitor}, Event: &machine.Event{Message: &machine.CustomerMessage{Channel: policy.Chat, Text: text}}})
}

func (w *world) do(work runtime.Work) {
	w.t.Helper()
	if _, err := w.loop.Do(context.Background(), work); err != nil {
		w.t.Fatal(err)
	}
	w.rest()
}

// rest waits until nothing is on its way any more.
func (w *world) rest() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	quiet := 0
	for quiet < 3 {
		if ctx.Err() != nil {
			w.t.Fatal("the engine does not come to rest")
		}
		counts, err := w.store.Counts(ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		d := w.loop.Depths()
		if quiet++; counts.Outgoing > 0 || d.Intake > 0 || d.Away > 0 || w.reports.Load() < w.messages() {
			quiet = 0
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// messages counts what lies in the sandbox for somebody to read.
func (w *world) messages() (n int64) {
	for _, box := range w.sandbox.Addresses() {
		for _, m := range w.sandbox.List(box.Address) {
			if !m.Inbound {
				n++
			}
		}
	}
	return n
}

// first is the conversation that began first.
func (w *world) first() string {
	w.t.Helper()
	starts, err := w.store.Started(context.Background(), 0, 100)
	if err != nil || len(starts) == 0 {
		w.t.Fatal("no conversation has begun", err)
	}
	return starts[len(starts)-1].ID
}

func (w *world) get(path string) (status int, body string, header http.Header) {
	w.t.Helper()
	answer, err := http.Get(w.server.URL + path)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(answer)
}

// post sends a form as a browser without scripts does, and follows nothing.
func (w *world) post(path string, form url.Values, headers ...string) (status int, body string, header http.Header) {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodPost, w.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(answer)
}

func (w *world) read(answer *http.Response) (int, string, http.Header) {
	w.t.Helper()
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header
}
