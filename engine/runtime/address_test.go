package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

const tel = "tel:+14155550101"

func text(words string) *machine.Event {
	return &machine.Event{Type: "sms.message", Message: &machine.CustomerMessage{Channel: policy.SMS, Text: words}}
}

// visitor is a contact who typed a number that c1 has already.
func (b *bench) visitor(t *testing.T) {
	t.Helper()
	b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Edit: func(c *machine.Contact) error {
		c.Phone = "+14155550101"
		c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.SMS, Purpose: policy.Transactional, At: b.now})
		return nil
	}})
}

func (b *bench) contact(t *testing.T, id string) *machine.Contact {
	t.Helper()
	key, err := b.engine.Find(context.Background(), runtime.To{Contact: id})
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.engine.Contact(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnOptOutHoldsForEverybodyWhoHasTheAddress(t *testing.T) {
	b := newBench(t)
	b.visitor(t)
	b.event(t, "parcel.sent", "P1", "")
	b.do(t, runtime.Work{To: runtime.To{Address: tel, Inbound: true}, Event: text("STOP")})
	b.sent = nil
	b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P2"}}})
	b.want(t)
	if !b.contact(t, "visitor").Ledger.OptedOut(policy.SMS) {
		t.Error("the visitor's ledger does not know")
	}
	b.do(t, runtime.Work{To: runtime.To{Address: tel, Inbound: true}, Event: text("START")})
	b.sent = nil
	b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P3"}}})
	b.want(t, "sms Parcel P3 is on its way. Reply STOP to opt out.")
}

func TestAnOptOutHoldsForWhoComesByTheAddressLater(t *testing.T) {
	b := newBench(t)
	b.do(t, runtime.Work{To: runtime.To{Address: tel, Inbound: true}, Event: text("STOP")})
	b.sent = nil
	b.visitor(t)
	b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P2"}}})
	b.want(t)
}

func TestATextGoesToWhoLastWroteThere(t *testing.T) {
	b := newBench(t)
	b.visitor(t)
	find := func() string {
		key, err := b.engine.Find(context.Background(), runtime.To{Address: tel, Inbound: true})
		if err != nil {
			t.Fatal(err)
		}
		c, err := b.engine.Contact(context.Background(), key)
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	for _, id := range []string{"c1", "visitor", "c1"} {
		b.do(t, runtime.Work{To: runtime.To{Contact: id}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P" + id}}})
		b.do(t, runtime.Work{To: runtime.To{Contact: id}, Event: &machine.Event{Type: "parcel.near", Data: map[string]any{"id": "P" + id}}})
		if got := find(); got != id {
			t.Errorf("a text would go to %s, want %s", got, id)
		}
	}
}

func TestAnUnknownAddressIsANewContact(t *testing.T) {
	b := newBench(t)
	const new = "tel:+442071838750"
	if _, err := b.engine.Find(context.Background(), runtime.To{Address: new}); !errors.Is(err, runtime.ErrNoContact) {
		t.Errorf("got %v, want ErrNoContact", err)
	}
	first := b.do(t, runtime.Work{To: runtime.To{Address: new}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P1"}}})
	again := b.do(t, runtime.Work{To: runtime.To{Address: new, Inbound: true}, Event: text("hello")})
	if first.Key != again.Key || first.Contact.ID == "" {
		t.Errorf("%v and %v are two contacts, or have no id", first.Key, again.Key)
	}
	if c := again.Contact; c.Phone != "+442071838750" || !slices.Contains(c.PhoneZones, "Europe/London") {
		t.Errorf("phone %s in %v", c.Phone, c.PhoneZones)
	}
}

func TestAnEditThatIsRefusedChangesNothing(t *testing.T) {
	b := newBench(t)
	wrong := errors.New("no such zone")
	_, err := b.engine.Handle(context.Background(), runtime.Work{To: runtime.To{Contact: "c1"}, ID: "e1",
		Edit:  func(c *machine.Contact) error { c.Name = "Eve"; return wrong },
		Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P1"}}})
	if !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	b.settle(t)
	b.want(t)
	if name := b.contact(t, "c1").Name; name != "" {
		t.Errorf("the contact is called %s", name)
	}
	b.event(t, "parcel.sent", "P1", "e1") // the id was not used up
	b.want(t, "sms Parcel P1 is on its way. Reply STOP to opt out.")
}
