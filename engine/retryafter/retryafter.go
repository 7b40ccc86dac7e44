// Package retryafter reads and writes the header that says when to ask again (RFC 9110, section 10.2.3). It knows no clock: now is given
// to it.
package retryafter

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const name = "Retry-After"

// Read gives how long the sender of an answer wants to be left alone; 0 where it does not say so, or not as the RFC has it. A date is
// taken by the sender's own clock where it tells its time, else by now. How long is too long, its caller knows.
func Read(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get(name))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if its, err := http.ParseTime(h.Get("Date")); err == nil {
		now = its
	}
	return max(0, until.Sub(now))
}

// Write asks to be left alone for a time.
func Write(h http.Header, wait time.Duration) { h.Set(name, strconv.Itoa(Seconds(wait))) }

// Seconds are what a time is written as: whole ones, at least one, so that nobody comes back too early.
func Seconds(wait time.Duration) int {
	return max(1, int((wait+time.Second-1)/time.Second))
}
