// Package inbox serves the pages at which agents work all day: the queues, what waits in them, a conversation with all that is known of
// its customer, and what may be done with it; and a supervisor's view of who has what.
//
// It decides nothing: what it shows is the desk's, and every act is handed to the desk, which refuses what may not be. Pages are rendered
// on the server; a script makes them live and quick. What customers write goes through html/template, or not at all.
package inbox

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"regexp"
	"time"

	"journey/engine/desk"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/server/pages"
	"journey/engine/store"
)

// Desk is what of *desk.Desk the inbox works with.
type Desk interface {
	List(desk.Filter) (list []desk.Item, next string, err error)
	Item(id string) (desk.Item, error)
	Queues() []desk.QueueState
	Agents() []desk.AgentState
	Agent(name string) desk.AgentState
	Packet(ctx context.Context, id string, see desk.Sight) (*desk.Packet, error)
	Canned(ctx context.Context, id, agent string) ([]desk.Canned, error)

	Claim(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	Reply(ctx context.Context, by desk.Actor, id, text string, urgent bool) (desk.Sent, error)
	Note(ctx context.Context, by desk.Actor, id, text string) (desk.Item, error)
	Return(ctx context.Context, by desk.Actor, id string, data map[string]any) error
	Resolve(ctx context.Context, by desk.Actor, id, disposition string, data map[string]any) error
	Transfer(ctx context.Context, by desk.Actor, id string, to desk.Destination, note string) (desk.Item, error)
	Release(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	TakeOver(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	SetAvailable(name string, available bool) desk.AgentState
	Typing(by desk.Actor, id string) error

	Enter(name string) (leave func())
	Follow() (changes <-chan desk.Change, cancel func())
	Stopped() <-chan struct{}
}

// Engine reads what is kept. *runtime.Engine is one.
type Engine interface {
	Contact(ctx context.Context, key store.Key) (*machine.Contact, error)
	Conversation(ctx context.Context, id string) (*machine.Conversation, error)
}

// Versions gives the compiled journeys. A runtime.Versions is one.
type Versions interface {
	Graph(hash graph.Hash) *graph.Journey // nil where there is none
}

// Frame puts the navigation around a page. *pages.Pages is one.
type Frame interface {
	Page(w http.ResponseWriter, status int, f pages.Frame)
	Problem(w http.ResponseWriter, status int, title, detail string)
}

// Options are what an inbox is made of. Desk, Engine, Versions, Frame and Caller must be set.
type Options struct {
	Desk     Desk
	Engine   Engine
	Versions Versions
	Frame    Frame

	Caller func(*http.Request) desk.Actor               // who asks
	Record func(ctx context.Context, d desk.Deed) error // puts on record who read what; nil: nobody does
	Open   bool                                         // whoever is on this machine gets in, and says who they are
	CSRF   func(*http.Request) string                   // what a script sends back in X-CSRF-Token; nil: nothing
	Now    func() time.Time                             // nil: time.Now
}

// Inbox are handlers over what Options name.
type Inbox struct {
	Options
	looks looks
}

// New gives an inbox.
func New(o Options) *Inbox {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.CSRF == nil {
		o.CSRF = func(*http.Request) string { return "" }
	}
	return &Inbox{Options: o}
}

//go:embed assets
var assetFiles embed.FS

//go:embed templates
var templateFiles embed.FS

var assets = pages.NewAssets(assetFiles, "/assets/inbox/")

var templates = template.Must(pages.Base().Funcs(template.FuncMap{
	"asset":   assets.Path,
	"channel": channelName,
}).ParseFS(templateFiles, "templates/*.html"))

// Routes are all the pages and acts, with their patterns for http.ServeMux.
func (b *Inbox) Routes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /inbox", Handler: b.page},
		{Pattern: "GET /inbox/supervisor", Handler: b.supervisor},
		{Pattern: "GET /inbox/live", Handler: b.watch},
		{Pattern: "POST /inbox/act/{act}", Handler: b.act, Changes: true},
		{Pattern: "GET /assets/inbox/{file}", Handler: assets.ServeHTTP, Public: true},
	}
}

// agentName is what somebody may call themselves where nobody has a token.
var agentName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} .'_-]{0,39}$`)

// errName is returned where it is not known who asks.
var errName = errors.New("say who you are first: a name has letters, digits, spaces and . ' _ - and begins with a letter or a digit")

// who tells who asks. Where everybody is let in, the name is what the person says, and empty as long as nothing fitting was said.
func (b *Inbox) who(w http.ResponseWriter, r *http.Request) desk.Actor {
	a := b.Caller(r)
	a.Request = w.Header().Get("X-Request-Id")
	if b.Open {
		a.Name = ""
		if said := said(r); agentName.MatchString(said) {
			a.Name = said
		}
	}
	return a
}

var (
	_ Desk   = (*desk.Desk)(nil)
	_ Engine = (*runtime.Engine)(nil)
)
