package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/compile"
	"journey/engine/desk"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/understand"
)

// world is a desk over the real engine, on a store that forgets and on virtual time.
type world struct {
	t     *testing.T
	store store.Memory
	graph *graph.Journey
	o     desk.Options

	engine *runtime.Engine
	loop   *runtime.Loop
	reads  desk.Engine // instead of the engine; nil: it
	*desk.Desk
	stop func()

	during func() // is called while the desk reads what waits

	mu      sync.Mutex
	ids     int
	sent    []string
	deeds   []string
	changes []string
}

// run gives a test a world that began on a Monday at noon in New York.
func run(t *testing.T, o desk.Options, test func(w *world)) {
	g, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, graph: g, o: o}
		time.Sleep(time.Until(monday))
		w.start()
		defer func() { w.stop() }()
		test(w)
		w.stop()
		w.stop = func() {}
		if err := w.store.Check(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

var monday = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

// start begins an engine and a desk over what the store has.
func (w *world) start() {
	w.engine = &runtime.Engine{Store: &w.store, Clock: runtime.System{}, Secrets: w, Versions: w, Carrier: w, Services: w}
	w.loop = runtime.NewLoop(w.engine, runtime.Options{})
	o := w.o
	o.Log = slog.New(slog.DiscardHandler)
	o.Engine, o.Loop, o.Journeys, o.Clock, o.Waiting, o.Audit = w.engine, w.loop, w, runtime.System{}, w.waiting, w.audit
	if w.reads != nil {
		o.Engine = w.reads
	}
	w.Desk = desk.New(o)
	w.engine.Hours = w.Desk.Hours
	w.Watch(w.changed)
	working, stopWork := context.WithCancel(context.Background())
	sitting, stopDesk := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- w.loop.Run(working) }()
	go func() { ended <- w.Run(sitting) }()
	<-w.Ready()
	w.stop = func() {
		stopDesk()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
		stopWork()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	}
}

func (w *world) waiting(ctx context.Context) ([]store.Key, error) {
	keys, err := w.store.Waiting(ctx)
	if w.during != nil {
		w.during()
	}
	return keys, err
}

// restart is another server over the same store.
func (w *world) restart() {
	w.stop()
	w.start()
}

var compiled = sync.OnceValues(func() (*graph.Journey, error) {
	source, err := os.ReadFile("testdata/help.yaml")
	if err != nil {
		return nil, err
	}
	read, findings := flow.Read([]flow.Input{{Path: "help.yaml", Source: source}})
	bundle := compile.Bundle(read)
	for _, f := range append(findings, bundle.Findings...) {
		if f.Severity == diagnostic.Error {
			return nil, fmt.Errorf("%d: %s", f.Span.Start.Line, f.Message)
		}
	}
	return bundle.Units[0].Graph, nil
})

func (w *world) Graph(hash graph.Hash) *graph.Journey        { return w.graph }
func (w *world) Live() []*graph.Journey                      { return []*graph.Journey{w.graph} }
func (w *world) Classifier(graph.Hash) understand.Classifier { return understand.Train(nil) }
func (w *world) Code() string                                { return "123456" }
func (w *world) Token() string                               { return w.ID() }
func (w *world) ID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return fmt.Sprint("id", w.ids)
}

func (w *world) Call(context.Context, *machine.Request) machine.CallDone {
	return machine.CallDone{Value: map[string]any{"shelf": "B7"}}
}

func (w *world) Send(_ context.Context, d *machine.Deliver) runtime.Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, fmt.Sprintf("%s %s: %s", d.Channel, d.By, d.Text))
	return runtime.Answer{Receipt: runtime.Taken, Provider: "twig", ID: fmt.Sprint("T", len(w.sent))}
}

func (w *world) Careful(*machine.Deliver) bool { return false }

func (w *world) Ask(context.Context, *machine.Deliver, time.Time) runtime.Answer {
	return runtime.Answer{Receipt: runtime.Lost}
}

func (w *world) audit(d desk.Deed) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deeds = append(w.deeds, strings.TrimSpace(d.By.Name+" "+d.Act+" "+d.Detail))
	b, err := json.Marshal(d)
	if err != nil {
		w.t.Error(err)
	}
	return b
}

func (w *world) changed(c desk.Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	what := []string{string(c.Kind)}
	if c.Agent != "" {
		what = append(what, c.Agent)
	}
	if c.Item != nil && c.Item.Promise != "" && c.Kind == desk.Promised {
		what = append(what, string(c.Item.Promise))
	}
	w.changes = append(w.changes, strings.Join(what, " "))
}

// news are the changes since it was asked last, those of presence aside.
func (w *world) news() (list []string) {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.changes {
		if !strings.HasPrefix(c, "presence") {
			list = append(list, c)
		}
	}
	w.changes = nil
	return list
}

// outgoing is what was sent to customers since it was asked last.
func (w *world) outgoing() []string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.sent
	w.sent = nil
	return list
}

func (w *world) do(work runtime.Work) {
	w.t.Helper()
	if _, err := w.loop.Do(context.Background(), work); err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
}

// want describes a case: what a customer wants help with.
type want struct {
	kind     string
	priority int
	skill    string
	call     time.Time
}

// opens has a customer, who may be texted, want help, and gives the conversation.
func (w *world) opens(name string, wanted want) string {
	w.t.Helper()
	w.person(name)
	if wanted.priority == 0 {
		wanted.priority = 3
	}
	data := map[string]any{"case": name, "kind": wanted.kind, "priority": wanted.priority}
	if wanted.skill != "" {
		data["skill"] = wanted.skill
	}
	if !wanted.call.IsZero() {
		data["call"] = wanted.call
	}
	w.do(runtime.Work{To: runtime.To{Contact: name}, Event: &machine.Event{Type: "help.wanted", Data: data}})
	open, err := w.engine.Open(context.Background(), w.key(name))
	if err != nil || len(open) == 0 {
		w.t.Fatalf("%s: no conversation: %v", name, err)
	}
	return open[len(open)-1].ID
}

func (w *world) key(name string) store.Key { return w.store.KeyOf(store.OfContact, name) }

var number = map[string]int{}

func (w *world) person(name string) {
	w.t.Helper()
	w.mu.Lock()
	n, known := number[name]
	if !known {
		n = len(number)
		number[name] = n
	}
	w.mu.Unlock()
	w.do(runtime.Work{To: runtime.To{Contact: name}, Edit: func(c *machine.Contact) error {
		c.Name, c.Phone, c.Timezone = strings.ToUpper(name[:1])+name[1:]+" Lovelace", fmt.Sprintf("+1415555%04d", n), "America/New_York"
		c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.SMS, Purpose: policy.Transactional, At: time.Now()})
		return nil
	}})
}

// writes has a customer write.
func (w *world) writes(name string, on policy.Channel, text string) {
	w.t.Helper()
	work := runtime.Work{To: runtime.To{Contact: name}, Event: &machine.Event{Type: string(on) + ".message", Message: &machine.CustomerMessage{Channel: on, Text: text}}}
	w.do(work)
}

func (w *world) online(name string, online bool) {
	w.t.Helper()
	kind := "chat.left"
	if online {
		kind = "chat.joined"
	}
	w.do(runtime.Work{To: runtime.To{Contact: name}, Event: &machine.Event{Type: kind}})
}

// item is the handoff of a contact.
func (w *world) item(name string) desk.Item {
	w.t.Helper()
	list, _, err := w.List(desk.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, it := range list {
		if it.Contact == name {
			return it
		}
	}
	w.t.Fatalf("%s has no handoff", name)
	return desk.Item{}
}

// names are the contacts of a list, in its order.
func (w *world) names(f desk.Filter) []string {
	w.t.Helper()
	list, _, err := w.List(f)
	if err != nil {
		w.t.Fatal(err)
	}
	names := []string{}
	for _, it := range list {
		names = append(names, it.Contact)
	}
	return names
}

func (w *world) state(name string) string {
	w.t.Helper()
	open, err := w.engine.Open(context.Background(), w.key(name))
	if err != nil {
		w.t.Fatal(err)
	}
	if len(open) == 0 {
		return "ended"
	}
	return w.graph.States[open[0].State].Name
}

// as is an agent.
func as(name string) desk.Actor { return desk.Actor{Name: name, Role: "agent"} }

var root = desk.Actor{Name: "root", Role: "admin", Supervisor: true}

// fine fails the test where an act was refused.
func (w *world) fine(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}
