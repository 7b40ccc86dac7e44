// Package chat is the channel that is ours: a widget for web pages, and the HTTP API that it talks to. Messages come in by POST and
// go out as server-sent events, read from the contact's log, so that a page which comes back, a second page and a page that was never
// away all see the same. It also tells the engine when a customer's page opens and when it has been gone for two minutes.
//
// A visitor is a contact whose id is in the token that the page keeps; there are no cookies. A visitor sees the messages of its own
// contact only. Nothing that customers write goes to the log, and no query string either, as a token may be in it.
package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"journey/engine/machine"
	"journey/engine/remote"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Engine is what of *runtime.Engine the chat reads with.
type Engine interface {
	Find(ctx context.Context, to runtime.To) (store.Key, error)
	Contact(ctx context.Context, key store.Key) (*machine.Contact, error)
	Conversation(ctx context.Context, id string) (*machine.Conversation, error)
	Log(ctx context.Context, key store.Key, before uint64, limit int) ([]runtime.Logged, error)
}

// Loop is what of *runtime.Loop the chat works with.
type Loop interface {
	Do(ctx context.Context, w runtime.Work) (runtime.Done, error)
	Submit(w runtime.Work, done func(runtime.Done, error)) error
	Watch(f func(runtime.Happened)) (cancel func())
}

// Options are what a Server is made of.
type Options struct {
	Engine Engine
	Loop   Loop
	Clock  runtime.Clock                                  // for tokens; presence is measured, so that a clock that is set moves nobody
	Online func(ctx context.Context) ([]store.Key, error) // the store's

	Secret   []byte   // signs the visitors' tokens, so the same after a restart; at least 16 bytes
	Identity []byte   // HS256 key of the site's own tokens of signed-in customers; empty: there are none
	Origins  []string // sites that may embed the widget: "https://www.shop.example"
	Theme    Theme

	Visitors int                  // known at once; 0: 100,000
	Streams  int                  // open at once; 0: 20,000
	Sessions int                  // new visitors a minute from one address, which is the request's RemoteAddr; 0: 60
	Typing   func(contact string) // a customer is typing; must not wait. May be nil
	Log      *slog.Logger         // nil: slog.Default()
}

// Server is the chat: mount Handler at /v1/chat/ and Widget at /chat/widget.js, and keep Run running.
type Server struct {
	o       Options
	hub     *hub
	origins map[string]bool
	keys    keys
	script  script
	pace    *remote.Pace // of new visitors
	ready   chan struct{}
}

// New prepares a server. It fails where a secret is too short, an origin is none, or the theme says what nobody could read.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Visitors == 0 {
		o.Visitors = 100_000
	}
	if o.Streams == 0 {
		o.Streams = 20_000
	}
	if o.Sessions == 0 {
		o.Sessions = 60
	}
	keys, err := newKeys(o.Secret, o.Identity)
	if err != nil {
		return nil, err
	}
	origins, err := parseOrigins(o.Origins)
	if err != nil {
		return nil, err
	}
	script, err := newScript(o.Theme)
	if err != nil {
		return nil, err
	}
	return &Server{o: o, hub: newHub(o), origins: origins, keys: keys, script: script, pace: remote.PerMinute(o.Sessions), ready: make(chan struct{})}, nil
}

// Handler serves the API under /v1/chat/. All but sessions take the visitor's token, as a bearer or as `token` in the query.
//
//	POST sessions   {token?, identity?} → {token, visitor, expires}
//	POST messages   {id, text, locale?} → 202 {id}, once it is synced; the same id again is the same message
//	POST typing     {} → 204
//	GET  history    ?before= → History
//	GET  stream     ?after=&locale=, or Last-Event-ID → server-sent events: ready, message (a Message), delivery (a Progress), typing
//	                ({who}), and reload where too much was missed, after which the page asks for the history
//
// Everything else is a problem document (RFC 9457): 401 without a valid token, 403 from another site, 429 and 503 with Retry-After.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, a := range []struct {
		method, path string
		handle       http.HandlerFunc
	}{
		{http.MethodPost, "/v1/chat/sessions", s.session},
		{http.MethodPost, "/v1/chat/messages", s.visitor(s.message)},
		{http.MethodPost, "/v1/chat/typing", s.visitor(s.typing)},
		{http.MethodGet, "/v1/chat/history", s.visitor(s.history)},
		{http.MethodGet, "/v1/chat/stream", s.visitor(s.stream)},
	} {
		mux.HandleFunc(a.method+" "+a.path, a.handle)
		mux.HandleFunc(a.path, otherMethod(a.method))
	}
	mux.HandleFunc("/v1/chat/", notThere)
	return s.crossOrigin(mux)
}

// Widget serves the script that puts the chat on a page.
func (s *Server) Widget() http.Handler { return s.script }

// Typing shows a contact's pages, for some seconds, that an agent is typing.
func (s *Server) Typing(contact string) { s.hub.typing(contact, byAgent) }

// Ready is closed once Run lets pages listen.
func (s *Server) Ready() <-chan struct{} { return s.ready }

// Run follows what the engine commits, raises chat.joined and chat.left, and keeps idle lines alive, until ctx ends. Then it
// closes all streams; it tells nobody to have left, as the pages come back when the server does. It is called once.
func (s *Server) Run(ctx context.Context) error {
	cancel := s.o.Loop.Watch(s.hub.happened)
	defer s.hub.close()
	defer cancel()
	if err := s.awaitReturn(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	s.hub.serve()
	close(s.ready)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.hub.tick(time.Now())
		}
	}
}

// awaitReturn gives the pages that were open when the last server stopped two minutes to come back.
func (s *Server) awaitReturn(ctx context.Context) error {
	online, err := s.o.Online(ctx)
	if err != nil {
		return fmt.Errorf("list the contacts whose chat page is open: %w", err)
	}
	for _, key := range online {
		switch c, err := s.o.Engine.Contact(ctx, key); {
		case errors.Is(err, runtime.ErrNoContact):
		case errors.Is(err, store.ErrCorrupt): // that is one visitor's trouble
			s.o.Log.Error("a visitor whose page was open can't be read", "contact", key.String(), "error", err)
		case err != nil:
			return fmt.Errorf("read a contact whose chat page is open: %w", err)
		default:
			s.hub.wasOnline(c.ID, key, time.Now())
		}
	}
	return nil
}
