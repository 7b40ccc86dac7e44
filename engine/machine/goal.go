package machine

import (
	"slices"
	"time"

	"journey/engine/graph"
)

// Watch is an ended conversation whose goal may still be reached: `within` counts from its entry, and a contact in the holdout is
// compared by it.
type Watch struct {
	Conversation string
	Version      graph.Hash
	Key          string
	KeyField     string
	Trigger      Happening
	Holdout      bool
	Until        time.Time
}

// Counted says that the goal of an ended conversation was reached, or for one in the holdout that an exit's event came.
type Counted struct {
	Conversation string
	Event        string
	Outcome      string // of the exit; empty where the event itself is the goal
	Holdout      bool
}

// watch keeps an ended conversation in sight while its goal can still be reached.
func (s *step) watch(t *thread) {
	o := &t.graph.Objective
	until := t.Started.Add(o.Within)
	held := t.Outcome == "holdout"
	if o.Within == 0 || !until.After(s.now) || !t.Reached.IsZero() || !held && !o.GoalIsEvent {
		return
	}
	s.contact.Watching = append(s.contact.Watching, Watch{Conversation: t.ID, Version: t.Version, Key: t.Key, KeyField: t.KeyField,
		Trigger: t.Trigger, Holdout: held, Until: until})
}

// counted looks whether an event reaches the goal of a conversation that has ended.
func (s *step) counted(h *Happening) {
	keep := s.contact.Watching[:0:0]
	for _, w := range s.contact.Watching {
		if s.now.After(w.Until) {
			continue
		}
		if outcome, ok := s.reaches(&w, h); ok {
			s.effect(Effect{ID: w.Conversation + ".goal", Counted: &Counted{Conversation: w.Conversation, Event: h.Type, Outcome: outcome, Holdout: w.Holdout}})
			continue
		}
		keep = append(keep, w)
	}
	s.contact.Watching = keep
}

func (s *step) reaches(w *Watch, h *Happening) (outcome string, ok bool) {
	g := s.in.Graph(w.Version)
	if g == nil || !(&thread{Conversation: &Conversation{Key: w.Key, KeyField: w.KeyField}}).concerns(h) {
		return "", false
	}
	if g.Objective.GoalIsEvent && g.Objective.Goal == h.Type {
		return "", true
	}
	i := slices.IndexFunc(g.Exits, func(x graph.Handler) bool { return x.Event == h.Type })
	if !w.Holdout || i < 0 {
		return "", false
	}
	t := s.candidate(g, &graph.Entry{KeyField: w.KeyField}, w.Trigger)
	s.on(t)
	s.handling(h)
	defer func() { s.current = nil }()
	if r := s.pick(t, g.Exits[i].Rules); r != nil {
		return r.Outcome, true
	}
	return "", false
}
