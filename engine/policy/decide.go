package policy

import (
	"time"

	"journey/engine/schedule"
)

// ChannelRules are how a journey uses a channel.
type ChannelRules struct {
	Purpose Purpose // of messages that name none; empty: transactional
	Quiet   *schedule.Window
	Limits  []schedule.Limit // all of them hold
}

// Contact is what a decision needs to know of a customer.
type Contact struct {
	Phone  string // E.164
	Email  string
	Online bool // the customer's chat page is open
	Ledger Ledger
	Zones  []*time.Location // all that the customer may be in; none: UTC
	Sent   []Sent           // what counts towards limits, over all journeys, in any order
}

// Sent is a message that counts towards the limits of its channel.
type Sent struct {
	Channel Channel
	At      time.Time
}

// Message is what a decision needs to know of a message.
type Message struct {
	Purpose   Purpose // empty: the channel's
	Urgent    bool    // ignores quiet hours and limits, and counts towards them
	Sensitive bool    // decides nothing here; a channel's `when` may ask for it
	AnswerOn  Channel // where the customer wrote what is being handled; empty where it is no message of theirs
}

// Verdict is what becomes of a message.
type Verdict uint8

const (
	Blocked Verdict = iota // no channel may carry it
	Send
	Hold // it waits for the end of the quiet hours, and is then decided anew
)

// Decision is a verdict with its reasons.
type Decision struct {
	Verdict Verdict
	Channel Channel   // which carries it, or for which it is held; empty when blocked
	Purpose Purpose   // what it is sent for there
	Until   time.Time // Hold: when the quiet hours are over
	Passed  []Passed  // the channels passed over, in order; for Hold the last is the one it waits for
	Answer  bool      // Send: it answers the customer's message on that channel
	Counts  bool      // Send: it counts towards the channel's limits
}

// Passed is a channel that does not carry a message now.
type Passed struct {
	Channel Channel
	Reason  Reason
	Detail  string // the purpose without consent, the limit that is reached, the quiet hours; else empty
}

// Decide takes the first channel of the order that may carry a message. One that is in its quiet hours holds the message,
// and no later one is tried. The nil function when allows every channel.
func Decide(order []Channel, rules func(Channel) ChannelRules, when func(Channel) bool, c *Contact, m Message, now time.Time) Decision {
	var d Decision
	for _, ch := range order {
		r := rules(ch)
		purpose, answer := r.purpose(m), m.AnswerOn != "" && m.AnswerOn == ch
		passed := Passed{Channel: ch}
		var until time.Time
		passed.Reason, passed.Detail = c.refuses(ch, purpose, when, answer)
		free := answer || m.Urgent
		if passed.Reason == "" && !free {
			passed.Reason, passed.Detail, until = c.restrains(ch, r, now)
		}
		if passed.Reason == "" {
			d.Verdict, d.Channel, d.Purpose, d.Answer, d.Counts = Send, ch, purpose, answer, !answer
			return d
		}
		d.Passed = append(d.Passed, passed)
		if !until.IsZero() {
			d.Verdict, d.Channel, d.Purpose, d.Until = Hold, ch, purpose, until
			return d
		}
	}
	return d
}

// May tells whether a plain message that is no answer may go to a channel, quiet hours and limits aside.
func May(ch Channel, rules func(Channel) ChannelRules, when func(Channel) bool, c *Contact) bool {
	reason, _ := c.refuses(ch, rules(ch).purpose(Message{}), when, false)
	return reason == ""
}

func (r ChannelRules) purpose(m Message) Purpose {
	switch {
	case m.Purpose != "":
		return m.Purpose
	case r.Purpose != "":
		return r.Purpose
	}
	return Transactional
}

// refuses says what stands against a channel at any time of day.
func (c *Contact) refuses(ch Channel, p Purpose, when func(Channel) bool, answer bool) (Reason, string) {
	switch {
	case !c.reachable(ch):
		return ReasonUnreachable, ""
	case when != nil && !when(ch):
		return ReasonWhen, ""
	case c.Ledger.OptedOut(ch):
		return ReasonOptedOut, ""
	case !answer && ch != Chat && !c.Ledger.consented(ch, p):
		return ReasonNoConsent, string(p)
	}
	return "", ""
}

func (c *Contact) reachable(ch Channel) bool {
	switch ch {
	case Chat:
		return c.Online
	case SMS:
		return c.Phone != ""
	case Email:
		return c.Email != ""
	}
	return false
}

// restrains says what stands against a channel now: a limit, or quiet hours and when they are over. Quiet hours that are never
// over have no end.
func (c *Contact) restrains(ch Channel, r ChannelRules, now time.Time) (reason Reason, detail string, until time.Time) {
	for _, l := range r.Limits {
		if c.sentSince(ch, now.Add(-l.Per)) >= l.Count {
			return ReasonLimit, l.String(), time.Time{}
		}
	}
	if r.Quiet == nil {
		return "", "", time.Time{}
	}
	until, ends := c.quietUntil(*r.Quiet, now)
	switch {
	case !ends:
		return ReasonQuiet, r.Quiet.String(), time.Time{}
	case until.After(now):
		return ReasonQuiet, r.Quiet.String(), until
	}
	return "", "", time.Time{}
}

// sentSince counts what was sent after a moment: what went out exactly a limit's length ago counts no more.
func (c *Contact) sentSince(ch Channel, since time.Time) int {
	n := 0
	for i := range c.Sent {
		if c.Sent[i].Channel == ch && c.Sent[i].At.After(since) {
			n++
		}
	}
	return n
}

// maxQuietRounds bounds the search for a moment that is quiet in no zone. The zones of a phone number agree after a few rounds,
// if they ever do.
const maxQuietRounds = 16

// quietUntil is now where it is quiet in none of the contact's zones, else the next moment of which that is true. Zones that
// lie further apart than the day is open never agree: then it does not end.
func (c *Contact) quietUntil(quiet schedule.Window, now time.Time) (until time.Time, ends bool) {
	if len(c.Zones) == 0 {
		return quiet.End(now, time.UTC), true
	}
	until = now
	for range maxQuietRounds {
		before := until
		for _, zone := range c.Zones {
			until = quiet.End(until, zone)
		}
		if until.Equal(before) {
			return until, true
		}
	}
	return until, false
}
