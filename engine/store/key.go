package store

import (
	"encoding/base32"
	"fmt"
)

// Key names a contact, an address, a link or a provider's message in the store. It is a keyed hash, from which nobody reads what
// it stands for; all records of a contact hang on its key.
type Key [10]byte

// Kind keeps the keys of different things apart.
type Kind string

const (
	OfContact Kind = "contact" // by its id
	OfAddress Kind = "address" // by its URI: tel:+14155550101, mailto:ada@shop.example
	OfLink    Kind = "link"    // by its token
	OfReceipt Kind = "receipt" // by a provider's name, a slash and its id of a message
)

var base = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// keyLength is that of a key as text.
const keyLength = 16

// String gives sixteen letters and digits.
func (k Key) String() string { return base.EncodeToString(k[:]) }

// ParseKey reads what String gave, at the start of a longer text too: a conversation's id begins with its contact's key.
func ParseKey(text string) (Key, error) {
	var k Key
	if len(text) < keyLength {
		return k, fmt.Errorf("%q: %w", text, ErrNotFound)
	}
	if _, err := base.Decode(k[:], []byte(text[:keyLength])); err != nil {
		return Key{}, fmt.Errorf("%q: %w", text, ErrNotFound)
	}
	return k, nil
}
