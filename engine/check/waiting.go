package check

import (
	"slices"

	"journey/engine/graph"
)

const CodeWaitsForEver = "waits-for-ever"

// waits reports states that wait for the customer or an event without a timer that leads on, in a journey that has none either.
// A handoff is in the hands of agents, and a journey that is run has timers of its own.
func (j *journey) waits() {
	if leadsOn(j.After) || j.runWithTimer() {
		return
	}
	for i := range j.States {
		s := &j.States[i]
		if !j.reached[i] || j.shaky[i] || leadsOn(s.After) {
			continue
		}
		if slices.ContainsFunc(s.At, func(m graph.Moment) bool { return m.Rule.To != graph.NoState }) {
			continue
		}
		switch {
		case s.Ask != nil:
			j.warnf(s.Span, CodeWaitsForEver, "add `after: { 24h: <state> }`", "`%s` waits for ever where the customer never answers", s.Name)
		case verbless(s) && len(s.To) == 0 && len(s.On)+len(s.At)+len(s.After) > 0:
			j.warnf(s.Span, CodeWaitsForEver, "add `after: { 24h: <state> }`", "`%s` waits for ever where what it waits for never comes", s.Name)
		}
	}
}

func verbless(s *graph.State) bool {
	return s.Call == nil && s.Handoff == nil && s.Split == nil && s.Verify == nil && s.Run == nil && s.End == nil && s.Ask == nil
}

// leadsOn says that some timer leads to another state.
func leadsOn(timers []graph.Timer) bool {
	return slices.ContainsFunc(timers, func(t graph.Timer) bool {
		return slices.ContainsFunc(t.Rules, func(r graph.Rule) bool { return r.To != graph.NoState })
	})
}

// runWithTimer says that the journey is started by no event, and whoever runs it stops it in time.
func (j *journey) runWithTimer() bool {
	if len(j.Entries) > 0 || len(j.runners) == 0 {
		return false
	}
	for _, r := range j.runners {
		for i := range r.States {
			s := &r.States[i]
			if s.Run != nil && s.Run.Journey == j.ID && !leadsOn(s.After) && !leadsOn(r.After) {
				return false
			}
		}
	}
	return true
}
