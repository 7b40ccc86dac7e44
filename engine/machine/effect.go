package machine

import (
	"time"

	"journey/engine/policy"
)

// Effect is something for the shell to do after the commit. Exactly one pointer is set. ID is stable: the same step over the
// same input gives the same ids, so an effect that was done before a crash is known as the same.
type Effect struct {
	ID      string
	Deliver *Deliver
	Request *Request
	Publish *Publish
	Heard   *Heard
	Handoff *HandoffChange
	Link    *LinkMade
	Counted *Counted
	Notice  *Notice // made by the shell
}

// Author is who a message is from.
type Author string

const (
	ByJourney Author = "journey"
	ByAgent   Author = "agent"
	ByEngine  Author = "engine"
)

// Deliver is a message to hand to a provider. Text is without option lines and disclosure, Body all that the carrier gets.
type Deliver struct {
	ID           string
	Conversation string // empty: before any conversation exists
	Journey      string
	State        string
	Channel      policy.Channel
	To           string
	By           Author
	Agent        string
	Text         string
	Subject      string
	Media        []string
	Choices      []string // labels of the options
	Disclosure   string
	Body         string
	Urgent       bool
	Sensitive    bool
	Purpose      policy.Purpose
	Answering    policy.Channel
	Question     bool
	Order        []policy.Channel // where it may go, in order
	Failed       []policy.Channel // where it has failed
	At           time.Time
	Confirms     bool   // it confirms an opt-out: the one message that may still go there
	Plain        *Plain // what a secure link took the place of
}

// Plain is a message as it is where no secure link takes its place.
type Plain struct {
	By      Author
	Text    string
	Media   []string
	Choices []string
}

// Request is a service call.
type Request struct {
	ID           string // also the idempotency key
	Conversation string
	Operation    string
	Args         map[string]any
}

// Publish is an `emit`.
type Publish struct {
	Conversation string
	Type         string
	Data         map[string]any
}

// Heard is a customer's message for the transcript; Queue is set where nothing took it ("unrouted") or an agent has the conversation.
type Heard struct {
	Conversation string
	Channel      policy.Channel
	Text         string
	Secure       bool
	Unrouted     bool
	At           time.Time
}

// HandoffChange opens, updates or closes a handoff.
type HandoffChange struct {
	Conversation string
	Closed       bool
	How          string // resolved, returned, or why else it closed
	Handoff      Handoff
}

// Notice tells somebody outside, by a webhook, of what happened.
type Notice struct {
	To   string // the subscriber's name
	Type string // "conversation.completed"
	At   time.Time
	Data map[string]any
}

// LinkMade is a short link to keep.
type LinkMade struct {
	Token        string
	Conversation string
	Kind         LinkKind
	URL          string // Tracked: where it leads
	Text         string // Form: what the page shows
	Asks         bool   // Form: it takes an answer
	Channel      policy.Channel
}
