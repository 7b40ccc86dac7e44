package runtime

import (
	"slices"
	"strings"
)

// Memory is a store that forgets: for scenarios and tests. It keeps the log, for whoever asks why.
type Memory struct {
	contacts map[string]*memoryContact
	out      []*Outgoing
	Log      []*Commit
}

type memoryContact struct {
	state  []byte
	order  []string // conversation ids, as they began
	stored map[string]Stored
	seen   map[string]bool
}

func (m *Memory) contact(id string) *memoryContact {
	c := m.contacts[id]
	if c == nil {
		c = &memoryContact{stored: map[string]Stored{}, seen: map[string]bool{}}
		if m.contacts == nil {
			m.contacts = map[string]*memoryContact{}
		}
		m.contacts[id] = c
	}
	return c
}

func (m *Memory) Load(contact string) (Snapshot, error) {
	c := m.contact(contact)
	s := Snapshot{Contact: c.state}
	for _, id := range c.order {
		if c.stored[id].Open {
			s.Open = append(s.Open, c.stored[id].Bytes)
		}
	}
	return s, nil
}

func (m *Memory) Conversation(contact, id string) ([]byte, error) {
	return m.contact(contact).stored[id].Bytes, nil
}

// Conversations lists the ids of a contact's conversations, as they began.
func (m *Memory) Conversations(contact string) []string {
	return slices.Clone(m.contact(contact).order)
}

func (m *Memory) Seen(contact, key string) (bool, error) { return m.contact(contact).seen[key], nil }

func (m *Memory) Commit(c *Commit) error {
	k := m.contact(c.Contact)
	k.state = c.State
	for _, s := range c.Conversations {
		if _, known := k.stored[s.ID]; !known {
			k.order = append(k.order, s.ID)
		}
		k.stored[s.ID] = s
	}
	if c.Key != "" {
		k.seen[c.Key] = true
	}
	m.out = append(m.out, c.Outgoing...)
	m.Log = append(m.Log, c)
	return nil
}

func (m *Memory) NextTimer() (due Due, found bool, err error) {
	for id, c := range m.contacts {
		for _, conversation := range c.order {
			for _, t := range c.stored[conversation].Timers {
				d := Due{Contact: id, Conversation: conversation, Timer: t}
				if !found || sooner(d, due) {
					due, found = d, true
				}
			}
		}
	}
	return due, found, nil
}

func sooner(a, b Due) bool {
	if x := a.Timer.At.Compare(b.Timer.At); x != 0 {
		return x < 0
	}
	if x := strings.Compare(a.Contact, b.Contact); x != 0 {
		return x < 0
	}
	return false
}

func (m *Memory) Outgoing() ([]*Outgoing, error) { return m.out, nil }

func (m *Memory) Finish(o *Outgoing) error {
	m.out = slices.DeleteFunc(slices.Clone(m.out), func(x *Outgoing) bool { return x == o })
	return nil
}

func (m *Memory) Postpone(*Outgoing) error { return nil }
