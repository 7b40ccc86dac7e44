package machine

import (
	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/understand"
)

// heard handles a customer's message: the words that every journey obeys, then the conversation it belongs to, then entries.
func (s *step) heard(m *CustomerMessage) {
	if m.Channel == policy.SMS && !m.Secure && s.word(m.Text) {
		return
	}
	if m.Channel == policy.Chat {
		s.contact.Online = true
	}
	s.customer, s.answering = true, m.Channel
	t := s.addressed(m)
	if m.Secure && (t == nil || t.Question == nil) {
		s.trace(Trace{Kind: Unhandled, Detail: "an answer on a page whose question is over"})
		return
	}
	if t == nil {
		s.unaddressed(m)
		return
	}
	s.out.Handled = true
	s.listen(t.root(), m)
}

// listen gives a message to a conversation and the ones that it runs.
func (s *step) listen(root *thread, m *CustomerMessage) {
	t := root.innermost()
	s.record(root, m)
	if root.waitsOnAgent() {
		return
	}
	s.reply(t, m)
}

// record keeps what the customer wrote, in the conversation and all that it runs.
func (s *step) record(root *thread, m *CustomerMessage) {
	s.contact.Sequence++
	for t := root; t != nil; t = t.child {
		s.on(t)
		t.Heard, t.Unanswered = true, true
		t.Turns++
		t.Reply = Reply{Text: m.Text, Channel: m.Channel}
		t.Written[slot(m.Channel)] = s.contact.Sequence
		t.Intent, t.Confidence, t.Sentiment = "", 0, 0
	}
	s.goOn(root, m.Channel)
	s.said = Happening{ID: s.in.Event.ID, Type: messageEvents[slot(m.Channel)], Time: s.now, Data: map[string]any{"text": m.Text}}
	s.handling(&s.said)
	t := root.innermost()
	s.on(t)
	s.effect(Effect{ID: t.id(), Heard: &Heard{Conversation: t.ID, Channel: m.Channel, Text: m.Text, Secure: m.Secure, At: s.now}})
	if g := m.Given; g.HasIntent || g.HasSentiment {
		s.feel(root, g.Sentiment)
	}
}

// reply handles a customer's message in automation.
func (s *step) reply(t *thread, m *CustomerMessage) {
	st := t.state()
	asking := t.Question != nil && st.Ask != nil
	texted := asking && t.Question.Secure && !m.Secure // a value that may not be texted is not taken
	if t.Clarifying != nil && s.clarified(t, m) {
		return
	}
	t.Clarifying = nil
	var a answer
	fits := false
	if asking && t.Question.Confirming {
		if _, ok := understand.YesNo(m.Text); ok {
			next, _ := s.confirmed(t, m.Text)
			s.run(t, next)
			return
		}
	} else if asking {
		a, fits = s.read(t, m.Text)
		if fits && a.form && !texted {
			s.run(t, s.accept(t, a.value))
			return
		}
	}
	if st.Verify != nil && t.Verification != nil && s.proven(t, m) {
		return
	}
	if !(fits && a.form) {
		s.comprehend(t, m)
		if s.escalated(t) {
			return
		}
	}
	if fits && !texted && !(a.free && t.Intent != "" && s.handles(t, "intent."+t.Intent)) {
		s.run(t, s.accept(t, a.value))
		return
	}
	s.otherwise(t, m, asking, texted)
}

// otherwise handles a message that is no answer: intents, rules on messages, FAQs, a clarifying question, and then an attempt
// of the open question, or `message.unhandled`.
func (s *step) otherwise(t *thread, m *CustomerMessage, asking, texted bool) {
	if s.intended(t) || s.messageRules(t, m, asking) || s.faq(t) || s.exitOnMessage(t, m) {
		return
	}
	switch {
	case texted:
		s.pointToLink(t)
	case asking && s.clarify(t):
	case asking:
		s.on(t)
		s.run(t, s.notUnderstood(t))
	case s.clarify(t):
	default:
		s.unhandledMessage(t, m)
	}
}

// comprehend keeps what a message means, by each journey's own intents.
func (s *step) comprehend(t *thread, m *CustomerMessage) {
	for r := t; r != nil; r = r.parent {
		first, mood := s.likeliest(r.graph)
		r.Intent, r.Confidence, r.Sentiment = "", first.Confidence, mood
		if r.Confidence >= r.graph.Accept {
			r.Intent = first.Intent
		}
	}
	if g := m.Given; !(g.HasIntent || g.HasSentiment) {
		s.feel(t.root(), t.Sentiment)
	}
	s.drop("intent")
	s.drop("sentiment")
	s.drop("conversation")
	s.trace(Trace{Kind: Understood, Detail: t.Intent, Value: t.Confidence})
}

// feel keeps the moods of the last three messages.
func (s *step) feel(root *thread, mood float64) {
	for t := root; t != nil; t = t.child {
		t.Sentiment = mood
		if len(t.Moods) == 3 {
			t.Moods = append(t.Moods[:0:0], t.Moods[1:]...)
		}
		t.Moods = append(t.Moods, mood)
	}
}

// escalated looks at the escalation rules, the conversation's own and then its parents'.
func (s *step) escalated(t *thread) bool {
	for r := t; r != nil; r = r.parent {
		s.on(r)
		for i := range r.graph.Escalations {
			e := &r.graph.Escalations[i]
			if s.holds(e.ID, e.When) {
				s.escalate(r, e)
				return true
			}
		}
	}
	s.on(t)
	return false
}

func (s *step) escalate(t *thread, e *graph.Escalation) {
	s.trace(Trace{Kind: Escalated, Rule: e.ID, Detail: e.Reason})
	t.Reason, t.Unclear = e.Reason, 0
	s.run(t, e.To)
}

// handles reports whether the state's or the journey's `on` names an event.
func (s *step) handles(t *thread, event string) bool {
	return handler(t.state().On, event) != nil || handler(t.graph.On, event) != nil
}

// intended takes the intent that was understood, where the state, the journey, or a parent handles it.
func (s *step) intended(t *thread) bool {
	for r := t; r != nil; r = r.parent {
		if r.Intent == "" {
			continue
		}
		if next, ok := s.raiseQuietly(r, "intent."+r.Intent); ok {
			t.Unclear = 0
			s.run(r, next)
			return true
		}
	}
	s.on(t)
	return false
}

// raiseQuietly raises an event only where something names it, so that the trace is not filled with what nobody waits for.
func (s *step) raiseQuietly(t *thread, event string) (graph.StateIndex, bool) {
	if !s.handles(t, event) {
		return graph.NoState, false
	}
	return s.raise(t, event)
}

// messageRules takes a rule on `<channel>.message`, or on `reply` outside a question.
func (s *step) messageRules(t *thread, m *CustomerMessage, asking bool) bool {
	for r := t; r != nil; r = r.parent {
		if !asking {
			if next, ok := s.raiseQuietly(r, "reply"); ok {
				s.run(r, next)
				return true
			}
		}
		if next, ok := s.raiseQuietly(r, messageEvents[slot(m.Channel)]); ok {
			s.run(r, next)
			return true
		}
	}
	s.on(t)
	return false
}

// exitOnMessage takes an exit on `<channel>.message`.
func (s *step) exitOnMessage(t *thread, m *CustomerMessage) bool {
	for r := t; r != nil; r = r.parent {
		if s.exits(r, messageEvents[slot(m.Channel)]) {
			return true
		}
	}
	s.on(t)
	return false
}

// faq answers an intent that has an answer, and asks the open question again.
func (s *step) faq(t *thread) bool {
	for r := t; r != nil; r = r.parent {
		i := r.graph.Intent(r.Intent)
		if r.Intent == "" || i == nil || i.Answer == nil {
			continue
		}
		s.answerFAQ(t, r, i)
		return true
	}
	return false
}

func (s *step) answerFAQ(t, owner *thread, i *graph.Intent) {
	t.Unclear = 0
	s.on(owner)
	if next := s.sayAnswer(owner, i); next != graph.NoState {
		s.run(owner, next)
		return
	}
	s.on(t)
	s.run(t, s.askAgain(t, t))
}

// sayAnswer says the answer of a FAQ.
func (s *step) sayAnswer(t *thread, i *graph.Intent) graph.StateIndex {
	d := draft{by: ByJourney, message: &graph.Message{Text: i.Answer}, answering: s.answering, order: s.order(t, nil), held: Held{What: HeldFAQ, Intent: i.Name}}
	if s.send(t, &d) == blocked {
		next, _ := s.messageBlocked(t, &d)
		return next
	}
	return graph.NoState
}

func (s *step) unhandledMessage(t *thread, m *CustomerMessage) {
	thanks := understand.IsThanks(m.Text)
	if !thanks {
		t.Unclear++
		s.drop("conversation")
	}
	for r := t; r != nil; r = r.parent {
		if next, ok := s.raiseQuietly(r, "message.unhandled"); ok {
			s.run(r, next)
			return
		}
	}
	s.on(t)
	if thanks {
		s.trace(Trace{Kind: Unhandled, Detail: "message.unhandled"})
		return
	}
	s.run(t, s.fallback(t, "message.unhandled"))
}

// pointToLink says that an answer is not taken by text, and where it is.
func (s *step) pointToLink(t *thread) {
	d := draft{by: ByJourney, answering: s.answering, order: []policy.Channel{t.Reply.Channel}}
	s.questionDraft(t, &d)
	s.send(t, &d)
}
