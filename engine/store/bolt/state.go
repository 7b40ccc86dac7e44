package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
	"journey/engine/wire"
)

// state is the sealed part of a contact's record.
type state struct {
	last    uint64 // entry in the log
	recent  []byte // fingerprints of events, oldest first
	chunks  uint32 // of older ones
	online  bool
	waiting bool
	contact []byte
	open    []store.Record
}

// Of the fingerprints in a state the oldest move to a chunk of their own where they are more than most.
const (
	printSize   = 8
	mostRecent  = 64 * printSize
	chunkPrints = 32 * printSize
)

func (st *state) encode() []byte {
	size := 64 + len(st.recent) + len(st.contact)
	for _, r := range st.open {
		size += 16 + len(r.ID) + len(r.Bytes)
	}
	s := &wire.Stream{Writing: true, Bytes: make([]byte, 0, size)}
	st.fields(s)
	return s.Bytes
}

func decodeState(plain []byte) (*state, error) {
	s, st := wire.Reader(plain), &state{}
	st.fields(s)
	if len(st.recent)%printSize != 0 {
		s.Fail("a fingerprint that is cut off")
	}
	if err := s.End(); err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	return st, nil
}

func (st *state) fields(s *wire.Stream) {
	wire.Integer(s, &st.last)
	blob(s, &st.recent)
	wire.Integer(s, &st.chunks)
	s.Flag(&st.online)
	s.Flag(&st.waiting)
	blob(s, &st.contact)
	wire.List(s, &st.open, func(r *store.Record) {
		wire.Text(s, &r.ID)
		blob(s, &r.Bytes)
	})
}

// blob writes or reads bytes; empty ones are read as such, not as nil.
func blob(s *wire.Stream, b *[]byte) {
	if s.Writing {
		s.Blob(*b)
	} else {
		*b = []byte(s.Part())
	}
}

// person is a contact as a transaction finds it.
type person struct {
	slot seal.Slot
	wake uint64
	state
}

// person reads a contact; nil where it is unknown.
func (s *Store) person(tx *bbolt.Tx, key store.Key) (*person, error) {
	record, err := contacts.get(tx, key[:])
	if record == nil || err != nil {
		return nil, err
	}
	return record.person(s.keys)
}

func (s *sealed) person(keys *seal.Keys) (*person, error) {
	plain, err := s.open(keys)
	if err != nil {
		return nil, err
	}
	st, err := decodeState(plain)
	if err != nil {
		return nil, fmt.Errorf("contact %x: %w", s.key, err)
	}
	return &person{s.slot, binary.BigEndian.Uint64(s.clear), *st}, nil
}

// fingerprint stands for an event. Two of one contact's events share one by a chance of one in 2⁶⁴.
func (s *Store) fingerprint(event string) (print [printSize]byte) {
	sum := s.keys.Hash("event", event)
	copy(print[:], sum[:])
	return print
}

func holds(prints []byte, print [printSize]byte) bool {
	for ; len(prints) >= printSize; prints = prints[printSize:] {
		if [printSize]byte(prints) == print {
			return true
		}
	}
	return false
}

// seen tells which events were handled before. Chunks are read only for events that the state does not hold, the newest chunk first.
func (s *Store) seen(tx *bbolt.Tx, key store.Key, p *person, ids []string) ([]bool, error) {
	seen, missing := make([]bool, len(ids)), 0
	prints := make([][printSize]byte, len(ids))
	for i, id := range ids {
		prints[i] = s.fingerprint(id)
		if seen[i] = holds(p.recent, prints[i]); !seen[i] {
			missing++
		}
	}
	for n := p.chunks; n > 0 && missing > 0; n-- {
		chunk, err := s.chunk(tx, key, n-1)
		if err != nil {
			return nil, err
		}
		for i := range ids {
			if !seen[i] && holds(chunk, prints[i]) {
				seen[i] = true
				missing--
			}
		}
	}
	return seen, nil
}

func chunkKey(contact store.Key, n uint32) []byte {
	return binary.BigEndian.AppendUint32(contact[:], n)
}

func (s *Store) chunk(tx *bbolt.Tx, contact store.Key, n uint32) ([]byte, error) {
	record, err := events.get(tx, chunkKey(contact, n))
	if err != nil {
		return nil, err
	}
	if record == nil {
		return nil, fmt.Errorf("events of contact %s: %w: chunk %d is missing", contact, store.ErrCorrupt, n)
	}
	return record.open(s.keys)
}

// remember adds events to a contact's, and moves the oldest out where they have become too many.
func (s *Store) remember(tx *bbolt.Tx, contact store.Key, p *person, ids []string) error {
	for _, id := range ids {
		print := s.fingerprint(id)
		p.recent = append(p.recent, print[:]...)
	}
	for len(p.recent) > mostRecent {
		key := chunkKey(contact, p.chunks)
		record, err := events.seal(s.keys, p.slot, key, nil, p.recent[:chunkPrints])
		if err == nil {
			err = events.in(tx).Put(key, record)
		}
		if err != nil {
			return err
		}
		p.recent = p.recent[chunkPrints:]
		p.chunks++
	}
	return nil
}

// unlessErased is a contact as others see it: one whose key is gone is unknown.
func unlessErased(p *person, err error) (*person, error) {
	if errors.Is(err, seal.ErrErased) {
		return nil, nil
	}
	return p, err
}
