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
	c := contactChecker{ctx: ctx, s: s, known: map[seal.Slot]*known{}, gone: map[seal.Slot]string{}}
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
	listed int // contacts that are online
	chunks int // of events
	heads  int // of what waits in the outbox
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

// open reads a record; nil where it is damaged, which is reported, or a contact's that is erased.
func (c *contactChecker) open(t *table, k, v []byte) (*sealed, []byte) {
	record, err := t.read(k, v)
	if err != nil {
		c.report(err)
		return nil, nil
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

func (c *contactChecker) contacts() {
	c.each(contacts, func(k, v []byte) {
		c.count.contacts++
		record, err := contacts.read(k, v)
		if err != nil {
			c.report(err)
			return
		}
		if err := c.s.keys.Check(record.slot); err != nil && !errors.Is(err, seal.ErrErased) {
			c.add("the keys file", err)
			return
		}
		if binary.BigEndian.Uint64(record.clear) != 0 {
			c.wakes++
			c.need(has(wake.in(c.tx), readyKey(record.clear, k)), "contact %s has a timer and is not in wake", store.Key(k))
		}
		if opened, plain := c.open(contacts, k, v); plain != nil {
			c.contact(&record, plain)
		} else if opened != nil {
			c.erasedSince(&record)
		}
	})
	counted := readCounts(c.tx)
	c.need(c.count.contacts == counted.contacts, "there are %d contacts, and %d were counted", c.count.contacts, counted.contacts)
}

// erasedSince takes what an erased contact's state would say from what is there.
func (c *contactChecker) erasedSince(record *sealed) {
	c.need(!has(erased.in(c.tx), record.head[:slotSize]), "contact %s is erased, and is still there", store.Key(record.key))
	if has(online.in(c.tx), record.key) {
		c.listed++
	}
	c.chunks += len(keysUnder(events.in(c.tx), store.Key(record.key)))
}

func (c *contactChecker) contact(record *sealed, plain []byte) {
	key := store.Key(record.key)
	st, err := decodeState(plain)
	if err != nil {
		c.add(fmt.Sprintf("contact %s", key), err)
		return
	}
	if other := c.known[record.slot]; other != nil {
		c.need(false, "contacts %s and %s share key %d", key, other.key, record.slot)
	}
	c.need(record.slot < readCounts(c.tx).slots, "contact %s has key %d, which was never given out", key, record.slot)
	c.known[record.slot] = &known{key: key, last: st.last}
	if st.online {
		c.listed++
		c.need(has(online.in(c.tx), key[:]), "contact %s is online and is not listed", key)
	}
	for n := range st.chunks {
		c.chunks++
		c.need(events.in(c.tx).Get(chunkKey(key, n)) != nil, "events of contact %s: chunk %d is missing", key, n)
	}
}

// has tells of keys whose values are empty, which Get does not tell from none.
func has(b *bbolt.Bucket, key []byte) bool {
	found, _ := b.Cursor().Seek(key)
	return bytes.Equal(found, key)
}

// log follows every contact's chain of entries, from the first on.
func (c *contactChecker) log() {
	c.each(logs, func(k, v []byte) {
		record, plain := c.open(logs, k, v)
		if record == nil || plain == nil {
			return
		}
		seq, key := binary.BigEndian.Uint64(k), store.Key(record.clear)
		owner := c.owner(record.slot, key, "log", k)
		if owner == nil {
			return
		}
		c.need(previous(record) == owner.read, "log entry %d of contact %s names %d as the one before, which is %d", seq, key, previous(record), owner.read)
		owner.read = seq
	})
	for slot, k := range c.known {
		_, gone := c.gone[slot] // since its state was read
		c.need(gone || k.last == k.read, "contact %s names %d as its last log entry, which is %d", k.key, k.last, k.read)
	}
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

func (c *contactChecker) events() {
	n := 0
	c.each(events, func(k, v []byte) {
		n++
		if record, plain := c.open(events, k, v); plain != nil {
			c.need(len(plain) == chunkPrints, "events %x: %d bytes", k, len(plain))
			c.owner(record.slot, store.Key(k), "events", k)
		}
	})
	c.need(n == c.chunks, "there are %d chunks of events, and contacts have %d", n, c.chunks)
}

func (c *contactChecker) indexes() {
	count := func(t *table) (n int) {
		c.each(t, func(_, _ []byte) { n++ })
		return n
	}
	n := count(wake)
	c.need(n == c.wakes, "there are %d entries in wake, and %d contacts have a timer", n, c.wakes)
	n = count(online)
	c.need(n == c.listed, "there are %d entries in online, and %d contacts are", n, c.listed)
}

func (c *contactChecker) outbox() {
	var lane []byte
	c.each(outbox, func(k, v []byte) {
		c.count.outgoing++
		head := alone(k) || !bytes.HasPrefix(k, lane) || lane == nil
		lane = k[:laneSize]
		record, plain := c.open(outbox, k, v)
		if record == nil {
			return
		}
		c.need(has(ready.in(c.tx), readyKey(record.clear, k)) == head, "outbox %x: it is the first in its lane: %v, and ready says otherwise", k, head)
		if head {
			c.heads++
		}
		if plain == nil {
			return
		}
		c.owner(record.slot, store.Key(k), "outbox", k)
		o, err := decodeOutgoing(plain)
		if err != nil {
			c.add(fmt.Sprintf("outbox %x", k), err)
			return
		}
		c.need(bytes.Equal(lane, c.s.laneOf(store.Key(k), o.lane)), "outbox %x: it is in another lane than it says", k)
	})
	counted := readCounts(c.tx).outgoing
	c.need(c.count.outgoing == counted, "%d things are on their way out, and %d were counted", c.count.outgoing, counted)
}

func (c *contactChecker) ready() {
	n := 0
	c.each(ready, func(k, _ []byte) {
		n++
		c.need(len(k) == 8+outboxSize && outbox.in(c.tx).Get(k[8:]) != nil, "ready %x: nothing is there to go out", k)
	})
	c.need(n == c.heads, "there are %d entries in ready, and %d things may leave", n, c.heads)
}

func (c *contactChecker) ended() {
	c.each(ended, func(k, v []byte) {
		if record, plain := c.open(ended, k, v); plain != nil {
			c.owner(record.slot, store.Key(k), "ended", k)
		}
	})
}

// started looks for conversations that are neither open nor ended.
func (c *contactChecker) started() {
	c.each(started, func(k, v []byte) {
		record, plain := c.open(started, k, v)
		if plain == nil {
			return
		}
		st, err := decodeStart(plain)
		if err != nil {
			c.add(fmt.Sprintf("started %x", k), err)
			return
		}
		key := store.Key(record.clear)
		if c.owner(record.slot, key, "started", k) == nil || ended.in(c.tx).Get(append(key[:], st.ID...)) != nil {
			return
		}
		p, err := c.s.person(c.tx, key)
		if err != nil || p == nil {
			return // it is reported already
		}
		for _, r := range p.open {
			if r.ID == st.ID {
				return
			}
		}
		c.need(false, "conversation %s of contact %s has started, and is neither open nor ended", st.ID, key)
	})
}

func (c *contactChecker) points() {
	c.each(points, func(k, v []byte) {
		if record, plain := c.open(points, k, v); plain != nil {
			c.owner(record.slot, store.Key(record.clear), "points", k)
		}
	})
}

func (c *contactChecker) others() {
	c.each(dead, func(k, v []byte) {
		c.count.dead++
		if record, plain := c.open(dead, k, v); plain != nil {
			c.owner(record.slot, store.Key(record.clear), "dead", k)
		}
	})
	counted := readCounts(c.tx).dead
	c.need(c.count.dead == counted, "there are %d dead letters, and %d were counted", c.count.dead, counted)
	for _, t := range []*table{addresses, audit} {
		c.each(t, func(k, v []byte) { c.open(t, k, v) })
	}
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
