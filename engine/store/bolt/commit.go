package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
	"journey/engine/wire"
)

// commit is a transaction that makes changes.
type commit struct {
	*Store
	tx     *bbolt.Tx
	counts counts
}

// Commit implements store.Contacts. The contacts are taken by their keys, so that puts come in the order in which the pages lie.
func (s *Store) Commit(ctx context.Context, changes []*store.Change) error {
	if err := store.VerifyChanges(changes); err != nil {
		return err
	}
	sorted := slices.Clone(changes)
	slices.SortFunc(sorted, func(a, b *store.Change) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return s.commit(ctx, func(w *commit) error {
		people, err := w.people(sorted)
		if err != nil {
			return err
		}
		for i, c := range sorted {
			if err := w.change(people[i], c); err != nil {
				return fmt.Errorf("committing contact %s: %w", c.Key, err)
			}
		}
		return nil
	})
}

func (s *Store) commit(ctx context.Context, f func(*commit) error) error {
	return s.update(ctx, func(tx *bbolt.Tx) error {
		w := &commit{Store: s, tx: tx, counts: readCounts(tx)}
		if err := f(w); err != nil {
			return err
		}
		return w.counts.put(tx)
	})
}

// people reads the contacts of changes, and makes those that are new: their keys are on the disk before anything is sealed with them.
func (w *commit) people(changes []*store.Change) ([]*person, error) {
	people, unknown := make([]*person, len(changes)), 0
	for i, c := range changes {
		p, err := w.person(w.tx, c.Key)
		if err != nil {
			return nil, err
		}
		if people[i] = p; p == nil {
			unknown++
		}
	}
	if unknown == 0 {
		return people, nil
	}
	slot, err := w.keys.Add(unknown)
	if err != nil {
		return nil, err
	}
	for i := range people {
		if people[i] == nil {
			people[i] = &person{slot: slot}
			slot++
		}
	}
	w.counts.slots = slot
	w.counts.contacts += uint64(unknown)
	return people, nil
}

// change makes one change. The contact's own record comes last, for it says where the rest ends.
func (w *commit) change(p *person, c *store.Change) error {
	for _, step := range []func(*person, *store.Change) error{
		w.putEvents, w.putLog, w.putStarted, w.putEnded, w.putOutbox, w.putPoints, w.putDead, w.putOthers, w.putContact,
	} {
		if err := step(p, c); err != nil {
			return err
		}
	}
	return nil
}

// put seals and writes a record.
func (w *commit) put(t *table, slot seal.Slot, key, clear, plain []byte) error {
	record, err := t.seal(w.keys, slot, key, clear, plain)
	if err != nil {
		return err
	}
	return t.in(w.tx).Put(key, record)
}

// add writes a record under the next number.
func (w *commit) add(t *table, slot seal.Slot, clear, plain []byte) (uint64, error) {
	seq, err := t.in(w.tx).NextSequence()
	if err != nil {
		return 0, err
	}
	return seq, w.put(t, slot, number(seq), clear, plain)
}

func (w *commit) putEvents(p *person, c *store.Change) error {
	return w.remember(w.tx, c.Key, p, c.Events)
}

func (w *commit) putLog(p *person, c *store.Change) (err error) {
	var clear [keySize + 8]byte
	copy(clear[:], c.Key[:])
	for _, entry := range c.Log {
		binary.BigEndian.PutUint64(clear[keySize:], p.last)
		if p.last, err = w.add(logs, p.slot, clear[:], entry); err != nil {
			return err
		}
	}
	return nil
}

func (w *commit) putStarted(p *person, c *store.Change) (err error) {
	for i := range c.Started {
		s := &c.Started[i]
		s.Contact, s.At = c.Key, unstamp(stamp(s.At))
		if s.Seq, err = w.add(started, p.slot, c.Key[:], encodeStart(s)); err != nil {
			return err
		}
	}
	return nil
}

func encodeStart(st *store.Start) []byte {
	s := &wire.Stream{Writing: true}
	startFields(s, st)
	return s.Bytes
}

func decodeStart(plain []byte) (st store.Start, err error) {
	s := wire.Reader(plain)
	startFields(s, &st)
	if err := s.End(); err != nil {
		return st, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	return st, nil
}

func startFields(s *wire.Stream, st *store.Start) {
	at := stamp(st.At)
	wire.Integer(s, &at)
	st.At = unstamp(at)
	wire.Text(s, &st.Journey)
	wire.Text(s, &st.ID)
}

func (w *commit) putEnded(p *person, c *store.Change) error {
	for _, r := range c.Ended {
		if err := w.put(ended, p.slot, append(c.Key[:], r.ID...), nil, r.Bytes); err != nil {
			return err
		}
	}
	return nil
}

func (w *commit) putOutbox(p *person, c *store.Change) error {
	for _, place := range c.Done {
		if err := w.takeOut(place); err != nil {
			return err
		}
	}
	for _, later := range c.Later {
		if err := w.postpone(later); err != nil {
			return err
		}
	}
	for _, o := range c.Out {
		if err := w.putOut(p, c.Key, o); err != nil {
			return err
		}
	}
	return nil
}

func (w *commit) putPoints(p *person, c *store.Change) error {
	for _, point := range c.Points {
		if err := w.put(points, p.slot, point.Key[:], c.Key[:], point.Bytes); err != nil {
			return err
		}
	}
	return nil
}

func (w *commit) putDead(p *person, c *store.Change) (err error) {
	letters := dead.in(w.tx)
	for _, seq := range c.Buried {
		key := number(seq)
		record, err := dead.get(w.tx, key)
		if err != nil {
			return err
		}
		if record == nil || store.Key(record.clear) != c.Key {
			continue
		}
		if err := letters.Delete(key); err != nil {
			return err
		}
		w.counts.dead--
	}
	for _, l := range c.Dead {
		l.Contact = c.Key
		if l.Seq, err = w.add(dead, p.slot, c.Key[:], l.Bytes); err != nil {
			return err
		}
		w.counts.dead++
	}
	return nil
}

// putOthers writes what is no contact's own.
func (w *commit) putOthers(_ *person, c *store.Change) error {
	for key, record := range c.Addresses {
		if err := w.putAddress(key, record); err != nil {
			return err
		}
	}
	for _, act := range c.Audit {
		if _, err := w.add(audit, seal.Own, nil, act); err != nil {
			return err
		}
	}
	return nil
}

func (w *commit) putAddress(key store.Key, record []byte) error {
	if record == nil {
		return addresses.in(w.tx).Delete(key[:])
	}
	return w.put(addresses, seal.Own, key[:], nil, record)
}

func (w *commit) putContact(p *person, c *store.Change) error {
	if err := w.setWake(c.Key, p.wake, stamp(c.Wake)); err != nil {
		return err
	}
	if err := w.list(online, c.Key, p.online, c.Online); err != nil {
		return err
	}
	if err := w.list(waiting, c.Key, p.waiting, c.Waiting); err != nil {
		return err
	}
	p.wake, p.online, p.waiting, p.contact, p.open = stamp(c.Wake), c.Online, c.Waiting, c.Contact, c.Open
	return w.put(contacts, p.slot, c.Key[:], number(p.wake), p.encode())
}

func (w *commit) setWake(contact store.Key, before, after uint64) error {
	if before == after {
		return nil
	}
	if before != 0 {
		if err := wake.in(w.tx).Delete(append(number(before), contact[:]...)); err != nil {
			return err
		}
	}
	if after == 0 {
		return nil
	}
	return wake.in(w.tx).Put(append(number(after), contact[:]...), nil)
}

// list puts a contact on a list, or takes it off.
func (w *commit) list(t *table, contact store.Key, before, after bool) error {
	switch {
	case after && !before:
		return t.in(w.tx).Put(contact[:], nil)
	case before && !after:
		return t.in(w.tx).Delete(contact[:])
	}
	return nil
}

// Record implements store.Contacts.
func (s *Store) Record(ctx context.Context, act []byte) error {
	return s.commit(ctx, func(w *commit) error {
		_, err := w.add(audit, seal.Own, nil, act)
		return err
	})
}
