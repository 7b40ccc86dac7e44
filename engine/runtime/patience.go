package runtime

import (
	"hash/fnv"
	"time"

	"journey/engine/machine"
)

// How long a message that no provider takes is tried, and at most how long between two tries.
const (
	patience       = 10 * time.Minute
	urgentPatience = time.Minute
	firstPause     = 2 * time.Second
	longestPause   = time.Minute
	shortestHold   = 10 * time.Millisecond
)

// result is how an attempt ended, at a time.
func (r *returned) result(now time.Time) machine.Result {
	switch late := !r.answer.Held && !r.out.First.IsZero() && !now.Before(r.giveUp()); {
	case r.answer.Receipt == Taken:
		return machine.Accepted
	case r.answer.Receipt == Refused:
		return machine.Rejected
	case !late:
		return machine.Postponed
	case r.answer.Receipt == Lost:
		return machine.Unknown
	}
	return machine.GivenUp
}

// giveUp is when a message is tried no longer.
func (r *returned) giveUp() time.Time {
	switch {
	case r.effect.Notice != nil:
		return r.out.First.Add(hookPatience)
	case r.effect.Deliver.Urgent:
		return r.out.First.Add(urgentPatience)
	}
	return r.out.First.Add(patience)
}

// pause grows with each attempt up to the longest one. A little is taken off it, by the message's id, so that all messages which met one outage
// don't come back at one moment.
func pause(id string, attempts int, longest time.Duration) time.Duration {
	whole := longest
	if attempts <= 20 {
		whole = min(firstPause<<max(0, attempts-1), longest)
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	return whole - whole/5*time.Duration((h.Sum32()+uint32(attempts)*7)%100)/100
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
