package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/transcript"
)

// DeadLetter is a message that no channel could deliver, or a notice that its subscriber did not take.
type DeadLetter struct {
	ID           string    `json:"id"`
	At           time.Time `json:"time,omitzero" doc:"when it was given up"`
	ContactKey   string    `json:"contact_key"`
	Subscriber   string    `json:"subscriber,omitempty" doc:"whom a notice was for"`
	Event        string    `json:"event,omitempty" doc:"the type of a notice"`
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
	History      []Try     `json:"history,omitempty" doc:"every attempt, also on the channels before; oldest first"`
}

// Try is one attempt to deliver a message, or what its provider reported of it afterwards.
type Try struct {
	At       time.Time `json:"time"`
	Message  string    `json:"message" doc:"its id, which is another on each channel"`
	Channel  string    `json:"channel"`
	Provider string    `json:"provider,omitempty"`
	Result   string    `json:"result" enum:"accepted,postponed,rejected,given_up,unknown,undelivered" doc:"postponed: it was tried again; undelivered: a provider took it, and reported so"`
	Reason   string    `json:"reason,omitempty" doc:"a provider's code and words"`
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
		one := letterOf(&letters[i])
		if one.History, err = s.tries(r.Context(), &letters[i]); err != nil {
			return err
		}
		list.DeadLetters = append(list.DeadLetters, one)
	}
	if len(letters) == limit {
		list.Next = cursor(letters[limit-1].Seq)
	}
	return give(w, http.StatusOK, list)
}

func letterOf(l *runtime.DeadLetter) DeadLetter {
	one := DeadLetter{ID: strconv.FormatUint(l.Seq, 10), At: l.At, ContactKey: l.Contact.String(), Reason: l.Reason, Result: string(l.Result)}
	if n := l.Notice; n != nil {
		one.Subscriber, one.Event = n.To, n.Type
	}
	if m := l.Message; m != nil {
		one.Message, one.Conversation, one.Journey, one.State = m.ID, m.Conversation, m.Journey, m.State
		one.Channel, one.To, one.Text = string(m.Channel), m.To, transcript.Text(m)
		for _, ch := range m.Failed {
			one.Failed = append(one.Failed, string(ch))
		}
	}
	return one
}

// tries reads a message's way from the contact's log, back to where it was first made.
func (s *Server) tries(ctx context.Context, l *runtime.DeadLetter) (list []Try, err error) {
	if l.Message == nil {
		return nil, nil
	}
	id := l.Message.ID
	err = s.back(ctx, l.Contact, 0, func(e *runtime.Logged) bool {
		if a := e.Attempt; a != nil && a.Message == id {
			list = append(list, Try{e.At, id, string(a.Channel), a.Provider, string(a.Result), a.Reason})
		}
		report := e.Event.Report
		if makes(e, id) {
			if report == nil || report.Message == nil {
				return false
			}
			id = report.Message.ID // it was made in place of one that failed
		}
		if e.Event.Type == "receipt" && report != nil && report.Message != nil && report.Message.ID == id && !report.Delivered {
			list = append(list, Try{At: e.At, Message: id, Channel: string(report.Message.Channel), Result: "undelivered", Reason: report.Reason})
		}
		return true
	})
	slices.Reverse(list)
	return list, err
}

// makes tells that a message was made in an entry.
func makes(e *runtime.Logged, id string) bool {
	return slices.ContainsFunc(e.Effects, func(f machine.Effect) bool { return f.Deliver != nil && f.Deliver.ID == id })
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
