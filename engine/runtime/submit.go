package runtime

import (
	"context"
	"fmt"

	"journey/engine/store"
)

// Do waits until work is done and synced.
func (l *Loop) Do(ctx context.Context, w Work) (Done, error) {
	type answer struct {
		done Done
		err  error
	}
	came := make(chan answer, 1)
	if err := l.submit(&job{work: w, cause: ctx, done: func(d Done, err error) { came <- answer{d, err} }}); err != nil {
		return Done{}, err
	}
	select {
	case a := <-came:
		return a.done, a.err
	case <-ctx.Done():
		return Done{}, ctx.Err()
	}
}

// Submit gives work in, and done is told once it is done and synced. It is called from the loop and may not wait. Where too much waits
// already, Submit returns ErrBusy and done is never called.
func (l *Loop) Submit(w Work, done func(Done, error)) error {
	return l.submit(&job{work: w, done: done})
}

func (l *Loop) submit(j *job) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.stopped {
		return ErrStopped
	}
	weight, done := j.work.weight(), j.done
	all := l.weight.Add(weight)
	j.done = func(d Done, err error) {
		l.weight.Add(-weight)
		if done != nil {
			done(d, err)
		}
	}
	if all <= l.o.Memory || all == weight {
		select {
		case l.intake <- j:
			return nil
		default:
		}
	}
	l.weight.Add(-weight)
	return ErrBusy
}

// Retry sends a dead letter, named by its number, once more. act goes to the audit log. An error wraps store.ErrNotFound where there is none,
// or no longer.
func (l *Loop) Retry(ctx context.Context, letter uint64, act []byte) error {
	return l.settle(ctx, letter, act, true)
}

// Discard gives a dead letter up, under the same terms.
func (l *Loop) Discard(ctx context.Context, letter uint64, act []byte) error {
	return l.settle(ctx, letter, act, false)
}

func (l *Loop) settle(ctx context.Context, seq uint64, act []byte, again bool) error {
	letter, err := l.engine.letter(ctx, seq)
	if err != nil {
		return err
	}
	w := Work{To: To{Key: letter.Contact}, ID: fmt.Sprint("dead-letter/", seq), Audit: act, Bury: seq}
	if again {
		w.send = &letter.effect
	}
	done, err := l.Do(ctx, w)
	if err == nil && done.Seen { // somebody else was quicker
		err = fmt.Errorf("dead letter %d: %w", seq, store.ErrNotFound)
	}
	return err
}

// Erase erases a contact: what it says and is can never be read again, not from a backup of the data file either. The opt-outs of its
// addresses stand. act goes to the audit log.
func (l *Loop) Erase(ctx context.Context, key store.Key, act []byte) error {
	_, err := l.Do(ctx, Work{To: To{Key: key}, Audit: act, erase: true})
	return err
}
