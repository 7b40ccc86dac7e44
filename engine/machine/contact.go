package machine

import (
	"time"

	"journey/engine/policy"
)

// Contact is the snapshot of a person that a step needs and may change.
type Contact struct {
	ID         string
	Name       string
	Phone      string // E.164
	Email      string
	Locale     string   // BCP 47; empty: the journey's
	Timezone   string   // IANA; empty: PhoneZones
	PhoneZones []string // the zones that the phone number may be in
	Online     bool     // the customer's chat page is open
	Attributes map[string]any
	Ledger     policy.Ledger
	Sent       []policy.Sent    // what counts towards limits, oldest first
	Disclosed  []policy.Purpose // purposes whose first SMS has gone out
	Sequence   uint64           // grows with every message either way; orders conversations by who wrote last
	Finished   []Finished       // ended conversations that an entry's `again` still asks about
	Watching   []Watch          // ended conversations whose goal can still be reached
	Clarifying *Clarification   // a question of ours before any conversation exists
	Unrouted   *Unrouted        // messages that no conversation took, until an agent has seen to them
}

// Unrouted are messages of a contact that no conversation took, in the hands of the agents.
type Unrouted struct {
	Handoff
	Channel policy.Channel // where the last of them came
}

// Finished is the end of the last conversation of a journey and key.
type Finished struct {
	Journey string
	Key     string
	At      time.Time
}

// Clarification remembers which intents a customer was asked to choose from, and the message that was not understood.
type Clarification struct {
	Channel policy.Channel
	Intents []string // in the order of the options
	Titles  []string
	Text    string // the message
}

func (c *Contact) address(ch policy.Channel) string {
	switch ch {
	case policy.SMS:
		return c.Phone
	case policy.Email:
		return c.Email
	}
	return ""
}
