package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"
)

// people is what Memory keeps of contacts.
type people struct {
	known     map[Key]*person
	wakes     []*person   // by wake, then key
	heads     []*Outgoing // of lanes, and all that has none; by Next, then Seq
	outgoing  int
	lastOut   uint64
	addresses map[Key][]byte
	points    map[Key]lead
	log       []Entry // by Seq, which counts from one without a gap
	started   []Start // likewise
	dead      []Letter
	lastDead  uint64
	acts      []Act // by Seq, which counts from one without a gap
}

type person struct {
	key     Key
	contact []byte
	open    []Record
	wake    time.Time
	online  bool
	waiting bool
	ended   map[string][]byte
	seen    map[string]struct{}
	log     []uint64
	lanes   []lane
}

// lane is what goes out in order. It is gone when it is empty.
type lane struct {
	name    string
	waiting []*Outgoing // by Seq
}

// lead is where a point leads to.
type lead struct {
	contact Key
	bytes   []byte
}

// KeyOf implements Contacts by a plain hash: whoever reads this memory reads the names too.
func (m *Memory) KeyOf(kind Kind, name string) (k Key) {
	var space [128]byte
	text := append(append(append(space[:0], kind...), 0), name...)
	sum := sha256.Sum256(text)
	copy(k[:], sum[:])
	return k
}

// Load implements Contacts.
func (m *Memory) Load(ctx context.Context, asks []Ask) ([]Snapshot, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	snapshots := make([]Snapshot, len(asks))
	for i := range asks {
		snapshots[i] = m.snapshot(&asks[i])
	}
	return snapshots, ctx.Err()
}

func (m *Memory) snapshot(ask *Ask) (s Snapshot) {
	p := m.known[ask.Contact]
	if len(ask.Events) > 0 {
		s.Seen = make([]bool, len(ask.Events))
	}
	if p == nil {
		return s
	}
	s.Contact, s.Open = p.contact, slices.Clone(p.open)
	for i, id := range ask.Events {
		_, s.Seen[i] = p.seen[id]
	}
	return s
}

// Addresses implements Contacts.
func (m *Memory) Addresses(ctx context.Context, keys []Key) ([][]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	records := make([][]byte, len(keys))
	for i, k := range keys {
		records[i] = m.addresses[k]
	}
	return records, ctx.Err()
}

// Due implements Contacts.
func (m *Memory) Due(ctx context.Context, now time.Time, limit int) (due []Key, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, p := range m.wakes {
		if len(due) >= limit || p.wake.After(now) {
			break
		}
		due = append(due, p.key)
	}
	return due, ctx.Err()
}

// NextDue implements Contacts.
func (m *Memory) NextDue(ctx context.Context) (time.Time, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if len(m.wakes) == 0 {
		return time.Time{}, false, ctx.Err()
	}
	return m.wakes[0].wake, true, ctx.Err()
}

// Ready implements Contacts.
func (m *Memory) Ready(ctx context.Context, now time.Time, limit int, skip func(Place) bool) (ready []*Outgoing, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, o := range m.heads {
		if len(ready) >= limit || o.Next.After(now) {
			break
		}
		if skip == nil || !skip(o.Place) {
			c := *o
			ready = append(ready, &c)
		}
	}
	return ready, ctx.Err()
}

// NextReady implements Contacts.
func (m *Memory) NextReady(ctx context.Context) (time.Time, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if len(m.heads) == 0 {
		return time.Time{}, false, ctx.Err()
	}
	return m.heads[0].Next, true, ctx.Err()
}

// Conversation implements Contacts.
func (m *Memory) Conversation(ctx context.Context, contact Key, id string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	p := m.known[contact]
	if p == nil {
		return nil, ctx.Err()
	}
	for _, r := range p.open {
		if r.ID == id {
			return r.Bytes, ctx.Err()
		}
	}
	return p.ended[id], ctx.Err()
}

// Point implements Contacts.
func (m *Memory) Point(ctx context.Context, key Key) (Key, []byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	l, ok := m.points[key]
	if err := ctx.Err(); err != nil {
		return Key{}, nil, err
	}
	if !ok {
		return Key{}, nil, fmt.Errorf("what leads to a contact by %s: %w", key, ErrNotFound)
	}
	return l.contact, l.bytes, nil
}

// Counts implements Contacts. Size is that of the bytes that Memory was given.
func (m *Memory) Counts(ctx context.Context) (Counts, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	c := Counts{Contacts: len(m.known), Outgoing: m.outgoing, Dead: len(m.dead)}
	for _, p := range m.known {
		c.Size += int64(len(p.contact))
		for _, r := range p.open {
			c.Size += int64(len(r.Bytes))
		}
		for _, b := range p.ended {
			c.Size += int64(len(b))
		}
	}
	for _, e := range m.log {
		c.Size += int64(len(e.Bytes))
	}
	return c, ctx.Err()
}

func compareKeys(a, b Key) int { return bytes.Compare(a[:], b[:]) }

// checkPeople compares the indexes with what they point to.
func (m *Memory) checkPeople() error {
	var found []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			found = append(found, fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...)))
		}
	}
	wakes, heads, outgoing := 0, 0, 0
	for key, p := range m.known {
		if !p.wake.IsZero() {
			_, listed := slices.BinarySearchFunc(m.wakes, p, compareWakes)
			need(listed, "contact %s wakes at %s and is not listed", key, p.wake)
			wakes++
		}
		for _, l := range p.lanes {
			need(len(l.waiting) > 0, "contact %s has a lane with nothing in it", key)
			outgoing += len(l.waiting)
			for i, o := range l.waiting {
				_, listed := slices.BinarySearchFunc(m.heads, o, compareNext)
				need(listed == (i == 0 || l.name == ""), "what goes out to %s under %d is listed: %v", key, o.Seq, listed)
				if listed {
					heads++
				}
			}
		}
	}
	need(wakes == len(m.wakes) && heads == len(m.heads) && outgoing == m.outgoing, "an index has more than there is")
	return errors.Join(found...)
}
