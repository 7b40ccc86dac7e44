package chat

import (
	"errors"
	"net/http"
	"time"

	"journey/engine/runtime"
	"journey/engine/store"
)

// stream is one open page. It has flags in place of a queue.
type stream struct {
	visitor *visitor
	slot    int           // of the hub's ring
	wake    chan struct{} // holds one
	flags   flags         // guarded by the hub
}

// flags are what a stream is woken for.
type flags struct {
	news, beat, over bool
	typing           string // who
}

// wake wakes all streams of a visitor. The hub's lock is held.
func (v *visitor) wake(f flags) {
	for _, s := range v.streams {
		s.tell(f)
	}
}

// tell wakes one stream. The hub's lock is held.
func (s *stream) tell(f flags) {
	if f == (flags{}) {
		return
	}
	s.flags.news = s.flags.news || f.news
	s.flags.beat = s.flags.beat || f.beat
	s.flags.over = s.flags.over || f.over
	if f.typing != "" {
		s.flags.typing = f.typing
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// taken gives the flags and takes them down.
func (h *hub) taken(s *stream) flags {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := s.flags
	s.flags = flags{}
	return f
}

// keyOf is the key of a stream's contact, as far as it is known.
func (h *hub) keyOf(s *stream) store.Key {
	h.mu.Lock()
	defer h.mu.Unlock()
	return s.visitor.key
}

// stream sends a visitor's messages as they come, from the place after Last-Event-ID or `after` on, else from now on.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	who := callerOf(r.Context())
	after, given, err := resumeFrom(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	line := s.hub.join(who.contact, r.URL.Query().Get("locale"))
	if line == nil {
		later(w, http.StatusServiceUnavailable, 10*time.Second, "too many pages are open, or the server is starting or stopping")
		return
	}
	defer s.hub.leave(line)
	c := &client{server: s, line: line, who: who, after: after}
	if !given {
		if c.after, err = c.end(r.Context()); err != nil {
			s.failed(w, "chat stream not opened", who.contact, err)
			return
		}
	}
	c.serve(r.Context(), w)
}

// resumeFrom reads where a stream goes on.
func resumeFrom(r *http.Request) (p place, given bool, err error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return place{}, false, nil
	}
	p, err = parsePlace(text)
	return p, true, err
}

// isGone reports that there is no such contact.
func isGone(err error) bool {
	return errors.Is(err, runtime.ErrNoContact) || errors.Is(err, store.ErrNotFound)
}

func (s *Server) failed(w http.ResponseWriter, what, contact string, err error) {
	s.o.Log.Error(what, "contact", contact, "error", err)
	later(w, http.StatusInternalServerError, 5*time.Second, "the chat can't be read now")
}
