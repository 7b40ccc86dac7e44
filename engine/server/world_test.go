package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/channel"
	"journey/engine/compile"
	"journey/engine/desk"
	"journey/engine/diagnostic"
	"journey/engine/explain"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/server"
	"journey/engine/store"
	"journey/engine/understand"
)

// world is a server over the real engine, on a store that forgets and on virtual time: what the tests ask is answered as in production.
type world struct {
	*server.Server
	engine *runtime.Engine
	loop   *runtime.Loop
	store  store.Memory
	bundle bundle
	log    bytes.Buffer

	described *described

	mu     sync.Mutex
	ids    int
	tokens int
	down   bool
	sent   []*machine.Deliver
	meter  []string
}

// people are the tokens of the tests: the secret is the name.
var people = map[string]server.Role{"shop": server.Ingest, "rita": server.Agent, "ana": server.Analyst, "joe": server.Author, "eve": server.Approver, "root": server.Admin}

func tokens() (list []server.Token) {
	for _, name := range slices.Sorted(maps.Keys(people)) {
		list = append(list, server.Token{Name: name, Role: people[name], SHA256: sha256.Sum256([]byte(name))})
	}
	return list
}

// run gives a test a world, in which time passes when everybody waits.
func run(t *testing.T, change func(o *server.Options), test func(t *testing.T, w *world)) {
	journeys := compiled(t)
	synctest.Test(t, func(t *testing.T) {
		w := &world{bundle: journeys}
		w.engine = &runtime.Engine{Store: &w.store, Clock: runtime.System{}, Secrets: w, Versions: w, Carrier: w, Services: w, LinkBase: "https://j.example",
			Settings: machine.Settings{FirstArm: true, NoHoldout: true}}
		w.loop = runtime.NewLoop(w.engine, runtime.Options{})
		publish(t, w)
		o := server.Options{Loop: w.loop, Engine: w.engine, Store: &w.store, Journeys: w, Clock: runtime.System{}, Tokens: tokens(), Brand: "Example Shop",
			PublicURL: "https://j.example", Explain: explain.Line, Receivers: []channel.Receiver{receiver{"signed"}, receiver{"signed by another account"}}, Backup: w, Meter: w,
			Logger: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
		if change != nil {
			change(&o)
		}
		d := desk.New(desk.Options{Engine: w.engine, Loop: w.loop, Journeys: w, Clock: runtime.System{}, Waiting: w.store.Waiting, Audit: server.AuditDeed, Log: o.Logger,
			Queues: []desk.Queue{{Name: "orders", Answer: 2 * time.Minute}}, Agents: []desk.Agent{{Name: "rita", Skills: []string{"en"}}, {Name: "root"}},
			Canned: []desk.Canned{{Name: "hello", Text: "Hello {{ first_name }}, here is {{ agent }}."}}})
		o.Desk = d
		w.Server = server.New(o)
		w.described = read(t, w)
		w.Ready("")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		go func() { ended <- w.loop.Run(ctx) }()
		go func() { ended <- d.Run(ctx) }()
		defer stop()
		test(t, w)
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := w.store.Check(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func publish(t *testing.T, w *world) {
	var versions []store.Version
	for _, g := range w.bundle {
		versions = append(versions, store.Version{Journey: g.ID, Hash: g.Hash, Graph: graph.Encode(g)})
	}
	if err := w.store.PutVersions(t.Context(), time.Now(), versions); err != nil {
		t.Fatal(err)
	}
}

type bundle []*graph.Journey

var compiled = func() func(t *testing.T) bundle {
	var once sync.Once
	var all bundle
	return func(t *testing.T) bundle {
		once.Do(func() { all = compileAll(t) })
		return all
	}
}()

// compileAll compiles the shipped journeys, with one more that has what the server needs to be tested.
func compileAll(t *testing.T) (all bundle) {
	paths, err := filepath.Glob("../../flows/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no journeys: %v", err)
	}
	var inputs []flow.Input
	for _, path := range append(paths, "testdata/parcel.yaml", "../desk/testdata/help.yaml") {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: path, Source: source})
	}
	read, findings := flow.Read(inputs)
	units := compile.Bundle(read)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%s:%d: %s", f.Span.File, f.Span.Start.Line, f.Message)
		}
	}
	for _, u := range units.Units {
		all = append(all, u.Graph)
	}
	slices.SortFunc(all, func(a, b *graph.Journey) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func (w *world) Graph(hash graph.Hash) *graph.Journey {
	for _, g := range w.bundle {
		if g.Hash == hash {
			return g
		}
	}
	return nil
}

func (w *world) Live() []*graph.Journey { return w.bundle }

func (w *world) Classifier(graph.Hash) understand.Classifier { return understand.Train(nil) }

func (w *world) Event(name string) (*expression.Type, bool) {
	for _, g := range w.bundle {
		for _, e := range g.Events {
			if e.Type == name {
				return e.Data, true
			}
		}
	}
	return nil, false
}

func (w *world) EventNames() (names []string) {
	for _, g := range w.bundle {
		for _, e := range g.Events {
			names = append(names, e.Type)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (w *world) next(n *int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	*n++
	return fmt.Sprint(*n)
}

func (w *world) Code() string  { return "123456" }
func (w *world) Token() string { return "token" + w.next(&w.tokens) }
func (w *world) ID() string    { return "id" + w.next(&w.ids) }

func (w *world) Send(_ context.Context, d *machine.Deliver) runtime.Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return runtime.Answer{Receipt: runtime.Refused, Reason: "30006: a landline", Provider: "twig"}
	}
	w.sent = append(w.sent, d)
	return runtime.Answer{Receipt: runtime.Taken, Provider: "twig", ID: fmt.Sprint("T", len(w.sent))}
}

func (w *world) Careful(*machine.Deliver) bool { return false }

func (w *world) Ask(context.Context, *machine.Deliver, time.Time) runtime.Answer {
	return runtime.Answer{Receipt: runtime.Lost}
}

func (w *world) Call(_ context.Context, r *machine.Request) machine.CallDone {
	return machine.CallDone{Value: map[string]any{"status": "late", "eta": "2000-01-05", "flagged": false}}
}

func (w *world) Backup(_ context.Context, to io.Writer) error {
	_, err := io.WriteString(to, "the data")
	return err
}

func (w *world) Request(route, method string, status int, _ time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.meter = append(w.meter, fmt.Sprint(method, " ", route, " ", status))
}

// lastRoute is the pattern of the last request, without its method.
func (w *world) lastRoute() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Fields(w.meter[len(w.meter)-1])[1]
}

// ask makes a request and waits until everything that it leads to is done.
func (w *world) ask(r *http.Request) *http.Response {
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	synctest.Wait()
	return rec.Result()
}

// receiver is a provider whose format is easy to write: its signature is a word, and each line of the body one thing that arrived.
type receiver struct{ signature string }

func (receiver) Name() string            { return "twig" }
func (receiver) Channel() policy.Channel { return policy.SMS }

func (a receiver) Receive(r *http.Request, body []byte) (got channel.Received, err error) {
	if r.Header.Get("X-Signature") != a.signature {
		return got, fmt.Errorf("twig: %w", channel.ErrForged)
	}
	for line := range strings.Lines(string(body)) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(words) < 3 {
			return got, fmt.Errorf("a line of %d words: %w", len(words), channel.ErrMalformed)
		}
		switch words[0] {
		case "text":
			got.Arrivals = append(got.Arrivals, channel.Arrival{Message: &channel.Inbound{ID: words[1], Channel: policy.SMS, From: words[2], Text: words[3]}})
		case "reply":
			to, text, _ := strings.Cut(words[3], " ")
			got.Arrivals = append(got.Arrivals, channel.Arrival{Message: &channel.Inbound{ID: words[1], Channel: policy.SMS, From: words[2], InReplyTo: to, Text: text,
				Media: []string{"https://twig.example/photo"}}})
		default:
			state := map[string]channel.State{"sending": channel.OnItsWay, "delivered": channel.Delivered, "failed": channel.Failed}[words[0]]
			report := &channel.Report{State: state, Reason: "30003"}
			if words[1] == "ours" {
				report.Message = words[2]
			} else {
				report.ProviderID = words[2]
			}
			got.Arrivals = append(got.Arrivals, channel.Arrival{Report: report})
		}
	}
	got.ContentType, got.Body = "text/xml", "<Response/>"
	return got, nil
}
