package machine

import (
	"slices"

	"journey/engine/graph"
	"journey/engine/policy"
)

// reported handles what a carrier says of a message: delivered, or failed for good; then it goes to the next channel.
func (s *step) reported(r *DeliveryReport) {
	m := r.Message
	t := s.thread(m.Conversation)
	if t == nil || !t.Open() {
		return
	}
	s.out.Handled = true
	s.on(t)
	if r.Delivered {
		s.handling(&Happening{ID: s.in.Event.ID, Type: "message.delivered", Time: s.now,
			Data: map[string]any{"channel": string(m.Channel), "state": m.State}})
		s.deliverEvent(t.root(), "message.delivered")
		return
	}
	s.answering = m.Answering
	if !s.resent(t, m) {
		s.run(t, s.failed(t, m, r.Reason))
	}
}

// failed raises `message.failed` for a message that no channel is left for.
func (s *step) failed(t *thread, m *Deliver, reason string) graph.StateIndex {
	data := map[string]any{"channel": string(m.Channel), "state": m.State, "reason": reason}
	next, _ := s.undelivered(t, "message.failed", data)
	return next
}

// resent sends a failed message on the next channel that may carry it, never again where it failed; or holds it for that.
func (s *step) resent(t *thread, m *Deliver) bool {
	e := *m
	if !slices.Contains(e.Failed, m.Channel) {
		e.Failed = append(slices.Clone(m.Failed), m.Channel)
	}
	d := draft{answering: m.Answering, purpose: m.Purpose, urgent: m.Urgent, personal: m.Sensitive, held: Held{What: HeldResend, Message: &e}}
	for _, ch := range m.Order {
		if !slices.Contains(e.Failed, ch) {
			d.order = append(d.order, ch)
		}
	}
	decision, v := s.place(t, &d)
	if v == sent {
		s.redeliver(t, &e, decision)
	}
	return v != blocked
}

func (s *step) redeliver(t *thread, e *Deliver, decision policy.Decision) {
	if p := e.Plain; p != nil {
		e.By, e.Text, e.Media, e.Choices, e.Plain = p.By, p.Text, p.Media, p.Choices, nil
	}
	from := e.Channel
	e.ID, e.Channel, e.To, e.At, e.Disclosure = t.id(), decision.Channel, s.contact.address(decision.Channel), s.now, ""
	if e.Channel == policy.Email && e.Subject == "" {
		e.Subject = t.graph.Brand
	}
	asks := e.Question && t.Question != nil
	if secure := s.secure(t, e); asks {
		t.Question.Secure = secure
	}
	s.disclose(t, e)
	e.Body = body(e)
	s.trace(Trace{Kind: Sending, Channel: e.Channel})
	s.effect(Effect{ID: e.ID, Deliver: e})
	if decision.Counts {
		s.count(e.Channel)
	}
	if root := t.root(); root.Channel == from {
		root.Channel, root.changed = e.Channel, true
		s.drop("conversation")
	}
	s.wrote(t, e.Channel, asks)
}
