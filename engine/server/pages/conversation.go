package pages

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"journey/engine/explain"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

const (
	logPage  = 100 // entries read at once
	logPages = 5   // for one page; the rest is behind a link
)

// conversationView is what conversation.html shows.
type conversationView struct {
	*machine.Conversation
	Title   string
	Name    string // of the contact
	Person  *machine.Contact
	Status  machine.Status
	At      string // the state's name
	Rows    []row
	Facts   []fact
	Timers  []timerView
	Others  []talkLink
	Earlier uint64 // place in the log to go on from; 0: this is all
	Later   bool
	Now     time.Time
}

// fact is a datum of a conversation.
type fact struct {
	Name   string
	Value  string
	Masked bool
}

type timerView struct {
	What string
	At   time.Time
}

// talkLink leads to another conversation.
type talkLink struct {
	ID      string
	Title   string
	Status  machine.Status
	Contact string
	Key     string
	State   string
	Started time.Time
	Seq     uint64
}

func (p *Pages) conversation(w http.ResponseWriter, r *http.Request) {
	view, err := p.conversationView(r.Context(), r.PathValue("id"), place(r))
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, runtime.ErrNoContact):
		p.Problem(w, http.StatusNotFound, "There is no such conversation", "It may have been erased with its contact, or the address is mistyped.")
	case err != nil:
		p.Problem(w, http.StatusServiceUnavailable, "The conversation can't be read now", "Please try again in a moment.")
	default:
		p.show(w, http.StatusOK, "conversation.html", Frame{Title: view.Name + ": " + view.Title, Here: "/conversations"}, view)
	}
}

func place(r *http.Request) uint64 {
	n, err := strconv.ParseUint(r.URL.Query().Get("before"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (p *Pages) conversationView(ctx context.Context, id string, before uint64) (*conversationView, error) {
	key, err := store.ParseKey(id)
	if err != nil {
		return nil, err
	}
	c, err := p.Engine.Conversation(ctx, id)
	if err != nil {
		return nil, err
	}
	contact, err := p.Engine.Contact(ctx, key)
	if err != nil {
		return nil, err
	}
	log, earlier, err := p.logOf(ctx, key, id, before)
	if err != nil {
		return nil, err
	}
	g := p.Versions.Graph(c.Version)
	v := &conversationView{Conversation: c, Title: titleOf(c.Journey, g), Name: nameOf(contact), Person: contact, At: stateOf(c, g),
		Status: p.status(ctx, c, g), Facts: facts(c, g), Timers: timers(c), Earlier: earlier, Later: before != 0, Now: p.Now()}
	t := &transcript{id: id, contact: contact, words: p.steps(ctx), sent: map[string]*bubble{}}
	for _, l := range slices.Backward(log) {
		t.add(l)
	}
	v.Rows = t.rows
	v.Others, err = p.conversationsOf(ctx, key, id)
	return v, err
}

// logOf reads a contact's log back to where the conversation began, newest first; earlier is where to go on, 0 at the beginning.
func (p *Pages) logOf(ctx context.Context, key store.Key, id string, before uint64) (log []runtime.Logged, earlier uint64, err error) {
	for range logPages {
		more, err := p.Engine.Log(ctx, key, before, logPage)
		if err != nil {
			return nil, 0, err
		}
		for _, l := range more {
			log = append(log, l)
			if l.LogEntry != nil && began(l.LogEntry, id) {
				return log, 0, nil
			}
		}
		if len(more) < logPage {
			return log, 0, nil
		}
		before = more[len(more)-1].Seq
	}
	return log, before, nil
}

func began(e *machine.LogEntry, id string) bool {
	return slices.ContainsFunc(e.Trace, func(t machine.Trace) bool { return t.Kind == machine.Started && t.Conversation == id })
}

func stateOf(c *machine.Conversation, g *graph.Journey) string {
	if g == nil || c.State < 0 || int(c.State) >= len(g.States) {
		return ""
	}
	return g.States[c.State].Name
}

func (p *Pages) status(ctx context.Context, c *machine.Conversation, g *graph.Journey) machine.Status {
	var child *machine.Conversation
	if c.Child != "" {
		if found, err := p.Engine.Conversation(ctx, c.Child); err == nil && found.Open() {
			child = found
		}
	}
	var retention time.Duration
	if g != nil {
		retention = g.Retention
	}
	return c.DeriveStatus(retention, child, p.Now())
}

// facts are a conversation's data by name. What is sensitive is not shown; nor is what its version doesn't declare.
func facts(c *machine.Conversation, g *graph.Journey) (list []fact) {
	for _, name := range slices.Sorted(maps.Keys(c.Data)) {
		f := fact{Name: name, Masked: true}
		if g != nil {
			if d := g.Datum(name); d != nil && !d.Sensitive {
				f.Value, f.Masked = valueText(c.Data[name]), false
			}
		}
		list = append(list, f)
	}
	return list
}

func timers(c *machine.Conversation) (list []timerView) {
	for _, t := range c.Timers {
		list = append(list, timerView{explain.Timer(t.ID), t.At})
	}
	slices.SortFunc(list, func(a, b timerView) int { return a.At.Compare(b.At) })
	return list
}

// conversationsOf finds what a contact's log says began, newest first, but one.
func (p *Pages) conversationsOf(ctx context.Context, key store.Key, but string) (list []talkLink, err error) {
	var before uint64
	seen := map[string]bool{but: true}
	for range logPages {
		log, err := p.Engine.Log(ctx, key, before, logPage)
		if err != nil {
			return nil, err
		}
		for _, l := range log {
			if l.LogEntry == nil {
				continue
			}
			for _, t := range l.Trace {
				if t.Kind != machine.Started || seen[t.Conversation] {
					continue
				}
				seen[t.Conversation] = true
				if link, ok := p.link(ctx, t.Conversation); ok {
					list = append(list, link)
				}
			}
		}
		if len(log) < logPage {
			break
		}
		before = log[len(log)-1].Seq
	}
	return list, nil
}

// link reads what a list shows of a conversation. One that was looked at only, or that is erased, is not there.
func (p *Pages) link(ctx context.Context, id string) (talkLink, bool) {
	c, err := p.Engine.Conversation(ctx, id)
	if err != nil {
		return talkLink{}, false
	}
	g := p.Versions.Graph(c.Version)
	return talkLink{ID: id, Title: titleOf(c.Journey, g), Status: p.status(ctx, c, g), Key: c.Key, State: stateOf(c, g), Started: c.Started}, true
}
