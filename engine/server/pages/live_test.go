package pages

import (
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// teller is a loop that tells what the test says.
type teller struct {
	Loop
	tell func(runtime.Happened)
}

func (s *teller) Watch(f func(runtime.Happened)) (cancel func()) {
	s.tell = f
	return func() { s.tell = nil }
}

func (s *teller) happens(n int) {
	for range n {
		s.tell(runtime.Happened{Contact: &machine.Contact{}, Entry: &machine.LogEntry{Event: machine.Event{Type: "order.delayed"}}})
	}
}

func newSource() (*teller, *live) {
	s := &teller{}
	return s, newLive(s, time.UnixMicro(1000))
}

func TestAViewerGetsWhatItHasNotSeen(t *testing.T) {
	s, l := newSource()
	s.happens(5)
	for _, test := range []struct {
		after uint64
		want  int
	}{{0, 5}, {1003, 2}, {1005, 0}, {9999, 0}} {
		if v := l.join(test.after); len(v.entries) != test.want {
			t.Errorf("after %d: %d entries, want %d", test.after, len(v.entries), test.want)
		}
	}
}

func TestOnlyTheLastEntriesAreKept(t *testing.T) {
	s, l := newSource()
	s.happens(kept + 10)
	latest, last := l.latest()
	if len(latest) != kept || latest[0].id != last || last != 1000+kept+10 {
		t.Errorf("%d entries, the newest is %d of %d", len(latest), latest[0].id, last)
	}
	if v := l.join(0); len(v.entries) != kept {
		t.Errorf("a newcomer gets %d entries", len(v.entries))
	}
}

func TestASlowViewerIsLetGoAndTheOthersStay(t *testing.T) {
	s, l := newSource()
	slow, quick := l.join(0), l.join(0)
	for range backlog + 1 {
		s.happens(1)
		<-quick.entries
	}
	for range slow.entries {
	}
	s.happens(1)
	if _, there := <-quick.entries; !there {
		t.Error("the quick one was let go too")
	}
	l.leave(slow)
	if len(l.viewers) != 1 {
		t.Errorf("%d look on, want 1", len(l.viewers))
	}
}

func TestSoManyMayLookOn(t *testing.T) {
	s, l := newSource()
	for range maxViewers {
		if l.join(0) == nil {
			t.Fatal("one was turned away early")
		}
	}
	if l.join(0) != nil {
		t.Error("one too many may look on")
	}
	l.close()
	if len(l.viewers) != 0 || s.tell != nil {
		t.Errorf("%d look on after the end", len(l.viewers))
	}
}

func TestTheVisitorIsWhoWasLastInTheChat(t *testing.T) {
	s, l := newSource()
	if _, known := l.visitor(); known {
		t.Error("somebody is in the chat before anybody came")
	}
	first, second := store.Key{1}, store.Key{2}
	for _, h := range []runtime.Happened{
		{Key: first, Entry: &machine.LogEntry{Event: machine.Event{Type: "chat.joined"}}},
		{Key: second, Entry: &machine.LogEntry{Event: machine.Event{Type: "order.delayed"}}},
		{Key: second, Entry: &machine.LogEntry{Event: machine.Event{Message: &machine.CustomerMessage{Channel: "sms"}}}},
	} {
		s.tell(h)
	}
	if key, _ := l.visitor(); key != first {
		t.Errorf("the visitor is %v", key)
	}
}
