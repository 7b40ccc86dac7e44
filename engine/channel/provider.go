// Package channel carries messages between the engine and those who reach customers. A Provider sends over one channel, a Receiver
// reads what its web hooks say, and a Carrier puts the providers of each channel in order: one that fails is left alone for a
// while, and the next one takes its place.
//
// It keeps nothing and retries nothing on its own: what is to be tried again, and when, the runtime decides and puts on record.
// Each provider is a package below this one, and all pass the suite in channel/channeltest.
package channel

import (
	"context"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// Provider sends messages over one channel. Its methods are called from several goroutines.
type Provider interface {
	// Name is the provider's kind: "twilio". It is in the path of its web hooks, and beside the provider's ids of messages.
	Name() string

	Channel() policy.Channel

	// Careful tells that the provider can't know a second attempt at a message as the same.
	Careful() bool

	// Send tries once, at most until ctx ends. The message's ID is the idempotency key, To an E.164 number or a bare email
	// address, Body what the customer gets.
	Send(ctx context.Context, d *machine.Deliver) Answer

	// Ask tells what became of an attempt, made at a time, whose answer was lost: Taken, Unavailable where it has surely not
	// been taken, or Lost.
	Ask(ctx context.Context, d *machine.Deliver, attempted time.Time) Answer
}

// Answer is what a provider says of a message.
type Answer struct {
	runtime.Answer

	// Elsewhere tells of a refusal that is this provider's alone: another one may take the message.
	Elsewhere bool

	// Works tells that a message is Unavailable for itself only, such as for a busy phone: the provider works.
	Works bool

	// Broken tells that the provider takes nothing from us until somebody sets it right: the password is wrong, the account is closed.
	Broken bool
}

// Taken is the answer that a message was taken, under a provider's id.
func Taken(id string) Answer {
	return Answer{Answer: runtime.Answer{Receipt: runtime.Taken, ID: id}}
}

// Refused is the answer that nobody would take the message.
func Refused(reason string) Answer {
	return Answer{Answer: runtime.Answer{Receipt: runtime.Refused, Reason: reason}}
}

// RefusedHere is the answer that this provider does not take the message, and another one may.
func RefusedHere(reason string) Answer {
	a := Refused(reason)
	a.Elsewhere = true
	return a
}

// Unavailable is the answer that the message was not taken and is to be tried again; after is how long the provider wants to be left alone.
func Unavailable(reason string, after time.Duration) Answer {
	return Answer{Answer: runtime.Answer{Receipt: runtime.Unavailable, Reason: reason, After: after}}
}

// NotNow is the answer that this message was not taken and is to be tried again, of a provider that works.
func NotNow(reason string) Answer {
	a := Unavailable(reason, 0)
	a.Works = true
	return a
}

// Broken is the answer of a provider that takes nothing until somebody sets it right.
func Broken(reason string) Answer {
	a := Unavailable(reason, 0)
	a.Broken = true
	return a
}

// Lost is the answer that nobody can tell whether the message was taken.
func Lost(reason string) Answer {
	return Answer{Answer: runtime.Answer{Receipt: runtime.Lost, Reason: reason}}
}
