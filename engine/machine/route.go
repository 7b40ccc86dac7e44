package machine

import (
	"fmt"
	"slices"

	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/understand"
)

// happened delivers a business or built-in event: to the open conversations that handle it, then to the entries of journeys.
func (s *step) happened(h Happening) {
	switch h.Type {
	case "chat.joined":
		s.contact.Online = true
	case "chat.left":
		s.contact.Online = false
	}
	if len(s.contact.Watching) > 0 {
		s.counted(&h)
	}
	s.handling(&h)
	for _, t := range slices.Clone(s.threads) {
		if t.parent == nil && t.Open() && t.concerns(&h) {
			s.deliverEvent(t, h.Type)
		}
	}
	s.startAll(&h)
}

// concerns reports whether an event that carries the field which the conversation's key came from carries that key.
func (t *thread) concerns(h *Happening) bool {
	if t.KeyField == "" {
		return true
	}
	v, ok := h.Data[t.KeyField]
	return !ok || v == nil || fmt.Sprint(v) == t.Key
}

// deliverEvent gives an event to a conversation and the ones that it runs. It is handled once: where there are several, by exits
// from the outermost in, else by the innermost that handles it.
func (s *step) deliverEvent(root *thread, event string) bool {
	s.reachedBy(root, event)
	if root.child == nil {
		s.on(root)
		if next, ok := s.raiseQuietly(root, event); ok {
			s.out.Handled = true
			s.run(root, next)
			return true
		}
		return s.exits(root, event)
	}
	for t := root; t != nil; t = t.child {
		if s.exits(t, event) {
			return true
		}
	}
	for t := root.innermost(); t != nil; t = t.parent {
		s.on(t)
		if next, ok := s.raiseQuietly(t, event); ok {
			s.out.Handled = true
			s.run(t, next)
			return true
		}
	}
	return false
}

// reachedBy notes that an objective's goal, where it is an event, has come.
func (s *step) reachedBy(t *thread, event string) {
	o := &t.graph.Objective
	if o.GoalIsEvent && o.Goal == event && t.Reached.IsZero() && (o.Within == 0 || s.now.Sub(t.Started) <= o.Within) {
		t.Reached, t.changed = s.now, true
	}
}

// exits ends a conversation by one of its exits.
func (s *step) exits(t *thread, event string) bool {
	s.on(t)
	for i := range t.graph.Exits {
		if t.graph.Exits[i].Event != event {
			continue
		}
		r := s.pick(t, t.graph.Exits[i].Rules)
		if r == nil {
			continue
		}
		s.out.Handled = true
		s.exit(t, r)
		return true
	}
	return false
}

// exit does an exit's rule: the conversation ends, and what it says is sent, or held, all the same.
func (s *step) exit(t *thread, r *graph.Rule) {
	s.trace(Trace{Kind: Took, Rule: r.ID})
	parent := t.parent
	s.leave(t)
	s.assign(r.Set)
	s.finishThread(t, r.Outcome, nil)
	s.rest(t, r, 0)
	if parent != nil && parent.child == t {
		s.childEnded(parent, t)
	}
}

// addressed finds the conversation that a customer's message belongs to: the one that last asked on that channel and whose
// question is still open, else the open one in which either side last wrote there.
func (s *step) addressed(m *CustomerMessage) *thread {
	if m.Conversation != "" {
		if t := s.thread(m.Conversation); t != nil && t.root().Open() {
			return t
		}
		return nil
	}
	var asked, wrote, proving *thread
	i := slot(m.Channel)
	code, isCode := understand.Code(m.Text)
	for _, t := range s.threads {
		if !t.Open() || !t.root().Open() {
			continue
		}
		if t.Question != nil && t.Asked[i] > 0 && (asked == nil || t.Asked[i] > asked.Asked[i]) {
			asked = t
		}
		if t.parent == nil && t.Written[i] > 0 && (wrote == nil || t.Written[i] > wrote.Written[i]) {
			wrote = t
		}
		if isCode && t.Verification != nil && !t.state().Verify.Link {
			if code == t.Verification.Secret {
				return t
			}
			if proving == nil || t.Entered.After(proving.Entered) {
				proving = t
			}
		}
	}
	if proving != nil && asked == nil {
		return proving
	}
	if asked != nil {
		return asked
	}
	return wrote
}

// lastOn is the conversation in which either side last wrote on a channel.
func (s *step) lastOn(ch policy.Channel) *thread {
	var last *thread
	for _, t := range s.threads {
		if t.parent == nil && t.Written[slot(ch)] > 0 && (last == nil || t.Written[slot(ch)] > last.Written[slot(ch)]) {
			last = t
		}
	}
	return last
}
