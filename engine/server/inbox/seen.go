package inbox

import (
	"context"
	"sync"
	"time"

	"journey/engine/desk"
	"journey/engine/store"
)

// again is how long one look at a conversation lasts: an inbox reads it anew with everything that happens there.
const again = 15 * time.Minute

// mostLooks bounds what is remembered; past that a look is put on record more often than it needs be.
const mostLooks = 10000

// looks are who looked at what lately, so that the audit log has a look once.
type looks struct {
	mu   sync.Mutex
	last map[look]time.Time
}

type look struct {
	by, item string
	revealed bool
}

// new tells whether a look is one that is not on record yet.
func (l *looks) new(one look, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, known := l.last[one]; known && now.Sub(at) < again {
		return false
	}
	if l.last == nil || len(l.last) >= mostLooks {
		l.last = map[look]time.Time{}
	}
	l.last[one] = now
	return true
}

// forget lets a look that could not be put on record be tried again.
func (l *looks) forget(one look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.last, one)
}

// record puts on record that somebody reads a conversation, or what is sensitive in it too.
func (b *Inbox) record(ctx context.Context, me desk.Actor, it *desk.Item, revealed bool) error {
	one, act := look{me.Name, it.ID, revealed}, "transcript.read"
	if revealed {
		act = "transcript.revealed"
	}
	if b.Record == nil || !b.looks.new(one, b.Now()) {
		return nil
	}
	key, err := store.ParseKey(it.ContactKey)
	if err == nil {
		err = b.Record(ctx, desk.Deed{At: b.Now(), By: me, Act: act, Contact: key, Conversation: it.Conversation})
	}
	if err != nil {
		b.looks.forget(one)
	}
	return err
}
