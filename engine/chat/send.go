package chat

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// longest is how many characters a message may have.
const longest = 4000

var (
	clientID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	locale   = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
)

// message takes what a customer wrote, and answers once it is synced. The same id again is the same message.
func (s *Server) message(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ID     string `json:"id"`
		Text   string `json:"text"`
		Locale string `json:"locale"`
	}
	if !read(w, r, &in) {
		return
	}
	text := strings.TrimSpace(strings.ToValidUTF8(in.Text, "\uFFFD"))
	switch n := utf8.RuneCountInString(text); {
	case !clientID.MatchString(in.ID):
		refuse(w, http.StatusBadRequest, "id must be 1 to 64 letters, digits, - or _, and another for each message")
		return
	case n == 0:
		refuse(w, http.StatusUnprocessableEntity, "text is empty")
		return
	case n > longest:
		refuse(w, http.StatusUnprocessableEntity, "text is longer than 4,000 characters")
		return
	}
	contact := callerOf(r.Context()).contact
	if wait, ok := s.hub.wrote(contact, time.Now()); !ok {
		later(w, http.StatusTooManyRequests, wait, "too many messages at once")
		return
	}
	id := messageID(contact) + in.ID
	_, err := s.o.Loop.Do(r.Context(), runtime.Work{
		To:    runtime.To{Contact: contact},
		ID:    id,
		Edit:  speaks(in.Locale),
		Event: &machine.Event{ID: id, Type: "chat.message", Message: &machine.CustomerMessage{Channel: policy.Chat, Text: text}},
	})
	switch {
	case err == nil:
		answer(w, http.StatusAccepted, map[string]string{"id": in.ID})
	case errors.Is(err, runtime.ErrBusy):
		later(w, http.StatusTooManyRequests, time.Second, "too much is waiting: come again")
	case errors.Is(err, runtime.ErrStopped), r.Context().Err() != nil:
		later(w, http.StatusServiceUnavailable, 2*time.Second, "the server is stopping: come again")
	default:
		s.o.Log.Error("chat message not taken", "contact", contact, "error", err)
		later(w, http.StatusInternalServerError, 5*time.Second, "the message was not taken")
	}
}

// messageID is what the ids of a contact's chat messages begin with.
func messageID(contact string) string { return "message/chat/" + contact + "/" }

// speaks notes the page's language where a contact has none yet; nil where there is nothing to note.
func speaks(language string) func(*machine.Contact) error {
	if !locale.MatchString(language) {
		return nil
	}
	return func(c *machine.Contact) error {
		if c.Locale == "" {
			c.Locale = language
		}
		return nil
	}
}

// typing passes on that the customer is writing.
func (s *Server) typing(w http.ResponseWriter, r *http.Request) {
	contact := callerOf(r.Context()).contact
	if s.o.Typing != nil && s.hub.mayType(contact, time.Now()) {
		s.o.Typing(contact)
	}
	w.WriteHeader(http.StatusNoContent)
}
