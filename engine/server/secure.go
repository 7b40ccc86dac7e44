package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// longestAnswer bounds what a customer writes on a one-time page, in bytes.
const longestAnswer = 4000

// onceFor is the identity of what a one-time page does.
func onceFor(token string) string { return "secure/" + token }

// Texts of one-time pages.
const (
	confirmTitle = "Is it you?"
	confirmText  = "Confirm that you opened this link yourself. We never ask for a password here."
	messageTitle = "A message for you"
	messageText  = "It is shown once, and only to whoever has this link."
	askTitle     = "A question for you"
	usedTitle    = "This page was used already"
	usedText     = "It works once. If it was not you, answer the message that the link came in and tell us."
	expiredTitle = "This page is not needed any more"
	expiredText  = "The conversation that it belongs to has gone on, or ended. Answer the message that the link came in if something is left to do."
	doneTitle    = "Thank you"
	doneText     = "We have it. You can close this page."
)

func (s *Server) securePage(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	l, key, err := s.link(r, token, machine.Proof, machine.Form)
	if errors.Is(err, store.ErrNotFound) {
		return s.noLink(w, r)
	}
	if err != nil {
		return err
	}
	used, err := s.used(r.Context(), key, token)
	switch {
	case err != nil:
		return err
	case used:
		return s.turnDown(w, r, http.StatusGone, "gone", plainPage{Title: usedTitle, Text: usedText})
	case !s.needed(r.Context(), l):
		return s.turnDown(w, r, http.StatusGone, "gone", plainPage{Title: expiredTitle, Text: expiredText})
	}
	return s.show(w, http.StatusOK, pageOf(l, ""))
}

// pageOf is what a one-time page shows before it is used.
func pageOf(l *machine.LinkMade, problem string) plainPage {
	form := &plainForm{Action: "/s/" + l.Token, Button: "Confirm it is me"}
	page := plainPage{Title: confirmTitle, Text: confirmText, Problem: problem, Form: form}
	switch {
	case l.Kind == machine.Form && l.Asks:
		page.Title, page.Text, form.Button = askTitle, l.Text, "Send"
		form.Field = &plainField{Name: "answer", Label: "Your answer", Longest: longestAnswer}
	case l.Kind == machine.Form:
		page.Title, page.Text, form.Button = messageTitle, messageText, "Show it"
	}
	return page
}

func (s *Server) secureAnswer(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	l, key, err := s.link(r, token, machine.Proof, machine.Form)
	if errors.Is(err, store.ErrNotFound) {
		return s.noLink(w, r)
	}
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		return s.show(w, http.StatusUnprocessableEntity, pageOf(l, "That is too long."))
	}
	answer := strings.TrimSpace(r.PostForm.Get("answer"))
	if l.Asks && (answer == "" || len(answer) > longestAnswer) {
		return s.show(w, http.StatusUnprocessableEntity, pageOf(l, "Write an answer, of at most 4000 letters."))
	}
	work := runtime.Work{To: runtime.To{Key: key}, ID: onceFor(token)}
	switch {
	case l.Kind == machine.Proof:
		work.Event = linkOpened(l)
	case l.Asks:
		work.Event = &machine.Event{Type: string(l.Channel) + ".message",
			Message: &machine.CustomerMessage{Channel: l.Channel, Text: answer, Secure: true, Conversation: l.Conversation}}
	}
	return s.useOnce(w, r, l, work)
}

// useOnce does what a one-time page is for, unless it was done or came too late.
func (s *Server) useOnce(w http.ResponseWriter, r *http.Request, l *machine.LinkMade, work runtime.Work) error {
	used, err := s.used(r.Context(), work.To.Key, l.Token)
	if err != nil {
		return err
	}
	if !used && !s.needed(r.Context(), l) {
		return s.turnDown(w, r, http.StatusGone, "gone", plainPage{Title: expiredTitle, Text: expiredText})
	}
	done, err := s.o.Loop.Do(r.Context(), work)
	switch {
	case err != nil:
		return err
	case done.Seen:
		return s.turnDown(w, r, http.StatusGone, "gone", plainPage{Title: usedTitle, Text: usedText})
	case work.Event == nil:
		return s.show(w, http.StatusOK, plainPage{Title: messageTitle, Text: l.Text})
	case done.Output != nil && !done.Output.Handled:
		return s.turnDown(w, r, http.StatusGone, "gone", plainPage{Title: expiredTitle, Text: expiredText})
	}
	return s.show(w, http.StatusOK, plainPage{Title: doneTitle, Text: doneText})
}

// used tells whether a page did what it is for.
func (s *Server) used(ctx context.Context, key store.Key, token string) (bool, error) {
	return s.did(ctx, key, onceFor(token))
}

// did tells whether a contact's work of this identity was done.
func (s *Server) did(ctx context.Context, key store.Key, id string) (bool, error) {
	snapshots, err := s.o.Store.Load(ctx, []store.Ask{{Contact: key, Events: []string{id}}})
	return err == nil && snapshots[0].Seen[0], err
}

// needed tells whether a page's conversation still waits for it. A message stays readable until it is read.
func (s *Server) needed(ctx context.Context, l *machine.LinkMade) bool {
	c, err := s.o.Engine.Conversation(ctx, l.Conversation)
	switch {
	case err != nil:
		return false
	case l.Kind == machine.Proof:
		return c.Open() && c.Verification != nil && c.Verification.Secret == l.Token
	case l.Asks:
		return c.Open() && c.Question != nil
	}
	return true
}
