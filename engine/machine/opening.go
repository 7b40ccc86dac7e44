package machine

import (
	"cmp"
	"slices"

	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/understand"
	"journey/engine/wording"
)

// opening is an entry that would take a customer's first message.
type opening struct {
	thread     *thread
	entry      *graph.Entry
	confidence float64
}

// unaddressed handles a message that belongs to no conversation: an entry's, a FAQ's, a clarifying question's, or nobody's.
func (s *step) unaddressed(m *CustomerMessage) {
	s.current = nil
	text := m.Text
	var chosen string
	if c := s.contact.Clarifying; c != nil && c.Channel == m.Channel {
		s.contact.Clarifying = nil
		if i, ok := understand.Choose(c.options(s.engineText(nil, wording.SomethingElse, "")), m.Text); ok && i < len(c.Intents) {
			chosen, text = c.Intents[i], c.Text
		}
	}
	h := Happening{ID: s.in.Event.ID, Type: messageEvents[slot(m.Channel)], Time: s.now, Data: map[string]any{"text": text}}
	s.handling(&h)
	openings := s.openings(m, h, text, chosen)
	if len(openings) > 0 && openings[0].entry.When != nil {
		s.open(openings[0], m)
		return
	}
	if s.answerFirst(m, chosen) || chosen == "" && s.clarifyFirst(m, h) {
		return
	}
	if len(openings) > 0 {
		s.open(openings[0], m)
		return
	}
	if t := s.withAgent(); t != nil {
		s.out.Handled = true
		s.listen(t.root(), m)
		return
	}
	s.unrouted(m)
}

func (c *Clarification) options(somethingElse string) []understand.Option {
	var list []understand.Option
	for i, intent := range c.Intents {
		list = append(list, understand.Option{Value: intent, Label: c.Titles[i]})
	}
	return append(list, understand.Option{Value: "something_else", Label: somethingElse})
}

// openings lists the entries that would take a message, best first: one with a `when` before one without, then the most confident
// intent, then by journey id.
func (s *step) openings(m *CustomerMessage, h Happening, text, chosen string) []opening {
	var found []opening
	for _, g := range s.in.Live {
		for i := range g.Entries {
			e := &g.Entries[i]
			if e.Event != h.Type {
				continue
			}
			t := s.candidate(g, e, h)
			s.introduce(t, m, text, chosen)
			if s.matches(t, e) && s.mayStart(t, e) {
				found = append(found, opening{t, e, t.Confidence})
				break
			}
		}
	}
	s.current = nil
	slices.SortStableFunc(found, func(a, b opening) int {
		if x := cmp.Compare(btoi(a.entry.When == nil), btoi(b.entry.When == nil)); x != 0 {
			return x
		}
		return cmp.Compare(b.confidence, a.confidence)
	})
	return found
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// introduce gives a candidate the message that would start it.
func (s *step) introduce(t *thread, m *CustomerMessage, text, chosen string) {
	t.Reply = Reply{Text: text, Channel: m.Channel}
	t.Heard, t.Unanswered, t.Turns = true, true, 1
	t.Channel, t.Pinned = m.Channel, true
	u := s.understood(t.graph)
	if chosen != "" {
		u.Intents = []understand.Ranked{{Intent: chosen, Confidence: 1}}
	}
	t.Sentiment = u.Sentiment
	if len(u.Intents) > 0 {
		t.Confidence = u.Intents[0].Confidence
		if t.Confidence >= t.graph.Accept {
			t.Intent = u.Intents[0].Intent
		}
	}
}

// open starts a conversation by a customer's message; the escalation rules come before its first state.
func (s *step) open(o opening, m *CustomerMessage) {
	t := s.start(o.thread, false)
	s.contact.Sequence++
	t.Written[slot(m.Channel)] = s.contact.Sequence
	s.feel(t, t.Sentiment)
	s.handling(&t.Trigger)
	s.effect(Effect{ID: t.id(), Heard: &Heard{Conversation: t.ID, Channel: m.Channel, Text: m.Text, At: s.now}})
	s.trace(Trace{Kind: Understood, Detail: t.Intent, Value: t.Confidence})
	if !s.escalated(t) {
		s.enterFirst(t)
	}
}

// answerFirst answers a FAQ of the bundle before any conversation exists.
func (s *step) answerFirst(m *CustomerMessage, chosen string) bool {
	for _, g := range s.in.Live {
		t := s.candidate(g, &graph.Entry{}, Happening{})
		s.introduce(t, m, m.Text, chosen)
		i := g.Intent(t.Intent)
		if t.Intent == "" || i == nil || i.Answer == nil {
			continue
		}
		s.on(t)
		s.answerOutside(t, m, s.render(i.Answer), nil)
		return true
	}
	return false
}

// clarifyFirst asks which of the entries' intents was meant, before any conversation exists.
func (s *step) clarifyFirst(m *CustomerMessage, h Happening) bool {
	c := Clarification{Channel: m.Channel, Text: m.Text}
	var asker *thread
	for _, g := range s.in.Live {
		u := s.understood(g)
		for _, r := range u.Intents {
			if r.Confidence < g.Clarify || r.Confidence >= g.Accept || len(c.Intents) == mostClarified || slices.Contains(c.Intents, r.Intent) {
				continue
			}
			t := s.candidate(g, &graph.Entry{}, h)
			t.Intent, t.Confidence = r.Intent, 1
			t.Reply = Reply{Text: m.Text, Channel: m.Channel}
			if s.opensBy(t, h.Type) {
				asker = t
				s.on(t)
				c.Intents, c.Titles = append(c.Intents, r.Intent), append(c.Titles, s.title(g, r.Intent))
			}
		}
	}
	if asker == nil {
		s.current = nil
		return false
	}
	s.on(asker)
	choices := make([]Choice, 0, len(c.Titles)+1)
	for _, title := range append(slices.Clone(c.Titles), s.engineText(asker, wording.SomethingElse, "")) {
		choices = append(choices, Choice{Label: title})
	}
	s.answerOutside(asker, m, s.engineText(asker, wording.WhichMeant, ""), choices)
	s.contact.Clarifying = &c
	return true
}

// opensBy reports whether an entry of the candidate's journey would take its intent.
func (s *step) opensBy(t *thread, event string) bool {
	for i := range t.graph.Entries {
		e := &t.graph.Entries[i]
		if e.Event == event && e.When != nil && s.matches(t, e) {
			return true
		}
	}
	return false
}

// answerOutside answers a message that belongs to no conversation, on its channel.
func (s *step) answerOutside(t *thread, m *CustomerMessage, text string, choices []Choice) {
	s.out.Handled = true
	s.effect(Effect{ID: s.in.NewID + ".heard", Heard: &Heard{Channel: m.Channel, Text: m.Text, At: s.now}})
	e := Deliver{ID: s.in.NewID + ".answer", Journey: t.Journey, Channel: m.Channel, To: s.contact.address(m.Channel), By: ByJourney,
		Text: text, Answering: m.Channel, Order: []policy.Channel{m.Channel}, At: s.now}
	if choices != nil {
		e.By = ByEngine
	}
	for _, c := range choices {
		e.Choices = append(e.Choices, c.Label)
	}
	e.Body = body(&e)
	if s.contact.Ledger.OptedOut(m.Channel) {
		s.trace(Trace{Kind: Passed, Channel: m.Channel, Reason: policy.ReasonOptedOut})
	} else {
		s.effect(Effect{ID: e.ID, Deliver: &e})
	}
	s.current = nil
}

// anyOrder tries a channel first and then all others.
func anyOrder(first policy.Channel) []policy.Channel {
	order := []policy.Channel{first}
	for _, ch := range policy.Channels {
		if ch != first {
			order = append(order, ch)
		}
	}
	return order
}

// withAgent is the conversation in a handoff that began last: who talks with an agent and goes on elsewhere means them.
func (s *step) withAgent() (last *thread) {
	for _, t := range s.threads {
		if t.Open() && t.Handoff != nil && (last == nil || t.Handoff.Opened.After(last.Handoff.Opened)) {
			last = t
		}
	}
	return last
}
