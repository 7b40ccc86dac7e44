package machine

import (
	"journey/engine/graph"
	"journey/engine/understand"
	"journey/engine/wording"
)

// mostClarified is how many intents a clarifying question offers beside "something else".
const mostClarified = 3

// clarify asks which of the likeliest intents was meant, where the likeliest is between `clarify` and `accept`.
func (s *step) clarify(t *thread) bool {
	u := s.understood(t.graph)
	if len(u.Intents) == 0 || u.Intents[0].Confidence < t.graph.Clarify || u.Intents[0].Confidence >= t.graph.Accept {
		return false
	}
	var intents []string
	var choices []Choice
	for _, r := range u.Intents {
		if r.Confidence < t.graph.Clarify || len(intents) == mostClarified {
			break
		}
		if s.handlesIntent(t, r.Intent) {
			intents = append(intents, r.Intent)
			choices = append(choices, Choice{Value: r.Intent, Label: s.title(t.graph, r.Intent)})
		}
	}
	if len(intents) == 0 {
		return false
	}
	choices = append(choices, Choice{Label: s.engineText(t, wording.SomethingElse, "")})
	d := draft{by: ByEngine, text: s.engineText(t, wording.WhichMeant, ""), choices: choices, urgent: true, answering: s.answering,
		order: anyOrder(t.Reply.Channel)}
	s.send(t, &d)
	t.Clarifying = intents
	return true
}

// handlesIntent reports whether an intent leads anywhere here: by `on`, `escalate` or as a FAQ, here or in a parent.
func (s *step) handlesIntent(t *thread, intent string) bool {
	defer s.on(t)
	for r := t; r != nil; r = r.parent {
		if s.handles(r, "intent."+intent) {
			return true
		}
		if i := r.graph.Intent(intent); i != nil && i.Answer != nil {
			return true
		}
		if s.wouldEscalate(r, intent) {
			return true
		}
	}
	return false
}

// wouldEscalate looks at the escalation rules as if an intent had been understood.
func (s *step) wouldEscalate(t *thread, intent string) (found bool) {
	s.on(t)
	s.with(map[string]any{"intent": map[string]any{"name": intent, "confidence": 1.0}, "sentiment": 0.0}, func() {
		for i := range t.graph.Escalations {
			v, _ := s.eval(t.graph.Escalations[i].When)
			if yes, _ := v.(bool); yes {
				found = true
				return
			}
		}
	})
	return found
}

func (s *step) title(g *graph.Journey, intent string) string {
	if i := g.Intent(intent); i != nil && i.Title != nil {
		return s.render(i.Title)
	}
	if intent == understand.TalkToHuman {
		return s.engineText(s.current, wording.TalkToPerson, "")
	}
	return intent
}

// clarified handles the reply to a clarifying question; false where it is none of what was offered.
func (s *step) clarified(t *thread, m *CustomerMessage) bool {
	choices := make([]understand.Option, 0, len(t.Clarifying)+1)
	for _, intent := range t.Clarifying {
		choices = append(choices, understand.Option{Value: intent, Label: s.title(t.graph, intent)})
	}
	choices = append(choices, understand.Option{Value: "something_else", Label: s.engineText(t, wording.SomethingElse, "")})
	i, ok := understand.Choose(choices, m.Text)
	if !ok {
		return false
	}
	intents := t.Clarifying
	t.Clarifying = nil
	if i == len(intents) {
		s.notMeant(t, m)
		return true
	}
	for r := t; r != nil; r = r.parent {
		r.Intent, r.Confidence = intents[i], 1
	}
	s.drop("intent")
	t.Unclear = 0
	s.trace(Trace{Kind: Understood, Detail: t.Intent, Value: 1})
	if s.escalated(t) || s.intended(t) || s.faq(t) {
		return true
	}
	s.notMeant(t, m)
	return true
}

// notMeant is "something else": it costs an attempt of the open question.
func (s *step) notMeant(t *thread, m *CustomerMessage) {
	s.on(t)
	if t.Question != nil && t.state().Ask != nil {
		s.run(t, s.notUnderstood(t))
		return
	}
	s.unhandledMessage(t, m)
}
