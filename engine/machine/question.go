package machine

import (
	"fmt"
	"strconv"
	"time"

	"journey/engine/expression"
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

// answer is a reply that was read as a value.
type answer struct {
	value any
	form  bool // the reply as a whole is an answer by its form: an option, yes or no, or a value that free text would not fit
	free  bool // free text: anything fits
}

// read reads a reply as the question's options or type want it.
func (s *step) read(t *thread, text string) (answer, bool) {
	a := t.state().Ask
	if a.Message.Options != nil {
		return s.readChoice(t, a, text)
	}
	got, free, ok := s.parse(a, text)
	if !ok || !within(a, got.Value) {
		return answer{}, false
	}
	return answer{value: got.Value, form: got.Whole && !free, free: free}, true
}

func (s *step) readChoice(t *thread, a *graph.Ask, text string) (answer, bool) {
	choices := []Choice(nil)
	if t.Question != nil {
		choices = t.Question.Choices
	}
	if choices == nil {
		choices = s.choices(a.Message.Options)
	}
	i, ok := understand.Choose(options(choices), text)
	if !ok {
		return answer{}, false
	}
	return answer{value: choices[i].Value, form: true}, true
}

func options(choices []Choice) []understand.Option {
	list := make([]understand.Option, len(choices))
	for i, c := range choices {
		list[i] = understand.Option{Value: fmt.Sprint(c.Value), Label: c.Label}
	}
	return list
}

// parse reads a reply as a type. free tells that any text would do.
func (s *step) parse(a *graph.Ask, text string) (got understand.Answer, free, ok bool) {
	set := understand.Setting{Now: s.now, Zone: s.location(), Locale: s.locale(), Region: s.region()}
	kind := expression.String
	if a.Type != nil {
		kind = a.Type.Kind
	}
	switch kind {
	case expression.Bool:
		got, ok = understand.Bool(text)
	case expression.Int:
		got, ok = understand.Int(text)
	case expression.Number:
		got, ok = understand.Number(text)
	case expression.Date:
		got, ok = understand.Date(text, set)
	case expression.Clock:
		got, ok = understand.Clock(text, set)
	case expression.Time:
		got, ok = understand.Time(text, set)
	case expression.Duration:
		got, ok = understand.Duration(text)
	case expression.Phone:
		got, ok = understand.Phone(text, set)
	case expression.Email:
		got, ok = understand.Email(text)
	case expression.URL:
		got, ok = understand.URL(text)
	case expression.Enum:
		got, ok = chooseValue(a.Type.Values, text)
	default:
		if a.Pattern != "" {
			got, ok = understand.Pattern(a.Pattern, text)
			return got, false, ok
		}
		return understand.Answer{Value: text, Whole: true}, true, text != ""
	}
	return got, false, ok
}

func chooseValue(values []string, text string) (understand.Answer, bool) {
	list := make([]understand.Option, len(values))
	for i, v := range values {
		list[i] = understand.Option{Value: v, Label: v}
	}
	i, ok := understand.Choose(list, text)
	if !ok {
		return understand.Answer{}, false
	}
	return understand.Answer{Value: values[i], Whole: true}, true
}

func within(a *graph.Ask, v any) bool {
	n, ok := v.(float64)
	if i, isInt := v.(int); isInt {
		n, ok = float64(i), true
	}
	return !ok || (a.Min == nil || n >= *a.Min) && (a.Max == nil || n <= *a.Max)
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

// fit makes an option's value one of the datum's type: options are written as texts.
func fit(value any, to *expression.Type) any {
	if to == nil {
		return value
	}
	if text, ok := value.(string); ok {
		value = written(text, to.Kind)
	}
	if v, err := expression.Convert(value, to); err == nil {
		return v
	}
	return value
}

// written is the value of a kind that an option's text stands for; the text itself where it stands for none.
func written(text string, kind expression.Kind) any {
	switch kind {
	case expression.Bool:
		if yes, ok := understand.YesNo(text); ok {
			return yes
		}
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case expression.Int, expression.Number:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	}
	return text
}

// answered goes where the answer leads: the option's own target, `reply`, or `to`.
func (s *step) answered(t *thread, value any) graph.StateIndex {
	st := t.state()
	t.Question = nil
	s.asked = st.Ask.Message.Text
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

// region is the country that numbers without a country code are taken for.
func (s *step) region() string {
	if l := s.contact.Locale; len(l) == 5 && l[2] == '-' {
		return l[3:]
	}
	return "US"
}

// moment is the time that a value of `at` or `callback` means: a date is its first minute in the contact's zone.
func (s *step) moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		d, err := time.ParseInLocation(time.DateOnly, v, s.location())
		return d, err == nil
	}
	return time.Time{}, false
}
