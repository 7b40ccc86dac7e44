package machine

import (
	"fmt"

	"journey/engine/graph"
	"journey/engine/understand"
)

// ask asks a state's question, unless `try` holds the answer already.
func (s *step) ask(t *thread, st *graph.State) graph.StateIndex {
	if st.Ask.Try != nil && t.Visits[t.State] == 1 {
		v, _ := s.eval(st.Ask.Try)
		if text, _ := v.(string); text != "" {
			if a, ok := s.read(t, text); ok {
				s.arm(t)
				return s.accept(t, a.value)
			}
		}
	}
	return s.pose(t)
}

// pose sends the question of the thread's state; what follows it waits until it has gone out.
func (s *step) pose(t *thread) graph.StateIndex {
	d := draft{by: ByJourney, answering: s.answering, order: s.order(t, t.state().Via), held: Held{What: HeldQuestion}}
	s.questionDraft(t, &d)
	switch s.send(t, &d) {
	case held:
		s.armMoments(t)
		return graph.NoState
	case blocked:
		if next, moved := s.messageBlocked(t, &d); moved {
			return next
		}
	}
	s.arm(t)
	return graph.NoState
}

// questionDraft is the question, or the value that is being read back.
func (s *step) questionDraft(t *thread, d *draft) {
	a := t.state().Ask
	d.ask, d.question = a, true
	d.message = &a.Message
	if t.Question != nil && t.Question.Confirming {
		d.message = a.Confirm
	}
}

// askAgain asks an open question again, after something else was said or the customer wrote something else. The asker may be a
// conversation that t runs; where it moves on, because no channel may carry the question, it is run, else t's next state is given.
func (s *step) askAgain(t, asker *thread) graph.StateIndex {
	if asker.Question == nil || asker.state().Ask == nil {
		return graph.NoState
	}
	s.on(asker)
	next := s.pose(asker)
	if t == asker {
		return next
	}
	s.run(asker, next)
	s.on(t)
	return graph.NoState
}

// accept takes a value as the answer, or reads it back first.
func (s *step) accept(t *thread, value any) graph.StateIndex {
	a := t.state().Ask
	t.Reply.Value = fit(value, a.Type)
	t.Unclear = 0
	s.drop("reply")
	if a.Into != "" {
		s.put(a.Into, t.Reply.Value)
	}
	if a.Confirm != nil {
		choices := []Choice(nil)
		if t.Question != nil {
			choices = t.Question.Choices
		}
		t.Question = &Question{Choices: choices, Confirming: true, Value: value}
		return s.pose(t)
	}
	return s.answered(t, value)
}

// answered goes where the answer leads: the option's own target, `reply`, or `to`.
func (s *step) answered(t *thread, value any) graph.StateIndex {
	st := t.state()
	s.asked = st.Ask.Message.Text
	if !st.Ask.Message.Sensitive {
		s.chosen = t.Question.label(value)
	}
	t.Question = nil
	lists := [][]graph.Rule{nil, handler(st.On, "reply"), st.To}
	if st.Ask.Message.Options != nil {
		lists[0] = handler(st.On, fmt.Sprint(value))
	}
	for _, rules := range lists {
		if next, ok := s.choose(t, rules); ok {
			return next
		}
	}
	return graph.NoState
}

// label is the option with a value, as it was shown; empty where there is none.
func (q *Question) label(value any) string {
	if q == nil {
		return ""
	}
	for _, c := range q.Choices {
		if fmt.Sprint(c.Value) == fmt.Sprint(value) { // it may be an object, which can't be compared
			return c.Label
		}
	}
	return ""
}

// confirmed handles the reply to a value that was read back; understood tells that it was yes or no.
func (s *step) confirmed(t *thread, text string) (next graph.StateIndex, understood bool) {
	yes, ok := understand.YesNo(text)
	if !ok {
		return graph.NoState, false
	}
	t.Unclear = 0
	if yes {
		return s.answered(t, t.Question.Value), true
	}
	if into := t.state().Ask.Into; into != "" {
		s.put(into, s.initial(t, into))
	}
	t.Question.Confirming, t.Question.Value = false, nil
	return s.pose(t), true
}

// initial is what a datum is before it is set.
func (s *step) initial(t *thread, name string) any {
	if d := t.graph.Datum(name); d != nil {
		return d.Default
	}
	return nil
}

// notUnderstood spends an attempt: `exhausted`, else `unclear`, else `invalid`, else the question itself.
func (s *step) notUnderstood(t *thread) graph.StateIndex {
	a := t.state().Ask
	t.Attempts++
	t.Unclear++
	s.drop("attempts")
	s.drop("conversation")
	if t.Attempts >= a.Attempts {
		return s.exhausted(t)
	}
	if rules := handler(t.state().On, "unclear"); rules != nil {
		if next, ok := s.choose(t, rules); ok {
			return next
		}
	}
	if a.Invalid == nil || t.Question.Confirming {
		return s.askAgain(t, t)
	}
	return s.sayInvalid(t)
}

// sayInvalid says that an answer doesn't fit, with the options again.
func (s *step) sayInvalid(t *thread) graph.StateIndex {
	a := t.state().Ask
	d := draft{by: ByJourney, answering: s.answering, order: s.order(t, t.state().Via), message: a.Invalid, ask: a, question: true,
		held: Held{What: HeldInvalid}}
	if o := a.Message.Options; o != nil && a.Invalid.Options == nil {
		d.choices = s.choices(o)
	}
	if s.send(t, &d) == blocked {
		next, _ := s.messageBlocked(t, &d)
		return next
	}
	return graph.NoState
}

func (s *step) exhausted(t *thread) graph.StateIndex {
	if next, handled := s.raise(t, "exhausted"); handled {
		return next
	}
	return s.fallback(t, "exhausted")
}
