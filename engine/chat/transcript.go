package chat

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

const (
	firstChunk = 16   // entries read at first: what is new is mostly little
	nextChunk  = 128  // and after that
	entries    = 4096 // read for one page at most
)

// reader reads a contact's log backwards into a transcript.
type reader struct {
	engine  Engine
	contact string
	key     store.Key
	talks   map[string]*machine.Conversation // by id; nil where there is none
	found   []Message                        // newest first
	answers map[string]int                   // what was written in a conversation and whose question is yet to be met: an index of found
	became  map[string]string                // how far messages have come, by their own ids
	newest  bool                             // it reads from the end, so that it meets all that became of a message
}

// page is a part of a transcript, oldest first.
type page struct {
	messages []Message
	became   []Progress // how far messages before them have come
	newest   uint64     // entry that was read; 0: none
	oldest   uint64     // entry that is in it
	more     bool       // there is more before it
}

func newReader(e Engine, contact string, key store.Key) *reader {
	return &reader{engine: e, contact: contact, key: key, talks: map[string]*machine.Conversation{}, answers: map[string]int{},
		became: map[string]string{}}
}

// read gives what is before an entry (0: the end) and after a place, the newest messages if there are more than limit. It reads on
// past the page until it knows of each answer whether something sensitive was asked.
func (r *reader) read(ctx context.Context, before uint64, after place, limit int) (page, error) {
	var p page
	r.newest = before == 0
	chunk, count, full := firstChunk, 0, false
	for ; count < entries; chunk = nextChunk {
		list, err := r.engine.Log(ctx, r.key, before, chunk)
		if err != nil {
			return page{}, err
		}
		for i := range list {
			l := &list[i]
			before = l.Seq
			p.newest = max(p.newest, l.Seq)
			if !full && (l.Seq < after.seq || l.Seq == after.seq && after.nth == whole) {
				full = true
			}
			if !full && len(r.found) >= limit {
				full, p.more = true, true
			}
			if full && len(r.answers) == 0 {
				return r.done(p), nil
			}
			if err := r.entry(ctx, l, after, !full); err != nil {
				return page{}, err
			}
			if !full {
				p.oldest = l.Seq
			}
		}
		count += len(list)
		if len(list) < chunk {
			r.answers = nil // the log begins here: nothing was asked before
			return r.done(p), nil
		}
	}
	p.more = p.more || !full
	return r.done(p), nil
}

// done turns the page round. An answer whose question is too far away to be read is hidden.
func (r *reader) done(p page) page {
	for _, i := range r.answers {
		r.found[i].hide()
	}
	p.messages = make([]Message, len(r.found))
	for i := range r.found {
		p.messages[len(r.found)-1-i] = r.found[i]
		delete(r.became, r.found[i].Ref)
	}
	for _, ref := range slices.Sorted(maps.Keys(r.became)) {
		p.became = append(p.became, Progress{ref, r.became[ref]})
	}
	return p
}

// entry reads one entry, from its last effect to its first. wanted: its messages are for the page.
func (r *reader) entry(ctx context.Context, l *runtime.Logged, after place, wanted bool) error {
	if wanted && l.Seq > after.seq {
		r.learn(l.LogEntry)
	}
	for i := len(l.Effects) - 1; i >= 0; i-- {
		at := place{l.Seq, i}
		show := wanted && (l.Seq > after.seq || i > after.nth)
		var err error
		switch x := &l.Effects[i]; {
		case x.Deliver != nil:
			err = r.told(ctx, x.Deliver, at, show)
		case x.Heard != nil:
			err = r.heard(ctx, x.Heard, at, show, l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// learn notes what became of a message. What is known already came later and stands; but a report outranks what an attempt said, and that a
// message arrived outranks all.
func (r *reader) learn(e *machine.LogEntry) {
	if a := e.Attempt; a != nil && a.Channel != policy.Chat {
		if _, known := r.became[a.Message]; !known {
			r.became[a.Message] = attempts[a.Result]
		}
	}
	if x := e.Event.Report; x != nil && x.Message != nil && x.Message.Channel != policy.Chat {
		if x.Delivered {
			r.became[x.Message.ID] = delivered
		} else if r.became[x.Message.ID] != delivered {
			r.became[x.Message.ID] = failed
		}
	}
}

// told is a message to the customer.
func (r *reader) told(ctx context.Context, d *machine.Deliver, at place, show bool) error {
	if d.Question {
		r.settle(d.Conversation, d.Sensitive)
	}
	if !show {
		return nil
	}
	open, ours, err := r.shown(ctx, d.Conversation, d.Channel)
	if err != nil || !ours {
		return err
	}
	m := Message{ID: at.String(), At: d.At, Who: string(d.By), Via: d.Channel, Text: d.Text, Choices: d.Choices, Media: d.Media, Disclosure: d.Disclosure}
	switch {
	case d.Channel == policy.Chat && d.Sensitive && !open:
		m.hide()
	case d.Channel != policy.Chat && (d.Sensitive || d.Urgent || d.Plain != nil):
		m.hide() // a code or link proves who has the phone only if it is nowhere else
	}
	if d.Channel != policy.Chat {
		far, known := r.became[d.ID]
		if !known && r.newest {
			far = waiting
		}
		m.Progress = Progress{d.ID, far}
	}
	r.found = append(r.found, m)
	return nil
}

// heard is a message from the customer.
func (r *reader) heard(ctx context.Context, h *machine.Heard, at place, show bool, l *runtime.Logged) error {
	if h.Conversation != "" {
		r.settle(h.Conversation, false) // of two in a row, the second answers nothing
	}
	if !show {
		return nil
	}
	_, ours, err := r.shown(ctx, h.Conversation, h.Channel)
	if err != nil || !ours {
		return err
	}
	m := Message{ID: at.String(), At: h.At, Who: byCustomer, Via: h.Channel, Text: h.Text}
	m.Client, _ = strings.CutPrefix(l.Event.ID, messageID(r.contact))
	if m.Client == l.Event.ID {
		m.Client = ""
	}
	if h.Secure {
		m.hide()
	} else if t := r.talks[h.Conversation]; t != nil && t.Started.Before(h.At) {
		r.answers[h.Conversation] = len(r.found)
	}
	r.found = append(r.found, m)
	return nil
}

// settle knows what was asked before an answer.
func (r *reader) settle(conversation string, sensitive bool) {
	if i, ok := r.answers[conversation]; ok {
		delete(r.answers, conversation)
		if sensitive {
			r.found[i].hide()
		}
	}
}

// onChat is the chat's place in a conversation's Written.
const onChat = 0

// shown reports whether the chat shows what was said in a conversation on a channel, and whether the conversation is open. Texts and
// emails are shown of conversations that began in the chat or were there.
func (r *reader) shown(ctx context.Context, conversation string, ch policy.Channel) (open, ours bool, err error) {
	ours = ch == policy.Chat
	for id := conversation; id != ""; {
		t, err := r.talk(ctx, id)
		if err != nil {
			return false, false, err
		}
		if t == nil {
			break
		}
		open = t.Open()
		ours = ours || t.Written[onChat] > 0 || strings.HasPrefix(t.Trigger.Type, "chat.")
		id = t.Parent
	}
	return open, ours, nil
}

// talk gives a conversation of this contact.
func (r *reader) talk(ctx context.Context, id string) (*machine.Conversation, error) {
	if t, ok := r.talks[id]; ok {
		return t, nil
	}
	t, err := r.engine.Conversation(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && t.Contact != r.contact {
		t, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.talks[id] = t
	return t, nil
}
