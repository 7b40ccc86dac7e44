package understand

import (
	"slices"
	"time"

	"journey/engine/phone"
)

// Setting is what a reply is read against.
type Setting struct {
	Now    time.Time
	Zone   *time.Location // the contact's; nil is Now's
	Locale string         // a BCP 47 tag: "5/6" is the sixth of May in `en` and `en-US`, the fifth of June elsewhere
	Region string         // ISO 3166 country of a phone number that names none; empty is the United States
}

func (s Setting) now() time.Time {
	if s.Zone == nil {
		return s.Now
	}
	return s.Now.In(s.Zone)
}

// Answer is a value read from a reply.
type Answer struct {
	Value any
	Whole bool // the reply is the answer and nothing else; otherwise it stood inside a sentence
}

// reader reads a value that starts at token i; next is the token after it. inside tells that other words stand around it, where
// only what can't be an ordinary word counts.
type reader[T comparable] func(ts []token, i int, inside bool) (value T, next int, ok bool)

// one reads the value that a reply is, or the only one that stands inside it.
func one[T comparable](r reply, read reader[T]) (value T, whole, ok bool) {
	ts := r.tokens
	if len(ts) == 0 {
		return value, false, false
	}
	if v, next, ok := read(ts, 0, false); ok && next == len(ts) {
		return v, true, true
	}
	found := false
	for i := 0; i < len(ts); {
		v, next, ok := read(ts, i, true)
		if !ok || next <= i || r.asks && !writtenOut(ts[i:next]) {
			i++
			continue
		}
		if found && v != value {
			var none T
			return none, false, false
		}
		value, found, i = v, true, next
	}
	return value, false, found
}

// writtenOut tells of a value that is one even in a question of the customer's: "2026-05-14", "14 May", "14:30", and neither "4" nor "today".
func writtenOut(ts []token) bool {
	return len(ts) > 1 && slices.ContainsFunc(ts, func(t token) bool { return t.kind == digits })
}

func answered[T comparable](value T, whole, ok bool) (Answer, bool) {
	if !ok {
		return Answer{}, false
	}
	return Answer{Value: value, Whole: whole}, true
}

// Phone reads a phone number as E.164, a string such as `+14155550101`.
func Phone(text string, s Setting) (Answer, bool) {
	if len(text) > maxReply {
		return Answer{}, false
	}
	return answered(phone.Find(text, s.Region))
}
