package machine

import (
	"journey/engine/graph"
	"journey/engine/understand"
	"journey/engine/wording"
)

// verify sends a code or link that the customer proves themselves with.
func (s *step) verify(t *thread, st *graph.State) graph.StateIndex {
	t.Verification = &Verification{}
	next, moved := s.sendSecret(t, st.Verify)
	if moved {
		return next
	}
	s.arm(t)
	return graph.NoState
}

// sendSecret makes a new secret, which voids the one before, and sends it.
func (s *step) sendSecret(t *thread, v *graph.Verify) (graph.StateIndex, bool) {
	d := draft{by: ByJourney, message: &v.Message, urgent: true, answering: s.answering, order: s.order(t, t.state().Via)}
	if v.Link {
		token := s.token()
		t.Verification.Secret = token
		link := s.in.LinkBase + "/s/" + token
		d.secret = map[string]any{"link": link}
		s.effect(Effect{ID: t.id(), Link: &LinkMade{Token: token, Conversation: t.ID, Kind: Proof}})
	} else {
		t.Verification.Secret = s.code()
		d.secret = map[string]any{"code": t.Verification.Secret}
	}
	t.setTimer(expiryTimer, s.now.Add(v.Expires))
	if s.send(t, &d) == blocked {
		return s.messageBlocked(t, &d)
	}
	return graph.NoState, false
}

// proven handles a message to a code that is awaited: the code, a wrong one, or a wish for another.
func (s *step) proven(t *thread, m *CustomerMessage) bool {
	v := t.state().Verify
	code, digits := understand.Code(m.Text)
	switch {
	case digits && !v.Link && code == t.Verification.Secret:
		s.verified(t)
	case digits && !v.Link:
		s.wrong(t, v)
	case understand.Resend(m.Text):
		s.resend(t, v)
	default:
		return false
	}
	return true
}

func (s *step) verified(t *thread) {
	for r := t; r != nil; r = r.parent {
		r.Verified, r.changed = true, true
	}
	t.Verification = nil
	t.stopTimer(expiryTimer)
	s.drop("contact")
	if next, ok := s.raise(t, "verified"); ok {
		s.run(t, next)
		return
	}
	if next, ok := s.choose(t, t.state().To); ok {
		s.run(t, next)
	}
}

func (s *step) wrong(t *thread, v *graph.Verify) {
	t.Verification.Wrong++
	t.Attempts = t.Verification.Wrong
	s.drop("attempts")
	if t.Attempts >= v.Attempts {
		s.run(t, s.exhausted(t))
		return
	}
	d := draft{by: ByEngine, text: s.engineText(t, wording.WrongCode, ""), urgent: true, answering: s.answering, order: anyOrder(t.Reply.Channel)}
	s.send(t, &d)
}

func (s *step) resend(t *thread, v *graph.Verify) {
	if t.Verification.Resends >= v.Resend {
		s.run(t, s.exhausted(t))
		return
	}
	t.Verification.Resends++
	if next, moved := s.sendSecret(t, v); moved {
		s.run(t, next)
	}
}

func (s *step) expired(t *thread) {
	if t.Verification == nil {
		return
	}
	t.Verification = nil
	next, ok := s.raise(t, "expired")
	if !ok {
		next = s.fallback(t, "expired")
	}
	s.run(t, next)
}

// linkOpened handles a link that a person opened: a tracked one is a click, one of `verify` proves who they are.
func (s *step) linkOpened(l *LinkOpened) {
	t := s.thread(l.Conversation)
	if t == nil {
		return
	}
	s.on(t)
	switch l.Kind {
	case Proof:
		if t.Verification != nil && t.Verification.Secret == l.Token {
			s.out.Handled = true
			s.verified(t)
		}
	case Tracked:
		h := Happening{ID: s.in.Event.ID, Type: "link.clicked", Time: s.now, Data: map[string]any{"url": l.URL}}
		s.handling(&h)
		if t.root().Open() {
			s.deliverEvent(t.root(), h.Type)
		}
	}
}
