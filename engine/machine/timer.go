package machine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"journey/engine/graph"
)

// Timer ids: what a timer is for. Those of the journey outlive a state.
const (
	journeyTimer = "journey.after."
	stateTimer   = "after."
	momentTimer  = "at."
	heldTimer    = "held"
	expiryTimer  = "verify.expires"
)

func isJourneyTimer(id string) bool { return strings.HasPrefix(id, journeyTimer) }

// setTimer starts a timer, or moves it where it is running.
func (c *Conversation) setTimer(id string, at time.Time) {
	if i := c.timer(id); i >= 0 {
		c.Timers[i].At = at
		return
	}
	c.Timers = append(c.Timers, Timer{ID: id, At: at})
}

// stopTimer reports whether the timer was running.
func (c *Conversation) stopTimer(id string) bool {
	i := c.timer(id)
	if i < 0 {
		return false
	}
	c.Timers = slices.Delete(c.Timers, i, i+1)
	return true
}

// arm starts a state's timers, once for each time that it is entered.
func (s *step) arm(t *thread) {
	if t.Armed || !t.Open() {
		return
	}
	t.Armed = true
	for i := range t.state().After {
		t.setTimer(stateTimer+strconv.Itoa(i), s.now.Add(t.state().After[i].After))
	}
	s.armMoments(t)
}

// armMoments starts the timers of `at`, which do not wait for a message that is held.
func (s *step) armMoments(t *thread) {
	for i := range t.state().At {
		m := &t.state().At[i]
		id := momentTimer + strconv.Itoa(i)
		v, ok := s.eval(m.Time)
		at, isTime := s.moment(v)
		if !ok || !isTime || t.hasFired(m.ID, at) {
			t.stopTimer(id)
			continue
		}
		if m.Between != nil {
			at = m.Between.Forward(latest(at, s.now), s.location())
		}
		t.setTimer(id, latest(at, s.now))
	}
}

// rearm moves the moments of a state whose data a rule may have changed.
func (s *step) rearm(t *thread) {
	if t.Open() && t.Armed && len(t.state().At) > 0 {
		s.armMoments(t)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (c *Conversation) hasFired(id string, at time.Time) bool {
	return slices.ContainsFunc(c.Fired, func(m Moment) bool { return m.ID == id && m.At.Equal(at) })
}

// timerFired handles a timer that is due; one that is no longer running is nothing.
func (s *step) timerFired(f *TimerFired) {
	t := s.thread(f.Conversation)
	if t == nil || !t.stopTimer(f.ID) {
		return
	}
	s.out.Handled = true
	s.on(t)
	switch kind, number, _ := cutNumber(f.ID); kind {
	case heldTimer:
		if len(t.Held) > 0 {
			s.resume(t)
		}
	case expiryTimer:
		s.expired(t)
	case journeyTimer:
		s.fire(t, t.graph.After[number].Rules)
	case stateTimer:
		s.fire(t, t.state().After[number].Rules)
	case momentTimer:
		m := &t.state().At[number]
		v, _ := s.eval(m.Time)
		if at, ok := s.moment(v); ok {
			t.Fired = append(t.Fired, Moment{ID: m.ID, At: at})
		}
		s.fireRule(t, &m.Rule)
	}
}

func cutNumber(id string) (kind string, number int, ok bool) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return id, 0, false
	}
	n, err := strconv.Atoi(id[i+1:])
	if err != nil {
		return id, 0, false
	}
	return id[:i+1], n, true
}

// fire takes a timer's rules; while an agent has the conversation they do not speak.
func (s *step) fire(t *thread, rules []graph.Rule) {
	if next, ok := s.muted(t, t.waitsOnAgent(), rules); ok {
		s.run(t, next)
	}
}

func (s *step) fireRule(t *thread, r *graph.Rule) {
	if r.When != nil && !s.holds(r.ID, r.When) || r.Via != "" && !s.usable(t, r) {
		return
	}
	old := t.quiet
	t.quiet = t.waitsOnAgent()
	next := s.take(t, r)
	t.quiet = old
	s.run(t, next)
}
