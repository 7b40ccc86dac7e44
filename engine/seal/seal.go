// Package seal keeps the keys under which what customers say and are is stored: one key for each contact, in a small file of their own.
// To discard a contact's key is to make everything unreadable that was ever sealed with it, in every copy of the data. The package
// knows nothing of contacts and records: a slot is a number, and a record is bytes.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"os"
	"sync"
)

var (
	// ErrErased is wrapped where the key that a record was sealed with is discarded.
	ErrErased = errors.New("its key is erased")
	// ErrDamaged is wrapped where the keys file, or a record, is not what was written.
	ErrDamaged = errors.New("it is damaged")
	// ErrWrongKey is wrapped where the keys file was made under another encryption key, or under none.
	ErrWrongKey = errors.New("the encryption key does not fit")
)

// Slot is where a key stands in the file.
type Slot uint32

// Own is the slot of whatever belongs to no contact. It is never erased.
const Own Slot = 2

// First is the first slot that Add gives.
const First Slot = 3

// Overhead is how many bytes a sealed record is longer than a plain one.
const Overhead = 12 + 16

// Keys is an open keys file. Only one process may have it open; whoever holds the data file beside it sees to that. Its methods may
// be called from several goroutines.
type Keys struct {
	file   *os.File
	id     ID
	wrap   cipher.AEAD // nil where no encryption key was given
	hashes sync.Pool

	adding sync.Mutex
	next   Slot // the first that Add has not given
	mu     sync.Mutex
	end    Slot // the first that is not in the file
	young  map[Slot]cipher.AEAD
	old    map[Slot]cipher.AEAD
}

// ID tells a keys file from all others.
type ID [16]byte

// cached is how many keys, each about a kilobyte, are held ready for use at the most: twice this many.
const cached = 8192

// ID is the file's, which the data beside it names.
func (k *Keys) ID() ID { return k.id }

// Close lets go of the file.
func (k *Keys) Close() error { return k.file.Close() }

// Hash is a keyed hash of a text, from which nobody without the keys file learns the text by trying. Texts of different kinds have
// different hashes.
func (k *Keys) Hash(kind, text string) [sha256.Size]byte {
	h := k.hashes.Get().(hash.Hash)
	defer k.hashes.Put(h)
	h.Reset()
	var space [256]byte
	h.Write(append(append(append(space[:0], kind...), 0), text...))
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return sum
}

func (k *Keys) hashWith(secret []byte) {
	k.hashes.New = func() any { return hmac.New(sha256.New, secret) }
}

// Seal appends a sealed record to dst. about says what the record is and where it stands, so that it is not mistaken for another.
//
// Nonces are drawn at random: a counter kept with the data would start again at an old number when the data is restored from a
// backup, under the same key. 2³² records of one contact may be sealed before two nonces meet with a chance of one in 2³².
func (k *Keys) Seal(dst []byte, slot Slot, about, plain []byte) ([]byte, error) {
	box, err := k.box(slot)
	if err != nil {
		return nil, err
	}
	return box.Seal(dst, nil, plain, about), nil
}

// Open gives what was sealed. An error wraps ErrErased or ErrDamaged, or is one of reading the file.
func (k *Keys) Open(slot Slot, about, sealed []byte) ([]byte, error) {
	box, err := k.box(slot)
	if err != nil {
		return nil, err
	}
	plain, err := box.Open(make([]byte, 0, max(0, len(sealed)-Overhead)), nil, sealed, about)
	if err != nil {
		return nil, fmt.Errorf("record sealed with key %d: %w", slot, ErrDamaged)
	}
	return plain, nil
}

// box is what seals with the key in a slot. The cache has two generations: the old one goes when the young one is full.
func (k *Keys) box(slot Slot) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if box := k.young[slot]; box != nil {
		return box, nil
	}
	box := k.old[slot]
	if box == nil {
		key, err := k.read(slot)
		if err != nil {
			return nil, err
		}
		if box, err = boxOf(key); err != nil {
			return nil, err
		}
	}
	if len(k.young) >= cached || k.young == nil {
		k.young, k.old = make(map[Slot]cipher.AEAD, cached), k.young
	}
	k.young[slot] = box
	return box, nil
}

func boxOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
