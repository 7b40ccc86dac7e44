package chat

import (
	"net/http"
	"strconv"

	"journey/engine/runtime"
)

// shownAtOnce is how many messages a page of the history has, or somewhat more.
const shownAtOnce = 50

// History is a part of a visitor's transcript.
type History struct {
	Messages []Message `json:"messages"`         // oldest first
	Before   string    `json:"before,omitempty"` // where the part before it is asked for; empty: this is the beginning
	Last     string    `json:"last"`             // where a stream goes on
}

// history gives the newest part of the transcript, or the one before another.
func (s *Server) history(w http.ResponseWriter, r *http.Request) {
	var before uint64
	if text := r.URL.Query().Get("before"); text != "" {
		p, err := parsePlace(text)
		if err != nil {
			refuse(w, http.StatusBadRequest, "before: "+err.Error())
			return
		}
		before = p.seq
	}
	contact := callerOf(r.Context()).contact
	key, err := s.o.Engine.Find(r.Context(), runtime.To{Contact: contact})
	if isGone(err) {
		answer(w, http.StatusOK, History{Messages: []Message{}, Last: "0"})
		return
	}
	if err != nil {
		s.failed(w, "chat history not read", contact, err)
		return
	}
	p, err := newReader(s.o.Engine, contact, key).read(r.Context(), before, place{}, shownAtOnce)
	if err != nil {
		s.failed(w, "chat history not read", contact, err)
		return
	}
	h := History{Messages: p.messages, Last: strconv.FormatUint(p.newest, 10)}
	if p.more {
		h.Before = strconv.FormatUint(p.oldest, 10)
	}
	answer(w, http.StatusOK, h)
}
