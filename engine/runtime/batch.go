package runtime

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"sync"
	"time"

	"journey/engine/machine"
	"journey/engine/store"
)

// job is work with what it came from, on its way through a batch. Besides the work itself it may be that a contact's timers fire,
// or that something comes back which went out.
type job struct {
	work Work
	fire bool
	back *returned
	done func(Done, error)

	cause context.Context // of the request that waits for it; nil: none does

	key    store.Key
	result Done
	err    error // why this one was refused; others of its batch go on
}

// batch is what is decided together and committed in one transaction.
type batch struct {
	e         *Engine
	now       time.Time
	groups    []*group // by contact, in the order in which they came
	byKey     map[store.Key]*group
	addresses addresses
}

// process decides what all jobs lead to, and commits it. An error means that nothing has happened but the jobs that are done, of which
// each has its own error. A damaged record is the trouble of the jobs that need it: the batch is split until they stand alone.
func (e *Engine) process(ctx context.Context, jobs []*job) (done int, err error) {
	err = e.together(ctx, jobs)
	switch {
	case err == nil:
		return len(jobs), nil
	case !errors.Is(err, store.ErrCorrupt):
		return 0, err
	case len(jobs) == 1:
		jobs[0].err = err
		return 1, nil
	}
	half := len(jobs) / 2
	if done, err = e.process(ctx, jobs[:half]); err != nil {
		return done, err
	}
	done, err = e.process(ctx, jobs[half:])
	return half + done, err
}

// together does jobs in one commit, or not at all.
func (e *Engine) together(ctx context.Context, jobs []*job) (err error) {
	b := &batch{e: e, now: e.Clock.Now(), byKey: make(map[store.Key]*group, len(jobs))}
	ctx, end := b.traced(ctx, jobs)
	defer func() { end(err) }()
	b.addresses = addresses{of: e.Store, known: map[store.Key]*address{}}
	if err := b.gather(ctx, jobs); err != nil {
		return fmt.Errorf("find the contacts of a batch: %w", err)
	}
	if err := b.load(ctx); err != nil {
		return fmt.Errorf("read the contacts of a batch: %w", err)
	}
	b.decide(ctx)
	changes, err := b.changes(ctx)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		begun := time.Now()
		if err := e.Store.Commit(ctx, changes); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		if e.Meter != nil {
			e.Meter.Committed(len(jobs), len(changes), time.Since(begun))
		}
	}
	for _, g := range b.groups {
		if g.erased {
			g.discard(ctx)
		}
	}
	b.tell()
	return nil
}

// discard ends an erasure, which can be asked for again where it fails.
func (g *group) discard(ctx context.Context) {
	err := g.b.e.Store.Erase(ctx, g.key)
	switch {
	case err == nil:
		return
	case errors.Is(err, store.ErrNotFound):
		err = ErrNoContact
	}
	for _, j := range g.jobs {
		if j.work.erase {
			j.err = fmt.Errorf("erase contact %s: %w", g.key, err)
		}
	}
}

// gather finds out whose each job is. Work to an address that nobody has makes a contact.
func (b *batch) gather(ctx context.Context, jobs []*job) error {
	var asked []store.Key
	for _, j := range jobs {
		if j.work.To.Address != "" {
			asked = append(asked, b.e.addressKey(j.work.To.Address))
		}
	}
	if err := b.addresses.read(ctx, asked); err != nil {
		return err
	}
	for _, j := range jobs {
		id := ""
		j.result, j.err = Done{}, nil
		switch to := &j.work.To; {
		case to.Address != "":
			j.key, id = b.owner(to)
		case to.Contact != "":
			j.key, id = b.e.contactKey(to.Contact), to.Contact
		default:
			j.key = to.Key
		}
		g := b.byKey[j.key]
		if g == nil {
			g = &group{b: b, key: j.key}
			b.groups = append(b.groups, g)
			b.byKey[j.key] = g
		}
		if id != "" {
			g.id = id
		}
		if j.work.To.Address != "" {
			g.at = j.work.To.Address
		}
		g.jobs = append(g.jobs, j)
	}
	return nil
}

// owner is whose an address is: for what a contact wrote, the one that last asked there. id is that of a new contact.
func (b *batch) owner(to *To) (key store.Key, id string) {
	k := b.e.addressKey(to.Address)
	a := b.addresses.at(k)
	if key, found := a.owner(to.Inbound); found {
		return key, ""
	}
	id = b.e.Secrets.ID() + b.e.Secrets.ID() // unique among all contacts
	key = b.e.contactKey(id)
	a.claim(key, !to.Inbound)
	return key, id
}

func (b *batch) load(ctx context.Context) error {
	asks := make([]store.Ask, len(b.groups))
	for i, g := range b.groups {
		asks[i].Contact = g.key
		for _, j := range g.jobs {
			if j.work.ID != "" {
				asks[i].Events = append(asks[i].Events, j.work.ID)
			}
		}
	}
	snapshots, err := b.e.Store.Load(ctx, asks)
	damaged := errors.Is(err, store.ErrCorrupt)
	if err != nil && !damaged {
		return err
	}
	var keys []store.Key
	for i, g := range b.groups {
		if !damaged {
			g.begin(asks[i].Events, &snapshots[i])
		} else if err := g.alone(ctx, asks[i]); err != nil {
			return err
		}
		keys = append(keys, g.addressKeys()...)
	}
	return b.addresses.read(ctx, keys)
}

// alone reads the contact by itself: to find out which one is damaged takes no commit.
func (g *group) alone(ctx context.Context, ask store.Ask) error {
	snapshots, err := g.b.e.Store.Load(ctx, []store.Ask{ask})
	if errors.Is(err, store.ErrCorrupt) {
		g.err = err
		return nil
	}
	if err != nil {
		return err
	}
	g.begin(ask.Events, &snapshots[0])
	return nil
}

// decide runs the groups side by side: contacts know nothing of each other.
func (b *batch) decide(ctx context.Context) {
	workers := min(goruntime.GOMAXPROCS(0), len(b.groups)/8)
	if workers < 2 {
		for _, g := range b.groups {
			g.run(ctx)
		}
		return
	}
	var wait sync.WaitGroup
	next := make(chan *group, len(b.groups))
	for _, g := range b.groups {
		next <- g
	}
	close(next)
	for range workers {
		wait.Go(func() {
			for g := range next {
				g.run(ctx)
			}
		})
	}
	wait.Wait()
}

// changes are what the groups change, the address records that they share included.
func (b *batch) changes(ctx context.Context) ([]*store.Change, error) {
	changes := make([]*store.Change, 0, len(b.groups))
	var keys []store.Key
	for _, g := range b.groups {
		if g.changed {
			keys = append(keys, g.addressKeys()...)
		} else if g.made {
			g.unmake()
		}
	}
	if err := b.addresses.read(ctx, keys); err != nil {
		return nil, fmt.Errorf("read the addresses of a batch: %w", err)
	}
	for _, g := range b.groups {
		if g.changed {
			g.finish()
			changes = append(changes, &g.change)
		}
	}
	return changes, nil
}

// tell lets everybody know what is committed now.
func (b *batch) tell() {
	for _, g := range b.groups {
		for _, h := range g.happened {
			if b.e.Watcher != nil {
				b.e.Watcher(h)
			}
		}
		for _, j := range g.jobs {
			j.result.Key = g.key
			if j.result.Contact == nil {
				j.result.Contact = g.contact
			}
		}
	}
}

// record keeps an entry for the log.
func (g *group) record(entry *machine.LogEntry, contact *machine.Contact, changed []*machine.Conversation) {
	g.change.Log = append(g.change.Log, entry.Encode())
	g.happened = append(g.happened, Happened{Key: g.key, Contact: contact, Entry: entry, Conversations: changed})
}
