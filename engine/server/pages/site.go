package pages

import (
	"context"
	"io"
	"net/http"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

// site is the sample site, with the chat in its corner. The home page shows it in a frame, so that it can be left and opened again.
func (p *Pages) site(w http.ResponseWriter, r *http.Request) {
	html, err := fragment("site.html", p)
	if err != nil {
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	guard(w.Header(), ourselves)
	io.WriteString(w, string(html))
}

// visit says at once that the visitor of the sample site has left it, or is back: the chat itself waits for minutes, as a page may be
// on its way to the next.
func (p *Pages) visit(ctx context.Context, r *http.Request) error {
	key, known := p.live.visitor()
	if !known {
		return nil
	}
	kind := "chat.joined"
	if r.PostFormValue("away") != "" {
		kind = "chat.left"
	}
	zone := r.PostFormValue("zone")
	_, err := p.Loop.Do(ctx, runtime.Work{To: runtime.To{Key: key}, Event: &machine.Event{Type: kind}, Edit: func(c *machine.Contact) error {
		inZone(c, zone)
		return nil
	}})
	return failure(err, "tell that the visitor comes or goes")
}

// visits tells whether an event is that somebody opens the chat or writes there.
func visits(e *machine.LogEntry) bool {
	return e.Event.Type == "chat.joined" || e.Event.Message != nil && e.Event.Message.Channel == policy.Chat
}

// visitor is who was last in the chat: on a sandbox, whoever sits before the page.
func (l *live) visitor() (store.Key, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.chatting, l.chatting != store.Key{}
}
