package machine

import (
	"journey/engine/wire"
)

func logEntry(s *wire.Stream, e *LogEntry) {
	s.Time(&e.At)
	event(s, &e.Event)
	wire.List(s, &e.Effects, func(x *Effect) { effect(s, x) })
	wire.List(s, &e.Trace, func(t *Trace) { trace(s, t) })
	wire.Optional(s, &e.Attempt, func(a *Attempt) {
		wire.Text(s, &a.Message)
		wire.Text(s, &a.Channel)
		wire.Text(s, &a.Result)
		wire.Text(s, &a.Reason)
		wire.Text(s, &a.Provider)
		wire.Text(s, &a.ID)
	})
}

func event(s *wire.Stream, e *Event) {
	wire.Text(s, &e.ID)
	wire.Text(s, &e.Type)
	s.Time(&e.Time)
	s.Map(&e.Data)
	wire.Optional(s, &e.Message, func(m *CustomerMessage) {
		wire.Text(s, &m.Channel)
		wire.Text(s, &m.Text)
		s.Flag(&m.Secure)
		wire.Text(s, &m.Conversation)
		given(s, &m.Given)
	})
	wire.Optional(s, &e.Timer, func(t *TimerFired) {
		wire.Text(s, &t.Conversation)
		wire.Text(s, &t.ID)
	})
	wire.Optional(s, &e.Call, func(c *CallDone) {
		wire.Text(s, &c.Conversation)
		wire.Text(s, &c.ID)
		s.Flag(&c.Failed)
		wire.Integer(s, &c.Status)
		s.Flag(&c.Timeout)
		s.Map(&c.Value)
		wire.Text(s, &c.Reason)
	})
	wire.Optional(s, &e.Report, func(r *DeliveryReport) {
		wire.Optional(s, &r.Message, func(d *Deliver) { deliver(s, d) })
		s.Flag(&r.Delivered)
		wire.Text(s, &r.Reason)
	})
	wire.Optional(s, &e.Agent, func(a *AgentAct) {
		wire.Text(s, &a.Conversation)
		wire.Text(s, &a.Act)
		wire.Text(s, &a.By)
		wire.Text(s, &a.Text)
		s.Map(&a.Data)
		wire.Text(s, &a.Queue)
		wire.Text(s, &a.To)
		wire.Text(s, &a.Disposition)
		s.Flag(&a.Sole)
		s.Flag(&a.Urgent)
	})
	wire.Optional(s, &e.Link, func(l *LinkOpened) {
		wire.Text(s, &l.Conversation)
		wire.Text(s, &l.Kind)
		wire.Text(s, &l.Token)
		wire.Text(s, &l.URL)
	})
}

func given(s *wire.Stream, g *Given) {
	wire.Text(s, &g.Intent)
	s.Flag(&g.HasIntent)
	s.Float(&g.Confidence)
	s.Float(&g.Sentiment)
	s.Flag(&g.HasSentiment)
}

func effect(s *wire.Stream, e *Effect) {
	wire.Text(s, &e.ID)
	wire.Optional(s, &e.Deliver, func(d *Deliver) { deliver(s, d) })
	wire.Optional(s, &e.Request, func(r *Request) {
		wire.Text(s, &r.ID)
		wire.Text(s, &r.Conversation)
		wire.Text(s, &r.Operation)
		s.Map(&r.Args)
	})
	wire.Optional(s, &e.Publish, func(p *Publish) {
		wire.Text(s, &p.Conversation)
		wire.Text(s, &p.Type)
		s.Map(&p.Data)
	})
	wire.Optional(s, &e.Heard, func(h *Heard) {
		wire.Text(s, &h.Conversation)
		wire.Text(s, &h.Channel)
		wire.Text(s, &h.Text)
		s.Flag(&h.Secure)
		s.Flag(&h.Unrouted)
		s.Time(&h.At)
	})
	wire.Optional(s, &e.Handoff, func(h *HandoffChange) {
		wire.Text(s, &h.Conversation)
		s.Flag(&h.Closed)
		wire.Text(s, &h.How)
		handoff(s, &h.Handoff)
	})
	wire.Optional(s, &e.Link, func(l *LinkMade) { link(s, l) })
	wire.Optional(s, &e.Counted, func(c *Counted) {
		wire.Text(s, &c.Conversation)
		wire.Text(s, &c.Event)
		wire.Text(s, &c.Outcome)
		s.Flag(&c.Holdout)
	})
	wire.Optional(s, &e.Notice, func(n *Notice) {
		wire.Text(s, &n.To)
		wire.Text(s, &n.Type)
		s.Time(&n.At)
		s.Map(&n.Data)
	})
}

func link(s *wire.Stream, l *LinkMade) {
	wire.Text(s, &l.Token)
	wire.Text(s, &l.Conversation)
	wire.Text(s, &l.Kind)
	wire.Text(s, &l.URL)
	wire.Text(s, &l.Text)
	s.Flag(&l.Asks)
	wire.Text(s, &l.Channel)
}

func trace(s *wire.Stream, t *Trace) {
	wire.Text(s, &t.Conversation)
	wire.Text(s, &t.Journey)
	wire.Integer(s, &t.Kind)
	wire.Integer(s, &t.State)
	wire.Text(s, &t.Rule)
	s.Flag(&t.Holds)
	wire.Text(s, &t.Channel)
	wire.Text(s, &t.Reason)
	wire.Text(s, &t.Detail)
	s.Float(&t.Value)
}
