package chat

import (
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// grace is how long a page may be gone before its customer has left.
const grace = 2 * time.Minute

// Events of presence.
const (
	joined = "chat.joined"
	left   = "chat.left"
)

// wasOnline has a contact whose page was open under the server before this one.
func (h *hub) wasOnline(contact string, key store.Key, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.known[contact]
	if v == nil {
		v = &visitor{contact: contact, seen: now}
		h.known[contact] = v
	}
	v.key, v.online = key, true
	h.restive[v] = struct{}{}
}

// tick gives a twentieth of the streams their sign of life, and looks at who has come or gone. What could not be said before, because
// too much was waiting, is said now.
func (h *hub) tick(now time.Time) {
	type said struct {
		v     *visitor
		event string
	}
	var list []said
	h.mu.Lock()
	h.hand = (h.hand + 1) % beatEvery
	for s := range h.ring[h.hand] {
		s.tell(flags{beat: true})
	}
	for v := range h.restive {
		if event := h.next(v, now); event != "" {
			list = append(list, said{v, event})
		}
	}
	h.mu.Unlock()
	for _, s := range list {
		h.raise(s.v, s.event)
	}
}

// next is the event that is to be raised about a visitor now, if any; then it is counted as asked for. The lock is held.
func (h *hub) next(v *visitor, now time.Time) string {
	here := len(v.streams) > 0
	gone := !here && now.Sub(v.seen) >= grace
	event := ""
	switch {
	case v.asked:
	case here && !v.online:
		event = joined
	case here:
		delete(h.restive, v)
	case gone && v.online:
		event = left
	case gone:
		delete(h.restive, v)
		delete(h.known, v.contact)
	}
	v.asked = v.asked || event != ""
	return event
}

// raise hands an event over to the engine.
func (h *hub) raise(v *visitor, event string) {
	if event == "" {
		return
	}
	w := runtime.Work{To: runtime.To{Contact: v.contact}, Event: &machine.Event{Type: event}}
	h.mu.Lock()
	if event == joined {
		w.Edit = speaks(v.language)
	} else if v.key != (store.Key{}) {
		w.To = runtime.To{Key: v.key} // a contact that was erased is not made anew
	}
	h.restive[v] = struct{}{}
	h.mu.Unlock()
	if err := h.loop.Submit(w, func(_ runtime.Done, err error) { h.raised(v, event, err) }); err != nil {
		h.unasked(v)
	}
}

// raised is called from the engine's loop.
func (h *hub) raised(v *visitor, event string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v.asked = false
	switch {
	case err == nil:
		v.online = event == joined
	case event == left && isGone(err):
		v.online = false
	}
}

func (h *hub) unasked(v *visitor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v.asked = false
}
