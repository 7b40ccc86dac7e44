package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

func (s *Server) webhookRoutes() []route {
	const path = "POST /v1/channels/{channel}/{provider}"
	return []route{
		{pattern: path, public: true, summary: "A provider's messages from customers", handle: s.webhook, anyQuery: true, produces: anything, statuses: []int{200, 204},
			does: "In the provider's own format, with its signature in place of a token. It is answered once what it brings is kept; the same again changes nothing."},
		{pattern: path + "/status", public: true, summary: "A provider's reports of deliveries", handle: s.webhook, anyQuery: true, produces: anything, statuses: []int{200, 204},
			does: "In the provider's own format, with its signature in place of a token."},
	}
}

// receive has a provider's request read. Several accounts of one provider share its path, and the signature tells whose a request is.
func (s *Server) receive(r *http.Request, body []byte) (got channel.Received, err error) {
	ch, name := r.PathValue("channel"), r.PathValue("provider")
	err = notFound("No provider `%s` is configured for %s.", name, ch)
	for _, one := range s.o.Receivers {
		if string(one.Channel()) != ch || one.Name() != name {
			continue
		}
		if got, err = one.Receive(r, body); !errors.Is(err, channel.ErrForged) {
			return got, err
		}
	}
	return got, err
}

func (s *Server) webhook(w http.ResponseWriter, r *http.Request) error {
	provider := r.PathValue("provider")
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, channel.MaxBody))
	if err != nil {
		return tooLarge(channel.MaxBody)
	}
	r.Body = http.NoBody
	got, err := s.receive(r, body)
	switch {
	case errors.Is(err, channel.ErrForged):
		s.log.Warn("a webhook was forged, or the provider's secret is not the configured one", "route", r.Pattern, "provider", provider, "error", err)
		return problem(http.StatusForbidden, "forged", "It does not come from %s, or public_url is not the URL that it was sent to.", provider)
	case errors.Is(err, channel.ErrMalformed):
		return problem(http.StatusBadRequest, "malformed", "%v.", err)
	case err != nil:
		return err
	}
	for _, a := range got.Arrivals {
		if err := s.Arrived(r.Context(), provider, a); err != nil {
			return err
		}
	}
	if got.ContentType == "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	w.Header().Set("Content-Type", got.ContentType)
	_, _ = io.WriteString(w, got.Body) // the provider is gone, or has it
	return nil
}

// Arrived does what a provider brings, and returns once it is kept. A provider inside this process calls it in place of a webhook.
func (s *Server) Arrived(ctx context.Context, provider string, a channel.Arrival) error {
	switch {
	case a.Message != nil:
		return s.heard(ctx, provider, a.Message)
	case a.Report != nil && a.Report.State != channel.OnItsWay:
		return s.reported(ctx, provider, a.Report)
	}
	return nil
}

// heard gives in what a customer wrote.
func (s *Server) heard(ctx context.Context, provider string, m *channel.Inbound) error {
	to, conversation := s.answered(ctx, m)
	text := strings.Join(append(nonEmpty(m.Text), m.Media...), "\n")
	_, err := s.o.Loop.Do(ctx, runtime.Work{To: to, ID: "message/" + provider + "/" + m.ID, Event: &machine.Event{Type: string(m.Channel) + ".message",
		Message: &machine.CustomerMessage{Channel: m.Channel, Text: text, Conversation: conversation}}})
	return err
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// answered finds the conversation that a message says it answers, if our message went to where this comes from and its conversation is open.
// Anybody can name a message; without the address it would lead into somebody else's conversation.
func (s *Server) answered(ctx context.Context, m *channel.Inbound) (to runtime.To, conversation string) {
	to = runtime.To{Address: m.From, Inbound: true}
	if m.InReplyTo == "" {
		return to, ""
	}
	ours, key, err := s.o.Engine.Message(ctx, m.InReplyTo)
	if err != nil || ours.Conversation == "" || ours.Channel != m.Channel || !sameAddress(m.From, ours.To) {
		return to, ""
	}
	c, err := s.o.Engine.Conversation(ctx, ours.Conversation)
	if err != nil || !c.Open() {
		return to, ""
	}
	return runtime.To{Key: key}, c.ID
}

// sameAddress tells whether a URI is of an address.
func sameAddress(uri, address string) bool {
	_, bare, found := strings.Cut(uri, ":")
	return found && address != "" && strings.EqualFold(bare, address)
}

// reported gives in what became of a message. One that a provider reports before its id is kept is asked for again; one that is not ours
// is nothing. Reports may come in any order: what was delivered has not failed.
func (s *Server) reported(ctx context.Context, provider string, report *channel.Report) error {
	find := func() (*machine.Deliver, store.Key, error) {
		return s.o.Engine.Receipt(ctx, provider, report.ProviderID)
	}
	if report.Message != "" {
		find = func() (*machine.Deliver, store.Key, error) { return s.o.Engine.Message(ctx, report.Message) }
	}
	message, key, err := find()
	if err == nil && message == nil {
		err = store.ErrNotFound
	}
	switch {
	case errors.Is(err, store.ErrNotFound) && report.Message != "":
		return notFound("There is no message of ours `%s`.", report.Message)
	case errors.Is(err, store.ErrNotFound):
		return problem(http.StatusServiceUnavailable, "unavailable", "No message of ours is known under this id yet. Report it again.").later(stoppedPause)
	case err != nil:
		return err
	}
	if report.State == channel.Failed {
		arrived, err := s.did(ctx, key, reportOf(message, channel.Delivered))
		if arrived || err != nil {
			return err
		}
	}
	_, err = s.o.Loop.Do(ctx, runtime.Work{To: runtime.To{Key: key}, ID: reportOf(message, report.State),
		Event: &machine.Event{Type: "receipt", Report: &machine.DeliveryReport{Message: message, Delivered: report.State == channel.Delivered, Reason: report.Reason}}})
	return err
}

// reportOf is the identity of a report.
func reportOf(m *machine.Deliver, state channel.State) string {
	return "report/" + m.ID + "/" + state.String()
}
