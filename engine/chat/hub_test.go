package chat

import (
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
)

// deaf is a loop that takes nothing.
type deaf struct{ Loop }

func (deaf) Submit(runtime.Work, func(runtime.Done, error)) error { return runtime.ErrBusy }

func TestHubWakes(t *testing.T) {
	h := newHub(Options{Loop: deaf{}, Visitors: 10, Streams: 10})
	h.serve()
	s := h.join("ada", "")
	for _, c := range []struct {
		name string
		e    runtime.Happened
		want flags
	}{
		{"a message", happenedTo("ada", machine.Effect{Deliver: &machine.Deliver{}}), flags{news: true}},
		{"what the customer wrote", happenedTo("ada", machine.Effect{Heard: &machine.Heard{}}), flags{news: true}},
		{"a service is asked", happenedTo("ada", machine.Effect{Request: &machine.Request{}}), flags{typing: byJourney}},
		{"nothing to show", happenedTo("ada", machine.Effect{Publish: &machine.Publish{}}), flags{}},
		{"somebody else", happenedTo("bob", machine.Effect{Deliver: &machine.Deliver{}}), flags{}},
		{"nobody", runtime.Happened{Entry: &machine.LogEntry{}}, flags{}},
	} {
		h.happened(c.e)
		if got := h.taken(s); got != c.want || (len(s.wake) > 0) != (c.want != flags{}) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		s.wake = make(chan struct{}, 1)
	}
}

func happenedTo(contact string, e machine.Effect) runtime.Happened {
	return runtime.Happened{Contact: &machine.Contact{ID: contact, Online: true}, Entry: &machine.LogEntry{Effects: []machine.Effect{e}}}
}

func TestHubForgetsWhoIsGone(t *testing.T) {
	h := newHub(Options{Loop: deaf{}, Visitors: 1, Streams: 10})
	now := time.Now()
	if _, ok := h.wrote("ada", now); !ok {
		t.Error("the first visitor is refused")
	}
	if _, ok := h.wrote("bob", now); ok {
		t.Error("one too many is taken")
	}
	h.tick(now.Add(grace))
	if _, ok := h.wrote("bob", now.Add(grace)); !ok || len(h.restive) != 1 {
		t.Errorf("ada is still there: %d", len(h.restive))
	}
}
