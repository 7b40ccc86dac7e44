package machine

import (
	"strings"

	"journey/engine/graph"
	"journey/engine/policy"
)

// assign does a `set`: names of data, or contact.… .
func (s *step) assign(list []graph.Assign) {
	for i := range list {
		if v, ok := s.value(&list[i]); ok {
			s.put(list[i].Name, v)
		}
	}
}

// put stores a value under a datum's or a contact's name.
func (s *step) put(name string, v any) {
	t := s.current
	if field, ok := strings.CutPrefix(name, "contact."); ok {
		s.putContact(field, v)
		return
	}
	if d := t.graph.Datum(name); d != nil && v != nil {
		v = settle(v)
	}
	if v == nil {
		delete(t.Data, name)
	} else {
		if t.Data == nil {
			t.Data = map[string]any{}
		}
		t.Data[name] = v
	}
	s.drop(name)
}

// settle makes a value safe to keep: lists and objects are copied, so that what expressions share is never changed.
func settle(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[k] = settle(e)
		}
		return m
	case []any:
		l := make([]any, len(v))
		for i, e := range v {
			l[i] = settle(e)
		}
		return l
	}
	return v
}

func (s *step) putContact(field string, v any) {
	text, _ := v.(string)
	c := s.contact
	switch field {
	case "phone":
		c.Phone, c.PhoneZones, s.places = text, nil, nil
		if s.in.Zones != nil && text != "" {
			c.PhoneZones = s.in.Zones(text)
		}
	case "email":
		c.Email = text
	case "name":
		c.Name = text
	case "locale":
		c.Locale = text
	case "timezone":
		c.Timezone, s.places = text, nil
	default:
		name := strings.TrimPrefix(field, "attributes.")
		if c.Attributes == nil {
			c.Attributes = map[string]any{}
		}
		c.Attributes[name] = settle(v)
	}
	s.drop("contact")
	s.drop("may")
}

// question is what the customer's reply, which is being handled, answered.
func (s *step) question() string {
	if s.asked != nil {
		return s.render(s.asked)
	}
	return s.askedBefore
}

// agree records what `consent` says; only in handling a customer's reply, which is the evidence with the question that it answers.
func (s *step) agree(changes []graph.ConsentChange) {
	for _, c := range changes {
		if !s.customer {
			s.trace(Trace{Kind: Skipped, Channel: c.Channel, Detail: "consent without a customer's reply"})
			continue
		}
		record := policy.Consent{Channel: c.Channel, Source: "conversation " + s.current.ID, At: s.now,
			Wording: s.current.Reply.Text, Question: s.question()}
		if len(c.Purposes) == 0 {
			s.contact.Ledger = s.contact.Ledger.Withdraw(record)
			continue
		}
		for _, p := range c.Purposes {
			record.Purpose, record.Given = p, true
			s.contact.Ledger = s.contact.Ledger.Give(record)
		}
	}
	if len(changes) > 0 {
		s.drop("may")
	}
}
