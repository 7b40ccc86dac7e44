package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The states of a slot, in its first byte. Its key follows at byte 4: wrapped in 60 bytes, or plain in 32 and the first 28 of a hash of
// the file's id, the slot's number and the key. An erased slot is zeros behind its state.
const (
	statePlain   = 1
	stateWrapped = 2
	stateErased  = 3
)

const keySize = 32

// Slots is the number after that of the last slot in the file.
func (k *Keys) Slots() Slot {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.end
}

// ahead is how many keys are made at least where there are none left, so that few new contacts wait for a sync. Those that were not given
// out when the file is closed are never used.
const ahead = 256

// Add gives n new keys: the slot of the first, whom the others follow. They are synced when it returns. Slots are never used again, so
// that a key is not taken for the one that stood there when a backup was made.
func (k *Keys) Add(n int) (first Slot, err error) {
	k.adding.Lock()
	defer k.adding.Unlock()
	if missing := n - int(k.end-k.next); missing > 0 {
		if err := k.grow(max(missing, ahead)); err != nil {
			return 0, fmt.Errorf("adding keys: %w", err)
		}
	}
	first = k.next
	k.next += Slot(n)
	return first, nil
}

// grow makes n keys at the end of the file.
func (k *Keys) grow(n int) error {
	if uint64(k.end)+uint64(n) > 1<<32-1 {
		return errors.New("the keys file is full")
	}
	units := make([]byte, n*unit)
	for i := range n {
		var key [keySize]byte
		rand.Read(key[:])
		k.encode((*[unit]byte)(units[i*unit:]), k.end+Slot(i), key[:])
	}
	if _, err := k.file.WriteAt(units, int64(k.end)*unit); err != nil {
		return err
	}
	if err := k.file.Sync(); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.end += Slot(n)
	return nil
}

// Erase discards the key in a slot, for good once it returns: it is overwritten where it stands. What the disk's own firmware keeps
// of overwritten blocks is out of reach of any program; the encryption key is the defence against somebody who takes a disk apart.
func (k *Keys) Erase(slot Slot) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if slot < First || slot >= k.end {
		return fmt.Errorf("erasing key %d: there is no such key of a contact", slot)
	}
	delete(k.young, slot)
	delete(k.old, slot)
	erased := [unit]byte{stateErased}
	if _, err := k.file.WriteAt(erased[:], int64(slot)*unit); err != nil {
		return fmt.Errorf("erasing key %d: %w", slot, err)
	}
	if err := k.file.Sync(); err != nil {
		return fmt.Errorf("erasing key %d: %w", slot, err)
	}
	return nil
}

// Check reads a slot, past what is cached. The error wraps ErrErased or ErrDamaged, or is one of reading.
func (k *Keys) Check(slot Slot) error {
	_, err := k.read(slot)
	return err
}

// Erased gives the slots that are erased.
func (k *Keys) Erased() (erased []Slot, err error) {
	next := k.Slots()
	all := io.NewSectionReader(k.file, 0, int64(next)*unit)
	units := make([]byte, 1024*unit)
	for at := Slot(0); at < next; {
		n, err := io.ReadFull(all, units)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("reading keys: %w", err)
		}
		for u := units[:n]; len(u) >= unit; u, at = u[unit:], at+1 {
			if at >= First && u[0] == stateErased {
				erased = append(erased, at)
			}
		}
	}
	return erased, nil
}

func (k *Keys) read(slot Slot) ([]byte, error) {
	var u [unit]byte
	if _, err := k.file.ReadAt(u[:], int64(slot)*unit); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("key %d is not in the keys file: %w", slot, ErrDamaged)
	} else if err != nil {
		return nil, fmt.Errorf("reading key %d: %w", slot, err)
	}
	return k.decode(&u, slot)
}

func (k *Keys) encode(u *[unit]byte, slot Slot, key []byte) {
	if k.wrap != nil {
		u[0] = stateWrapped
		k.wrap.Seal(u[4:4], nil, key, k.about(slot))
		return
	}
	u[0] = statePlain
	copy(u[4:], key)
	copy(u[4+keySize:], k.sum(slot, key))
}

func (k *Keys) decode(u *[unit]byte, slot Slot) ([]byte, error) {
	switch {
	case u[0] == stateErased && slot >= First:
		return nil, fmt.Errorf("key %d: %w", slot, ErrErased)
	case u[0] == stateWrapped && k.wrap != nil:
		if key, err := k.wrap.Open(nil, nil, u[4:], k.about(slot)); err == nil {
			return key, nil
		}
	case u[0] == statePlain && k.wrap == nil:
		if key := u[4 : 4+keySize]; bytes.Equal(u[4+keySize:], k.sum(slot, key)) {
			return bytes.Clone(key), nil
		}
	}
	return nil, fmt.Errorf("key %d: %w", slot, ErrDamaged)
}

// about ties a key to its place.
func (k *Keys) about(slot Slot) []byte { return binary.BigEndian.AppendUint32(k.id[:], uint32(slot)) }

func (k *Keys) sum(slot Slot, key []byte) []byte {
	sum := sha256.Sum256(append(k.about(slot), key...))
	return sum[:unit-4-keySize]
}
