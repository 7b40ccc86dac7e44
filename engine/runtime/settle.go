package runtime

import (
	"fmt"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
)

// How long a message that no provider takes is tried, and at most how long between two tries.
const (
	patience       = 10 * time.Minute
	urgentPatience = time.Minute
	firstPause     = 2 * time.Second
	longestPause   = time.Minute
	restless       = 10000 // rounds of one moment
)

// Settle does all that is to be done now: what is on its way out leaves, its results come back as events, timers that are due fire.
func (e *Engine) Settle() error {
	for range restless {
		busy, err := e.sendOut()
		if err != nil {
			return err
		}
		if busy {
			continue
		}
		fired, err := e.fireOne()
		if err != nil {
			return err
		}
		if !fired {
			return nil
		}
	}
	return fmt.Errorf("settle: %w", ErrRestless)
}

// Next is when there is something to do again.
func (e *Engine) Next() (time.Time, bool, error) {
	due, found, err := e.Store.NextTimer()
	if err != nil {
		return time.Time{}, false, err
	}
	next := due.Timer.At
	out, err := e.Store.Outgoing()
	if err != nil {
		return time.Time{}, false, err
	}
	var lanes lanes
	for _, o := range out {
		if lanes.pass(o) && (!found || o.Next.Before(next)) {
			next, found = o.Next, true
		}
	}
	return next, found, nil
}

// fireOne fires the timer that is due first, if it is due.
func (e *Engine) fireOne() (bool, error) {
	due, found, err := e.Store.NextTimer()
	if err != nil || !found || due.Timer.At.After(e.Clock.Now()) {
		return false, err
	}
	_, err = e.Handle(due.Contact, "", machine.Event{Type: "timer",
		Timer: &machine.TimerFired{Conversation: due.Conversation, ID: due.Timer.ID}})
	return true, err
}

// lane is where order is kept: a message waits for those before it to the same contact on the same channel.
type lane struct {
	contact string
	channel policy.Channel
}

// lanes are those in which a message has been seen.
type lanes map[lane]bool

// pass reports whether an effect is the first in its lane. Calls have none.
func (l *lanes) pass(o *Outgoing) bool {
	d := o.Effect.Deliver
	if d == nil {
		return true
	}
	k := lane{o.Contact, d.Channel}
	if (*l)[k] {
		return false
	}
	if *l == nil {
		*l = lanes{}
	}
	(*l)[k] = true
	return true
}

// sendOut lets the first effect leave that may, and feeds its result back. busy tells that something was done.
func (e *Engine) sendOut() (busy bool, err error) {
	out, err := e.Store.Outgoing()
	if err != nil {
		return false, err
	}
	now := e.Clock.Now()
	var lanes lanes
	for _, o := range out {
		if lanes.pass(o) && !o.Next.After(now) {
			return true, e.let(o, now)
		}
	}
	return false, nil
}

func (e *Engine) let(o *Outgoing, now time.Time) error {
	if r := o.Effect.Request; r != nil {
		done := e.Services.Call(r)
		done.Conversation, done.ID = r.Conversation, r.ID
		if err := e.Store.Finish(o); err != nil {
			return err
		}
		_, err := e.Handle(o.Contact, "", machine.Event{Type: "call", Call: &done})
		return err
	}
	if d := o.Effect.Deliver; now.After(d.At) && !d.Confirms {
		out, err := e.optedOut(o.Contact, d.Channel)
		if err != nil {
			return err
		}
		if out {
			return e.failed(o, string(policy.ReasonOptedOut))
		}
	}
	if o.Attempts == 0 {
		o.First = now
	}
	o.Attempts++
	receipt, why := e.Carrier.Send(o.Effect.Deliver)
	switch receipt {
	case Taken:
		return e.Store.Finish(o)
	case Unavailable:
		if giveUp := o.First.Add(patienceFor(o.Effect.Deliver)); now.Before(giveUp) {
			o.Next = earliest(now.Add(pause(o.Attempts)), giveUp)
			return e.Store.Postpone(o)
		}
	}
	return e.failed(o, why)
}

// optedOut looks whether an opt-out came while a message waited for its provider.
func (e *Engine) optedOut(contact string, ch policy.Channel) (bool, error) {
	snapshot, err := e.Store.Load(contact)
	if err != nil || snapshot.Contact == nil {
		return false, err
	}
	c, err := machine.DecodeContact(snapshot.Contact)
	if err != nil {
		return false, err
	}
	return c.Ledger.OptedOut(ch), nil
}

func (e *Engine) failed(o *Outgoing, why string) error {
	if err := e.Store.Finish(o); err != nil {
		return err
	}
	_, err := e.Handle(o.Contact, "", machine.Event{Type: "message.failed",
		Report: &machine.DeliveryReport{Message: o.Effect.Deliver, Reason: why}})
	return err
}

func patienceFor(d *machine.Deliver) time.Duration {
	if d.Urgent {
		return urgentPatience
	}
	return patience
}

// pause grows with each attempt up to a minute.
func pause(attempts int) time.Duration {
	if attempts > 5 {
		return longestPause
	}
	return min(firstPause<<(attempts-1), longestPause)
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
