package chat

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
)

// Who a message is from.
const (
	byCustomer = "customer"
	byJourney  = "journey"
	byAgent    = "agent"
)

// Message is a line of the transcript as a page gets it.
type Message struct {
	ID         string         `json:"id"` // its place: a sequence number of the log, a dot and a number within the entry
	At         time.Time      `json:"time"`
	Who        string         `json:"who"` // customer, journey, agent, engine
	Via        policy.Channel `json:"via"` // chat, sms, email
	Text       string         `json:"text"`
	Choices    []string       `json:"choices,omitempty"`
	Media      []string       `json:"media,omitempty"`
	Disclosure string         `json:"disclosure,omitempty"`
	Client     string         `json:"client,omitempty"` // the id that the page gave what it sent
	Hidden     bool           `json:"hidden,omitempty"` // it is not shown here: a secret, or something sensitive
	Progress                  // of a text or an email to the customer
}

// Progress is what became of a message that left the chat.
type Progress struct {
	Ref      string `json:"ref,omitempty"`      // the message's own id, the same wherever it stands
	Delivery string `json:"delivery,omitempty"` // waiting, sent, delivered, failed; empty: nobody can tell
}

// How far a message has come.
const (
	waiting   = "waiting"
	sent      = "sent"
	delivered = "delivered"
	failed    = "failed"
)

// attempts are how far a message has come after an attempt.
var attempts = map[machine.Result]string{machine.Postponed: waiting, machine.Accepted: sent, machine.Rejected: failed, machine.GivenUp: failed}

// hide takes out what may not be shown.
func (m *Message) hide() { m.Hidden, m.Text, m.Media, m.Choices = true, "", nil, nil }

// place is where a message stands in a contact's log.
type place struct {
	seq uint64
	nth int // which of the entry's effects
}

// whole is the place behind all messages of an entry.
const whole = math.MaxInt

// String leaves the number out where the whole entry is meant.
func (p place) String() string {
	if p.nth == whole || p.seq == 0 {
		return strconv.FormatUint(p.seq, 10)
	}
	return fmt.Sprintf("%d.%d", p.seq, p.nth)
}

// parsePlace reads what String gives.
func parsePlace(text string) (place, error) {
	seq, nth, precise := strings.Cut(text, ".")
	p := place{nth: whole}
	var err error
	if p.seq, err = strconv.ParseUint(seq, 10, 64); err == nil && precise {
		p.nth, err = strconv.Atoi(nth)
	}
	if err != nil || p.nth < 0 {
		return place{}, fmt.Errorf("%q is no message's id", text)
	}
	return p, nil
}
