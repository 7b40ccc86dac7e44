package machine

import (
	"time"

	"journey/engine/policy"
)

// LogEntry is what the event log keeps of one thing that happened to a contact: an event with what it led to, or an attempt to
// deliver a message.
type LogEntry struct {
	At      time.Time
	Event   Event // without a Type: none
	Effects []Effect
	Trace   []Trace
	Attempt *Attempt
}

// Attempt is what became of one attempt to deliver a message.
type Attempt struct {
	Message  string // its id
	Channel  policy.Channel
	Result   Result
	Reason   string // why not: a provider's code and words
	Provider string
	ID       string // the provider's, under which it reports
}

// Result is how an attempt ended.
type Result string

const (
	Accepted  Result = "accepted"  // a provider took it
	Postponed Result = "postponed" // it is tried again
	Rejected  Result = "rejected"  // for good
	GivenUp   Result = "given_up"  // it was tried for as long as it may be
	Unknown   Result = "unknown"   // nobody can tell
)
