package pages

import (
	"slices"
	"sync"
	"time"

	"journey/engine/runtime"
	"journey/engine/store"
)

const (
	kept       = 40 // entries that a newcomer sees at once
	backlog    = 64 // entries that a viewer may be behind
	maxViewers = 64
)

// live passes on what the loop commits to everybody who looks on. It never waits: a viewer that is too slow is let go, comes back by
// itself, and finds the last entries here.
type live struct {
	mu       sync.Mutex
	last     uint64 // number of the newest entry
	recent   []seen // oldest first
	viewers  map[*viewer]struct{}
	chatting store.Key // who was last in the chat
	cancel   func()
}

// seen is a numbered entry.
type seen struct {
	id uint64
	runtime.Happened
}

// viewer is a page that is open. entries is closed when it was too slow, or at the end.
type viewer struct {
	entries chan seen
}

// newLive numbers entries from a time in microseconds, so that the numbers go on rising after a restart.
func newLive(loop Loop, now time.Time) *live {
	l := &live{last: uint64(now.UnixMicro()), viewers: map[*viewer]struct{}{}}
	l.cancel = loop.Watch(l.happened)
	return l
}

func (l *live) close() {
	l.cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	for v := range l.viewers {
		l.drop(v)
	}
}

func (l *live) happened(h runtime.Happened) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	if visits(h.Entry) {
		l.chatting = h.Key
	}
	s := seen{id: l.last, Happened: h}
	if len(l.recent) == kept {
		l.recent = slices.Delete(l.recent, 0, 1)
	}
	l.recent = append(l.recent, s)
	for v := range l.viewers {
		select {
		case v.entries <- s:
		default:
			l.drop(v)
		}
	}
}

// join lets a viewer look on, from after an entry that it has seen. It is nil where too many look on.
func (l *live) join(after uint64) *viewer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.viewers) >= maxViewers {
		return nil
	}
	v := &viewer{entries: make(chan seen, backlog)}
	for _, s := range l.recent {
		if s.id > after {
			v.entries <- s
		}
	}
	l.viewers[v] = struct{}{}
	return v
}

func (l *live) leave(v *viewer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(v)
}

func (l *live) drop(v *viewer) {
	if _, there := l.viewers[v]; there {
		delete(l.viewers, v)
		close(v.entries)
	}
}

// latest are the last entries, newest first, and the number of the newest.
func (l *live) latest() ([]seen, uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := slices.Clone(l.recent)
	slices.Reverse(list)
	return list, l.last
}
