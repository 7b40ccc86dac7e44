package machine

import (
	"strings"

	"journey/engine/graph"
	"journey/engine/policy"
)

// handler finds an event's rules in a list.
func handler(list []graph.Handler, event string) []graph.Rule {
	for i := range list {
		if list[i].Event == event {
			return list[i].Rules
		}
	}
	return nil
}

// pick gives the first rule that holds, nil where none does. A rule whose `via` may not be used now does not hold.
func (s *step) pick(t *thread, rules []graph.Rule) *graph.Rule {
	for i := range rules {
		r := &rules[i]
		if s.holds(r.ID, r.When) && (r.Via == "" || s.usable(t, r)) {
			return r
		}
	}
	return nil
}

// choose takes the first rule that holds.
func (s *step) choose(t *thread, rules []graph.Rule) (next graph.StateIndex, ok bool) {
	r := s.pick(t, rules)
	if r == nil {
		return graph.NoState, false
	}
	return s.take(t, r), true
}

// raise handles an event by the state's `on`, then the journey's.
func (s *step) raise(t *thread, event string) (next graph.StateIndex, handled bool) {
	s.on(t)
	s.trace(Trace{Kind: Raised, Detail: event})
	if rules := handler(t.state().On, event); rules != nil {
		agents := strings.HasPrefix(event, "agent.")
		if next, ok := s.muted(t, t.waitsOnAgent() && !agents, rules); ok {
			return next, true
		}
	}
	if rules := handler(t.graph.On, event); rules != nil {
		return s.muted(t, t.waitsOnAgent(), rules)
	}
	return graph.NoState, false
}

// muted chooses a rule; while an agent has the conversation automation keeps quiet.
func (s *step) muted(t *thread, mute bool, rules []graph.Rule) (graph.StateIndex, bool) {
	old := t.quiet
	t.quiet = mute
	next, ok := s.choose(t, rules)
	t.quiet = old
	return next, ok
}

// take does what a rule says and gives the state to go to.
func (s *step) take(t *thread, r *graph.Rule) graph.StateIndex {
	s.trace(Trace{Kind: Took, Rule: r.ID})
	s.assign(r.Set)
	s.agree(r.Consent)
	return s.rest(t, r, 0)
}

// rest goes on with a rule from its message number from.
func (s *step) rest(t *thread, r *graph.Rule, from int) graph.StateIndex {
	said := len(r.Say) > 0
	together := false // what is said and the open question are one message
	if r.Via != "" && r.To == graph.NoState && r.Outcome == "" {
		together = true
		if v, next := s.sayTogether(t, r); v != sent {
			return next
		}
	} else {
		order := func() []policy.Channel { return s.ruleOrder(t, r) }
		if v, next := s.sayFrom(t, r.Say, from, order, Held{What: HeldRule, Rule: r.ID}); v != sent {
			return next
		}
	}
	if r.Emit != nil {
		s.publish(t, r.Emit)
	}
	if r.Via != "" && !t.quiet {
		s.goOn(t, r.Via)
	}
	if r.To != graph.NoState || !t.Open() {
		return r.To
	}
	if !together && (said || s.customer) && !t.quiet {
		if next := s.askAgain(t, t.innermost()); next != graph.NoState {
			return next
		}
	}
	s.rearm(t)
	return graph.NoState
}

// ruleOrder is where a rule's messages go: its own via, else the state's.
func (s *step) ruleOrder(t *thread, r *graph.Rule) []policy.Channel {
	if r.Via != "" {
		return []policy.Channel{r.Via}
	}
	if t.graph.Owns(r) {
		return s.order(t, nil)
	}
	return s.order(t, t.state().Via)
}

// sayTogether sends what a rule says and the open question as one message on the rule's channel.
func (s *step) sayTogether(t *thread, r *graph.Rule) (verdict, graph.StateIndex) {
	d, asker := s.together(t, r)
	for i := range r.Say {
		d.lines = append(d.lines, s.renderMessage(&r.Say[i]))
	}
	if d.message == nil && len(d.lines) == 0 {
		return sent, graph.NoState
	}
	s.on(asker)
	v := s.send(asker, &d)
	s.on(t)
	if v == blocked {
		next, _ := s.messageBlocked(t, &d)
		return v, next
	}
	return v, graph.NoState
}

// together is the message that a rule's words and the open question are, without the words, and the thread that asks.
func (s *step) together(t *thread, r *graph.Rule) (draft, *thread) {
	d := draft{by: ByJourney, answering: s.answering, order: []policy.Channel{r.Via}, owner: t, held: Held{What: HeldRule, Rule: r.ID}}
	for i := range r.Say {
		m := &r.Say[i]
		d.urgent = d.urgent || m.Urgent
		d.personal = d.personal || m.Sensitive || m.Text.Sensitive
		if d.purpose == "" {
			d.purpose = m.Purpose
		}
	}
	asker := t.innermost()
	if asker.Question == nil || asker.state().Ask == nil {
		return d, t
	}
	s.questionDraft(asker, &d)
	return d, asker
}

func (s *step) renderMessage(m *graph.Message) (text string) {
	names := map[string]any(nil)
	if m.Template != "" {
		names = s.values(m.With)
	}
	s.with(names, func() { text = s.render(m.Text) })
	return text
}
