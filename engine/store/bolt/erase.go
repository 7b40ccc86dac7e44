package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
)

// Erase implements store.Contacts. The data says first that the key is to go: a crash before it is gone is made up for when the data
// is opened again. Log entries and points stay where they are, and are no longer to be read.
func (s *Store) Erase(ctx context.Context, contact store.Key) error {
	s.erasing.Lock()
	defer s.erasing.Unlock()
	todo := s.owed[contact]
	err := s.commit(ctx, func(w *commit) error {
		record, err := contacts.get(w.tx, contact[:])
		if record == nil || err != nil {
			return err
		}
		todo = append(todo, record.slot)
		return w.forget(record)
	})
	if err == nil {
		err = s.discard(contact, todo)
	}
	if err != nil {
		return fmt.Errorf("erasing contact %s: %w", contact, err)
	}
	return nil
}

// discard erases the keys of a contact that is forgotten, and remembers what it could not.
func (s *Store) discard(contact store.Key, slots []seal.Slot) (err error) {
	if len(slots) == 0 {
		return store.ErrNotFound
	}
	delete(s.owed, contact)
	for _, slot := range slots {
		if failed := s.keys.Erase(slot); failed != nil {
			err = errors.Join(err, failed)
			s.owed[contact] = append(s.owed[contact], slot)
		}
	}
	return err
}

// forget removes a contact with everything that hangs on its key, none of which has to be readable.
func (w *commit) forget(contact *sealed) error {
	key, slot := store.Key(contact.key), bytes.Clone(contact.head[:slotSize])
	if err := w.setWake(key, binary.BigEndian.Uint64(contact.clear), 0); err != nil {
		return err
	}
	left := keysUnder(outbox.in(w.tx), key)
	for _, k := range left {
		record, err := outbox.get(w.tx, k)
		if err != nil {
			return err
		}
		if err := ready.in(w.tx).Delete(readyKey(record.clear, k)); err != nil {
			return err
		}
	}
	w.counts.outgoing -= uint64(len(left))
	w.counts.contacts--
	for _, t := range []*table{outbox, events, ended, online, waiting, contacts} {
		if err := deleteUnder(t.in(w.tx), key); err != nil {
			return err
		}
	}
	if err := w.buryAll(key); err != nil {
		return err
	}
	return erased.in(w.tx).Put(slot, nil)
}

// buryAll removes a contact's dead letters, which nobody could retry any more.
func (w *commit) buryAll(contact store.Key) error {
	letters := dead.in(w.tx)
	var gone [][]byte
	c := letters.Cursor()
	for k, record := c.First(); k != nil; k, record = c.Next() {
		letter, err := dead.read(k, record)
		if err != nil {
			return err
		}
		if store.Key(letter.clear) == contact {
			gone = append(gone, bytes.Clone(k))
		}
	}
	for _, k := range gone {
		if err := letters.Delete(k); err != nil {
			return err
		}
	}
	w.counts.dead -= uint64(len(gone))
	return nil
}

// keysUnder gives copies of all keys that begin with a contact's.
func keysUnder(b *bbolt.Bucket, contact store.Key) (keys [][]byte) {
	c := b.Cursor()
	for k, _ := c.Seek(contact[:]); bytes.HasPrefix(k, contact[:]); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	return keys
}

func deleteUnder(b *bbolt.Bucket, contact store.Key) (err error) {
	for _, k := range keysUnder(b, contact) {
		err = errors.Join(err, b.Delete(k))
	}
	return err
}

// reconcile makes data and keys agree on who is erased: after a crash, and where either of them was brought back from a backup.
func (s *Store) reconcile() error {
	gone, err := s.keys.Erased()
	if err != nil {
		return err
	}
	without := make(map[seal.Slot]bool, len(gone))
	for _, slot := range gone {
		without[slot] = true
	}
	var todo []seal.Slot
	err = s.db.View(func(tx *bbolt.Tx) error {
		return erased.in(tx).ForEach(func(k, _ []byte) error {
			slot := seal.Slot(binary.BigEndian.Uint32(k))
			if !without[slot] {
				todo = append(todo, slot)
			}
			delete(without, slot)
			return nil
		})
	})
	for _, slot := range todo {
		err = errors.Join(err, s.keys.Erase(slot))
	}
	if err != nil || len(without) == 0 {
		return err
	}
	return s.forgetAll(without)
}

// forgetAll forgets the contacts whose keys were in these slots.
func (s *Store) forgetAll(slots map[seal.Slot]bool) error {
	return s.commit(context.Background(), func(w *commit) error {
		var found []*sealed
		err := contacts.in(w.tx).ForEach(func(k, v []byte) error {
			record, err := contacts.read(bytes.Clone(k), bytes.Clone(v))
			if err == nil && slots[record.slot] {
				found = append(found, &record)
			}
			return err
		})
		for _, record := range found {
			err = errors.Join(err, w.forget(record))
			delete(slots, record.slot)
		}
		for slot := range slots {
			err = errors.Join(err, erased.in(w.tx).Put(binary.BigEndian.AppendUint32(nil, uint32(slot)), nil))
		}
		return err
	})
}
