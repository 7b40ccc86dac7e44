package runtime

import (
	"context"
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
	wait sync.WaitGroup
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
		list, err := e.Store.Ready(ctx, now, free, s.isAway)
		if err != nil {
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

func (s *senders) isAway(p store.Place) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.away[p]
}

func (s *senders) start(o *store.Outgoing) {
	s.mu.Lock()
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
	done := make(chan struct{})
	s.l.back <- &job{work: Work{To: To{Key: o.Contact}}, back: &returned{out: &attempt, trying: true, after: func() { close(done) }}}
	select {
	case <-done:
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

// release lets a place be sent from again: what it held is gone, or waits for its next attempt.
func (s *senders) release(p store.Place) {
	s.mu.Lock()
	delete(s.away, p)
	s.mu.Unlock()
	s.l.away.Add(-1)
	s.l.wake()
}
