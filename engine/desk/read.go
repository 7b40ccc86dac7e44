package desk

import (
	"context"
	"errors"
	"time"

	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/transcript"
)

// read takes in what waited before the desk began. What changed meanwhile is known already, and newer.
func (d *Desk) read(ctx context.Context) error {
	keys, err := d.o.Waiting(ctx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := d.readContact(ctx, key); errors.Is(err, store.ErrCorrupt) { // that is one customer's trouble
			d.log.Error("what a customer waits for can't be read", "contact", key.String(), "error", err)
		} else if err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.loaded, d.fresh = true, nil
	now := d.now()
	for _, it := range d.items {
		it.was, it.promised = it.state(now), it.promise(d.queue(it.Queue), now)
		it.held = now // whoever had it may take as long as ever to come back
	}
	return nil
}

func (d *Desk) readContact(ctx context.Context, key store.Key) error {
	open, err := d.o.Engine.Open(ctx, key)
	if errors.Is(err, runtime.ErrNoContact) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := d.o.Engine.Contact(ctx, key)
	if err != nil {
		return err
	}
	var found []*item
	for _, one := range open {
		if one.Handoff != nil {
			it := &item{key: key}
			it.follow(one, open)
			found = append(found, it)
		}
	}
	if c.Unrouted != nil {
		it := &item{key: key}
		it.followUnrouted(c.Unrouted)
		found = append(found, it)
	}
	for _, it := range found {
		it.is(c)
		if err := d.remember(ctx, it); errors.Is(err, store.ErrCorrupt) {
			d.log.Error("since when a customer waits can't be read", "contact", key.String(), "error", err)
		} else if err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, it := range found {
		if !d.fresh[key][it.conversation] {
			d.declared(it)
			d.put(it)
		}
	}
	return nil
}

// mostRemembered is how far back an answer is looked for, in entries of the log.
const mostRemembered = 4000

// remember finds out from the log since when a customer waits for an answer: since the first message after the last answer.
func (d *Desk) remember(ctx context.Context, it *item) error {
	var heard time.Time
	looked := 0
	it.unanswered = it.Opened
	return transcript.Walk(ctx, d.o.Engine, it.key, 0, func(e *runtime.Logged) bool {
		if looked++; e.At.Before(it.Opened) || looked > mostRemembered {
			return false
		}
		answered, wrote := it.touched(e.LogEntry)
		if answered {
			it.unanswered = heard
		}
		if wrote {
			heard = e.At
		}
		return !answered
	})
}
