package policy

import (
	"slices"
	"time"
)

// Consent is one record of what a customer agreed to, or took back. A record without a purpose is of the channel as a whole:
// an opt-out, or the opt-in that ends it.
type Consent struct {
	Channel  Channel
	Purpose  Purpose
	Given    bool
	Source   string // where it comes from: a conversation, a form, an import
	At       time.Time
	Wording  string // what the customer wrote or ticked
	Question string // what it answers; empty where nothing was asked
}

// Ledger is all that a contact agreed to. Records are only ever added, and the last one on a channel and purpose is in force;
// while an opt-out stands, none is on its channel. Its methods leave the ledger they are called on as it was.
type Ledger struct {
	Records []Consent // in the order in which they were recorded
}

// Give records that the customer agrees to r.Purpose on r.Channel. An opt-out that stands goes on standing.
func (l Ledger) Give(r Consent) Ledger {
	r.Given = true
	return l.add(r)
}

// Withdraw records that the customer takes back the consent to r.Purpose on r.Channel, or without a purpose to all that were given.
// It is no opt-out: a later consent is in force at once, and an opt-in does not bring back what was withdrawn.
func (l Ledger) Withdraw(r Consent) Ledger {
	r.Given = false
	if r.Purpose != "" {
		return l.add(r)
	}
	for _, p := range Purposes {
		if l.consented(r.Channel, p) {
			r.Purpose = p
			l = l.add(r)
		}
	}
	return l
}

// OptOut withdraws a channel for all purposes, until an opt-in. The wording is what the customer wrote.
func (l Ledger) OptOut(ch Channel, at time.Time, wording string) Ledger {
	return l.add(Consent{Channel: ch, Source: "opt-out", At: at, Wording: wording})
}

// OptIn ends an opt-out and gives back what it took. The wording is what the customer wrote.
func (l Ledger) OptIn(ch Channel, at time.Time, wording string) Ledger {
	return l.add(Consent{Channel: ch, Given: true, Source: "opt-in", At: at, Wording: wording})
}

// OptedOut tells whether an opt-out stands on a channel.
func (l Ledger) OptedOut(ch Channel) bool {
	given, recorded := l.last(ch, "")
	return recorded && !given
}

// InForce are the purposes that may be used on a channel now, in the order of Purposes; none after an opt-out.
func (l Ledger) InForce(ch Channel) []Purpose {
	if l.OptedOut(ch) {
		return nil
	}
	var purposes []Purpose
	for _, p := range Purposes {
		if l.consented(ch, p) {
			purposes = append(purposes, p)
		}
	}
	return purposes
}

// consented leaves opt-outs aside.
func (l Ledger) consented(ch Channel, p Purpose) bool {
	given, _ := l.last(ch, p)
	return given
}

func (l Ledger) last(ch Channel, p Purpose) (given, recorded bool) {
	for i := len(l.Records) - 1; i >= 0; i-- {
		if r := &l.Records[i]; r.Channel == ch && r.Purpose == p {
			return r.Given, true
		}
	}
	return false, false
}

// add copies, so that two ledgers that grew from one never share what was added.
func (l Ledger) add(r Consent) Ledger {
	l.Records = append(slices.Clip(l.Records), r)
	return l
}
