package pages

import (
	"context"

	"journey/engine/channel/sandbox"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/service/shop"
	"journey/engine/store"
)

// Engine reads what is kept. *runtime.Engine is one.
type Engine interface {
	Find(ctx context.Context, to runtime.To) (store.Key, error)
	Contact(ctx context.Context, key store.Key) (*machine.Contact, error)
	Conversation(ctx context.Context, id string) (*machine.Conversation, error)
	Log(ctx context.Context, key store.Key, before uint64, limit int) ([]runtime.Logged, error)
}

// Starts lists conversations, the newest first, that began before a place in the list (0: from its end). A store.Contacts is one.
type Starts interface {
	Started(ctx context.Context, before uint64, limit int) ([]store.Start, error)
}

// Loop does work, and tells of all that is committed. *runtime.Loop is one.
type Loop interface {
	Do(ctx context.Context, w runtime.Work) (runtime.Done, error)
	Watch(f func(runtime.Happened)) (cancel func())
}

// Versions gives the compiled journeys. A runtime.Versions is one.
type Versions interface {
	Graph(hash graph.Hash) *graph.Journey // nil where there is none
	Live() []*graph.Journey               // by id
}

// History lists the versions of a journey, the oldest first. A store.Graphs is one.
type History interface {
	Versions(ctx context.Context, journey string) ([]store.Info, error)
}

// Sandbox stands in for the providers: a phone and a mailbox for each address. *sandbox.Sandbox is one.
type Sandbox interface {
	Addresses() []sandbox.Mailbox          // the liveliest first
	List(address string) []sandbox.Message // oldest first
	Reply(address, text string) error
	Switch(ch policy.Channel, to sandbox.Switch)
	Switched(ch policy.Channel) sandbox.Switch
	Subscribe() (changes <-chan struct{}, cancel func())
}

// Shop holds the records from which the sandbox answers the services that journeys call. *shop.Shop is one.
type Shop interface {
	List() []shop.Record // by kind
	Set(kind, id string, fields map[string]string) error
}
