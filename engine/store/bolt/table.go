package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
)

// table is a bucket of contacts.
type table struct {
	name  string
	clear int  // bytes of a sealed record, after its slot, that can be read without its key
	fills bool // its keys rise: pages are filled up, for nothing will come between what is there
}

var (
	contacts  = &table{name: "contacts", clear: 8}
	wake      = &table{name: "wake"}
	events    = &table{name: "events"}
	logs      = &table{name: "log", clear: keySize + 8, fills: true}
	outbox    = &table{name: "outbox", clear: 8}
	ready     = &table{name: "ready"}
	ended     = &table{name: "ended"}
	started   = &table{name: "started", clear: keySize, fills: true}
	points    = &table{name: "points", clear: keySize}
	dead      = &table{name: "dead", clear: keySize, fills: true}
	online    = &table{name: "online"}
	waiting   = &table{name: "waiting"}
	addresses = &table{name: "addresses"}
	audit     = &table{name: "audit", fills: true}
	erased    = &table{name: "erased"}

	tables = []*table{contacts, wake, events, logs, outbox, ready, ended, started, points, dead, online, waiting, addresses, audit, erased}
)

const (
	slotSize = 4
	keySize  = len(store.Key{})
)

func (t *table) in(tx *bbolt.Tx) *bbolt.Bucket {
	b := tx.Bucket([]byte(t.name))
	if t.fills {
		b.FillPercent = 1
	}
	return b
}

// about is what a seal vouches for beside the sealed bytes: the bucket, the record's key, and what of it is not sealed.
func (t *table) about(space, key, clear []byte) []byte {
	space = append(append(space, t.name...), 0)
	return append(append(space, key...), clear...)
}

// seal makes a record.
func (t *table) seal(keys *seal.Keys, slot seal.Slot, key, clear, plain []byte) ([]byte, error) {
	record := make([]byte, 0, slotSize+len(clear)+len(plain)+seal.Overhead)
	record = binary.BigEndian.AppendUint32(record, uint32(slot))
	record = append(record, clear...)
	var space [128]byte
	return keys.Seal(record, slot, t.about(space[:0], key, record), plain)
}

// sealed is a record that is not opened yet. Its bytes are the transaction's.
type sealed struct {
	table *table
	key   []byte
	slot  seal.Slot
	head  []byte // the slot and what else is clear
	clear []byte
	rest  []byte
}

// read cuts a record in its parts.
func (t *table) read(key, record []byte) (sealed, error) {
	if len(record) < slotSize+t.clear+seal.Overhead {
		return sealed{}, fmt.Errorf("%s %x: %w: it is cut off", t.name, key, store.ErrCorrupt)
	}
	head := record[:slotSize+t.clear]
	return sealed{t, key, seal.Slot(binary.BigEndian.Uint32(head)), head, head[slotSize:], record[len(head):]}, nil
}

// get reads the record at a key; none is nil.
func (t *table) get(tx *bbolt.Tx, key []byte) (*sealed, error) {
	record := t.in(tx).Get(key)
	if record == nil {
		return nil, nil
	}
	s, err := t.read(key, record)
	return &s, err
}

// open gives bytes of their own. An error wraps seal.ErrErased or store.ErrCorrupt.
func (s *sealed) open(keys *seal.Keys) ([]byte, error) {
	var space [128]byte
	plain, err := keys.Open(s.slot, s.table.about(space[:0], s.key, s.head), s.rest)
	if errors.Is(err, seal.ErrDamaged) {
		err = fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %x: %w", s.table.name, s.key, err)
	}
	return plain, nil
}

// openUnlessErased gives nil for what was a contact's that is erased.
func (s *sealed) openUnlessErased(keys *seal.Keys) ([]byte, error) {
	plain, err := s.open(keys)
	if errors.Is(err, seal.ErrErased) {
		return nil, nil
	}
	return plain, err
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// stamp is a time as a number that sorts as times do. The zero time is zero; a time that no number is for is the nearest one.
func stamp(t time.Time) uint64 {
	switch {
	case t.IsZero():
		return 0
	case t.Before(earliest):
		t = earliest
	case t.After(latest):
		t = latest
	}
	return uint64(t.UnixNano()) ^ 1<<63
}

func unstamp(n uint64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(n^1<<63)).UTC()
}

var earliest, latest = time.Unix(0, math.MinInt64+1), time.Unix(0, math.MaxInt64)

// counts are kept with every commit, for to count is to read everything.
type counts struct {
	contacts, outgoing, dead uint64
	slots                    seal.Slot // the first that was never used
}

func readCounts(tx *bbolt.Tx) (c counts) {
	b := tx.Bucket(bucketMeta).Get(keyCounts)
	if len(b) != 3*8+slotSize {
		return counts{}
	}
	c.contacts, c.outgoing, c.dead = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	c.slots = seal.Slot(binary.BigEndian.Uint32(b[24:]))
	return c
}

func (c counts) put(tx *bbolt.Tx) error {
	b := append(append(number(c.contacts), number(c.outgoing)...), number(c.dead)...)
	return tx.Bucket(bucketMeta).Put(keyCounts, binary.BigEndian.AppendUint32(b, uint32(c.slots)))
}
