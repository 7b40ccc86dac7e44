package machine

import (
	"fmt"
	"math"

	"journey/engine/policy"
	"journey/engine/wire"
)

// Format is the version of what is stored here, and the first byte of each of them.
const Format = 1

// Encode gives a conversation's stored form.
func (c *Conversation) Encode() []byte { return encode(c, conversation, 512) }

// DecodeConversation reads what Encode wrote. Foreign or truncated bytes are an error that wraps wire.ErrFormat.
func DecodeConversation(encoded []byte) (*Conversation, error) {
	return decode(encoded, conversation, "a conversation")
}

// Encode gives a contact's stored form.
func (c *Contact) Encode() []byte { return encode(c, contact, 256) }

// DecodeContact reads what Encode wrote.
func DecodeContact(encoded []byte) (*Contact, error) { return decode(encoded, contact, "a contact") }

// Encode gives a log entry's stored form.
func (e *LogEntry) Encode() []byte { return encode(e, logEntry, 512) }

// DecodeLogEntry reads what Encode wrote.
func DecodeLogEntry(encoded []byte) (*LogEntry, error) {
	return decode(encoded, logEntry, "a log entry")
}

// Encode gives an effect's stored form.
func (e *Effect) Encode() []byte { return encode(e, effect, 256) }

// DecodeEffect reads what Encode wrote.
func DecodeEffect(encoded []byte) (*Effect, error) { return decode(encoded, effect, "an effect") }

// encode writes a value by its fields; room is for what most of them need.
func encode[T any](v *T, fields func(*wire.Stream, *T), room int) []byte {
	s := &wire.Stream{Writing: true, Bytes: make([]byte, 0, room)}
	version(s)
	fields(s, v)
	return s.Bytes
}

func decode[T any](encoded []byte, fields func(*wire.Stream, *T), what string) (*T, error) {
	s := wire.Reader(encoded)
	version(s)
	v := new(T)
	fields(s, v)
	if err := s.End(); err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return v, nil
}

func version(s *wire.Stream) {
	if v := s.Choice(Format, math.MaxUint8+1); v != Format {
		s.Fail(fmt.Sprintf("another version of journey wrote it, in format %d where this one reads %d,", v, Format))
	}
}

func conversation(s *wire.Stream, c *Conversation) {
	wire.Text(s, &c.ID)
	wire.Text(s, &c.Contact)
	wire.Text(s, &c.Journey)
	wire.Text(s, &c.Version)
	wire.Text(s, &c.Key)
	wire.Text(s, &c.KeyField)
	wire.Text(s, &c.Parent)
	wire.Text(s, &c.Child)
	wire.Integer(s, &c.State)
	s.Map(&c.Data)
	happening(s, &c.Trigger)
	s.Time(&c.Started)
	s.Time(&c.Entered)
	s.Time(&c.Ended)
	wire.Text(s, &c.Outcome)
	s.Map(&c.EndData)
	wire.List(s, &c.Visits, func(n *uint32) { wire.Integer(s, n) })
	wire.Integer(s, &c.Counter)
	wire.Text(s, &c.Channel)
	s.Flag(&c.Pinned)
	for i := range c.Written {
		wire.Integer(s, &c.Written[i])
		wire.Integer(s, &c.Asked[i])
	}
	s.Flag(&c.Greeted)
	s.Flag(&c.Heard)
	s.Flag(&c.Unanswered)
	wire.Integer(s, &c.Turns)
	wire.Text(s, &c.Reply.Text)
	s.Value(&c.Reply.Value)
	wire.Text(s, &c.Reply.Channel)
	wire.Text(s, &c.Intent)
	s.Float(&c.Confidence)
	s.Float(&c.Sentiment)
	wire.List(s, &c.Moods, s.Float)
	wire.Integer(s, &c.Unclear)
	wire.Integer(s, &c.Attempts)
	s.Flag(&c.Verified)
	s.Flag(&c.Armed)
	wire.Optional(s, &c.Question, func(q *Question) { question(s, q) })
	wire.Texts(s, &c.Clarifying)
	wire.Optional(s, &c.Call, func(x *Call) {
		wire.Text(s, &x.ID)
		wire.Text(s, &x.Answering)
		wire.Text(s, &x.Asked)
	})
	wire.List(s, &c.Held, func(h *Held) { heldMessage(s, h) })
	wire.Optional(s, &c.Handoff, func(h *Handoff) { handoff(s, h) })
	wire.Optional(s, &c.Verification, func(v *Verification) {
		wire.Text(s, &v.Secret)
		wire.Integer(s, &v.Wrong)
		wire.Integer(s, &v.Resends)
	})
	wire.Text(s, &c.Reason)
	wire.Text(s, &c.RunOutcome)
	s.Value(&c.Result)
	s.Map(&c.Cohorts)
	wire.List(s, &c.Timers, func(t *Timer) {
		wire.Text(s, &t.ID)
		s.Time(&t.At)
	})
	wire.List(s, &c.Fired, func(m *Moment) {
		wire.Text(s, &m.ID)
		s.Time(&m.At)
	})
	s.Time(&c.Reached)
}

func happening(s *wire.Stream, h *Happening) {
	wire.Text(s, &h.ID)
	wire.Text(s, &h.Type)
	s.Time(&h.Time)
	s.Map(&h.Data)
}

func question(s *wire.Stream, q *Question) {
	wire.List(s, &q.Choices, func(c *Choice) {
		s.Value(&c.Value)
		wire.Text(s, &c.Label)
	})
	s.Flag(&q.Secure)
	s.Flag(&q.Confirming)
	s.Value(&q.Value)
}

func heldMessage(s *wire.Stream, h *Held) {
	wire.Integer(s, &h.What)
	wire.Text(s, &h.Rule)
	wire.Integer(s, &h.Index)
	wire.Text(s, &h.Intent)
	wire.Text(s, &h.Agent)
	wire.Text(s, &h.Text)
	wire.Optional(s, &h.Message, func(d *Deliver) { deliver(s, d) })
	happening(s, &h.Event)
	s.Time(&h.Until)
}

func deliver(s *wire.Stream, d *Deliver) {
	for _, text := range []*string{&d.ID, &d.Conversation, &d.Journey, &d.State, &d.To, &d.Agent, &d.Text, &d.Subject, &d.Disclosure, &d.Body} {
		wire.Text(s, text)
	}
	wire.Text(s, &d.Channel)
	wire.Text(s, &d.By)
	wire.Texts(s, &d.Media)
	wire.Texts(s, &d.Choices)
	s.Flag(&d.Urgent)
	s.Flag(&d.Sensitive)
	s.Flag(&d.Question)
	s.Flag(&d.Confirms)
	wire.Text(s, &d.Purpose)
	wire.Text(s, &d.Answering)
	wire.Texts(s, &d.Order)
	wire.Texts(s, &d.Failed)
	s.Time(&d.At)
	wire.Optional(s, &d.Plain, func(p *Plain) {
		wire.Text(s, &p.By)
		wire.Text(s, &p.Text)
		wire.Texts(s, &p.Media)
		wire.Texts(s, &p.Choices)
	})
}

func handoff(s *wire.Stream, h *Handoff) {
	wire.Text(s, &h.ID)
	wire.Text(s, &h.Queue)
	wire.Texts(s, &h.Skills)
	wire.Integer(s, &h.Priority)
	wire.Text(s, &h.Recommend)
	wire.Text(s, &h.Reason)
	s.Time(&h.Opened)
	s.Time(&h.Due)
	s.Flag(&h.Joined)
	wire.Text(s, &h.By)
}

func contact(s *wire.Stream, c *Contact) {
	wire.Text(s, &c.ID)
	wire.Text(s, &c.Name)
	wire.Text(s, &c.Phone)
	wire.Text(s, &c.Email)
	wire.Text(s, &c.Locale)
	wire.Text(s, &c.Timezone)
	wire.Texts(s, &c.PhoneZones)
	s.Flag(&c.Online)
	s.Map(&c.Attributes)
	ledger(s, &c.Ledger)
	wire.List(s, &c.Sent, func(x *policy.Sent) {
		wire.Text(s, &x.Channel)
		s.Time(&x.At)
	})
	wire.Texts(s, &c.Disclosed)
	wire.Integer(s, &c.Sequence)
	wire.List(s, &c.Finished, func(f *Finished) {
		wire.Text(s, &f.Journey)
		wire.Text(s, &f.Key)
		s.Time(&f.At)
	})
	wire.List(s, &c.Watching, func(w *Watch) {
		wire.Text(s, &w.Conversation)
		wire.Text(s, &w.Version)
		wire.Text(s, &w.Key)
		wire.Text(s, &w.KeyField)
		happening(s, &w.Trigger)
		s.Flag(&w.Holdout)
		s.Time(&w.Until)
	})
	wire.Optional(s, &c.Clarifying, func(x *Clarification) {
		wire.Text(s, &x.Channel)
		wire.Texts(s, &x.Intents)
		wire.Texts(s, &x.Titles)
		wire.Text(s, &x.Text)
	})
	wire.Optional(s, &c.Unrouted, func(u *Unrouted) {
		handoff(s, &u.Handoff)
		wire.Text(s, &u.Channel)
	})
}

func ledger(s *wire.Stream, l *policy.Ledger) {
	wire.List(s, &l.Records, func(r *policy.Consent) {
		wire.Text(s, &r.Channel)
		wire.Text(s, &r.Purpose)
		s.Flag(&r.Given)
		wire.Text(s, &r.Source)
		s.Time(&r.At)
		wire.Text(s, &r.Wording)
		wire.Text(s, &r.Question)
	})
}
