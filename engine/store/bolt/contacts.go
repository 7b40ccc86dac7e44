package bolt

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
)

// KeyOf implements store.Contacts.
func (s *Store) KeyOf(kind store.Kind, name string) (k store.Key) {
	sum := s.keys.Hash(string(kind), name)
	copy(k[:], sum[:])
	return k
}

// Load implements store.Contacts.
func (s *Store) Load(ctx context.Context, asks []store.Ask) ([]store.Snapshot, error) {
	snapshots := make([]store.Snapshot, len(asks))
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		for i := range asks {
			if err := s.snapshot(tx, &asks[i], &snapshots[i]); err != nil {
				return fmt.Errorf("loading contact %s: %w", asks[i].Contact, err)
			}
		}
		return nil
	})
	return snapshots, err
}

func (s *Store) snapshot(tx *bbolt.Tx, ask *store.Ask, snapshot *store.Snapshot) error {
	p, err := unlessErased(s.person(tx, ask.Contact))
	if err != nil {
		return err
	}
	if p == nil {
		p = &person{}
	}
	snapshot.Contact, snapshot.Open = p.contact, p.open
	if len(ask.Events) > 0 {
		snapshot.Seen, err = s.seen(tx, ask.Contact, p, ask.Events)
	}
	return err
}

// Addresses implements store.Contacts.
func (s *Store) Addresses(ctx context.Context, keys []store.Key) ([][]byte, error) {
	records := make([][]byte, len(keys))
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		for i, key := range keys {
			record, err := addresses.get(tx, key[:])
			if err != nil {
				return err
			}
			if record == nil {
				continue
			}
			if records[i], err = record.open(s.keys); err != nil {
				return err
			}
		}
		return nil
	})
	return records, err
}

// Due implements store.Contacts.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) (due []store.Key, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		until := stamp(now)
		c := wake.in(tx).Cursor()
		for k, _ := c.First(); k != nil && len(due) < limit && binary.BigEndian.Uint64(k) <= until; k, _ = c.Next() {
			due = append(due, store.Key(k[8:]))
		}
		return nil
	})
	return due, err
}

// NextDue implements store.Contacts.
func (s *Store) NextDue(ctx context.Context) (time.Time, bool, error) { return s.firstTime(ctx, wake) }

// Ready implements store.Contacts.
func (s *Store) Ready(ctx context.Context, now time.Time, limit int, skip func(store.Place) bool) (list []*store.Outgoing, err error) {
	var damaged error
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		until := stamp(now)
		c := ready.in(tx).Cursor()
		for k, _ := c.First(); k != nil && len(list) < limit && binary.BigEndian.Uint64(k) <= until; k, _ = c.Next() {
			if alone(k[8:]) && skip != nil && skip(placeAlone(k[8:])) {
				continue // without opening it
			}
			o, err := s.outgoing(k[8:], outbox.in(tx).Get(k[8:]))
			if errors.Is(err, store.ErrCorrupt) {
				damaged = err
				continue
			}
			if err != nil {
				return err
			}
			if alone(k[8:]) || skip == nil || !skip(o.Place) {
				list = append(list, o)
			}
		}
		return nil
	})
	return list, cmp.Or(err, damaged)
}

// NextReady implements store.Contacts.
func (s *Store) NextReady(ctx context.Context) (time.Time, bool, error) {
	return s.firstTime(ctx, ready)
}

// firstTime is the first in an index that is sorted by time.
func (s *Store) firstTime(ctx context.Context, index *table) (at time.Time, found bool, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		if k, _ := index.in(tx).Cursor().First(); k != nil {
			at, found = timeOf(k), true
		}
		return nil
	})
	return at, found, err
}

// Conversation implements store.Contacts.
func (s *Store) Conversation(ctx context.Context, contact store.Key, id string) (bytes []byte, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		p, err := unlessErased(s.person(tx, contact))
		if err != nil || p == nil {
			return err
		}
		for _, r := range p.open {
			if r.ID == id {
				bytes = r.Bytes
				return nil
			}
		}
		record, err := ended.get(tx, append(contact[:], id...))
		if record != nil && err == nil {
			bytes, err = record.open(s.keys)
		}
		return err
	})
	return bytes, err
}

// Point implements store.Contacts.
func (s *Store) Point(ctx context.Context, key store.Key) (contact store.Key, bytes []byte, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		record, err := points.get(tx, key[:])
		if err != nil {
			return err
		}
		if record != nil {
			contact = store.Key(record.clear)
			bytes, err = record.open(s.keys)
		}
		if record == nil || errors.Is(err, seal.ErrErased) {
			contact, bytes = store.Key{}, nil
			return fmt.Errorf("what leads to a contact by %s: %w", key, store.ErrNotFound)
		}
		return err
	})
	return contact, bytes, err
}

// Online implements store.Contacts.
func (s *Store) Online(ctx context.Context) ([]store.Key, error) { return s.listed(ctx, online) }

// Waiting implements store.Contacts.
func (s *Store) Waiting(ctx context.Context) ([]store.Key, error) { return s.listed(ctx, waiting) }

func (s *Store) listed(ctx context.Context, t *table) (list []store.Key, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		return t.in(tx).ForEach(func(k, _ []byte) error {
			list = append(list, store.Key(k))
			return nil
		})
	})
	return list, err
}

// Counts implements store.Contacts. Size is the file's, with the room in it that is free.
func (s *Store) Counts(ctx context.Context) (c store.Counts, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		n := readCounts(tx)
		c = store.Counts{Contacts: int(n.contacts), Outgoing: int(n.outgoing), Dead: int(n.dead), Size: tx.Size()}
		return nil
	})
	return c, err
}
