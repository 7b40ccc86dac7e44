package main

import (
	"log/slog"
	"sync"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
)

// outages is a meter that also logs when a provider or a service begins to fail, and when it works again: once each, however many
// messages it fails.
type outages struct {
	runtime.Meter
	log *slog.Logger

	mu     sync.Mutex
	failed map[string]int // in a row, by what fails
}

// failuresToTell is how many failures in a row are an outage, and not bad luck.
const failuresToTell = 5

func (o *outages) Delivered(channel, provider string, result machine.Result, took time.Duration) {
	o.Meter.Delivered(channel, provider, result, took)
	switch result {
	case machine.Postponed, machine.GivenUp, machine.Unknown:
		o.note(channel+" "+provider, true, "a provider fails; its messages wait, or go another way", "provider", provider, "channel", channel)
	case machine.Accepted, machine.Rejected: // whoever rejects one message is there
		o.note(channel+" "+provider, false, "a provider works again", "provider", provider, "channel", channel)
	}
}

func (o *outages) Called(operation string, failed bool, took time.Duration) {
	o.Meter.Called(operation, failed, took)
	said := "a service works again"
	if failed {
		said = "a service fails; journeys go on without it, as they say"
	}
	o.note("call "+operation, failed, said, "operation", operation)
}

func (o *outages) note(what string, failed bool, said string, of ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed == nil {
		o.failed = map[string]int{}
	}
	before := o.failed[what]
	switch {
	case failed:
		if o.failed[what]++; before+1 == failuresToTell {
			o.log.Warn(said, of...)
		}
	case before > 0:
		if delete(o.failed, what); before >= failuresToTell {
			o.log.Info(said, of...)
		}
	}
}
