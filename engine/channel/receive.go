package channel

import (
	"errors"
	"net/http"
	"strings"

	"journey/engine/policy"
)

var (
	// ErrForged is wrapped where a web hook's request was not signed as its provider signs.
	ErrForged = errors.New("the request does not come from the provider")
	// ErrMalformed is wrapped where a request is not in the provider's format; the error says in what.
	ErrMalformed = errors.New("the request is not in the provider's format")
)

// MaxBody is the size of a web hook's request, in bytes, above which it is refused unread. Mail comes with its attachments.
const MaxBody = 10 << 20

// Receiver reads a provider's web hooks, which are at /v1/channels/{channel}/{name} and below. Its methods are called from several goroutines.
type Receiver interface {
	Name() string
	Channel() policy.Channel

	// Receive verifies a request and reads it. The body is whole, and at most MaxBody long; the request's own is not looked
	// at. Its error wraps ErrForged or ErrMalformed, and holds nothing that the customer wrote.
	Receive(r *http.Request, body []byte) (Received, error)
}

// Received is what a request brought, and what to answer it with once that is safe.
type Received struct {
	Arrivals    []Arrival
	ContentType string // empty: an empty 204
	Body        string
}

// Arrival is one thing that came from a provider. Exactly one of the pointers is set.
type Arrival struct {
	Message *Inbound
	Report  *Report
}

// Inbound is what a customer wrote.
type Inbound struct {
	Channel   policy.Channel
	From      string   // "tel:+14155550101" or "mailto:ada@shop.example"
	To        string   // ours, likewise; empty where the provider doesn't say
	Text      string   // without quoted history
	Subject   string   // email
	Media     []string // URLs
	Provider  string
	ID        string // the provider's, the same each time it comes
	InReplyTo string // our id of the message that it answers; empty where that is not known
}

// Report is what became of a message that was taken.
type Report struct {
	Provider   string
	Message    string // our id of the message; empty where the request doesn't carry it
	ProviderID string // the provider's, as in Answer.ID
	State      State
	Reason     string // Failed: why
}

// State is how far a message has come.
type State uint8

const (
	OnItsWay State = iota
	Delivered
	Failed // for good
)

func (s State) String() string {
	switch s {
	case Delivered:
		return "delivered"
	case Failed:
		return "failed"
	}
	return "on its way"
}

// RequestURL is the URL that a request was sent to, as its sender wrote it: below the public URL if there is one, else by
// what the request says of itself. A signature may be over it.
func RequestURL(public string, r *http.Request) string {
	if public != "" {
		return strings.TrimSuffix(public, "/") + r.URL.RequestURI()
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + r.URL.RequestURI()
}

// Tel makes the URI of a contact's address from a number in E.164, with or without its plus: "tel:+14155550101".
func Tel(number string) (uri string, ok bool) {
	digits := strings.TrimPrefix(strings.TrimSpace(number), "+")
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return "tel:+" + digits, true
}
