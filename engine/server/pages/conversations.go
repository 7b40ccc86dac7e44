package pages

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

const (
	listed  = 30   // conversations on a page
	scanned = 1000 // conversations that one page may be searched in
)

// listView is what conversations.html shows.
type listView struct {
	Contact  string
	Journey  string
	Status   string
	Journeys []Link // id in Path
	Statuses []machine.Status
	List     []talkLink
	Next     template.URL // the next page; empty: this is the last
	Searched bool
	Nobody   bool // the contact is not there
}

func (p *Pages) conversations(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := &listView{Contact: strings.TrimSpace(q.Get("contact")), Journey: q.Get("journey"), Status: q.Get("status"), Statuses: machine.Statuses}
	v.Searched = v.Contact != "" || v.Journey != "" || v.Status != ""
	for _, g := range p.Versions.Live() {
		v.Journeys = append(v.Journeys, Link{titleOf(g.ID, g), g.ID})
	}
	if err := p.find(r.Context(), v, place(r)); err != nil {
		p.Problem(w, http.StatusServiceUnavailable, "The conversations can't be read now", "Please try again in a moment.")
		return
	}
	p.show(w, http.StatusOK, "conversations.html", Frame{Title: "Conversations", Here: "/conversations"}, v)
}

// find fills the list: of one contact by its log, of everybody by when they began.
func (p *Pages) find(ctx context.Context, v *listView, before uint64) error {
	if v.Contact == "" {
		return p.findAll(ctx, v, before)
	}
	key, err := p.Engine.Find(ctx, contactTo(v.Contact))
	if errors.Is(err, runtime.ErrNoContact) || errors.Is(err, store.ErrNotFound) {
		v.Nobody = true
		return nil
	}
	if err != nil {
		return err
	}
	all, err := p.conversationsOf(ctx, key, "")
	if err != nil {
		return err
	}
	name := p.contactName(ctx, key)
	for _, l := range all {
		l.Contact = name
		if p.wanted(ctx, v, l) {
			v.List = append(v.List, l)
		}
	}
	return nil
}

// contactTo reads how a contact is named in a search: +14155550101, ada@shop.example, tel:…, mailto:…, or an id.
func contactTo(text string) runtime.To {
	switch {
	case strings.HasPrefix(text, "tel:"), strings.HasPrefix(text, "mailto:"):
		return runtime.To{Address: text}
	case strings.HasPrefix(text, "+"):
		return runtime.To{Address: "tel:" + digits(text)}
	case strings.Contains(text, "@"):
		return runtime.To{Address: "mailto:" + strings.ToLower(text)}
	}
	return runtime.To{Contact: text}
}

// digits leaves the plus and the digits of a number as people write it.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

func (p *Pages) findAll(ctx context.Context, v *listView, before uint64) error {
	for looked := 0; looked < scanned; looked += listed {
		starts, err := p.Starts.Started(ctx, before, listed)
		if err != nil {
			return err
		}
		for _, s := range starts {
			before = s.Seq
			if v.Journey != "" && s.Journey != v.Journey {
				continue
			}
			l, ok := p.link(ctx, s.ID)
			if !ok || !p.wanted(ctx, v, l) {
				continue
			}
			l.Contact, l.Seq = p.contactName(ctx, s.Contact), s.Seq
			if v.List = append(v.List, l); len(v.List) == listed {
				v.Next = v.after(before)
				return nil
			}
		}
		if len(starts) < listed {
			return nil
		}
	}
	v.Next = v.after(before)
	return nil
}

func (p *Pages) wanted(ctx context.Context, v *listView, l talkLink) bool {
	if v.Status != "" && string(l.Status) != v.Status {
		return false
	}
	if v.Journey == "" {
		return true
	}
	c, err := p.Engine.Conversation(ctx, l.ID)
	return err == nil && c.Journey == v.Journey
}

func (v *listView) after(before uint64) template.URL {
	q := url.Values{"before": {strconv.FormatUint(before, 10)}}
	for name, value := range map[string]string{"contact": v.Contact, "journey": v.Journey, "status": v.Status} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return template.URL("/conversations?" + q.Encode()) // safe: all values are encoded
}

func (p *Pages) contactName(ctx context.Context, key store.Key) string {
	c, err := p.Engine.Contact(ctx, key)
	if err != nil {
		return nameOf(nil)
	}
	return nameOf(c)
}
