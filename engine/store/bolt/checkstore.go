package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
)

// Check opens a data file that nobody has open, checks it, and counts what is in it. A file without contacts needs no keys file, and
// gets none.
func Check(ctx context.Context, path string, o Options) (n store.Counts, err error) {
	if _, err := os.Stat(path); err != nil {
		return n, err
	}
	g, err := Open(path)
	if err != nil {
		return n, err
	}
	if !g.sealed() {
		defer func() { err = errors.Join(err, g.Close()) }()
		return n, g.Check(ctx)
	}
	if err := g.Close(); err != nil {
		return n, err
	}
	s, err := OpenStore(path, o)
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Check(ctx); err != nil {
		return n, err
	}
	return s.Counts(ctx)
}

// sealed tells whether a keys file belongs to the data.
func (s *Graphs) sealed() (named bool) {
	_ = s.db.View(func(tx *bbolt.Tx) error {
		named = tx.Bucket(bucketMeta).Get(keyKeys) != nil
		return nil
	})
	return named
}

// Check implements store.Store. It may run while others commit, who wait only while the file's pages are looked at. The rest is as of one
// moment; what it finds of erased contacts is compared at the end with the keys file, which may be ahead of that moment.
func (s *Store) Check(ctx context.Context) error {
	c := contactChecker{ctx: ctx, s: s, known: map[seal.Slot]*known{}, gone: map[seal.Slot]string{}, listed: map[*table]int{}}
	if err := c.pages(ctx, &s.Graphs); err != nil {
		return err
	}
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c.tx = tx
		for _, step := range []func(){c.graphs, c.contacts, c.log, c.events, c.indexes, c.outbox, c.ready, c.ended, c.started, c.points, c.others, c.erased} {
			step()
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	c.keysGone()
	return errors.Join(c.found...)
}

type contactChecker struct {
	checker
	ctx    context.Context
	s      *Store
	known  map[seal.Slot]*known
	wakes  int
	listed map[*table]int // contacts that are on a list
	chunks int            // of events
	heads  int            // of what waits in the outbox
	count  counts
	gone   map[seal.Slot]string // keys that are erased, with what was sealed with them
	going  []seal.Slot          // keys that are to be erased
}

// known is what is remembered of a contact while the rest is read.
type known struct {
	key  store.Key
	last uint64 // entry in the log, as its state says
	read uint64 // entry in the log that was read last
}

// each gives every record of a table, until the context ends.
func (c *contactChecker) each(t *table, f func(k, v []byte)) {
	_ = t.in(c.tx).ForEach(func(k, v []byte) error {
		f(k, v)
		return c.ctx.Err()
	})
}

// open reads a record; nil where it is damaged, which is reported, or a contact's that is erased. The data says so a moment before the
// key is gone.
func (c *contactChecker) open(t *table, k, v []byte) (*sealed, []byte) {
	record, err := t.read(k, v)
	if err != nil {
		c.report(err)
		return nil, nil
	}
	if has(erased.in(c.tx), record.head[:slotSize]) {
		return &record, nil
	}
	plain, err := record.open(c.s.keys)
	if errors.Is(err, seal.ErrErased) {
		c.gone[record.slot] = fmt.Sprintf("%s %x", t.name, k)
		return &record, nil
	}
	if err != nil {
		c.report(err)
		return nil, nil
	}
	return &record, plain
}

// has tells of keys whose values are empty, which Get does not tell from none.
func has(b *bbolt.Bucket, key []byte) bool {
	found, _ := b.Cursor().Seek(key)
	return bytes.Equal(found, key)
}

// owner is the contact that a record belongs to.
func (c *contactChecker) owner(slot seal.Slot, key store.Key, what string, k []byte) *known {
	owner := c.known[slot]
	if owner == nil || owner.key != key {
		c.need(false, "%s %x belongs to contact %s, which has no such key", what, k, key)
		return nil
	}
	return owner
}

func (c *contactChecker) erased() {
	c.each(erased, func(k, _ []byte) { c.going = append(c.going, seal.Slot(binary.BigEndian.Uint32(k))) })
}

// keysGone compares the data with the keys file when no erasure is under way. No transaction is open by then: whoever erases may wait
// for all of them to end.
func (c *contactChecker) keysGone() {
	c.s.erasing.Lock()
	defer c.s.erasing.Unlock()
	for _, slot := range c.going {
		c.need(errors.Is(c.s.keys.Check(slot), seal.ErrErased), "key %d is to be erased, and is not", slot)
	}
	_ = c.s.db.View(func(tx *bbolt.Tx) error {
		for slot, what := range c.gone {
			key := binary.BigEndian.AppendUint32(nil, uint32(slot))
			c.need(has(erased.in(tx), key), "%s: its key is erased, and the data doesn't say so", what)
		}
		return nil
	})
}
