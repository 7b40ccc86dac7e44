package inbox

import (
	"encoding/json"
	"net/http"
	"time"

	"journey/engine/desk"
	"journey/engine/eventstream"
)

// hint is what an inbox is told: enough to know what to fetch, and nothing that a customer wrote.
type hint struct {
	Item string `json:"item,omitempty"`
	Who  string `json:"who,omitempty"`
	Text string `json:"text,omitempty"`
}

// watch streams what changes at the desk, as server-sent events: "changed" and "typing" name an item, "new" is work that came in, "alert"
// says that a promise is about to break, "reload" that too much was missed. As long as it is open, its agent is there.
func (b *Inbox) watch(w http.ResponseWriter, r *http.Request) {
	me := b.who(w, r)
	if me.Name == "" {
		http.Error(w, capital(errName.Error())+".", http.StatusUnprocessableEntity)
		return
	}
	changes, cancel := b.Desk.Follow()
	defer cancel()
	if r.URL.Query().Get("look") == "" { // a supervisor who only looks takes nothing on
		defer b.Desk.Enter(me.Name)()
	}
	s := eventstream.New(w)
	beat := time.NewTicker(eventstream.Heartbeat)
	defer beat.Stop()
	for s.Err() == nil {
		select {
		case <-r.Context().Done():
			return
		case <-b.Desk.Stopped():
			return
		case c := <-changes:
			for _, name := range named(c, me.Name) {
				send(s, name, c)
			}
		case <-beat.C:
			s.Beat()
		}
	}
}

// named are the events that a change makes for an agent.
func named(c desk.Change, me string) []string {
	changed := []string{"changed"}
	switch c.Kind {
	case desk.Missed:
		return []string{"reload"}
	case desk.Typing:
		return []string{"typing"}
	case desk.Opened, desk.Due:
		return append(changed, "new")
	case desk.HandedOut, desk.Transferred:
		if c.Item != nil && c.Item.By == me && c.Agent != me {
			return append(changed, "new")
		}
	case desk.Messaged:
		if c.Item != nil && c.Item.By == me && !c.Item.Unanswered.IsZero() {
			return append(changed, "new")
		}
	case desk.Promised:
		if c.Item != nil && c.Item.Promise == desk.Breaking && (c.Item.By == "" || c.Item.By == me) {
			return append(changed, "alert")
		}
	}
	return changed
}

func send(s *eventstream.Stream, name string, c desk.Change) {
	var h hint
	if c.Item != nil {
		h.Item, h.Who = c.Item.ID, nameOf(*c.Item)
		if name == "alert" {
			h.Text = "Soon too late to answer as promised: " + nameOf(*c.Item) + " in " + label(c.Item.Queue) + "."
		}
	}
	encoded, err := json.Marshal(h)
	if err == nil {
		s.Event(name, "", string(encoded))
	}
}
