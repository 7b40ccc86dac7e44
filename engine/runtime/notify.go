package runtime

import (
	"time"

	"journey/engine/machine"
)

// How long a notice that its subscriber does not take is tried, and at most how long between two tries.
const (
	hookPatience     = 24 * time.Hour
	longestHookPause = time.Hour
)

// hookLane begins the lanes of notices: each subscriber hears of a contact in order.
const hookLane = "hook/"

// notify has those outside told of what a step led to.
func (g *group) notify(ev *machine.Event, in *machine.Input, out *machine.Output) {
	if g.b.e.Hooks == nil {
		return
	}
	open := map[string]bool{}
	for _, c := range in.Conversations {
		open[c.ID] = true
	}
	for _, c := range out.Conversations {
		about := map[string]any{"conversation": c.ID, "journey": c.Journey, "version": string(c.Version), "contact": c.Contact}
		if !open[c.ID] {
			g.notice(ev, c.ID+"/started", "conversation.started", about)
		}
		if !c.Open() && c.Ended.Equal(ev.Time) {
			about["outcome"], about["data"] = c.Outcome, c.EndData
			g.notice(ev, c.ID+"/completed", "conversation.completed", about)
		}
	}
	for i := range out.Effects {
		f := &out.Effects[i]
		switch {
		case f.Publish != nil:
			g.notice(ev, f.ID, f.Publish.Type, map[string]any{"conversation": f.Publish.Conversation, "contact": out.Contact.ID, "data": f.Publish.Data})
		case f.Handoff != nil:
			g.notice(ev, f.ID, "handoff."+happenedTo(f.Handoff, ev), g.aboutHandoff(f.Handoff, ev, out))
		}
	}
}

// happenedTo says in a word what became of a handoff.
func happenedTo(h *machine.HandoffChange, ev *machine.Event) string {
	act := machine.Act("")
	if ev.Agent != nil {
		act = ev.Agent.Act
	}
	switch {
	case h.Closed && act == machine.Return:
		return "returned"
	case h.Closed && act == machine.Resolve:
		return "resolved"
	case h.Closed:
		return "closed"
	case act == machine.Transfer || act == machine.Release || act == machine.Withdraw:
		return "transferred"
	case h.Handoff.Joined:
		return "claimed"
	}
	return "opened"
}

func (g *group) aboutHandoff(h *machine.HandoffChange, ev *machine.Event, out *machine.Output) map[string]any {
	about := map[string]any{"handoff": h.Handoff.ID, "conversation": h.Conversation, "contact": out.Contact.ID, "queue": h.Handoff.Queue, "priority": h.Handoff.Priority,
		"reason": h.Handoff.Reason, "opened": h.Handoff.Opened, "by": h.Handoff.By}
	if n := len(h.Handoff.Skills); n > 0 {
		skills := make([]any, n)
		for i, skill := range h.Handoff.Skills {
			skills[i] = skill
		}
		about["skills"] = skills
	}
	if !h.Closed && !g.advisesSecret(h.Conversation, out) {
		about["recommend"] = h.Handoff.Recommend
	}
	if !h.Handoff.Due.IsZero() {
		about["due"] = h.Handoff.Due
	}
	if a := ev.Agent; a != nil {
		about["by"] = a.By
		if a.Disposition != "" {
			about["disposition"] = a.Disposition
		}
		if data := g.shown(h.Conversation, a.Data, out); len(data) > 0 {
			about["data"] = data
		}
	}
	return about
}

// advisesSecret tells whether what an agent is recommended to do shows what is sensitive.
func (g *group) advisesSecret(conversation string, out *machine.Output) bool {
	for _, c := range out.Conversations {
		if c.ID != conversation {
			continue
		}
		journey := g.b.e.Versions.Graph(c.Version)
		if journey == nil {
			return true
		}
		h := journey.States[c.State].Handoff
		return h != nil && h.Recommend != nil && h.Recommend.Sensitive
	}
	return false
}

// shown is what of a conversation's data subscribers may see: what is sensitive, they ask for.
func (g *group) shown(conversation string, data map[string]any, out *machine.Output) map[string]any {
	shown := map[string]any{}
	for _, c := range out.Conversations {
		if c.ID != conversation {
			continue
		}
		journey := g.b.e.Versions.Graph(c.Version)
		for name, v := range data {
			if journey != nil && journey.Datum(name) != nil && !journey.Datum(name).Sensitive {
				shown[name] = v
			}
		}
	}
	return shown
}

func (g *group) notice(ev *machine.Event, id, kind string, data map[string]any) {
	for _, to := range g.b.e.Hooks.To(kind) {
		g.letOut(&machine.Effect{ID: id + "/" + to, Notice: &machine.Notice{To: to, Type: kind, At: ev.Time, Data: data}})
	}
}

// told puts on record whether a subscriber took a notice.
func (g *group) told(r *returned, result machine.Result) {
	if result == machine.Postponed {
		wait := max(pause(r.effect.ID, r.out.Attempts, longestHookPause), r.answer.After)
		g.postpone(r, earlier(g.b.now.Add(wait), r.giveUp()))
		return
	}
	g.done(r)
	if result != machine.Accepted {
		g.bury(r.effect, result, r.answer.Reason, r.answer.Provider)
	}
}
