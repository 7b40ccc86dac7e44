package server

import (
	"context"
	"errors"
	"net/http"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// filter is what a search wants.
type filter struct {
	contact                store.Key
	one                    bool // of that contact only
	journey, status, state string
}

func (s *Server) filter(r *http.Request) (f filter, err error) {
	query := r.URL.Query()
	f.journey, f.status, f.state = query.Get("journey"), query.Get("status"), query.Get("state")
	if f.status != "" {
		if detail := notOneOf(f.status, machine.Statuses); detail != "" {
			return f, invalidParameter("status", "%s", detail)
		}
	}
	text := query.Get("contact")
	if text == "" {
		return f, nil
	}
	to, bad := whom(text)
	if bad != "" {
		return f, invalidParameter("contact", "%s", bad)
	}
	f.one = true
	f.contact, err = s.o.Engine.Find(r.Context(), to)
	return f, err
}

// chunk is how many conversations are read at once.
const chunk = 200

// mostScanned is how many conversations one request looks at: some tens of milliseconds.
var mostScanned = 10_000

func (s *Server) listConversations(w http.ResponseWriter, r *http.Request) error {
	before, limit, err := page(r)
	if err != nil {
		return err
	}
	f, err := s.filter(r)
	list := ConversationList{Conversations: []Summary{}}
	if errors.Is(err, runtime.ErrNoContact) {
		return give(w, http.StatusOK, list)
	}
	if err != nil {
		return err
	}
	if f.one {
		if err := s.ofContact(r.Context(), &f, before, limit, &list); err != nil {
			return err
		}
		return give(w, http.StatusOK, list)
	}
	for scanned := 0; ; {
		starts, err := s.o.Store.Started(r.Context(), before, chunk)
		if err != nil {
			return err
		}
		for i := range starts {
			if scanned == mostScanned || len(list.Conversations) == limit {
				list.Next = cursor(before)
				return give(w, http.StatusOK, list)
			}
			scanned++
			before = starts[i].Seq
			if starts[i].ID == "" || f.journey != "" && starts[i].Journey != f.journey {
				continue
			}
			one, err := s.match(r.Context(), starts[i].Contact, starts[i].ID, &f)
			if err != nil {
				return err
			}
			if one != nil {
				list.Conversations = append(list.Conversations, *one)
			}
		}
		if len(starts) < chunk {
			return give(w, http.StatusOK, list)
		}
	}
}

// ofContact searches the conversations of one contact, which its own log names, however many others there are. Places count from the oldest.
func (s *Server) ofContact(ctx context.Context, f *filter, before uint64, limit int, list *ConversationList) error {
	var ids []string
	err := s.back(ctx, f.contact, 0, func(e *runtime.Logged) bool {
		ids = append(ids, begun(e)...)
		return true
	})
	if err != nil {
		return err
	}
	for i, id := range ids {
		place := uint64(len(ids) - i)
		if before != 0 && place >= before {
			continue
		}
		one, err := s.match(ctx, f.contact, id, f)
		if err != nil {
			return err
		}
		if one == nil {
			continue
		}
		if len(list.Conversations) == limit {
			list.Next = cursor(place + 1)
			return nil
		}
		list.Conversations = append(list.Conversations, *one)
	}
	return nil
}

// match gives a conversation if a search wants it, and nil if not. What was erased is not there.
func (s *Server) match(ctx context.Context, contact store.Key, id string, f *filter) (*Summary, error) {
	c, err := s.o.Engine.Conversation(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	one := s.summary(ctx, contact, c)
	if f.journey != "" && one.Journey != f.journey || f.status != "" && one.Status != f.status || f.state != "" && one.State != f.state {
		return nil, nil
	}
	return &one, nil
}
