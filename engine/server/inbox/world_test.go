package inbox_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"journey/engine/chat"
	"journey/engine/desk"
	"journey/engine/server/inbox"
	"journey/engine/server/pages"
	"journey/engine/server/worldtest"
)

// world is an engine with a desk, and the inbox among the pages over it.
type world struct {
	*worldtest.World
	desk  *desk.Desk
	deeds []desk.Deed // who read what
}

func newWorld(t testing.TB, sources ...string) *world {
	t.Helper()
	w := &world{World: worldtest.New(t, sources...)}
	var site *chat.Server
	w.desk = desk.New(desk.Options{Engine: w.Engine, Loop: w.Loop, Journeys: w, Clock: w, Waiting: w.Store.Waiting,
		Queues: []desk.Queue{{Name: "support", Answer: 10 * time.Minute}, {Name: "orders"}, {Name: "disputes"}},
		Agents: []desk.Agent{{Name: "Eve", Capacity: 1}},
		Canned: []desk.Canned{{Name: "Hello", Text: "Hello, this is {{ agent }}. I am looking into it."}, {Name: "Order", Text: "Your order {{ order_id }} is on its way."}},
		Typing: func(contact string) { site.Typing(contact) }})
	w.Engine.Hours = w.desk.Hours
	frame := pages.New(pages.Options{Engine: w.Engine, Starts: &w.Store, History: &w.Store, Loop: w.Loop, Versions: w, Sandbox: w.Sandbox, Shop: w.Shop, Widget: true,
		Inbox: true, Now: w.Now, CSRF: func(*http.Request) string { return "form-token" }})
	box := inbox.New(inbox.Options{Desk: w.desk, Engine: w.Engine, Versions: w, Frame: frame, Open: true, Now: w.Now,
		Record: func(_ context.Context, d desk.Deed) error { w.deeds = append(w.deeds, d); return nil },
		Caller: func(r *http.Request) desk.Actor {
			return desk.Actor{Name: "local", Supervisor: strings.Contains(r.Header.Get("X-Journey-Agent")+r.FormValue("agent"), "Sam"), Role: "admin"}
		}, CSRF: func(*http.Request) string { return "form-token" }})
	mux := http.NewServeMux()
	frame.Register(mux)
	for _, r := range box.Routes() {
		mux.HandleFunc(r.Pattern, r.Handler)
	}
	mux.HandleFunc("/", frame.NotFound)
	site = w.Start(mux, w.desk.CustomerTyping, w.desk.Run)
	t.Cleanup(frame.Close)
	<-w.desk.Ready()
	return w
}
