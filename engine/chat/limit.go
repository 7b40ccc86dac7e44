package chat

import "time"

// A visitor may write ten messages at once, and one a second in the long run.
const (
	burst = 10
	pace  = time.Second
)

// bucket is a rate limit that needs no timer: the time up to which what was taken is paid for.
type bucket struct {
	paid time.Time
}

// take reports whether there is room for one more, or how long until there is.
func (b *bucket) take(now time.Time) (wait time.Duration, ok bool) {
	if b.paid.Before(now) {
		b.paid = now
	}
	if wait = b.paid.Add(pace).Sub(now.Add(burst * pace)); wait > 0 {
		return wait, false
	}
	b.paid = b.paid.Add(pace)
	return 0, true
}
