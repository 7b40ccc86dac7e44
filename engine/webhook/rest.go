package webhook

import (
	"sync"
	"time"

	"journey/engine/runtime"
)

// How a subscriber that fails is left alone: one that takes its time to fail would keep others waiting.
const (
	failuresToRest = 5
	firstRest      = 5 * time.Second
	longestRest    = time.Minute
)

// rest is a subscriber's circuit breaker.
type rest struct {
	mu       sync.Mutex
	failures int           // in a row
	length   time.Duration // of this rest; 0: it works
	until    time.Time     // nothing is sent before
	probing  bool          // the one notice that goes out after a rest is under way
}

// enter asks to send one notice; where it may not, it gives after how long to ask again. Whoever may calls leave.
func (r *rest) enter(now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if wait := r.left(now); wait > 0 || r.length == 0 {
		return wait
	}
	if r.probing {
		return time.Second
	}
	r.probing = true
	return 0
}

// left is how much of the rest is left. More than the longest rest it never is, unless the clock was set.
func (r *rest) left(now time.Time) time.Duration {
	if left := r.until.Sub(now); left <= longestRest {
		return max(0, left)
	}
	return 0
}

// leave tells what came of the notice. What was under way when a rest began fails once more, which doesn't count.
func (r *rest) leave(now time.Time, a runtime.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.probing = false
	if a.Receipt != runtime.Unavailable {
		r.failures, r.length = 0, 0
		return
	}
	if r.failures++; r.failures >= failuresToRest && r.left(now) == 0 {
		r.length = min(max(2*r.length, firstRest), longestRest)
		r.until = now.Add(r.length)
	}
}
