package pages

import (
	"context"
	"net/http"
	"time"

	"journey/engine/policy"
)

// Options are what the pages show, and from where. Engine, Starts, Loop and Versions are needed.
type Options struct {
	Brand    string // of the sample site; empty: Example Shop
	Engine   Engine
	Starts   Starts
	Loop     Loop
	Versions Versions
	History  History // nil: only live versions are shown
	Sandbox  Sandbox // nil: customers are real, and nothing can be tried on them
	Shop     Shop    // nil: no records are shown; not without a Sandbox
	Links    []Link  // more places in the navigation
	Widget   bool    // the chat widget is served at /chat/widget.js
	Inbox    bool    // agents work at /inbox

	Now  func() time.Time           // nil: time.Now
	CSRF func(*http.Request) string // the token that a form must bring back as the field csrf; nil: none
}

// Link is a place in the navigation.
type Link struct {
	Title string
	Path  string
}

// Pages are handlers over what Options name.
type Pages struct {
	Options
	live *live
}

// New gives pages and begins to watch the loop. Close ends that.
func New(o Options) *Pages {
	if o.Brand == "" {
		o.Brand = "Example Shop"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.CSRF == nil {
		o.CSRF = func(*http.Request) string { return "" }
	}
	p := &Pages{Options: o}
	p.live = newLive(o.Loop, o.Now())
	return p
}

// Close ends watching and lets go of everybody who looks on.
func (p *Pages) Close() { p.live.close() }

// Route is a pattern of http.ServeMux with its handler.
type Route struct {
	Pattern string
	Handler http.HandlerFunc
	Public  bool // it shows nothing of anybody: assets
	Changes bool // it changes something; else it reads what customers say
}

// Routes are all the pages. What is under none of them is left to the mux's owner, who may give it NotFound.
func (p *Pages) Routes() []Route {
	routes := []Route{
		{Pattern: "GET /{$}", Handler: p.home},
		{Pattern: "GET /shop", Handler: p.site},
		{Pattern: "GET /conversations", Handler: p.conversations},
		{Pattern: "GET /conversations/{id}", Handler: p.conversation},
		{Pattern: "GET /journeys", Handler: p.journeys},
		{Pattern: "GET /journeys/{id}", Handler: p.journey},
		{Pattern: "GET /assets/{file}", Handler: assets.ServeHTTP, Public: true},
		{Pattern: "GET /live", Handler: p.watch},
		{Pattern: "GET /live/{part}", Handler: p.part},
	}
	if p.Sandbox == nil {
		return routes
	}
	for path, do := range map[string]func(context.Context, *http.Request) error{"event": p.sendEvent, "customer": p.setCustomer,
		"reply": p.reply, "switch": p.setSwitch, "visit": p.visit} {
		routes = append(routes, Route{Pattern: "POST /try/" + path, Handler: p.acting(do), Changes: true})
	}
	if p.Shop != nil {
		routes = append(routes, Route{Pattern: "POST /try/record", Handler: p.acting(p.setRecord), Changes: true})
	}
	return routes
}

// Register adds all routes to a mux.
func (p *Pages) Register(mux *http.ServeMux) {
	for _, r := range p.Routes() {
		mux.HandleFunc(r.Pattern, r.Handler)
	}
}

// NotFound is the page for a path that leads nowhere.
func (p *Pages) NotFound(w http.ResponseWriter, r *http.Request) {
	p.Problem(w, http.StatusNotFound, "There is no such page", "The address may be old or mistyped. The links above lead on.")
}

// channels are those that customers are written to on, in the order of the page.
var channels = []policy.Channel{policy.SMS, policy.Email}
