package inbox

import (
	"net/http"
	"time"

	"journey/engine/desk"
)

// overview is what supervisor.html shows.
type overview struct {
	Now        time.Time
	Me         string
	Open       bool
	Supervisor bool
	CSRF       string
	Queues     []place
	Waiting    int
	Later      int
	Breaking   int
	Broken     int
	Oldest     time.Time
	Here       int
	Agents     []agentRow
	Items      []row
	More       bool
}

// agentRow is an agent with how busy they are.
type agentRow struct {
	desk.AgentState
	Presence string // here, away, gone
	Full     bool
}

func (b *Inbox) supervisor(w http.ResponseWriter, r *http.Request) {
	me := b.who(w, r)
	v := &overview{Now: b.Now(), Me: me.Name, Open: b.Open, Supervisor: me.Supervisor, CSRF: b.CSRF(r)}
	for _, q := range b.Desk.Queues() {
		v.add(placeOf(q))
	}
	for _, a := range b.Desk.Agents() {
		one := agentRow{AgentState: a, Presence: presence(a), Full: a.Capacity > 0 && a.Load >= a.Capacity}
		if one.Presence == "here" {
			v.Here++
		}
		v.Agents = append(v.Agents, one)
	}
	items, next, err := b.Desk.List(desk.Filter{Limit: listed})
	if err != nil {
		b.Frame.Problem(w, http.StatusServiceUnavailable, "The list can't be read now", "Please try again in a moment.")
		return
	}
	v.More = next != ""
	for _, it := range items {
		one := rowOf(it, me.Name, b.Now())
		one.Href = linker{place: everything}.item(it.ID)
		v.Items = append(v.Items, one)
	}
	b.show(w, r, "supervisor.html", "Supervisor", v)
}

func (v *overview) add(q place) {
	v.Queues = append(v.Queues, q)
	v.Waiting, v.Later, v.Breaking, v.Broken = v.Waiting+q.Count, v.Later+q.Later, v.Breaking+q.Breaking, v.Broken+q.Broken
	if !q.Oldest.IsZero() && (v.Oldest.IsZero() || q.Oldest.Before(v.Oldest)) {
		v.Oldest = q.Oldest
	}
}

func presence(a desk.AgentState) string {
	switch {
	case !a.Present:
		return "gone"
	case !a.Available:
		return "away"
	}
	return "here"
}
