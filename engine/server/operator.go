package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
)

// DeadLetter is a message that no channel could deliver.
type DeadLetter struct {
	ID           string    `json:"id"`
	At           time.Time `json:"time,omitzero" doc:"when it was given up"`
	ContactKey   string    `json:"contact_key"`
	Erased       bool      `json:"erased,omitempty" doc:"the contact is, so nothing is known of the message"`
	Message      string    `json:"message,omitempty" doc:"its id"`
	Conversation string    `json:"conversation,omitempty"`
	Journey      string    `json:"journey,omitempty"`
	State        string    `json:"state,omitempty"`
	Channel      string    `json:"channel,omitempty" doc:"the last one that was tried"`
	To           string    `json:"to,omitempty"`
	Text         string    `json:"text,omitempty" doc:"masked where it is sensitive"`
	Reason       string    `json:"reason,omitempty" doc:"a provider's code and words"`
	Result       string    `json:"result,omitempty" enum:"rejected,given_up,unknown" doc:"how its last attempt ended; unknown: nobody can tell whether it was taken"`
	Failed       []string  `json:"failed,omitempty" doc:"the channels that it failed on"`
}

// DeadLetterList is a page of dead letters.
type DeadLetterList struct {
	DeadLetters []DeadLetter `json:"dead_letters" doc:"newest first"`
	Next        string       `json:"next,omitempty" doc:"the cursor of the next page; left out on the last"`
}

// Settled says what was done with a dead letter.
type Settled struct {
	ID     string `json:"id"`
	Status string `json:"status" enum:"retried,discarded"`
}

func (s *Server) operatorRoutes() []route {
	const path = "/v1/dead-letters"
	list := []route{
		{pattern: "GET " + path, roles: readers, summary: "What could not be delivered", handle: s.listDeadLetters, gives: DeadLetterList{}, query: pageParameters},
		{pattern: "POST " + path + "/{id}/retry", roles: []Role{Agent}, summary: "Send a dead letter once more", gives: Settled{}, once: true,
			handle: s.settle("retried", s.o.Loop.Retry)},
		{pattern: "POST " + path + "/{id}/discard", roles: []Role{Agent}, summary: "Give a dead letter up", gives: Settled{}, once: true,
			handle: s.settle("discarded", s.o.Loop.Discard)},
		{pattern: "GET /v1/audit", roles: []Role{Approver}, summary: "Who did what", handle: s.audit, gives: ActList{}, query: pageParameters},
	}
	if s.o.Backup != nil {
		list = append(list, route{pattern: "GET /v1/data/backup", roles: []Role{}, summary: "A copy of the data file, while it is in use", handle: s.backup,
			produces: "application/octet-stream", does: "The keys that it is sealed with are in a file of their own, and not in it."})
	}
	return list
}

func (s *Server) listDeadLetters(w http.ResponseWriter, r *http.Request) error {
	before, limit, err := page(r)
	if err != nil {
		return err
	}
	letters, err := s.o.Engine.DeadLetters(r.Context(), before, limit)
	if err != nil {
		return err
	}
	list := DeadLetterList{DeadLetters: []DeadLetter{}}
	for i := range letters {
		list.DeadLetters = append(list.DeadLetters, letterOf(&letters[i]))
	}
	if len(letters) == limit {
		list.Next = cursor(letters[limit-1].Seq)
	}
	return give(w, http.StatusOK, list)
}

func letterOf(l *runtime.DeadLetter) DeadLetter {
	one := DeadLetter{ID: strconv.FormatUint(l.Seq, 10), At: l.At, ContactKey: l.Contact.String(), Reason: l.Reason, Result: string(l.Result), Erased: l.Message == nil}
	if m := l.Message; m != nil {
		one.Message, one.Conversation, one.Journey, one.State = m.ID, m.Conversation, m.Journey, m.State
		one.Channel, one.To, one.Text = string(m.Channel), m.To, letterText(m)
		for _, ch := range m.Failed {
			one.Failed = append(one.Failed, string(ch))
		}
	}
	return one
}

func letterText(m *machine.Deliver) string {
	t := &transcript{}
	one := t.sent(m)
	t.messages = []*Message{one}
	t.hide()
	return one.Text
}

// settle is for a dead letter what act does, and says so.
func (s *Server) settle(status string, act func(ctx context.Context, letter uint64, act []byte) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		seq, err := strconv.ParseUint(id, 10, 64)
		if err != nil || seq == 0 {
			return notFound("There is no dead letter `%s`.", id)
		}
		letters, err := s.o.Engine.DeadLetters(r.Context(), seq+1, 1)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(letters, func(l runtime.DeadLetter) bool { return l.Seq == seq })
		if at < 0 {
			return notFound("There is no dead letter `%s`; it may have been settled already.", id)
		}
		entry := s.act(r, "dead_letter."+status).about(letters[at].Contact, "")
		entry.Detail = id
		if err := act(r.Context(), seq, entry.Encode()); err != nil {
			return err
		}
		return give(w, http.StatusOK, Settled{ID: id, Status: status})
	}
}

func (s *Server) backup(w http.ResponseWriter, r *http.Request) error {
	if err := s.record(r, s.act(r, "data.backed_up")); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="journey-`+s.o.Clock.Now().UTC().Format("20060102T150405Z")+`.db"`)
	if err := s.o.Backup.Backup(r.Context(), w); err != nil {
		s.log.Error("a backup broke off", "request", requestOf(r).id, "error", err)
		panic(http.ErrAbortHandler) // the only way left to tell the caller that it isn't whole
	}
	return nil
}
