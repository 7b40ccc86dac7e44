package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"journey/engine/machine"
	"journey/engine/schedule"
	"journey/engine/store"
)

// Engine drives the step machine.
type Engine struct {
	Store    Store
	Clock    Clock
	Secrets  Secrets
	Versions Versions
	Carrier  Carrier
	Services Services
	Hooks    Hooks // nil: nobody outside is told anything
	Settings machine.Settings
	Hours    func(queue string) *schedule.Hours // when agents are there for a queue; nil: always
	LinkBase string
	Meter    Meter          // nil: nothing is measured
	Tracer   Tracer         // nil: nothing is traced
	Watcher  func(Happened) // told of everything that is committed, in order; nil: nobody

	drawn drawn
}

// ErrRestless is wrapped where one moment's work never ends.
var ErrRestless = errors.New("it never comes to rest")

// restless is how many rounds of work one moment may have.
const restless = 10000

// Handle does one piece of work, and commits what it changes. The effects leave afterwards, in Settle.
func (e *Engine) Handle(ctx context.Context, w Work) (Done, error) {
	j := &job{work: w}
	if _, err := e.process(ctx, []*job{j}); err != nil {
		return Done{}, err
	}
	return j.result, j.err
}

// Settle does all that is to be done now: what is on its way out leaves, its results come back as events, timers that are due fire.
func (e *Engine) Settle(ctx context.Context) error {
	for range restless {
		now := e.Clock.Now()
		out, err := e.Store.Ready(ctx, now, 1, nil)
		if err != nil {
			return err
		}
		if len(out) > 0 {
			if err := e.do(ctx, e.send(ctx, out[0])); err != nil {
				return err
			}
			continue
		}
		due, err := e.Store.Due(ctx, now, 1)
		if err != nil {
			return err
		}
		if len(due) == 0 {
			return nil
		}
		if err := e.do(ctx, &job{work: Work{To: To{Key: due[0]}}, fire: true}); err != nil {
			return err
		}
	}
	return fmt.Errorf("settle: %w", ErrRestless)
}

func (e *Engine) do(ctx context.Context, j *job) error {
	if _, err := e.process(ctx, []*job{j}); err != nil {
		return err
	}
	return j.err
}

// Next is when there is something to do again.
func (e *Engine) Next(ctx context.Context) (time.Time, bool, error) {
	due, found, err := e.Store.NextDue(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	ready, waits, err := e.Store.NextReady(ctx)
	if waits && (!found || ready.Before(due)) {
		due, found = ready, true
	}
	return due, found, err
}

// keys of what has addresses and ids.
func (e *Engine) contactKey(id string) store.Key  { return e.Store.KeyOf(store.OfContact, id) }
func (e *Engine) addressKey(uri string) store.Key { return e.Store.KeyOf(store.OfAddress, uri) }
