package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/transcript"
)

// Bounds of what is searched of what was said, and of how many conversations are read again at a beat.
const (
	searchedMessages = 50
	searchedBytes    = 4 << 10
	recalledAtOnce   = 64
)

// recall reads again what was said where something was, so that it can be searched. What is sensitive is not found.
func (d *Desk) recall(ctx context.Context) {
	for _, it := range d.unread() {
		said, err := d.lately(ctx, it)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !errors.Is(err, ErrGone) && !errors.Is(err, store.ErrCorrupt) {
			d.log.Error("what was said can't be read, and is not found by a search", "contact", it.key.String(), "error", err)
		}
		d.mu.Lock()
		if now := d.items[it.ID]; now != nil {
			now.said = said
		}
		d.mu.Unlock()
	}
}

// unread are some of the items whose last messages are not read yet; they count as read from now on.
func (d *Desk) unread() (list []item) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, it := range d.items {
		if it.read || len(list) == recalledAtOnce {
			continue
		}
		it.read = true
		list = append(list, *it)
	}
	return list
}

// lately is what was said lately in a conversation and in the contact's others, in lower case.
func (d *Desk) lately(ctx context.Context, it item) (string, error) {
	c, open, err := d.people(ctx, it)
	if err != nil {
		return "", err
	}
	g := &gathered{desk: d, item: it, contact: c, open: open}
	g.find()
	t := transcript.New(time.Time{}, searchedMessages, func(string) bool { return true })
	if err := transcript.Walk(ctx, d.o.Engine, it.key, 0, func(e *runtime.Logged) bool { return t.Visit(e) }); err != nil {
		return "", err
	}
	t.Complete()
	t.Hide()
	g.concealMessages(t.Messages)
	var b strings.Builder
	for i := len(t.Messages) - 1; i >= 0 && b.Len() < searchedBytes; i-- {
		b.WriteString(strings.ToLower(t.Messages[i].Text))
		b.WriteByte('\n')
	}
	return b.String(), nil
}
