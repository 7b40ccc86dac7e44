package server

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"journey/engine/expression"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/transcript"
)

// mostEntries bounds the events of an export.
const mostEntries = 20000

// Export is everything that is known of a contact.
type Export struct {
	Contact *Contact `json:"contact"`
	Consents
	Conversations []*Conversation `json:"conversations" doc:"with their transcripts, nothing masked"`
	Messages      []*Message      `json:"messages" doc:"that belong to no conversation"`
	Events        []Occurrence    `json:"events" doc:"all that happened, oldest first"`
	Cut           bool            `json:"truncated,omitempty" doc:"there is more than one document may hold"`
}

// Occurrence is one entry of the event log.
type Occurrence struct {
	Seq      uint64         `json:"seq"`
	At       time.Time      `json:"time"`
	Type     string         `json:"type,omitempty"`
	ID       string         `json:"id,omitempty"`
	Data     map[string]any `json:"data,omitempty"`
	Delivery *Attempted     `json:"attempt,omitempty" doc:"to deliver a message"`
}

// Attempted is one attempt to deliver a message.
type Attempted struct {
	Message  string `json:"message" doc:"its id"`
	Channel  string `json:"channel"`
	Result   string `json:"result"`
	Provider string `json:"provider,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func (s *Server) exportContact(w http.ResponseWriter, r *http.Request) error {
	key, c, err := s.contact(r)
	if err != nil {
		return err
	}
	out := Export{Contact: shown(key, c), Consents: consentsOf(c.Ledger), Conversations: []*Conversation{}, Messages: []*Message{}, Events: []Occurrence{}}
	var ids []string
	err = s.back(r.Context(), key, 0, func(e *runtime.Logged) bool {
		if len(out.Events) == mostEntries {
			out.Cut = true
			return false
		}
		out.Events = append(out.Events, occurrence(e))
		ids = append(ids, begun(e)...)
		return true
	})
	if err != nil {
		return err
	}
	slices.Reverse(out.Events)
	slices.Reverse(ids)
	for _, id := range ids {
		c, err := s.o.Engine.Conversation(r.Context(), id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		one, err := s.whole(r.Context(), key, c, true)
		if err != nil {
			return err
		}
		out.Conversations = append(out.Conversations, one)
	}
	t, err := transcript.Read(r.Context(), s.o.Engine, key, time.Time{}, func(id string) bool { return id == "" })
	if err != nil {
		return err
	}
	out.Messages = append(out.Messages, t.Messages...)
	if err := s.record(r, s.act(r, "contact.exported").about(key, "")); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="contact.json"`)
	return give(w, http.StatusOK, out)
}

// begun are the conversations that began in an entry, the last one first.
func begun(e *runtime.Logged) (ids []string) {
	for i := len(e.Trace) - 1; i >= 0; i-- {
		if t := &e.Trace[i]; t.Kind == machine.Started && t.Conversation != "" {
			ids = append(ids, t.Conversation)
		}
	}
	return ids
}

func occurrence(e *runtime.Logged) Occurrence {
	data, _ := expression.Plain(e.Event.Data).(map[string]any)
	one := Occurrence{Seq: e.Seq, At: e.At, Type: e.Event.Type, ID: e.Event.ID, Data: data}
	if a := e.Attempt; a != nil {
		one.Delivery = &Attempted{a.Message, string(a.Channel), string(a.Result), a.Provider, a.Reason}
	}
	return one
}
