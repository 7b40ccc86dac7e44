package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Commit implements Contacts.
func (m *Memory) Commit(ctx context.Context, changes []*Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := VerifyChanges(changes); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known, m.addresses, m.points = map[Key]*person{}, map[Key][]byte{}, map[Key]lead{}
	}
	for _, c := range changes {
		m.change(c)
	}
	return nil
}

func (m *Memory) change(c *Change) {
	p := m.known[c.Key]
	if p == nil {
		p = &person{key: c.Key}
		m.known[c.Key] = p
	}
	p.contact, p.open, p.online, p.waiting = c.Contact, append(p.open[:0], c.Open...), c.Online, c.Waiting
	if p.contact == nil {
		p.contact = []byte{}
	}
	m.setWake(p, c.Wake)
	p.remember(c.Ended, c.Events)
	for _, entry := range c.Log {
		m.log = append(m.log, Entry{uint64(len(m.log)) + 1, c.Key, entry})
		p.log = append(p.log, uint64(len(m.log)))
	}
	for i := range c.Started {
		s := &c.Started[i]
		s.Seq, s.Contact, s.At = uint64(len(m.started))+1, c.Key, plainTime(s.At)
		m.started = append(m.started, *s)
	}
	m.changeOutgoing(p, c)
	for key, record := range c.Addresses {
		if record == nil {
			delete(m.addresses, key)
		} else {
			m.addresses[key] = record
		}
	}
	for _, point := range c.Points {
		m.points[point.Key] = lead{c.Key, point.Bytes}
	}
	m.changeDead(c)
	for _, act := range c.Audit {
		m.acts = append(m.acts, Act{uint64(len(m.acts)) + 1, act})
	}
}

func (p *person) remember(ended []Record, events []string) {
	if p.ended == nil && len(ended) > 0 {
		p.ended = map[string][]byte{}
	}
	for _, r := range ended {
		p.ended[r.ID] = r.Bytes
	}
	if p.seen == nil && len(events) > 0 {
		p.seen = map[string]struct{}{}
	}
	for _, id := range events {
		p.seen[id] = struct{}{}
	}
}

func (m *Memory) setWake(p *person, wake time.Time) {
	wake = plainTime(wake)
	if wake.Equal(p.wake) {
		return
	}
	if !p.wake.IsZero() {
		m.wakes = remove(m.wakes, p, compareWakes)
	}
	p.wake = wake
	if !wake.IsZero() {
		m.wakes = insert(m.wakes, p, compareWakes)
	}
}

func (m *Memory) changeOutgoing(p *person, c *Change) {
	for _, place := range c.Done {
		m.takeOut(p, place)
	}
	for _, later := range c.Later {
		if o := p.outgoing(later.Place); o != nil {
			m.postpone(o, later)
		}
	}
	for _, o := range c.Out {
		m.lastOut++
		m.outgoing++
		o.Contact, o.Seq, o.Next, o.First = p.key, m.lastOut, plainTime(o.Next), plainTime(o.First)
		l := p.lane(o.Lane)
		if l == nil {
			p.lanes = append(p.lanes, lane{name: o.Lane})
			l = &p.lanes[len(p.lanes)-1]
		}
		o.Head = o.Lane == "" || len(l.waiting) == 0
		kept := *o
		l.waiting = append(l.waiting, &kept)
		if o.Head {
			m.heads = insert(m.heads, &kept, compareNext)
		}
	}
}

func (m *Memory) postpone(o, later *Outgoing) {
	if o.Head {
		m.heads = remove(m.heads, o, compareNext)
	}
	o.Next, o.First, o.Attempts, o.Trying = plainTime(later.Next), plainTime(later.First), later.Attempts, later.Trying
	if o.Head {
		m.heads = insert(m.heads, o, compareNext)
	}
}

// takeOut forgets what has left, and the next of its lane becomes the head.
func (m *Memory) takeOut(p *person, place Place) {
	l := p.lane(place.Lane)
	o := p.outgoing(place)
	if o == nil {
		return
	}
	m.outgoing--
	if o.Head {
		m.heads = remove(m.heads, o, compareNext)
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(w *Outgoing) bool { return w == o })
	switch {
	case len(l.waiting) == 0:
		p.lanes = slices.DeleteFunc(p.lanes, func(l lane) bool { return l.name == place.Lane })
	case !l.waiting[0].Head:
		l.waiting[0].Head = true
		m.heads = insert(m.heads, l.waiting[0], compareNext)
	}
}

func (p *person) lane(name string) *lane {
	for i := range p.lanes {
		if p.lanes[i].name == name {
			return &p.lanes[i]
		}
	}
	return nil
}

// outgoing is what waits at a place, or nil.
func (p *person) outgoing(place Place) *Outgoing {
	l := p.lane(place.Lane)
	if l == nil {
		return nil
	}
	at, found := slices.BinarySearchFunc(l.waiting, place.Seq, func(o *Outgoing, seq uint64) int { return cmp.Compare(o.Seq, seq) })
	if !found {
		return nil
	}
	return l.waiting[at]
}

func (m *Memory) changeDead(c *Change) {
	for _, seq := range c.Buried {
		m.dead = slices.DeleteFunc(m.dead, func(l Letter) bool { return l.Seq == seq && l.Contact == c.Key })
	}
	for _, l := range c.Dead {
		m.lastDead++
		l.Seq, l.Contact = m.lastDead, c.Key
		m.dead = append(m.dead, *l)
	}
}

// Record implements Contacts.
func (m *Memory) Record(ctx context.Context, act []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acts = append(m.acts, Act{uint64(len(m.acts)) + 1, act})
	return nil
}

// Erase implements Contacts.
func (m *Memory) Erase(ctx context.Context, contact Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.known[contact]
	if p == nil {
		return fmt.Errorf("erasing contact %s: %w", contact, ErrNotFound)
	}
	m.setWake(p, time.Time{})
	for _, l := range p.lanes {
		m.outgoing -= len(l.waiting)
	}
	m.heads = slices.DeleteFunc(m.heads, func(o *Outgoing) bool { return o.Contact == contact })
	for _, seq := range p.log {
		m.log[seq-1].Bytes = nil
	}
	for i := range m.started {
		if m.started[i].Contact == contact {
			m.started[i].ID = ""
		}
	}
	m.dead = slices.DeleteFunc(m.dead, func(l Letter) bool { return l.Contact == contact })
	for key, l := range m.points {
		if l.contact == contact {
			delete(m.points, key)
		}
	}
	delete(m.known, contact)
	return nil
}

// plainTime drops what is not kept of a time: its zone and the reading of a monotonic clock.
func plainTime(t time.Time) time.Time { return t.Round(0).UTC() }

func compareWakes(a, b *person) int {
	return cmp.Or(a.wake.Compare(b.wake), compareKeys(a.key, b.key))
}

func compareNext(a, b *Outgoing) int {
	return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.Seq, b.Seq))
}

func insert[E any](list []E, e E, compare func(a, b E) int) []E {
	at, _ := slices.BinarySearchFunc(list, e, compare)
	return slices.Insert(list, at, e)
}

func remove[E any](list []E, e E, compare func(a, b E) int) []E {
	if at, found := slices.BinarySearchFunc(list, e, compare); found {
		return slices.Delete(list, at, at+1)
	}
	return list
}
