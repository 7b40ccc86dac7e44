package server

import (
	"encoding/json"
	"net/http"
	"time"

	"journey/engine/store"
)

// Act is an entry of the audit log: who did what, and when. It names a contact by its key, which tells nobody who that is once the
// contact is erased, and holds nothing that a customer wrote.
type Act struct {
	At           time.Time `json:"time"`
	By           string    `json:"by" doc:"the name of the token"`
	Role         Role      `json:"role"`
	Act          string    `json:"act" doc:"what was done: contact.erased"`
	Contact      string    `json:"contact,omitempty" doc:"the contact's key, as GET /v1/contacts/{id} gives it"`
	Conversation string    `json:"conversation,omitempty"`
	Detail       string    `json:"detail,omitempty"`
	Request      string    `json:"request,omitempty" doc:"the request's id"`
}

// Encode gives an act as the store keeps it.
func (a *Act) Encode() []byte { return mustJSON(a) }

// act begins an entry about a request.
func (s *Server) act(r *http.Request, what string) *Act {
	known := requestOf(r)
	return &Act{At: s.o.Clock.Now().UTC(), By: known.caller.Name, Role: known.caller.Role, Act: what, Request: known.id}
}

// record writes an act that changes no contact, before it is answered: what can't be put on record isn't shown.
func (s *Server) record(r *http.Request, a *Act) error {
	return s.o.Store.Record(r.Context(), a.Encode())
}

// about names whom an act is about.
func (a *Act) about(key store.Key, conversation string) *Act {
	a.Contact, a.Conversation = key.String(), conversation
	return a
}

// ActList is a page of the audit log.
type ActList struct {
	Acts []AuditEntry `json:"acts" doc:"newest first"`
	Next string       `json:"next,omitempty" doc:"the cursor of the next page; left out on the last"`
}

// AuditEntry is an act with its place in the log.
type AuditEntry struct {
	Seq uint64 `json:"seq"`
	Act
}

func (s *Server) audit(w http.ResponseWriter, r *http.Request) error {
	before, limit, err := page(r)
	if err != nil {
		return err
	}
	acts, err := s.o.Store.Audit(r.Context(), before, limit)
	if err != nil {
		return err
	}
	list := ActList{Acts: []AuditEntry{}}
	for _, a := range acts {
		one := AuditEntry{Seq: a.Seq}
		if json.Unmarshal(a.Bytes, &one.Act) != nil {
			one.Detail = string(a.Bytes) // somebody else's form is better than nothing
		}
		list.Acts = append(list.Acts, one)
	}
	if len(acts) == limit {
		list.Next = cursor(acts[limit-1].Seq)
	}
	return give(w, http.StatusOK, list)
}
