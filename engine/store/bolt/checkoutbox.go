package bolt

import (
	"bytes"
	"fmt"

	"journey/engine/store"
)

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
