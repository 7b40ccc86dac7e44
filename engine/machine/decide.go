package machine

import (
	"journey/engine/graph"
	"journey/engine/policy"
)

func (s *step) decide(t *thread, order []policy.Channel, m policy.Message) policy.Decision {
	return policy.Decide(order, t.rules, func(ch policy.Channel) bool { return s.allowed(t, ch, m) }, s.snapshot(), m, s.now)
}

// DecideReply is what would become of an agent's reply at the time of the input's event, which needs nothing else. conversation is the one
// with the handoff; empty: the contact's messages that no conversation took.
func DecideReply(in *Input, conversation string, urgent bool) policy.Decision {
	s := steps.Get().(*step)
	s.begin(in)
	defer s.end()
	if conversation == "" {
		return s.decideUnrouted()
	}
	t := s.thread(conversation)
	if t == nil {
		return policy.Decision{}
	}
	s.on(t)
	m := policy.Message{Urgent: urgent}
	if t.Unanswered {
		m.AnswerOn = t.Reply.Channel
	}
	return s.decide(t, s.order(t, nil), m)
}

func (t *thread) rules(ch policy.Channel) policy.ChannelRules {
	if c := t.graph.Channel(ch); c != nil {
		return c.Rules
	}
	return policy.ChannelRules{}
}

// allowed evaluates the journey's own policy for a channel.
func (s *step) allowed(t *thread, ch policy.Channel, m policy.Message) bool {
	c := t.graph.Channel(ch)
	if c == nil || c.When == nil {
		return true
	}
	asked := m // only here, so that m itself need not be kept
	if asked.Purpose == "" {
		asked.Purpose = c.Rules.Purpose
	}
	old := s.message
	s.message = &asked
	s.drop("message")
	v, _ := s.eval(c.When)
	s.message = old
	s.drop("message")
	ok, _ := v.(bool)
	return ok
}

// may tells whether a plain message of the journey may go there now, quiet hours and limits aside.
func (s *step) may(ch policy.Channel) bool {
	t := s.current
	return policy.May(ch, t.rules, func(ch policy.Channel) bool { return s.allowed(t, ch, policy.Message{}) }, s.snapshot())
}

// usable tells whether a rule's `via` can be gone on at now, quiet hours aside, by what would be said there.
func (s *step) usable(t *thread, r *graph.Rule) bool {
	d, _ := s.together(t, r)
	if r.To != graph.NoState || r.Outcome != "" {
		d.message, d.ask = nil, nil
	}
	decision := s.decide(t, d.order, d.attributes())
	if decision.Verdict != policy.Blocked {
		return true
	}
	s.passedOver(decision)
	return false
}

// passedOver traces why channels do not carry a message.
func (s *step) passedOver(decision policy.Decision) {
	for _, p := range decision.Passed {
		s.trace(Trace{Kind: Passed, Channel: p.Channel, Reason: p.Reason, Detail: p.Detail})
	}
}

// purpose is what a message is for: its own, or that of the channel.
func (s *step) purpose(t *thread, ch policy.Channel, d *draft) policy.Purpose {
	if d.message != nil && d.message.Purpose != "" {
		return d.message.Purpose
	}
	if p := t.rules(ch).Purpose; p != "" {
		return p
	}
	return policy.Transactional
}

// snapshot is the contact as the policy sees it.
func (s *step) snapshot() *policy.Contact {
	c := s.contact
	s.policy = policy.Contact{Phone: c.Phone, Email: c.Email, Online: c.Online, Ledger: c.Ledger, Zones: s.zones(), Sent: c.Sent}
	return &s.policy
}
