package server

import (
	"context"
	"io"
	"net/http"
	"time"

	"journey/engine/desk"
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

// Tracer follows requests. It is called from several goroutines.
type Tracer interface {
	// Request begins to follow one, whose route is a pattern; end is told its status.
	Request(r *http.Request, route string) (inside context.Context, end func(status int))
}

// Meter counts requests. It is called from several goroutines. The route is a pattern, never a path.
type Meter interface {
	Request(route, method string, status int, took time.Duration)
}

// Desk is where agents work; *desk.Desk is one.
type Desk interface {
	List(f desk.Filter) (list []desk.Item, next string, err error)
	Packet(ctx context.Context, id string, see desk.Sight) (*desk.Packet, error)
	Queues() []desk.QueueState
	Agents() []desk.AgentState
	SetAvailable(name string, available bool) desk.AgentState
	Canned(ctx context.Context, id, agent string) ([]desk.Canned, error)

	Next(ctx context.Context, by desk.Actor, queue string) (desk.Item, error)
	Claim(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	Reply(ctx context.Context, by desk.Actor, id, text string, urgent bool) (desk.Sent, error)
	Note(ctx context.Context, by desk.Actor, id, text string) (desk.Item, error)
	Return(ctx context.Context, by desk.Actor, id string, data map[string]any) error
	Resolve(ctx context.Context, by desk.Actor, id, disposition string, data map[string]any) error
	Transfer(ctx context.Context, by desk.Actor, id string, to desk.Destination, note string) (desk.Item, error)
	Release(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	TakeOver(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	Typing(by desk.Actor, id string) error

	Enter(name string) (leave func())
	Follow() (changes <-chan desk.Change, cancel func())
	Stopped() <-chan struct{}
	Renamed(key store.Key, contact *machine.Contact)
	Forget(contact store.Key)
}
