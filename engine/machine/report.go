package machine

import (
	"slices"

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
	if s.resent(t, m) {
		return
	}
	data := map[string]any{"channel": string(m.Channel), "state": m.State, "reason": r.Reason}
	if next, moved := s.undelivered(t, "message.failed", data); moved {
		s.run(t, next)
	}
}

// resent sends a failed message on the next channel that may carry it, never again where it failed.
func (s *step) resent(t *thread, m *Deliver) bool {
	failed := append(slices.Clone(m.Failed), m.Channel)
	var order []policy.Channel
	for _, ch := range m.Order {
		if !slices.Contains(failed, ch) {
			order = append(order, ch)
		}
	}
	attrs := policy.Message{Purpose: m.Purpose, Urgent: m.Urgent, Sensitive: m.Sensitive, AnswerOn: m.Answering}
	decision := s.decide(t, order, attrs)
	for _, p := range decision.Passed {
		s.trace(Trace{Kind: Passed, Channel: p.Channel, Reason: p.Reason})
	}
	if decision.Verdict == policy.Blocked {
		return false
	}
	e := *m
	e.ID, e.Channel, e.To, e.Failed, e.At = t.id(), decision.Channel, s.contact.address(decision.Channel), failed, s.now
	e.Disclosure = ""
	if decision.Verdict == policy.Hold {
		e.At = decision.Until
	}
	if e.Channel == policy.Email && e.Subject == "" {
		e.Subject = t.graph.Brand
	}
	s.disclose(t, &e)
	e.Body = body(&e)
	s.trace(Trace{Kind: Sending, Channel: e.Channel})
	s.effect(Effect{ID: e.ID, Deliver: &e})
	if decision.Counts {
		s.count(e.Channel)
	}
	if root := t.root(); root.Channel == m.Channel {
		root.Channel, root.changed = e.Channel, true
		s.drop("conversation")
	}
	s.wrote(t, e.Channel, m.Question && t.Question != nil)
	return true
}
