package server

import (
	"context"
	"io"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Loop takes work in; *runtime.Loop is one.
type Loop interface {
	Do(ctx context.Context, w runtime.Work) (runtime.Done, error)
	Submit(w runtime.Work, done func(runtime.Done, error)) error
	Retry(ctx context.Context, letter uint64, act []byte) error
	Discard(ctx context.Context, letter uint64, act []byte) error
	Erase(ctx context.Context, key store.Key, act []byte) error
}

// Reader reads what the engine keeps; *runtime.Engine is one.
type Reader interface {
	Find(ctx context.Context, to runtime.To) (store.Key, error)
	Contact(ctx context.Context, key store.Key) (*machine.Contact, error)
	Open(ctx context.Context, key store.Key) ([]*machine.Conversation, error)
	Conversation(ctx context.Context, id string) (*machine.Conversation, error)
	Log(ctx context.Context, key store.Key, before uint64, limit int) ([]runtime.Logged, error)
	Link(ctx context.Context, token string) (*machine.LinkMade, store.Key, error)
	Message(ctx context.Context, id string) (*machine.Deliver, store.Key, error)
	Receipt(ctx context.Context, provider, id string) (*machine.Deliver, store.Key, error)
	DeadLetters(ctx context.Context, before uint64, limit int) ([]runtime.DeadLetter, error)
}

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// Journeys are the compiled journeys, and the business events that the live ones declare.
type Journeys interface {
	Graph(hash graph.Hash) *graph.Journey // nil where there is none
	Live() []*graph.Journey               // those that new conversations start on

	// Event gives the type of an event's data, an object; known is false for an event that no live journey declares.
	Event(name string) (data *expression.Type, known bool)
	EventNames() []string
}

// Backuper writes a copy of the data file that is consistent in itself, while it is in use.
type Backuper interface {
	Backup(ctx context.Context, w io.Writer) error
}

// Meter counts requests. It is called from several goroutines. The route is a pattern, never a path.
type Meter interface {
	Request(route, method string, status int, took time.Duration)
}
