package chat

import (
	"sync"
	"time"

	"journey/engine/runtime"
	"journey/engine/store"
)

const (
	beatEvery         = 20 // seconds between two signs of life on an idle line
	streamsPerVisitor = 20 // streams of one visitor
)

// hub knows which pages are open. What happens only wakes their streams, each of which reads the contact's log itself: so nothing
// is queued for a client, however slow it is.
type hub struct {
	loop     Loop
	visitors int // at most
	streams  int // at most

	mu      sync.Mutex
	known   map[string]*visitor   // by contact
	restive map[*visitor]struct{} // whom tick looks at: without a stream, or not yet told of
	ring    [beatEvery]map[*stream]struct{}
	hand    int // of the ring
	open    int
	serving bool // between the start and the end of Run
}

// visitor is a contact whose page is open, or was a moment ago.
type visitor struct {
	contact  string
	key      store.Key // zero: not known yet
	streams  []*stream
	seen     time.Time // the last sign of a page, while there is no stream
	online   bool      // as the engine has it
	asked    bool      // an event about it is on its way
	limit    bucket
	typed    time.Time
	language string // of its page
}

func newHub(o Options) *hub {
	return &hub{loop: o.Loop, visitors: o.Visitors, streams: o.Streams, known: map[string]*visitor{}, restive: map[*visitor]struct{}{}}
}

// happened is told of every commit, from the engine's loop.
func (h *hub) happened(e runtime.Happened) {
	if e.Contact == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.known[e.Contact.ID]
	if v == nil {
		return
	}
	v.key = e.Key
	if v.online != e.Contact.Online {
		v.online = e.Contact.Online
		h.restive[v] = struct{}{}
	}
	if e.Entry == nil {
		return
	}
	f := flags{news: e.Entry.Attempt != nil || e.Entry.Event.Report != nil}
	for i := range e.Entry.Effects {
		x := &e.Entry.Effects[i]
		f.news = f.news || x.Deliver != nil || x.Heard != nil
		if x.Request != nil {
			f.typing = byJourney
		}
	}
	v.wake(f)
}

// typing shows that somebody is writing to a contact.
func (h *hub) typing(contact, who string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v := h.known[contact]; v != nil {
		v.wake(flags{typing: who})
	}
}

// join takes a stream in; nil where there are too many, or the server does not run.
func (h *hub) join(contact, language string) *stream {
	h.mu.Lock()
	v := h.visitor(contact)
	if v == nil || !h.serving || h.open >= h.streams || len(v.streams) >= streamsPerVisitor {
		h.mu.Unlock()
		return nil
	}
	slot := (h.hand + beatEvery - 1) % beatEvery
	s := &stream{visitor: v, slot: slot, wake: make(chan struct{}, 1)}
	if h.ring[slot] == nil {
		h.ring[slot] = map[*stream]struct{}{}
	}
	h.ring[slot][s] = struct{}{}
	v.streams = append(v.streams, s)
	v.language = language
	h.open++
	event := h.next(v, time.Now())
	h.mu.Unlock()
	h.raise(v, event)
	return s
}

// leave forgets a stream that has ended.
func (h *hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := s.visitor
	for i, other := range v.streams {
		if other == s {
			v.streams = append(v.streams[:i:i], v.streams[i+1:]...)
			h.open--
		}
	}
	delete(h.ring[s.slot], s)
	if len(v.streams) == 0 {
		v.streams, v.seen = nil, time.Now()
		h.restive[v] = struct{}{}
	}
}

// visitor finds a contact's, or makes one; nil where there are too many. The lock is held.
func (h *hub) visitor(contact string) *visitor {
	v := h.known[contact]
	if v == nil && len(h.known) < h.visitors {
		v = &visitor{contact: contact}
		h.known[contact] = v
		h.restive[v] = struct{}{}
	}
	return v
}

// wrote notes that a visitor writes, and reports whether it may, or when.
func (h *hub) wrote(contact string, now time.Time) (wait time.Duration, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.visitor(contact)
	if v == nil {
		return time.Minute, false
	}
	v.seen = now
	return v.limit.take(now)
}

// mayType reports whether it is time to say again that a visitor is typing.
func (h *hub) mayType(contact string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.known[contact]
	if v == nil || now.Sub(v.typed) < 2*time.Second {
		return false
	}
	v.typed = now
	return true
}

// serve takes streams from now on.
func (h *hub) serve() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.serving = true
}

// close ends all streams and takes no more.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.serving = false
	for _, v := range h.known {
		v.wake(flags{over: true})
	}
}
