package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"

	"journey/engine/seal"
	"journey/engine/store"
)

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

// lists are the tables that list contacts.
var lists = []*table{online, waiting}

// erasedSince takes what an erased contact's state would say from what is there.
func (c *contactChecker) erasedSince(record *sealed) {
	c.need(!has(erased.in(c.tx), record.head[:slotSize]), "contact %s is erased, and is still there", store.Key(record.key))
	for _, t := range lists {
		if has(t.in(c.tx), record.key) {
			c.listed[t]++
		}
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
	for t, is := range map[*table]bool{online: st.online, waiting: st.waiting} {
		if is {
			c.listed[t]++
			c.need(has(t.in(c.tx), key[:]), "contact %s is %s and is not listed", key, t.name)
		}
	}
	for n := range st.chunks {
		c.chunks++
		c.need(events.in(c.tx).Get(chunkKey(key, n)) != nil, "events of contact %s: chunk %d is missing", key, n)
	}
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
	for _, t := range lists {
		n := count(t)
		c.need(n == c.listed[t], "there are %d entries in %s, and %d contacts are", n, t.name, c.listed[t])
	}
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
