package inbox

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/policy"
)

// Places beside the queues, by what links call them.
const (
	everything = "all"
	own        = "mine"
	loose      = machine.UnroutedQueue
)

// listed bounds a list: nobody reads further, and what is further down comes up.
const listed = 100

// view is what inbox.html shows.
type view struct {
	Now          time.Time
	Me           string
	Open         bool
	Available    bool
	CSRF         string
	Place, Title string
	Search       string
	Places       []place
	Items        []row
	More         bool
	Nothing      string
	Item         string // the conversation that is open
	Talk         *talk
	ListOnly     bool // a script knows that the conversation is as it was
	Queues       []place
	Agents       []string
}

// place is a part of the navigation: a queue, or what an agent has.
type place struct {
	Name     string
	Title    string
	Href     string
	Current  bool
	Count    int
	Counted  string // what Count is of
	Later    int    // that are to be taken up later
	Idle     bool   // nothing is in it
	Oldest   time.Time
	Closed   bool
	Promise  time.Duration
	Breaking int
	Broken   int
}

// row is a conversation in the list.
type row struct {
	desk.Item
	Who        string
	QueueTitle string
	Href       string
	Current    bool
	Mine       bool
	Later      bool
	Since      time.Time
	Tone       string // soon: its promise is about to break; broken
}

func (b *Inbox) page(w http.ResponseWriter, r *http.Request) {
	v := b.view(r.Context(), r, b.who(w, r))
	b.show(w, r, "inbox.html", "Inbox", v)
}

// show writes a page. A script asks for its body only.
func (b *Inbox) show(w http.ResponseWriter, r *http.Request, name, title string, v any) {
	body, err := render(name, v)
	if err != nil {
		b.Frame.Problem(w, http.StatusInternalServerError, "This page could not be made", "Please try again in a moment.")
		return
	}
	f := pageOf(title, body)
	f.Whole = name == "inbox.html"
	f.Bare = r.Header.Get("X-Journey-Script") != ""
	b.Frame.Page(w, http.StatusOK, f)
}

func (b *Inbox) view(ctx context.Context, r *http.Request, me desk.Actor) *view {
	q := r.URL.Query()
	v := &view{Now: b.Now(), Me: me.Name, Open: b.Open, CSRF: b.CSRF(r), Place: cmp.Or(q.Get("in"), everything),
		Search: shorten(strings.TrimSpace(q.Get("q")), 120)}
	v.Available = me.Name == "" || b.Desk.Agent(me.Name).Available
	link := linker{place: v.Place, search: v.Search}
	if b.Open {
		link.agent = me.Name
	}
	b.places(v, link)
	b.list(v, link, me.Name, q.Get("item"))
	for _, a := range b.Desk.Agents() {
		if a.Name != me.Name {
			v.Agents = append(v.Agents, a.Name)
		}
	}
	v.ListOnly = q.Get("only") == "list"
	switch id := q.Get("item"); {
	case v.ListOnly:
		v.Item = id
	case id != "":
		if v.Talk = b.talk(ctx, me, id, me.Supervisor && q.Get("reveal") != ""); v.Talk != nil {
			v.Item = id
		}
	}
	return v
}

// places are everything, what the agent has, what no conversation took, and the queues.
func (b *Inbox) places(v *view, link linker) {
	all := place{Name: everything, Title: "All", Counted: "waiting"}
	mine := place{Name: own, Title: "Mine", Counted: "are yours"}
	unrouted := place{Name: loose, Title: "Unrouted", Counted: "waiting"}
	for _, q := range b.Desk.Queues() {
		one := placeOf(q)
		all.Count, all.Breaking, all.Broken = all.Count+q.Waiting, all.Breaking+q.Breaking, all.Broken+q.Broken
		if q.Name == loose {
			one.Name, one.Title, one.Idle = unrouted.Name, unrouted.Title, false
			unrouted = one
			continue
		}
		v.Queues = append(v.Queues, one)
	}
	all.Breaking, all.Broken = 0, 0 // each queue says it
	if v.Me != "" {
		list, _, _ := b.Desk.List(desk.Filter{By: v.Me})
		mine.Count = len(list)
	}
	v.Places = append([]place{all, mine, unrouted}, v.Queues...)
	for i := range v.Places {
		p := &v.Places[i]
		p.Href, p.Current = link.to(p.Name), p.Name == v.Place
		if p.Current {
			v.Title = p.Title
		}
	}
}

func placeOf(q desk.QueueState) place {
	return place{Name: q.Name, Title: label(q.Name), Count: q.Waiting, Counted: "waiting", Later: q.Scheduled, Idle: q.Waiting+q.Scheduled+q.InHand == 0, Oldest: q.Oldest, Closed: !q.Open,
		Promise: time.Duration(q.Answer * float64(time.Second)), Breaking: q.Breaking, Broken: q.Broken}
}

func (b *Inbox) list(v *view, link linker, me, open string) {
	f := desk.Filter{Search: v.Search, Limit: listed}
	v.Nothing = "Nothing waits here."
	switch v.Place {
	case everything:
	case own:
		f.By, v.Nothing = cmp.Or(me, "?"), "You have none. Claim one with c, or take the next with g q."
	default:
		f.Queue = v.Place
	}
	if v.Search != "" {
		v.Nothing = "None has all of these words."
	}
	items, next, err := b.Desk.List(f)
	if err != nil {
		v.Nothing = "The list can't be read now."
	}
	v.More = next != ""
	for _, it := range items {
		one := rowOf(it, me, b.Now())
		one.Href, one.Current = link.item(it.ID), it.ID == open
		v.Items = append(v.Items, one)
	}
	slices.SortStableFunc(v.Items, func(a, b row) int { return cmp.Compare(a.elsewhere(), b.elsewhere()) })
}

// elsewhere is 1 for what a colleague has, which comes after all that somebody has still to do.
func (r *row) elsewhere() int {
	if r.By != "" && !r.Mine {
		return 1
	}
	return 0
}

func rowOf(it desk.Item, me string, now time.Time) row {
	r := row{Item: it, Who: nameOf(it), QueueTitle: label(it.Queue), Mine: me != "" && it.By == me, Later: it.State == desk.Scheduled, Since: it.Opened}
	if it.Due.After(it.Opened) && !it.Due.After(now) {
		r.Since = it.Due
	}
	switch it.Promise {
	case desk.Breaking:
		r.Tone = "soon"
	case desk.Broken:
		r.Tone = "broken"
	}
	if r.Reason == "" {
		r.Item.Reason = cmp.Or(it.Recommend, "Given over by the journey.")
	}
	return r
}

// nameOf is what somebody is called, of whom there may be no name: then something tells them apart.
func nameOf(it desk.Item) string {
	return cmp.Or(it.Name, "Visitor "+shorten(it.ContactKey, 4))
}

// linker makes links that keep what is looked at.
type linker struct{ place, search, agent string }

func (l linker) to(place string) string {
	q := url.Values{"in": {place}}
	if l.agent != "" {
		q.Set("agent", l.agent)
	}
	return "/inbox?" + q.Encode()
}

func (l linker) item(id string) string {
	q := url.Values{"in": {l.place}, "item": {id}}
	if l.agent != "" {
		q.Set("agent", l.agent)
	}
	if l.search != "" {
		q.Set("q", l.search)
	}
	return "/inbox?" + q.Encode()
}

// label makes words of a name: order_id is "Order id".
func label(name string) string {
	return capital(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' }), " "))
}

func capital(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:size]) + text[size:]
}

func shorten(text string, longest int) string {
	if r := []rune(text); len(r) > longest {
		return string(r[:longest])
	}
	return text
}

// channelName is what agents call a channel.
func channelName(ch string) string {
	switch policy.Channel(ch) {
	case policy.SMS:
		return "text"
	case policy.Email:
		return "email"
	case policy.Chat:
		return "chat"
	}
	return ch
}
