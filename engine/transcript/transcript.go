// Package transcript reads what a contact and we wrote to each other from the contact's log, with what became of each message, and
// takes out what is sensitive. It changes nothing.
package transcript

import (
	"context"
	"regexp"
	"slices"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Message is one message of a transcript, either way.
type Message struct {
	ID           string    `json:"id"`
	Conversation string    `json:"conversation,omitempty" doc:"left out: it belongs to none"`
	At           time.Time `json:"time"`
	By           string    `json:"by" enum:"customer,journey,agent,engine"`
	Agent        string    `json:"agent,omitempty" doc:"which one"`
	Channel      string    `json:"channel" enum:"chat,sms,email"`
	Subject      string    `json:"subject,omitempty"`
	Text         string    `json:"text"`
	Behind       string    `json:"behind_link,omitempty" doc:"what stands on the one-time page that the text leads to; always sensitive"`
	Choices      []string  `json:"choices,omitempty"`
	Media        []string  `json:"media,omitempty" doc:"URLs"`
	Disclosure   string    `json:"disclosure,omitempty" doc:"what was sent along: who writes, how often, how to stop"`
	Masked       bool      `json:"masked,omitempty" doc:"it is sensitive, and not shown whole"`
	Secure       bool      `json:"secure,omitempty" doc:"the customer wrote it on a one-time page"`
	Unrouted     bool      `json:"unrouted,omitempty" doc:"nothing took it; people look at it"`
	Delivery     *Delivery `json:"delivery,omitempty" doc:"of what we sent"`

	asks, secret bool
}

// Delivery is what became of a message of ours.
type Delivery struct {
	Status   string    `json:"status" enum:"pending,accepted,delivered,failed,unknown" doc:"accepted: a provider has it; unknown: nobody can tell"`
	At       time.Time `json:"time,omitzero"`
	Provider string    `json:"provider,omitempty"`
	Reason   string    `json:"reason,omitempty" doc:"why not: a provider's code and words"`
	Attempts int       `json:"attempts,omitempty"`
}

// Bounds of a transcript.
const (
	mostMessages = 2000
	mostEntries  = 20000
)

// Transcript gathers messages from a contact's log.
type Transcript struct {
	Messages []*Message // oldest first, once it is complete
	Cut      bool       // there is more at the beginning

	wanted    func(conversation string) bool
	since     time.Time
	most      int
	delivered map[string]*Delivery // by a message's id
	entries   int
}

// New gathers messages since a time that belong to wanted conversations, at most so many, the newest; 0: as many as one transcript has.
func New(since time.Time, most int, wanted func(conversation string) bool) *Transcript {
	if most == 0 {
		most = mostMessages
	}
	return &Transcript{wanted: wanted, since: since, most: most, delivered: map[string]*Delivery{}}
}

// Read reads a transcript whole.
func Read(ctx context.Context, log Log, key store.Key, since time.Time, wanted func(conversation string) bool) (*Transcript, error) {
	t := New(since, 0, wanted)
	if err := Walk(ctx, log, key, 0, t.Visit); err != nil {
		return nil, err
	}
	t.Complete()
	return t, nil
}

// Complete puts the messages in order, once all entries were visited.
func (t *Transcript) Complete() {
	slices.Reverse(t.Messages)
	t.markAnswers()
}

// Visit takes in an entry of the log, of which the newest comes first, and tells whether it wants more.
func (t *Transcript) Visit(e *runtime.Logged) bool {
	t.entries++
	if e.At.Before(t.since) {
		return false
	}
	if len(t.Messages) >= t.most || t.entries > mostEntries {
		t.Cut = true
		return false
	}
	if e.Attempt != nil {
		t.attempted(e.At, e.Attempt)
	}
	if r := e.Event.Report; r != nil && r.Message != nil {
		t.reported(e.At, r)
	}
	for i := len(e.Effects) - 1; i >= 0; i-- {
		if d := e.Effects[i].Deliver; d != nil && t.wanted(d.Conversation) {
			t.Messages = append(t.Messages, t.sent(d))
		}
		if h := e.Effects[i].Heard; h != nil && t.wanted(h.Conversation) {
			t.Messages = append(t.Messages, heard(e.Effects[i].ID, h))
		}
	}
	return true
}

// delivery is of a message that comes further back in the log.
func (t *Transcript) delivery(id string) *Delivery {
	d := t.delivered[id]
	if d == nil {
		d = &Delivery{}
		t.delivered[id] = d
	}
	return d
}

// results are the attempts' in the words of a delivery.
var results = map[machine.Result]string{machine.Accepted: "accepted", machine.Postponed: "pending", machine.Rejected: "failed", machine.GivenUp: "failed",
	machine.Unknown: "unknown"}

// attempted notes an attempt. What came later, and is known already, stands.
func (t *Transcript) attempted(at time.Time, a *machine.Attempt) {
	d := t.delivery(a.Message)
	d.Attempts++
	if d.Provider == "" {
		d.Provider = a.Provider
	}
	if d.Status == "" {
		d.Status, d.At, d.Reason = results[a.Result], at, a.Reason
	}
}

// reported notes what a provider reported: it outranks what an attempt said, and that it arrived outranks all.
func (t *Transcript) reported(at time.Time, r *machine.DeliveryReport) {
	d := t.delivery(r.Message.ID)
	switch {
	case r.Delivered && d.Status != "delivered":
		d.Status, d.At, d.Reason = "delivered", at, ""
	case !r.Delivered && d.Status != "delivered" && d.Status != "failed":
		d.Status, d.At, d.Reason = "failed", at, r.Reason
	}
}

// secretPath is of a one-time page: whoever knows it can answer in the customer's place.
var secretPath = regexp.MustCompile(`/s/[A-Za-z0-9_-]+`)

func (t *Transcript) sent(d *machine.Deliver) *Message {
	m := &Message{ID: d.ID, Conversation: d.Conversation, At: d.At, By: string(d.By), Agent: d.Agent, Channel: string(d.Channel), Subject: d.Subject,
		Text: secretPath.ReplaceAllString(d.Text, "/s/…"), Choices: d.Choices, Media: d.Media, Disclosure: d.Disclosure, Delivery: t.delivered[d.ID],
		asks: d.Question || d.Purpose == policy.Verification, secret: d.Sensitive && d.Plain == nil || d.Purpose == policy.Verification}
	if d.Plain != nil {
		m.Behind = d.Plain.Text
	}
	switch {
	case m.Delivery == nil && d.Channel == policy.Chat:
		m.Delivery = &Delivery{Status: "accepted", At: d.At}
	case m.Delivery == nil:
		m.Delivery = &Delivery{Status: "pending"}
	case m.Delivery.Status == "":
		m.Delivery.Status = "pending"
	}
	return m
}

func heard(id string, h *machine.Heard) *Message {
	return &Message{ID: id, Conversation: h.Conversation, At: h.At, By: "customer", Channel: string(h.Channel), Text: h.Text, Secure: h.Secure,
		Unrouted: h.Unrouted, secret: h.Secure}
}

// markAnswers makes secret what answers a question that is.
func (t *Transcript) markAnswers() {
	asked := map[string]bool{}
	for _, m := range t.Messages {
		switch {
		case m.By == "customer":
			m.secret = m.secret || asked[m.Conversation]
		case m.asks:
			asked[m.Conversation] = m.secret || m.Behind != ""
		}
	}
}

// Mask stands for what is not shown.
const Mask = "•••"

// Hide takes out what is sensitive.
func (t *Transcript) Hide() {
	for _, m := range t.Messages {
		if m.Behind != "" {
			m.Behind, m.Masked = Mask, true
		}
		if m.secret {
			m.Text, m.Subject, m.Choices, m.Media, m.Masked = Mask, "", nil, nil, true
		}
	}
}

// Text is what may be shown of one message.
func Text(d *machine.Deliver) string {
	t := &Transcript{}
	one := t.sent(d)
	t.Messages = []*Message{one}
	t.Hide()
	return one.Text
}
