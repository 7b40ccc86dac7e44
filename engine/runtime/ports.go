package runtime

import (
	"context"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/store"
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
	ID() string    // for events, contacts and the conversations that they start
}

// Versions gives the compiled journeys. They may change between two calls.
type Versions interface {
	Graph(hash graph.Hash) *graph.Journey // any version; nil where there is none
	Live() []*graph.Journey               // what entries may start, by id
	Classifier(hash graph.Hash) understand.Classifier
}

// Train gives what understands messages to a version by what it declares, for a Versions to keep: training takes its time.
func Train(g *graph.Journey) understand.Classifier {
	intents := make([]understand.Intent, len(g.Intents))
	for i := range g.Intents {
		intents[i] = understand.Intent{Name: g.Intents[i].Name, Examples: g.Intents[i].Examples}
	}
	return understand.Train(intents)
}

// Receipt is what a carrier says of a message.
type Receipt uint8

const (
	Taken       Receipt = iota
	Refused             // for good
	Unavailable         // try again
	Lost                // nobody can tell whether it was taken
)

// Answer is what became of a message that was handed to a carrier.
type Answer struct {
	Receipt  Receipt
	Reason   string        // why it was not taken: a provider's code and words
	After    time.Duration // Unavailable: not tried again before; zero: as the engine thinks fit
	Held     bool          // Unavailable: it waits its turn at a provider that is sent only so much at a time, which is no failure
	Provider string        // who took it, or was asked last
	ID       string        // Taken: the provider's id of the message, under which it reports
}

// Carrier hands messages to providers, or to the chat. Its methods are called from several goroutines.
type Carrier interface {
	// Send tries once, at most until ctx ends.
	Send(ctx context.Context, d *machine.Deliver) Answer

	// Careful tells that a second attempt might be a second message, so that each is put on record before it is made.
	Careful(d *machine.Deliver) bool

	// Ask tells what became of an attempt, made at a time, whose answer was lost: Taken, Unavailable where it has surely not been
	// taken, or Lost.
	Ask(ctx context.Context, d *machine.Deliver, attempted time.Time) Answer
}

// Services answers calls, after all their retries. It is called from several goroutines.
type Services interface {
	Call(ctx context.Context, r *machine.Request) machine.CallDone
}

// Hooks are those outside who are told of what happens. Its methods are called from several goroutines.
type Hooks interface {
	// To names the subscribers that want to hear of a type of event.
	To(event string) []string

	// Post tells one of them, once. id is the same each time. Answer's Provider and ID are not looked at.
	Post(ctx context.Context, id string, n *machine.Notice) Answer
}

// Store is what the runtime keeps everything in.
type Store = store.Contacts

// Meter takes measurements; its methods are cheap and called from several goroutines. All durations are of real time.
type Meter interface {
	Committed(events, contacts int, took time.Duration) // a batch: how many events about how many contacts, and its commit alone
	Stepped(took time.Duration)                         // one event
	Fired(late time.Duration)                           // a timer, how long after it was due
	Delivered(channel, provider string, result machine.Result, took time.Duration)
	Called(operation string, failed bool, took time.Duration)
}
