package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
	"journey/engine/wire"
)

// outgoing is the sealed part of a record in the outbox.
type outgoing struct {
	lane     string
	first    uint64
	attempts int
	trying   bool
	bytes    []byte
}

func (o *outgoing) encode() []byte {
	s := &wire.Stream{Writing: true, Bytes: make([]byte, 0, 32+len(o.lane)+len(o.bytes))}
	o.fields(s)
	return s.Bytes
}

func decodeOutgoing(plain []byte) (*outgoing, error) {
	s, o := wire.Reader(plain), &outgoing{}
	o.fields(s)
	if err := s.End(); err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	return o, nil
}

func (o *outgoing) fields(s *wire.Stream) {
	wire.Text(s, &o.lane)
	wire.Integer(s, &o.first)
	wire.Integer(s, &o.attempts)
	s.Flag(&o.trying)
	blob(s, &o.bytes)
}

// A key in the outbox: the contact, a hash of the lane, which is zero where there is none, and a number.
const (
	laneSize   = keySize + 8
	outboxSize = laneSize + 8
)

// laneOf is how all keys of a lane begin. Names of lanes may tell where a message goes, so they don't stand in keys.
func (s *Store) laneOf(contact store.Key, lane string) []byte {
	prefix := make([]byte, laneSize, outboxSize)
	copy(prefix, contact[:])
	if lane != "" {
		sum := s.keys.Hash("lane", lane)
		copy(prefix[keySize:], sum[:])
	}
	return prefix
}

// alone tells that nothing else waits for what has this key.
func alone(key []byte) bool { return [8]byte(key[keySize:]) == [8]byte{} }

// placeAlone is the place of what nothing else waits for.
func placeAlone(key []byte) store.Place {
	return store.Place{Contact: store.Key(key[:keySize]), Seq: binary.BigEndian.Uint64(key[laneSize:])}
}

func (s *Store) outboxKey(p store.Place) []byte {
	return binary.BigEndian.AppendUint64(s.laneOf(p.Contact, p.Lane), p.Seq)
}

// headOf gives the key of the first in the lane of a key, and its record; nil where the lane is empty.
func headOf(tx *bbolt.Tx, key []byte) (head, record []byte) {
	head, record = outbox.in(tx).Cursor().Seek(key[:laneSize])
	if !bytes.HasPrefix(head, key[:laneSize]) {
		return nil, nil
	}
	return head, record
}

func readyKey(next, key []byte) []byte { return append(bytes.Clone(next), key...) }

// putOut adds what goes out.
func (w *commit) putOut(p *person, contact store.Key, o *store.Outgoing) error {
	seq, err := outbox.in(w.tx).NextSequence()
	if err != nil {
		return err
	}
	o.Contact, o.Seq = contact, seq
	key := w.outboxKey(o.Place)
	head, _ := headOf(w.tx, key)
	o.Head = head == nil || alone(key)
	w.counts.outgoing++
	return w.writeOut(p.slot, key, o, o.Bytes, o.Head)
}

func (w *commit) writeOut(slot seal.Slot, key []byte, o *store.Outgoing, bytes []byte, listed bool) error {
	next := number(stamp(o.Next))
	kept := &outgoing{o.Lane, stamp(o.First), o.Attempts, o.Trying, bytes}
	record, err := outbox.seal(w.keys, slot, key, next, kept.encode())
	if err != nil {
		return err
	}
	if listed {
		if err := ready.in(w.tx).Put(readyKey(next, key), nil); err != nil {
			return err
		}
	}
	return outbox.in(w.tx).Put(key, record)
}

// takeOut forgets what has left; the next in its lane takes its place in ready.
func (w *commit) takeOut(place store.Place) error {
	key := w.outboxKey(place)
	record, err := outbox.get(w.tx, key)
	if record == nil || err != nil {
		return err
	}
	// A place that is not listed is not in ready, and to delete it there changes nothing.
	if err := ready.in(w.tx).Delete(readyKey(record.clear, key)); err != nil {
		return err
	}
	if err := outbox.in(w.tx).Delete(key); err != nil {
		return err
	}
	w.counts.outgoing--
	head, next := headOf(w.tx, key)
	if head == nil || alone(key) {
		return nil
	}
	second, err := outbox.read(head, next)
	if err != nil {
		return err
	}
	return ready.in(w.tx).Put(readyKey(second.clear, head), nil)
}

// postpone changes when what stays is tried again.
func (w *commit) postpone(later *store.Outgoing) error {
	key := w.outboxKey(later.Place)
	record, err := outbox.get(w.tx, key)
	if record == nil || err != nil {
		return err
	}
	plain, err := record.open(w.keys)
	if err != nil {
		return err
	}
	kept, err := decodeOutgoing(plain)
	if err != nil {
		return err
	}
	head, _ := headOf(w.tx, key)
	listed := alone(key) || bytes.Equal(head, key)
	slot := record.slot
	if err := ready.in(w.tx).Delete(readyKey(record.clear, key)); err != nil {
		return err
	}
	return w.writeOut(slot, key, later, kept.bytes, listed)
}

// outgoing reads a record of the outbox.
func (s *Store) outgoing(key, record []byte) (*store.Outgoing, error) {
	r, err := outbox.read(key, record)
	if err != nil {
		return nil, err
	}
	plain, err := r.open(s.keys)
	if err != nil {
		return nil, err
	}
	kept, err := decodeOutgoing(plain)
	if err != nil {
		return nil, fmt.Errorf("outbox %x: %w", key, err)
	}
	o := &store.Outgoing{Bytes: kept.bytes, Next: unstamp(binary.BigEndian.Uint64(r.clear)), First: unstamp(kept.first),
		Attempts: kept.attempts, Trying: kept.trying, Head: true}
	o.Contact, o.Lane, o.Seq = store.Key(key), kept.lane, binary.BigEndian.Uint64(key[laneSize:])
	return o, nil
}

func timeOf(key []byte) time.Time { return unstamp(binary.BigEndian.Uint64(key)) }
