// Package channeltest is the suite that every provider passes, against a server of its own kind that misbehaves on demand.
package channeltest

import (
	"net/http"
	"testing"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// Behaviour is what a provider's server does with a message.
type Behaviour string

const (
	Take         Behaviour = "take"          // as it should
	Fail         Behaviour = "fail"          // an error of its own: HTTP 500, SMTP 451
	TooMany      Behaviour = "too many"      // asks to come again after Bench.After
	Garbage      Behaviour = "garbage"       // answers what nobody understands
	Hang         Behaviour = "hang"          // takes nothing and never answers
	TakeAndDrop  Behaviour = "take and drop" // takes the message and closes the connection without an answer
	Vanish       Behaviour = "vanish"        // is not there
	RefuseNumber Behaviour = "refuse number" // the address is wrong
	RefuseUs     Behaviour = "refuse us"     // the password is wrong; the answer repeats it
)

// Got is a message that the server has taken.
type Got struct {
	To, Text string
}

// Bench is a provider and its server.
type Bench struct {
	Provider channel.Provider
	Receiver channel.Receiver // nil: it has no web hooks
	To       string           // an address, as in machine.Deliver
	From     string           // the URI of a customer
	Secrets  []string
	After    time.Duration // what TooMany asks for; 0: the protocol can't say

	Behave func(Behaviour) bool // false: this server can't do so
	Taken  func() []Got

	Inbound func(text string) Hook                                // a customer writes from From
	Report  func(message, providerID string, delivered bool) Hook // nil: there are none
	Garbled func() Hook                                           // signed, and nonsense
}

// Hook is a request to a web hook.
type Hook struct {
	Request *http.Request
	Body    []byte
}

// Run runs the suite; bench gives a fresh provider and server.
func Run(t *testing.T, bench func(t *testing.T) *Bench) {
	t.Run("send", func(t *testing.T) { sends(t, bench) })
	t.Run("misbehaving server", func(t *testing.T) { misbehaves(t, bench) })
	t.Run("web hooks", func(t *testing.T) { hooks(t, bench) })
}

// Message makes a message to send.
func Message(b *Bench, id, text string) *machine.Deliver {
	return &machine.Deliver{ID: id, Conversation: "c1", Journey: "orders", Channel: b.Provider.Channel(), To: b.To, By: machine.ByJourney, Text: text,
		Body: text, Subject: "Your order", Purpose: policy.Transactional, At: time.Date(2026, 5, 14, 10, 30, 0, 0, time.UTC)}
}

// Say puts an answer into words.
func Say(a channel.Answer) string {
	s := map[runtime.Receipt]string{runtime.Taken: "taken", runtime.Refused: "refused", runtime.Unavailable: "unavailable", runtime.Lost: "lost"}[a.Receipt]
	switch {
	case a.Broken:
		s = "broken"
	case a.Elsewhere:
		s += " here"
	case a.Works:
		s = "not now"
	}
	if a.After > 0 {
		s += " after " + a.After.String()
	}
	return s + ": " + a.Reason
}
