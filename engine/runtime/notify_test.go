package runtime_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
)

// listeners hear of everything, or of some types.
type listeners struct {
	types map[string][]string // by event; under "" of all
	heard []string
	ids   []string
	down  bool
}

func (l *listeners) To(event string) []string { return append(l.types[""], l.types[event]...) }

func (l *listeners) Post(_ context.Context, id string, n *machine.Notice) runtime.Answer {
	if l.down {
		return runtime.Answer{Receipt: runtime.Unavailable, Reason: "HTTP 500"}
	}
	l.heard = append(l.heard, fmt.Sprint(n.To, " ", n.Type))
	l.ids = append(l.ids, id)
	return runtime.Answer{}
}

func TestSubscribersAreToldInOrder(t *testing.T) {
	b := newBench(t)
	l := &listeners{types: map[string][]string{"": {"crm"}, "conversation.completed": {"desk"}}}
	b.engine.Hooks = l
	l.down = true
	b.event(t, "parcel.sent", "P1", "")
	b.event(t, "parcel.lost", "P1", "")
	l.down = false
	b.wait(t, time.Minute)
	slices.Sort(l.heard) // each hears in order; who is first is nobody's promise
	if want := []string{"crm conversation.completed", "crm conversation.started", "desk conversation.completed"}; !slices.Equal(l.heard, want) {
		t.Errorf("heard %q, want %q", l.heard, want)
	}
	if slices.Sort(l.ids); len(slices.Compact(l.ids)) != 3 {
		t.Errorf("ids %q are not each notice's own", l.ids)
	}
}

func TestASubscriberThatStaysAwayLeavesDeadLetters(t *testing.T) {
	b := newBench(t)
	l := &listeners{types: map[string][]string{"conversation.started": {"crm"}}, down: true}
	b.engine.Hooks = l
	b.event(t, "parcel.sent", "P1", "")
	b.wait(t, 24*time.Hour-time.Second)
	if n := len(b.letters(t)); n != 0 {
		t.Fatalf("%d dead letters before a day is over", n)
	}
	b.wait(t, time.Second)
	list := b.letters(t)
	if len(list) != 1 || list[0].Notice == nil || list[0].Notice.Type != "conversation.started" || list[0].Reason != "HTTP 500" {
		t.Errorf("dead letters %+v", list)
	}
}
