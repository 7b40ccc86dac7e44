package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
)

// History implements store.Contacts: each entry names the one before.
func (s *Store) History(ctx context.Context, contact store.Key, before uint64, limit int) (entries []store.Entry, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		p, err := unlessErased(s.person(tx, contact))
		if err != nil || p == nil {
			return err
		}
		at := p.last
		if record, err := logs.get(tx, number(before)); err != nil {
			return err
		} else if record != nil && store.Key(record.clear) == contact && record.slot == p.slot {
			at = previous(record)
		}
		for at > 0 && len(entries) < limit {
			record, err := logs.get(tx, number(at))
			if err != nil {
				return err
			}
			if record == nil {
				return fmt.Errorf("history of contact %s: %w: entry %d is missing", contact, store.ErrCorrupt, at)
			}
			if before == 0 || at < before {
				plain, err := record.open(s.keys)
				if err != nil {
					return err
				}
				entries = append(entries, store.Entry{Seq: at, Contact: contact, Bytes: plain})
			}
			at = previous(record)
		}
		return nil
	})
	return entries, err
}

func previous(entry *sealed) uint64 { return binary.BigEndian.Uint64(entry.clear[keySize:]) }

// Log implements store.Contacts.
func (s *Store) Log(ctx context.Context, after uint64, limit int) (entries []store.Entry, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		c := logs.in(tx).Cursor()
		for k, v := c.Seek(number(after + 1)); k != nil && len(entries) < limit; k, v = c.Next() {
			record, err := logs.read(k, v)
			if err != nil {
				return err
			}
			plain, err := record.openUnlessErased(s.keys)
			if err != nil {
				return err
			}
			entries = append(entries, store.Entry{Seq: binary.BigEndian.Uint64(k), Contact: store.Key(record.clear), Bytes: plain})
		}
		return nil
	})
	return entries, err
}

// Started implements store.Contacts. Those of erased contacts are passed over.
func (s *Store) Started(ctx context.Context, before uint64, limit int) (list []store.Start, err error) {
	err = s.backwards(ctx, started, before, func(seq uint64, record *sealed) error {
		plain, err := record.open(s.keys)
		if errors.Is(err, seal.ErrErased) {
			return nil
		}
		if err != nil {
			return err
		}
		st, err := decodeStart(plain)
		if err != nil {
			return fmt.Errorf("started %d: %w", seq, err)
		}
		st.Seq, st.Contact = seq, store.Key(record.clear)
		list = append(list, st)
		return nil
	}, func() bool { return len(list) < limit })
	return list, err
}

// Dead implements store.Contacts.
func (s *Store) Dead(ctx context.Context, before uint64, limit int) (list []store.Letter, err error) {
	err = s.backwards(ctx, dead, before, func(seq uint64, record *sealed) error {
		plain, err := record.openUnlessErased(s.keys)
		list = append(list, store.Letter{Seq: seq, Contact: store.Key(record.clear), Bytes: plain})
		return err
	}, func() bool { return len(list) < limit })
	return list, err
}

// Audit implements store.Contacts.
func (s *Store) Audit(ctx context.Context, before uint64, limit int) (list []store.Act, err error) {
	err = s.backwards(ctx, audit, before, func(seq uint64, record *sealed) error {
		plain, err := record.open(s.keys)
		list = append(list, store.Act{Seq: seq, Bytes: plain})
		return err
	}, func() bool { return len(list) < limit })
	return list, err
}

// backwards walks a list from before a number (0: from its end), the newest first.
func (s *Store) backwards(ctx context.Context, t *table, before uint64, each func(uint64, *sealed) error, more func() bool) error {
	return s.view(ctx, func(tx *bbolt.Tx) error {
		c := t.in(tx).Cursor()
		for k, v := lastBefore(c, before); k != nil && more(); k, v = c.Prev() {
			record, err := t.read(k, v)
			if err != nil {
				return err
			}
			if err := each(binary.BigEndian.Uint64(k), &record); err != nil {
				return err
			}
		}
		return nil
	})
}

func lastBefore(c *bbolt.Cursor, before uint64) (k, v []byte) {
	if before == 0 {
		return c.Last()
	}
	if k, _ = c.Seek(number(before)); k == nil {
		return c.Last()
	}
	return c.Prev()
}
