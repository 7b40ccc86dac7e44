package runtime

import (
	"context"
	"fmt"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/store"
)

// Logged is an entry of the event log. That of an erased contact has no LogEntry.
type Logged struct {
	Seq     uint64
	Contact store.Key
	*machine.LogEntry
}

// DeadLetter is a message that could not be delivered on any channel, or a notice that its subscriber did not take.
type DeadLetter struct {
	Seq     uint64
	Contact store.Key
	At      time.Time
	Message *machine.Deliver
	Notice  *machine.Notice
	Result  machine.Result // how its last attempt ended
	Reason  string

	effect machine.Effect
}

// Find gives the key that work to this contact would go to; an error that wraps ErrNoContact where nobody is there yet.
func (e *Engine) Find(ctx context.Context, to To) (store.Key, error) {
	key := to.Key
	switch {
	case to.Address != "":
		records, err := e.Store.Addresses(ctx, []store.Key{e.addressKey(to.Address)})
		if err != nil {
			return key, fmt.Errorf("find a contact: %w", err)
		}
		a, err := decodeAddress(records[0])
		if err != nil {
			return key, err
		}
		owner, found := a.owner(to.Inbound)
		if !found {
			return key, ErrNoContact
		}
		key = owner
	case to.Contact != "":
		key = e.contactKey(to.Contact)
	}
	_, err := e.snapshot(ctx, key)
	return key, err
}

func (e *Engine) snapshot(ctx context.Context, key store.Key) (store.Snapshot, error) {
	s, err := e.Store.Load(ctx, []store.Ask{{Contact: key}})
	if err != nil {
		return store.Snapshot{}, fmt.Errorf("read contact %s: %w", key, err)
	}
	if s[0].Contact == nil {
		return store.Snapshot{}, fmt.Errorf("%s: %w", key, ErrNoContact)
	}
	return s[0], nil
}

// Contact reads a contact; an error that wraps ErrNoContact where there is none.
func (e *Engine) Contact(ctx context.Context, key store.Key) (*machine.Contact, error) {
	s, err := e.snapshot(ctx, key)
	if err != nil {
		return nil, err
	}
	return machine.DecodeContact(s.Contact)
}

// Open reads a contact's open conversations, as they began.
func (e *Engine) Open(ctx context.Context, key store.Key) ([]*machine.Conversation, error) {
	s, err := e.snapshot(ctx, key)
	if err != nil {
		return nil, err
	}
	var list []*machine.Conversation
	for _, r := range s.Open {
		c, err := machine.DecodeConversation(r.Bytes)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Conversation reads a conversation by its id, open or ended; an error that wraps store.ErrNotFound where there is none.
func (e *Engine) Conversation(ctx context.Context, id string) (*machine.Conversation, error) {
	key, err := store.ParseKey(id)
	if err != nil {
		return nil, fmt.Errorf("conversation %w", err)
	}
	encoded, err := e.Store.Conversation(ctx, key, id)
	if err != nil {
		return nil, fmt.Errorf("read conversation %s: %w", id, err)
	}
	if encoded == nil {
		return nil, fmt.Errorf("conversation %s: %w", id, store.ErrNotFound)
	}
	return machine.DecodeConversation(encoded)
}

// Log walks a contact's log backwards from before (0: from its end), newest first.
func (e *Engine) Log(ctx context.Context, key store.Key, before uint64, limit int) ([]Logged, error) {
	entries, err := e.Store.History(ctx, key, before, limit)
	if err != nil {
		return nil, fmt.Errorf("read the log of contact %s: %w", key, err)
	}
	list := make([]Logged, len(entries))
	for i := range entries {
		list[i] = Logged{Seq: entries[i].Seq, Contact: key}
		if list[i].LogEntry, err = machine.DecodeLogEntry(entries[i].Bytes); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Link gives what a short link leads to, and whose it is; an error that wraps store.ErrNotFound where there is none.
func (e *Engine) Link(ctx context.Context, token string) (*machine.LinkMade, store.Key, error) {
	effect, key, err := e.point(ctx, store.OfLink, token)
	if err != nil || effect.Link == nil {
		return nil, key, err
	}
	return effect.Link, key, nil
}

// Receipt finds a message by a provider's id of it; an error that wraps store.ErrNotFound where there is none.
func (e *Engine) Receipt(ctx context.Context, provider, id string) (*machine.Deliver, store.Key, error) {
	effect, key, err := e.point(ctx, store.OfReceipt, provider+"/"+id)
	if err != nil {
		return nil, key, err
	}
	return effect.Deliver, key, nil
}

func (e *Engine) point(ctx context.Context, kind store.Kind, name string) (*machine.Effect, store.Key, error) {
	key, encoded, err := e.Store.Point(ctx, e.Store.KeyOf(kind, name))
	if err != nil {
		return nil, key, fmt.Errorf("find a %s: %w", kind, err)
	}
	effect, err := machine.DecodeEffect(encoded)
	return effect, key, err
}

// farthest is how far back a message is looked for in a contact's log: no provider reports on one that is older.
const farthest = 5000

// Message finds a message by our id of it, as it was made, with its contact; an error that wraps store.ErrNotFound where there is none.
func (e *Engine) Message(ctx context.Context, id string) (*machine.Deliver, store.Key, error) {
	key, err := store.ParseKey(id)
	if err != nil {
		return nil, key, fmt.Errorf("message %w", err)
	}
	var found *machine.Deliver
	err = e.backwards(ctx, key, func(entry *machine.LogEntry) bool {
		for i := range entry.Effects {
			if d := entry.Effects[i].Deliver; d != nil && d.ID == id {
				found = d
			}
		}
		return found == nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("message %s: %w", id, store.ErrNotFound)
	}
	return found, key, err
}

// reported tells whether a provider has reported on a message, which it can only have taken then.
func (e *Engine) reported(ctx context.Context, key store.Key, message string) (found bool) {
	_ = e.backwards(ctx, key, func(entry *machine.LogEntry) bool {
		r := entry.Event.Report
		found = r != nil && r.Message.ID == message
		return !found
	})
	return found
}

func (e *Engine) backwards(ctx context.Context, key store.Key, see func(*machine.LogEntry) bool) error {
	const page = 100
	before := uint64(0)
	for range farthest / page {
		list, err := e.Log(ctx, key, before, page)
		if err != nil {
			return err
		}
		for _, entry := range list {
			if !see(entry.LogEntry) {
				return nil
			}
			before = entry.Seq
		}
		if len(list) < page {
			break
		}
	}
	return nil
}

// DeadLetters lists them, newest first, before a place in the list (0: from its end).
func (e *Engine) DeadLetters(ctx context.Context, before uint64, limit int) ([]DeadLetter, error) {
	letters, err := e.Store.Dead(ctx, before, limit)
	if err != nil {
		return nil, fmt.Errorf("read the dead letters: %w", err)
	}
	list := make([]DeadLetter, len(letters))
	for i, l := range letters {
		entry, err := machine.DecodeLogEntry(l.Bytes)
		if err != nil {
			return nil, err
		}
		effect := entry.Effects[0]
		list[i] = DeadLetter{Seq: l.Seq, Contact: l.Contact, At: entry.At, Message: effect.Deliver, Notice: effect.Notice,
			Result: entry.Attempt.Result, Reason: entry.Attempt.Reason, effect: effect}
	}
	return list, nil
}

// letter finds one dead letter.
func (e *Engine) letter(ctx context.Context, seq uint64) (*DeadLetter, error) {
	list, err := e.DeadLetters(ctx, seq+1, 1)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].Seq != seq {
		return nil, fmt.Errorf("dead letter %d: %w", seq, store.ErrNotFound)
	}
	return &list[0], nil
}

// Address gives the URI of a phone number or an email address, as To has it.
func Address(text string) string {
	if strings.Contains(text, "@") {
		return mail + strings.ToLower(text)
	}
	return telephone + text
}
