package runtime

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"journey/engine/machine"
	"journey/engine/store"
)

// senders get out what is ready to leave, a bounded number at a time.
type senders struct {
	l    *Loop
	ctx  context.Context // of what is under way; it outlasts the loop a little
	mu   sync.Mutex
	away map[store.Place]bool

	calls int // of those away
	wait  sync.WaitGroup

	reported time.Time // when something damaged was told of
}

func newSenders(l *Loop, ctx context.Context) *senders {
	s := &senders{l: l, ctx: ctx, away: map[store.Place]bool{}}
	l.senders = s
	return s
}

// run looks for what is ready until ctx ends, then waits for what is under way.
func (s *senders) run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := time.NewTimer(s.letOut(ctx))
		select {
		case <-s.l.out:
		case <-wait.C:
		case <-ctx.Done():
		}
		wait.Stop()
	}
	s.wait.Wait()
}

// letOut sends all that may leave now, and gives how long until there is more.
func (s *senders) letOut(ctx context.Context) time.Duration {
	e := s.l.engine
	for {
		now := e.Clock.Now()
		free := s.l.o.Senders - int(s.l.away.Load())
		if free <= 0 {
			return poll
		}
		list, err := e.Store.Ready(ctx, now, free, s.passOver())
		if errors.Is(err, store.ErrCorrupt) {
			s.report(now, err)
		} else if err != nil {
			s.l.failed(err)
			return poll
		}
		for _, o := range list {
			s.start(o)
		}
		if len(list) < free {
			break
		}
	}
	next, found, err := e.Store.NextReady(ctx)
	if err != nil || !found {
		return poll
	}
	wait := next.Sub(e.Clock.Now())
	if wait <= 0 {
		return poll // it is away already: its return wakes us
	}
	return min(poll, wait)
}

// report tells of something damaged, which is met again at every look, now and then.
func (s *senders) report(now time.Time, err error) {
	if now.Sub(s.reported).Abs() >= convalescence {
		s.reported = now
		s.l.trouble(err)
	}
}

// passOver tells what does not leave now: what is away as of now, for what comes back while the store is looked through may be there still
// as it was before; and calls where half of the senders make some already. A service that hangs leaves the others to messages.
func (s *senders) passOver() func(store.Place) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	away, full := maps.Clone(s.away), s.full()
	return func(p store.Place) bool { return away[p] || full && p.Lane == "" }
}

// full tells that no more calls are to be made now. The lock is held.
func (s *senders) full() bool { return s.calls >= max(1, s.l.o.Senders/2) }

// start sends something, unless it is a call too many.
func (s *senders) start(o *store.Outgoing) {
	s.mu.Lock()
	if o.Lane == "" {
		if s.full() {
			s.mu.Unlock()
			return
		}
		s.calls++
	}
	s.away[o.Place] = true
	s.mu.Unlock()
	s.l.away.Add(1)
	s.wait.Go(func() {
		if s.l.careful(o) && !s.noted(o) {
			return
		}
		j := s.l.engine.send(s.ctx, o)
		if s.ctx.Err() != nil && j.back.call != nil && j.back.call.Failed {
			return // it was we who broke it off: it stays where it is, and is made again under its key
		}
		s.l.back <- j
	})
}

// noted puts an attempt on record before it is made.
func (s *senders) noted(o *store.Outgoing) bool {
	attempt := *o
	attempt.Attempts++
	attempt.Trying = true
	if attempt.First.IsZero() {
		attempt.First = s.l.engine.Clock.Now()
	}
	done := make(chan error, 1)
	s.l.back <- &job{work: Work{To: To{Key: o.Contact}}, back: &returned{out: &attempt, trying: true, after: func(err error) { done <- err }}}
	select {
	case err := <-done:
		if err != nil {
			s.takeBack(o.Place, err)
			return false
		}
	case <-s.ctx.Done():
		return false
	}
	o.First = attempt.First
	return true
}

// careful tells that an attempt is to be on record before it is made; one whose end is not known already is.
func (l *Loop) careful(o *store.Outgoing) bool {
	if o.Trying || o.Lane == "" {
		return false
	}
	effect, err := machine.DecodeEffect(o.Bytes)
	return err == nil && effect.Deliver != nil && l.engine.Carrier.Careful(effect.Deliver)
}

// takeBack lets a place be sent from again: what it held is gone, or waits for its next attempt. What could not be put on record stays
// where it is, for sent again it would be there twice; it takes no sender's time.
func (s *senders) takeBack(p store.Place, err error) {
	s.mu.Lock()
	if p.Lane == "" {
		s.calls--
	}
	again := err == nil || errors.Is(err, ErrNoContact)
	if again {
		delete(s.away, p)
	}
	s.mu.Unlock()
	if !again {
		s.l.trouble(err)
	}
	s.l.away.Add(-1)
	s.l.wake()
}
