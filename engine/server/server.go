// Package server is the HTTP API: business events in, contacts and consents, conversations and why they went as they did, dead
// letters, the webhooks of providers, links and one-time pages, and who may do what.
//
// One table says every route with who may use it, what it takes and what it gives; requests are checked against that table, and
// /openapi.json is written from it, so the two cannot differ. The package decides nothing about a conversation: what changes something
// is handed to the loop, and is answered with 2xx only once the loop says that it is kept.
package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"journey/engine/channel"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/remote"
	"journey/engine/store"
)

// Options are what a server needs. Loop, Engine, Store, Journeys and Clock must be set.
type Options struct {
	Loop     Loop
	Engine   Reader
	Store    store.Store
	Journeys Journeys
	Clock    Clock

	Tokens    []Token        // none: only callers on this machine get in, and may do everything
	Brand     string         // shown on the pages
	PublicURL string         // under which the server is reached from outside; empty: only from this machine
	Proxies   remote.Proxies // whose word is taken for who asks; none: whoever connects does
	Openings  int            // of links and one-time pages a minute, from one address; 0: 240
	Receivers []channel.Receiver
	Mounts    []Mount
	Desk      Desk         // nil: there are no agents, and none of their paths
	Backup    Backuper     // nil: there is no backup over HTTP
	Meter     Meter        // nil: requests are not counted
	Tracer    Tracer       // nil: requests are not traced
	Logger    *slog.Logger // nil: nothing is logged

	// Explain puts a step of the reasoning into words; g may be nil.
	Explain func(t *machine.Trace, g *graph.Journey) string
}

// Mount is a handler of somebody else's with its place among the routes.
type Mount struct {
	Pattern string // of http.ServeMux, with a method: "GET /inbox"; "/" alone would hide what is not found
	Handler http.Handler
	Roles   []Role // who may use it besides admin
	Public  bool   // everybody may; the handler itself says who gets what
	Summary string // for /openapi.json; empty: it is not listed there
}

// Server is the API. It is an http.Handler.
type Server struct {
	o          Options
	log        *slog.Logger
	mux        *http.ServeMux
	routes     []route
	access     *access
	answers    answers
	openings   *remote.Pace
	overlooked sync.Once
	addresses  allowedHosts
	described  []byte // openapi.json
	state      atomic.Pointer[condition]
}

// condition is why the server is not ready; an empty one means that it is.
type condition struct{ why string }

// New makes a server. It is not ready until Ready says so.
func New(o Options) *Server {
	s := &Server{o: o, log: o.Logger, mux: http.NewServeMux()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.o.Explain == nil {
		s.o.Explain = func(*machine.Trace, *graph.Journey) string { return "" }
	}
	s.openings = remote.PerMinute(cmp.Or(o.Openings, 240))
	s.addresses = hostsOf(o.PublicURL)
	s.access = newAccess(o)
	s.Ready("it is starting")
	s.routes = s.table()
	for i := range s.routes {
		s.mount(&s.routes[i])
	}
	for _, m := range o.Mounts {
		rt := route{pattern: m.Pattern, roles: m.Roles, public: m.Public, mounted: m.Handler, summary: m.Summary, produces: anything}
		s.mount(&rt)
		if m.Summary != "" {
			s.routes = append(s.routes, rt)
		}
	}
	s.described = s.describe()
	return s
}

// Ready says why the server is not ready, or with an empty text that it is. After Stop it says nothing any more.
func (s *Server) Ready(why string) {
	for {
		before := s.state.Load()
		if before == stopping || s.state.CompareAndSwap(before, &condition{why}) {
			return
		}
	}
}

// Stop has the server say that it is not ready, from now on, so that requests are sent elsewhere. It goes on to take them.
func (s *Server) Stop() { s.state.Store(stopping) }

var stopping = &condition{"it is stopping"}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	id := requestID(r)
	answer := &recorder{ResponseWriter: w}
	r = r.WithContext(withRequest(r.Context(), &request{id: id}))
	s.secureHeaders(answer.Header())
	answer.Header().Set("X-Request-Id", id)
	traced := func(status int) {}
	defer func() {
		broken := recover()
		if broken != nil {
			broken = s.recovered(answer, r, broken)
		}
		traced(answer.code())
		s.note(r, answer, time.Since(begun))
		if broken != nil {
			panic(broken)
		}
	}()
	if r.ContentLength != 0 {
		// A caller that never sends the rest holds nothing for long, whether anybody wants the body or not. Not every ResponseWriter has deadlines; the
		// server's has.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(longestWait))
	}
	if p := s.fromHere(r); p != nil {
		s.refuse(answer, r, p)
		return
	}
	if s.o.Proxies.Overlooks(r) {
		s.overlooked.Do(func() {
			s.log.Warn("a proxy passes requests on that trusted_proxies does not name; all its clients are limited as one", "proxy", r.RemoteAddr)
		})
	}
	s.o.Proxies.Named(r)
	h, pattern := s.mux.Handler(r)
	if pattern == "" {
		s.refuse(answer, r, unrouted(h, r))
		return
	}
	if s.o.Tracer != nil {
		var inside context.Context
		inside, traced = s.o.Tracer.Request(r, pathOf(pattern))
		r = r.WithContext(inside)
	}
	s.mux.ServeHTTP(answer, r)
}

// recovered answers in place of a handler that broke. Where its answer has begun, all that is left is to break that off.
func (s *Server) recovered(w *recorder, r *http.Request, broken any) (again any) {
	if broken == http.ErrAbortHandler {
		return broken
	}
	// What was panicked with may hold what a customer wrote, unless the language itself did it.
	words := fmt.Sprintf("%T", broken)
	if err, ok := broken.(runtime.Error); ok {
		words = err.Error()
	}
	s.log.Error("a handler broke", "request", requestOf(r).id, "route", r.Pattern, "panic", words, "stack", string(debug.Stack()))
	if w.status != 0 {
		return http.ErrAbortHandler
	}
	s.refuse(w, r, problem(http.StatusInternalServerError, "internal", "The log has more under this request's id."))
	return nil
}

// note writes the access log. It holds nothing that a customer could have written: no query, no body and no path, only its pattern.
func (s *Server) note(r *http.Request, w *recorder, took time.Duration) {
	route := routeOf(r)
	if s.o.Meter != nil {
		s.o.Meter.Request(route, method(r), w.code(), took)
	}
	req := requestOf(r)
	s.log.Log(r.Context(), levelOf(route, w.code()), "request", "method", method(r), "route", route, "status", w.code(), "ms", took.Milliseconds(), "request", req.id, "caller", req.caller.Name)
}

// levelOf leaves to the metrics what goes well, and what is asked every few seconds by machines, which would drown the rest.
func levelOf(route string, status int) slog.Level {
	switch {
	case route == "/healthz", route == "/readyz", route == "/metrics", status < 400:
		return slog.LevelDebug
	case status < 500:
		return slog.LevelInfo
	}
	return slog.LevelError
}

// method keeps whatever a caller invents out of logs and labels.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return r.Method
	}
	return "other"
}

// routeOf is the pattern that a request took, without its method.
func routeOf(r *http.Request) string {
	if r.Pattern == "" {
		return "none"
	}
	return pathOf(r.Pattern)
}

func pathOf(pattern string) string {
	if _, path, found := strings.Cut(pattern, " "); found {
		return path
	}
	return pattern
}

// secureHeaders are on every answer; a page that needs more says so itself.
func (s *Server) secureHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if s.https() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// https tells whether the world reaches the server over TLS.
func (s *Server) https() bool {
	u, err := url.Parse(s.o.PublicURL)
	return err == nil && u.Scheme == "https"
}

// secret draws what may not be guessed.
func secret() string { return rand.Text() }
