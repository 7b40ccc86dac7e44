package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/store"
	"journey/engine/wire"
)

// URIs of addresses.
const (
	telephone = "tel:"
	mail      = "mailto:"
)

// address is the record of a phone number or an email: it may be several contacts', of which an opt-out of one holds for all.
type address struct {
	Holders []holder // in the order in which they came by it
	Out     bool     // opted out
	At      time.Time
	Words   string    // of the opt-out or opt-in
	Asked   store.Key // whose conversation last asked there
	Wrote   store.Key // whose conversation last wrote there, either way

	before string // as it was read
}

// holder is a contact that has an address. Declared: the business says so; else somebody typed it, or wrote from it.
type holder struct {
	Contact  store.Key
	Declared bool
}

func (a *address) encode() []byte {
	s := &wire.Stream{Writing: true}
	a.fields(s)
	return s.Bytes
}

func (a *address) fields(s *wire.Stream) {
	s.Choice(1, 2) // the format's version
	wire.List(s, &a.Holders, func(h *holder) {
		keyField(s, &h.Contact)
		s.Flag(&h.Declared)
	})
	s.Flag(&a.Out)
	s.Time(&a.At)
	wire.Text(s, &a.Words)
	keyField(s, &a.Asked)
	keyField(s, &a.Wrote)
}

func keyField(s *wire.Stream, k *store.Key) {
	text := string(k[:])
	wire.Text(s, &text)
	copy(k[:], text)
}

func decodeAddress(encoded []byte) (*address, error) {
	a := &address{before: string(encoded)}
	if encoded == nil {
		return a, nil
	}
	s := wire.Reader(encoded)
	a.fields(s)
	if err := s.End(); err != nil {
		return nil, fmt.Errorf("read an address: %w", err)
	}
	return a, nil
}

// owner is the contact that a message from here, or an event to here, belongs to.
func (a *address) owner(inbound bool) (store.Key, bool) {
	if inbound {
		for _, k := range []store.Key{a.Asked, a.Wrote} {
			if a.holds(k) {
				return k, true
			}
		}
	}
	for _, h := range a.Holders {
		if h.Declared {
			return h.Contact, true
		}
	}
	if len(a.Holders) > 0 {
		return a.Holders[0].Contact, true
	}
	return store.Key{}, false
}

func (a *address) holds(k store.Key) bool {
	return slices.ContainsFunc(a.Holders, func(h holder) bool { return h.Contact == k })
}

func (a *address) claim(k store.Key, declared bool) {
	for i := range a.Holders {
		if a.Holders[i].Contact == k {
			a.Holders[i].Declared = a.Holders[i].Declared || declared
			return
		}
	}
	a.Holders = append(a.Holders, holder{k, declared})
}

func (a *address) release(k store.Key) {
	a.Holders = slices.DeleteFunc(a.Holders, func(h holder) bool { return h.Contact == k })
}

// addresses are the records that a batch looks at, each read once.
type addresses struct {
	of    Store
	known map[store.Key]*address
}

func (l *addresses) read(ctx context.Context, keys []store.Key) error {
	var missing []store.Key
	for _, k := range keys {
		if l.known[k] == nil && !slices.Contains(missing, k) {
			missing = append(missing, k)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	records, err := l.of.Addresses(ctx, missing)
	if err != nil {
		return err
	}
	for i, k := range missing {
		if l.known[k], err = decodeAddress(records[i]); err != nil {
			return err
		}
	}
	return nil
}

// at gives a record that was read.
func (l *addresses) at(k store.Key) *address { return l.known[k] }

// URIs of the addresses that a contact has, by channel.
func phoneOf(c *machine.Contact) string {
	if c.Phone == "" {
		return ""
	}
	return telephone + c.Phone
}

func emailOf(c *machine.Contact) string {
	if c.Email == "" {
		return ""
	}
	return mail + strings.ToLower(c.Email)
}

// uri names the address that a message goes to.
func uri(ch policy.Channel, to string) string {
	switch {
	case to == "":
		return ""
	case ch == policy.SMS:
		return telephone + to
	case ch == policy.Email:
		return mail + strings.ToLower(to)
	}
	return ""
}

// obey has a contact's ledger say what the address says: somebody else who has it may have opted out there, or in again.
func (a *address) obey(c *machine.Contact, ch policy.Channel) {
	switch out := c.Ledger.OptedOut(ch); {
	case a.Out && !out:
		c.Ledger = c.Ledger.OptOut(ch, a.At, a.Words)
	case !a.Out && out && !a.At.IsZero():
		c.Ledger = c.Ledger.OptIn(ch, a.At, a.Words)
	}
}

// learn has the address say what a contact's ledger says since it had so many records: what it said before may have been overtaken by
// somebody else's.
func (a *address) learn(c *machine.Contact, ch policy.Channel, since int) {
	for _, r := range slices.Backward(c.Ledger.Records[min(since, len(c.Ledger.Records)):]) {
		if r.Channel == ch && r.Purpose == "" {
			a.Out, a.At, a.Words = !r.Given, r.At, r.Wording
			return
		}
	}
}
