package machine

import (
	"slices"
	"time"

	"journey/engine/graph"
)

// hold keeps a message for the end of quiet hours. A question that waits already is not asked twice.
func (s *step) hold(t *thread, d *draft, until time.Time) {
	if d.owner != nil {
		t = d.owner
	}
	h := d.held
	if h.asks() && slices.ContainsFunc(t.Held, func(o Held) bool { return o.asks() }) {
		return
	}
	h.Until = until
	if s.event != nil {
		h.Event = *s.event
	}
	t.Held = append(t.Held, h)
	t.changed = true
	t.setTimer(heldTimer, t.Held[0].Until)
}

// dropHeld drops what was held for a state that is left. What an agent wrote still goes out.
func (s *step) dropHeld(t *thread) {
	keep := t.Held[:0:0]
	for _, h := range t.Held {
		if h.What == HeldAgent {
			keep = append(keep, h)
		}
	}
	if t.Held = keep; len(keep) > 0 {
		t.setTimer(heldTimer, keep[0].Until)
	}
}

func (h *Held) asks() bool { return h.What == HeldQuestion || h.What == HeldInvalid }

// resume goes on where the first held message was; the next one is tried when it is due.
func (s *step) resume(t *thread) {
	h := t.Held[0]
	if t.Held = t.Held[1:]; len(t.Held) > 0 {
		t.setTimer(heldTimer, latest(t.Held[0].Until, s.now))
	}
	s.handling(&h.Event)
	s.run(t, s.resumed(t, &h))
}

func (s *step) resumed(t *thread, h *Held) graph.StateIndex {
	switch h.What {
	case HeldState:
		return s.proceed(t, h.Index)
	case HeldRule:
		if r := t.graph.Rule(h.Rule); r != nil {
			return s.rest(t, r, h.Index)
		}
	case HeldQuestion:
		return s.pose(t)
	case HeldInvalid:
		return s.sayInvalid(t)
	case HeldFAQ:
		if i := t.graph.Intent(h.Intent); i != nil && i.Answer != nil {
			return s.sayAnswer(t, i)
		}
	case HeldAgent:
		s.sayAgent(t, h.Agent, h.Text, false)
	case HeldResend:
		if !s.resent(t, h.Message) {
			return s.failed(t, h.Message, "no other channel may carry it")
		}
	}
	return graph.NoState
}
