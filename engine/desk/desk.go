// Package desk is what the agents work at: all conversations that wait for a person or are in a person's hands, the queues in which
// they wait, the agents who are there, and what an agent may do with one.
//
// It keeps no truth of its own. What it shows is read from the conversations when it starts, and follows what the engine commits from
// then on; every act is handed to the engine and answered once that is kept, so two agents cannot have the same conversation. Only who
// is there, and who is away, is known here alone, and forgotten with it. Nothing that customers or agents write goes to the log.
package desk

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Engine is what of *runtime.Engine the desk reads with.
type Engine interface {
	Contact(ctx context.Context, key store.Key) (*machine.Contact, error)
	Open(ctx context.Context, key store.Key) ([]*machine.Conversation, error)
	Log(ctx context.Context, key store.Key, before uint64, limit int) ([]runtime.Logged, error)
}

// Loop is what of *runtime.Loop the desk works with.
type Loop interface {
	Do(ctx context.Context, w runtime.Work) (runtime.Done, error)
	Watch(f func(runtime.Happened)) (cancel func())
}

// Journeys are the compiled journeys.
type Journeys interface {
	Graph(hash graph.Hash) *graph.Journey // any version; nil where there is none
	Live() []*graph.Journey
}

// Options are what a Desk is made of. Engine, Loop, Journeys, Clock and Waiting must be set.
type Options struct {
	Engine   Engine
	Loop     Loop
	Journeys Journeys
	Clock    runtime.Clock
	Waiting  func(ctx context.Context) ([]store.Key, error) // the contacts that have something for an agent; more do no harm

	Queues []Queue
	Agents []Agent // none: whoever acts is an agent
	Canned []Canned

	Audit  func(Deed) []byte    // puts a deed into the form of the audit log; nil: nothing is put on record
	Typing func(contact string) // shows a customer that an agent is typing; must not wait. May be nil
	Log    *slog.Logger         // nil: slog.Default()
}

// Deed is what somebody did at the desk, for the audit log.
type Deed struct {
	At           time.Time
	By           Actor
	Act          string // "handoff.claimed"
	Contact      store.Key
	Conversation string // empty: of messages that no conversation took
	Detail       string // without anything that a customer or an agent wrote
}

// Desk is the agents' desk. Keep Run running; every method may be called from several goroutines.
type Desk struct {
	o        Options
	log      *slog.Logger
	watchers runtime.Watchers[Change]
	ready    chan struct{} // closed when all is read
	stopped  chan struct{} // closed at the end of Run
	kick     chan struct{} // something may have to be assigned

	mu     sync.RWMutex
	queues map[string]*Queue
	agents map[string]*agent
	items  map[string]*item               // by id
	of     map[store.Key]map[string]*item // of a contact, by conversation
	loaded bool                           // the reading at the start is over
	fresh  map[store.Key]map[string]bool  // conversations that changed while it was under way
	begun  time.Time
	turn   uint64 // counts assignments, for the round robin
}

// New gives a desk that is empty until Run has read what waits.
func New(o Options) *Desk {
	d := &Desk{o: o, log: o.Log, ready: make(chan struct{}), stopped: make(chan struct{}), kick: make(chan struct{}, 1),
		queues: map[string]*Queue{}, agents: map[string]*agent{}, items: map[string]*item{}, of: map[store.Key]map[string]*item{},
		fresh: map[store.Key]map[string]bool{}}
	d.begun = d.now()
	if d.log == nil {
		d.log = slog.Default()
	}
	for _, q := range append([]Queue{{Name: machine.UnroutedQueue}}, o.Queues...) {
		d.queues[q.Name] = q.complete()
	}
	for _, a := range o.Agents {
		d.agents[a.Name] = &agent{Agent: a, known: true, available: true}
	}
	return d
}

// Ready is closed once the desk shows all that waits.
func (d *Desk) Ready() <-chan struct{} { return d.ready }

// Stopped is closed at the end of Run: those who watch for somebody hang up then.
func (d *Desk) Stopped() <-chan struct{} { return d.stopped }

// beat is how often it is looked at who has gone, what has fallen due and which promise is about to break.
const beat = time.Second

// Run reads what waits, and from then on hands out what queues push, gives back what was left behind and tells of promises, until ctx
// ends. It may be called once.
func (d *Desk) Run(ctx context.Context) error {
	defer close(d.stopped)
	cancel := d.o.Loop.Watch(d.happened)
	defer cancel()
	switch err := d.read(ctx); {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return fmt.Errorf("read what waits for an agent: %w", err)
	}
	close(d.ready)
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		d.look()
		d.giveBack(ctx)
		d.assign(ctx)
		d.recall(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-d.kick:
		}
	}
}

func (d *Desk) now() time.Time { return d.o.Clock.Now() }

// wake has Run look whether something is to be done before the next beat.
func (d *Desk) wake() {
	select {
	case d.kick <- struct{}{}:
	default:
	}
}
