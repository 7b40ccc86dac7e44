package runtime

import (
	"slices"
	"strings"

	"journey/engine/phone"
	"journey/engine/policy"
	"journey/engine/store"
)

// hasAddress gives a new contact the address that it was looked for by.
func (g *group) hasAddress() {
	if number, ok := strings.CutPrefix(g.at, telephone); ok && number != "" {
		g.contact.Phone, g.contact.PhoneZones = number, phone.Zones(number)
	}
	if mailbox, ok := strings.CutPrefix(g.at, mail); ok {
		g.contact.Email = mailbox
	}
}

// addressKeys are the records that bear on the contact: of the addresses that it has and had.
func (g *group) addressKeys() (keys []store.Key) {
	uris := []string{g.phone, g.email}
	if g.contact != nil {
		uris = append(uris, phoneOf(g.contact), emailOf(g.contact))
	}
	for i, uri := range uris {
		if uri != "" && !slices.Contains(uris[:i], uri) {
			keys = append(keys, g.b.e.addressKey(uri))
		}
	}
	return keys
}

// unmake gives up what a contact was made for, where it has come to nothing.
func (g *group) unmake() {
	for _, j := range g.jobs {
		if at := j.work.To.Address; at != "" {
			g.b.addresses.at(g.b.e.addressKey(at)).release(g.key)
		}
	}
}

// obey brings the contact in line with what its addresses say.
func (g *group) obey() {
	if g.contact == nil {
		return
	}
	g.records = len(g.contact.Ledger.Records)
	for ch, uri := range map[policy.Channel]string{policy.SMS: phoneOf(g.contact), policy.Email: emailOf(g.contact)} {
		if a := g.b.addresses.known[g.b.e.addressKey(uri)]; uri != "" && a != nil {
			a.obey(g.contact, ch)
		}
	}
	if records := len(g.contact.Ledger.Records); records != g.records {
		g.records, g.state = records, g.contact.Encode()
	}
}

func (g *group) addressOf(ch policy.Channel, before, after string) {
	declared := false
	for _, j := range g.jobs {
		declared = declared || j.work.Edit != nil || j.work.To.Address != "" && !j.work.To.Inbound
	}
	if before != "" && before != after {
		k := g.b.e.addressKey(before)
		a := g.b.addresses.at(k)
		a.release(g.key)
		if g.erased {
			a.Words = "" // the opt-out stands, and what was written with it may say more
		}
		g.keepAddress(k, a)
	}
	if after == "" {
		return
	}
	k := g.b.e.addressKey(after)
	a := g.b.addresses.at(k)
	switch {
	case before == after:
		a.learn(g.contact, ch, g.records)
	case a.Out:
		a.obey(g.contact, ch)
		g.state = g.contact.Encode()
		g.change.Contact = g.state
	case g.contact.Ledger.OptedOut(ch): // an opt-out comes along, an opt-in does not
		a.learn(g.contact, ch, 0)
	}
	a.claim(g.key, declared)
	if slices.Contains(g.asked, ch) {
		a.Asked = g.key
	}
	if slices.Contains(g.wrote, ch) {
		a.Wrote = g.key
	}
	g.keepAddress(k, a)
}

func (g *group) keepAddress(k store.Key, a *address) {
	encoded := a.encode()
	if string(encoded) == a.before {
		return
	}
	a.before = string(encoded)
	if g.change.Addresses == nil {
		g.change.Addresses = map[store.Key][]byte{}
	}
	g.change.Addresses[k] = encoded
}
