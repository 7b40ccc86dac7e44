package chat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/chat"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/understand"
)

const help = `
journey: help
title: Help
owner: help@shop.example
objective: { goal: helped, why: Customers get help. }
entry:
  - on: chat.message
exit:
  - on: help.closed
    outcome: helped
fallback: desk
events:
  help.closed: { data: { why: string } }
data:
  card: { type: string, pattern: "^[0-9]{4}$", sensitive: true }
channels:
  prefer: [chat, sms]
  chat: { disclosure: We keep this chat for 30 days. }
  sms: { purpose: transactional }
on:
  chat.left: { via: sms, say: "We lost you, so we go on here." }
states:
  start:
    ask: Hello! What is it about?
    options: { card: My card, number: Text me, person: A person }
    on: { card: ask_card, number: offer, person: desk }
  ask_card:
    ask: What are the last four digits?
    into: card
    to: more
  offer:
    ask: Shall we text you about your order? At most 2 a day. Message and data rates may apply. Reply STOP to end, HELP for help.
    options: { yes: "Yes, text me", no: "No, thanks" }
    on:
      yes: { consent: { sms: [transactional] }, to: ask_number }
      no: more
  ask_number:
    ask: To which number?
    into: contact.phone
    to: check
  check:
    verify: code
    via: [sms]
    text: "{{ code }} is your code."
    on: { verified: more, message.blocked: desk }
  more:
    ask: Does that help?
    options: { yes: "Yes, thanks", no: "No" }
    on: { yes: helped, no: desk }
  desk:
    say: { text: I am bringing in a colleague., media: ["https://shop.example/ada.png", "https://shop.example/hours.pdf", "http://shop.example/plain.png"] }
    handoff: { queue: help }
    on: { agent.resolved: helped }
  helped: { end: helped }
`

// site is a chat on a real engine with a store that forgets. In a synctest bubble its lines are in memory and its time is virtual.
type site struct {
	t      testing.TB
	chat   *chat.Server
	engine *runtime.Engine
	loop   *runtime.Loop
	store  store.Memory
	graph  *graph.Journey
	http   *http.Server
	client *http.Client
	base   string
	log    *bytes.Buffer
	dial   func() (net.Conn, error)

	mu     sync.Mutex
	ahead  time.Duration // of the clock
	ids    int
	sent   []string   // what was handed to a carrier
	events []string   // chat.joined and chat.left, with their contact
	typing []string   // contacts
	busy   bool       // the loop takes nothing
	sick   bool       // the carrier takes nothing
	stop   []func()   // in reverse
	logMu  sync.Mutex // of log
	cancel context.CancelFunc
}

func (s *site) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

// jump sets the clock forward.
func (s *site) jump(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

func (s *site) Code() string  { return "123456" }
func (s *site) Token() string { return s.ID() }
func (s *site) ID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return fmt.Sprint("id", s.ids)
}
func (s *site) Graph(graph.Hash) *graph.Journey             { return s.graph }
func (s *site) Live() []*graph.Journey                      { return []*graph.Journey{s.graph} }
func (s *site) Classifier(graph.Hash) understand.Classifier { return understand.Train(nil) }
func (s *site) Call(context.Context, *machine.Request) machine.CallDone {
	panic("nothing is called here")
}
func (s *site) Send(_ context.Context, d *machine.Deliver) runtime.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sick && d.Channel != policy.Chat {
		return runtime.Answer{Receipt: runtime.Unavailable}
	}
	s.sent = append(s.sent, fmt.Sprintf("%s %s", d.Channel, d.Text))
	return runtime.Answer{Receipt: runtime.Taken, ID: d.ID, Provider: "post"}
}
func (s *site) Careful(*machine.Deliver) bool { return false }
func (s *site) Ask(context.Context, *machine.Deliver, time.Time) runtime.Answer {
	return runtime.Answer{Receipt: runtime.Lost}
}

// Do, Submit and Watch are the loop's, unless it is busy.
func (s *site) Do(ctx context.Context, w runtime.Work) (runtime.Done, error) {
	if s.isBusy() {
		return runtime.Done{}, runtime.ErrBusy
	}
	return s.loop.Do(ctx, w)
}

func (s *site) Submit(w runtime.Work, done func(runtime.Done, error)) error {
	if s.isBusy() {
		return runtime.ErrBusy
	}
	return s.loop.Submit(w, done)
}

func (s *site) Watch(f func(runtime.Happened)) func() { return s.loop.Watch(f) }

func (s *site) isBusy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

func (s *site) setBusy(busy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = busy
}

func (s *site) unwell(sick bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sick = sick
}

func (s *site) Write(b []byte) (int, error) {
	s.logMu.Lock()
	defer s.logMu.Unlock()
	return s.log.Write(b)
}

var secret = []byte("a secret of the chat's own tokens")
var identity = []byte("a secret that the shop signs with")

func compiled(t testing.TB) *graph.Journey {
	t.Helper()
	read, findings := flow.Read([]flow.Input{{Path: "help.yaml", Source: []byte(help)}})
	bundle := compile.Bundle(read)
	for _, f := range append(findings, bundle.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatalf("%d: %s", f.Span.Start.Line, f.Message)
		}
	}
	return bundle.Units[0].Graph
}

// newSite runs an engine and a chat on it until the test ends.
func newSite(t testing.TB, listener net.Listener, change func(*chat.Options)) *site {
	t.Helper()
	s := &site{t: t, graph: compiled(t), log: &bytes.Buffer{}}
	s.engine = &runtime.Engine{Store: &s.store, Clock: s, Secrets: s, Versions: s, Carrier: s, Services: s, LinkBase: "https://j.example"}
	s.loop = runtime.NewLoop(s.engine, runtime.Options{})
	s.loop.Watch(func(h runtime.Happened) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if e := h.Entry.Event.Type; e == "chat.joined" || e == "chat.left" {
			s.events = append(s.events, e+" "+h.Contact.ID)
		}
	})
	run(s, s.loop.Run)
	s.open(listener, change)
	t.Cleanup(func() {
		for i := len(s.stop) - 1; i >= 0; i-- {
			s.stop[i]()
		}
	})
	return s
}

// open serves the chat on a listener.
func (s *site) open(listener net.Listener, change func(*chat.Options)) {
	o := chat.Options{Engine: s.engine, Loop: s, Clock: s, Online: s.store.Online, Secret: secret, Identity: identity,
		Origins: []string{"https://www.shop.example"}, Log: slog.New(slog.NewTextHandler(s, nil)),
		Typing: func(contact string) { s.typing = append(s.typing, contact) }}
	if change != nil {
		change(&o)
	}
	c, err := chat.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.chat = c
	mux := http.NewServeMux()
	mux.Handle("/v1/chat/", c.Handler())
	mux.Handle("GET /chat/widget.js", c.Widget())
	mux.HandleFunc("GET /{$}", shop)
	s.http = &http.Server{Handler: mux, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	s.base = "http://" + listener.Addr().String()
	if p, ok := listener.(*pipes); ok {
		s.dial = p.dial
	} else {
		s.dial = func() (net.Conn, error) { return net.Dial("tcp", listener.Addr().String()) }
	}
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return s.dial() }}
	s.client = &http.Client{Transport: transport}
	go s.http.Serve(listener)
	s.stop = append(s.stop, func() { s.http.Close() }, transport.CloseIdleConnections)
	s.cancel = run(s, c.Run)
}

// run runs until the site stops, or is told to.
func run(s *site, f func(context.Context) error) context.CancelFunc {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := f(ctx); err != nil {
			s.t.Error(err)
		}
	}()
	stop := func() {
		cancel()
		<-ended
	}
	s.stop = append(s.stop, stop)
	return stop
}

// inBubble runs a test on virtual time.
func inBubble(t *testing.T, f func(t *testing.T, s *site)) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, newPipes(), nil)
		synctest.Wait()
		f(t, s)
		time.Sleep(time.Second) // a connection lingers after a body that was too long
	})
}

// answered is a response that was read.
type answered struct {
	status int
	header http.Header
	body   []byte
}

func (a answered) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

// ask sends a request; header values follow their names.
func (s *site) ask(method, path, token, body string, header ...string) answered {
	s.t.Helper()
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answered{res.StatusCode, res.Header, b}
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\n%s\nwant:\n%s", what, g, w)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func shop(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' https: data:; style-src 'self'")
	fmt.Fprintf(w, page, r.URL.Query().Get("lang"), r.URL.Query().Get("attributes"))
}

const page = `<!doctype html><html lang="%s"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Shop</title>
<body><h1>Example Shop</h1><p>Everything for the house and the garden.</p><script src="/chat/widget.js" defer %s></script></body></html>`
