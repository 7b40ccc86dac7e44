package pages

import (
	"net/http"
	"slices"

	"journey/engine/graph"
	"journey/engine/schedule"
	"journey/engine/store"
)

// journeyView is what journey.html and the list show of a live version.
type journeyView struct {
	*graph.Journey
	Short  string // of its version
	Starts []way
	Stops  []way
	Steps  []stateView
	Past   []store.Info // all versions, the newest first
}

// way is an event with its condition and where it leads.
type way struct {
	Event string
	When  string
	To    string
}

// stateView is one state: what it does, and where it leads.
type stateView struct {
	Name string
	Does string
	Says []string
	Ways []way
	Ends bool
}

func (p *Pages) journeys(w http.ResponseWriter, r *http.Request) {
	var list []journeyView
	for _, g := range p.Versions.Live() {
		list = append(list, journeyOf(g))
	}
	p.show(w, http.StatusOK, "journeys.html", Frame{Title: "Journeys", Here: "/journeys"}, list)
}

func (p *Pages) journey(w http.ResponseWriter, r *http.Request) {
	g := liveVersion(p.Versions, r.PathValue("id"))
	if g == nil {
		p.Problem(w, http.StatusNotFound, "There is no such journey", "No journey of this name is live.")
		return
	}
	v := journeyOf(g)
	if p.History != nil {
		past, err := p.History.Versions(r.Context(), g.ID)
		if err != nil {
			p.Problem(w, http.StatusServiceUnavailable, "The journey can't be read now", "Please try again in a moment.")
			return
		}
		slices.Reverse(past)
		v.Past = past
	}
	p.show(w, http.StatusOK, "journey.html", Frame{Title: titleOf(g.ID, g), Here: "/journeys"}, v)
}

func journeyOf(g *graph.Journey) journeyView {
	v := journeyView{Journey: g, Short: string(g.Hash[:min(12, len(g.Hash))])}
	for i := range g.Entries {
		v.Starts = append(v.Starts, way{g.Entries[i].Event, source(g.Entries[i].When), ""})
	}
	for _, h := range g.Exits {
		for i := range h.Rules {
			v.Stops = append(v.Stops, way{h.Event, source(h.Rules[i].When), h.Rules[i].Outcome})
		}
	}
	for _, i := range inOrder(g) {
		v.Steps = append(v.Steps, stateOfGraph(g, &g.States[i]))
	}
	return v
}

// inOrder lists states as a conversation may come to them; those that only the journey's own rules lead to come last.
func inOrder(g *graph.Journey) (order []graph.StateIndex) {
	seen := make([]bool, len(g.States))
	visit := func(i graph.StateIndex) {
		if i >= 0 && int(i) < len(seen) && !seen[i] {
			seen[i] = true
			order = append(order, i)
		}
	}
	next := map[graph.StateIndex][]graph.StateIndex{}
	g.EachRule(func(r *graph.Rule, from graph.StateIndex) { next[from] = append(next[from], r.To) })
	visit(g.Initial)
	for at := 0; at < len(order); at++ {
		for _, to := range next[order[at]] {
			visit(to)
		}
	}
	for i := range g.States {
		visit(graph.StateIndex(i))
	}
	return order
}

func source(e *graph.Expr) string {
	if e == nil {
		return ""
	}
	return e.Source
}

func stateOfGraph(g *graph.Journey, s *graph.State) stateView {
	v := stateView{Name: s.Name, Does: does(s), Ends: s.End != nil}
	for i := range s.Say {
		if s.Say[i].Text != nil {
			v.Says = append(v.Says, s.Say[i].Text.Key)
		}
	}
	if s.Ask != nil && s.Ask.Message.Text != nil {
		v.Says = append(v.Says, s.Ask.Message.Text.Key)
	}
	add := func(event string, rules []graph.Rule) {
		for i := range rules {
			if rules[i].To != graph.NoState {
				v.Ways = append(v.Ways, way{event, source(rules[i].When), stateAt(g, rules[i].To)})
			}
		}
	}
	add("", s.To)
	for _, h := range s.On {
		add("on "+h.Event, h.Rules)
	}
	for _, t := range s.After {
		add("after "+schedule.FormatDuration(t.After), t.Rules)
	}
	for i := range s.At {
		add("at "+source(s.At[i].Time), []graph.Rule{s.At[i].Rule})
	}
	return v
}

func stateAt(g *graph.Journey, i graph.StateIndex) string {
	if i < 0 || int(i) >= len(g.States) {
		return ""
	}
	return g.States[i].Name
}

// does says what a state does in a few words.
func does(s *graph.State) string {
	switch {
	case s.Ask != nil:
		return "asks"
	case s.Call != nil:
		return "calls " + s.Call.Operation
	case s.Handoff != nil:
		return "hands over to " + s.Handoff.Queue
	case s.Split != nil:
		return "splits by " + s.Split.Experiment
	case s.Verify != nil:
		return "verifies who it is"
	case s.Run != nil:
		return "runs " + s.Run.Journey
	case s.End != nil:
		return "ends as " + s.End.Outcome
	case len(s.Say) > 0:
		return "says"
	}
	return "decides"
}
