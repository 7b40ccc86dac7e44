package runtime

import (
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/understand"
)

// Clock tells the time that events get.
type Clock interface {
	Now() time.Time
}

// Secrets draws what may not be guessed, and ids that are unique.
type Secrets interface {
	Code() string  // six digits, for verification
	Token() string // for links
	ID() string    // for events and the conversations that they start
}

// Versions gives the compiled journeys.
type Versions interface {
	Graph(hash graph.Hash) *graph.Journey // any version; nil where there is none
	Live() []*graph.Journey               // what entries may start, by id
	Classifier(hash graph.Hash) understand.Classifier
}

// Receipt is what a carrier says at once.
type Receipt uint8

const (
	Taken       Receipt = iota
	Refused             // for good
	Unavailable         // try again
)

// Carrier hands messages to a provider, or to the chat.
type Carrier interface {
	Send(d *machine.Deliver) (Receipt, string)
}

// Services answers calls, after all their retries.
type Services interface {
	Call(r *machine.Request) machine.CallDone
}

// Stored is a conversation as it is kept.
type Stored struct {
	ID     string
	Open   bool // or a message of it is still held
	Bytes  []byte
	Timers []machine.Timer
}

// Snapshot is what a step about a contact looks at: the contact, and all its open conversations.
type Snapshot struct {
	Contact []byte
	Open    [][]byte
}

// Due is a timer of a conversation.
type Due struct {
	Contact      string
	Conversation string
	Timer        machine.Timer
}

// Commit is all that one event changes. It happens as a whole or not at all, and touches one contact.
type Commit struct {
	Contact       string
	State         []byte
	Conversations []Stored
	Outgoing      []*Outgoing
	Key           string // of the event, so that the same one again is nothing; may be empty
	Event         *machine.Event
	Output        *machine.Output // for the log: effects and trace
}

// Outgoing is an effect on its way out, with its history.
type Outgoing struct {
	Contact  string
	Effect   machine.Effect
	First    time.Time // the first attempt
	Next     time.Time // not before
	Attempts int
}

// Store keeps contacts, conversations, timers and what is on its way out. Unknown ids are nil, not errors.
type Store interface {
	Load(contact string) (Snapshot, error)
	Conversation(contact, id string) ([]byte, error)
	Seen(contact, key string) (bool, error)
	Commit(c *Commit) error
	NextTimer() (Due, bool, error)  // the one that is due first
	Outgoing() ([]*Outgoing, error) // in the order in which they were made
	Finish(o *Outgoing) error       // it has left, or is given up
	Postpone(o *Outgoing) error     // it is tried again at o.Next
}
