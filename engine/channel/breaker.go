package channel

import (
	"math"
	"sync"
	"time"

	"journey/engine/runtime"
)

// How a provider that fails is left alone.
const (
	failuresToOpen = 5
	firstRest      = 5 * time.Second
	longestRest    = time.Minute
	longestPause   = time.Hour   // that a provider is given when it asks for one
	longestWait    = time.Minute // between two times that a message asks for its turn
)

// gate decides whether a provider may be tried now: its circuit breaker, its rate limit, and the pause that it asked for.
type gate struct {
	rate  float64 // messages a second; 0: no limit
	burst float64

	mu       sync.Mutex
	failures int           // in a row
	rest     time.Duration // how long the breaker stays open this time; 0: it is closed
	closed   time.Time     // nothing is sent before
	probing  bool          // the one message that a breaker lets through after its rest is under way
	tokens   float64
	counted  time.Time // when tokens were last added up
	told     time.Time // the moment that the last one was told who waits for a token
}

// enter asks to send one message. Where it may not, wait is after how long to ask again, and held tells that nothing but the rate
// limit stands against it. Whoever enters calls leave.
func (g *gate) enter(now time.Time) (wait time.Duration, held bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if wait := g.left(now); wait > 0 {
		return wait, false
	}
	if g.rest > 0 && g.probing {
		return time.Second, false
	}
	if wait := g.take(now); wait > 0 {
		return wait, true
	}
	g.probing = g.rest > 0
	return 0, false
}

// take takes a token from the bucket, or says when to ask for one. Those who wait are told one moment each, so that they don't all come at
// the same.
func (g *gate) take(now time.Time) time.Duration {
	if g.rate <= 0 {
		return 0
	}
	if g.counted.IsZero() {
		g.tokens = g.burst
	} else if passed := now.Sub(g.counted).Seconds(); passed > 0 {
		g.tokens = math.Min(g.burst, g.tokens+passed*g.rate)
	}
	g.counted = now
	if g.tokens >= 1 {
		g.tokens--
		return 0
	}
	each := time.Duration(math.Ceil(float64(time.Second) / g.rate))
	wait := time.Duration(math.Ceil((1 - g.tokens) / g.rate * float64(time.Second)))
	if told := g.told.Sub(now) + each; told > wait && told <= longestWait {
		wait = told
	}
	g.told = now.Add(wait)
	return wait
}

// leave tells what came of the message.
func (g *gate) leave(now time.Time, a Answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.probing = false
	switch {
	case a.Broken:
		g.open(now)
	case failing(a):
		if g.failures++; g.failures >= failuresToOpen || g.rest > 0 {
			g.open(now)
		}
	case a.After > 0 && !a.Works:
		g.pause(now, a.After)
	default:
		g.failures, g.rest = 0, 0
	}
}

// failing tells of an answer that speaks against the provider. One that asks for a pause works, and is given it.
func failing(a Answer) bool {
	return a.Receipt == runtime.Lost || a.Receipt == runtime.Unavailable && a.After == 0 && !a.Works
}

// open opens the breaker, for twice as long as the last time if the provider has not worked since. Messages that were under way when
// it opened fail once more, which doesn't count.
func (g *gate) open(now time.Time) {
	if g.left(now) > 0 {
		return
	}
	g.rest = min(max(2*g.rest, firstRest), longestRest)
	g.pause(now, g.rest)
}

func (g *gate) pause(now time.Time, length time.Duration) {
	if length = min(length, longestPause); length > g.left(now) {
		g.closed = now.Add(length)
	}
}

// left is how long nothing is sent. More than the longest pause it never is, unless the clock was set.
func (g *gate) left(now time.Time) time.Duration {
	if left := g.closed.Sub(now); left <= longestPause {
		return max(0, left)
	}
	return 0
}

// state is what the gate looks like from outside.
func (g *gate) state(now time.Time) (open bool, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left(now) > 0 {
		until = g.closed
	}
	return g.rest > 0, until
}
