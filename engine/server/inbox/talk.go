package inbox

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/schedule"
)

// talk is a conversation that is open in the inbox, with its packet.
type talk struct {
	row
	MayAct    bool // the agent has it, or nobody does
	MayTake   bool // a supervisor takes it from whoever has it
	MayReveal bool // what is sensitive, which goes on record
	MayReturn bool
	Limits    *limits
	Rows      []line
	Cut       bool
	Record    string // where all of it is
	Replies   []desk.Canned
	Usual     []string // ways in which a conversation ends, the commonest first

	LocalDue string // when a callback is due, in the customer's zone
	Profile  []fact
	Meant    []fact
	Data     []datum
	Lacking  []datum // that nobody knows yet
	Tried    []tried
	Events   []tried
	Others   []other
	Links    []desk.PacketLink
}

type fact struct {
	Name, Value string
	Tone        string // good, bad
}

// tried is what was attempted, or what happened.
type tried struct {
	At     time.Time
	What   string
	Detail string
	Result string
	Tone   string
}

// other is another conversation of the customer.
type other struct {
	ID, Title string
	Status    machine.Status
	Words     string
}

// talk reads a conversation as an agent sees it; nil where it is not there, or closed, or the look can't be put on record.
func (b *Inbox) talk(ctx context.Context, me desk.Actor, id string, reveal bool) *talk {
	p, err := b.Desk.Packet(ctx, id, desk.Sight{Sensitive: reveal})
	if err != nil || b.record(ctx, me, &p.Handoff, reveal) != nil {
		return nil
	}
	t := &talk{row: rowOf(p.Handoff, me.Name, b.Now()), Cut: p.Cut, Links: p.Links, Usual: p.Usual, MayReturn: p.Returnable}
	t.MayAct = p.Handoff.By == "" || t.Mine
	t.MayTake = me.Supervisor && !t.MayAct
	t.MayReveal = me.Supervisor && !reveal
	t.Record = "/conversations?contact=" + p.Customer.Key
	if len(p.Links) > 0 {
		t.Record = p.Links[0].URL
	}
	l := limitsOf(&p.Reply, p.Handoff.Channel)
	if !t.MayAct {
		l.Stop, l.Quiet, l.Override = p.Handoff.By+" has it. A note is welcome.", time.Time{}, false
	}
	t.Limits = &l
	known := titles{inbox: b, ctx: ctx, known: map[string]*machine.Conversation{}}
	t.Rows = lines(p.Transcript, p.Notes, p.Held, t.Who, known.title)
	t.Others = known.others(p)
	t.know(p, b.Now())
	for i := range p.Data {
		d := b.datumOf(ctx, &p.Handoff, &p.Data[i])
		d.Editable = d.Editable && t.MayAct
		switch known := d.Value != "" || p.Data[i].Masked; {
		case known:
			t.Data = append(t.Data, d)
		case d.Editable:
			t.Lacking = append(t.Lacking, d)
		}
	}
	t.Replies, _ = b.Desk.Canned(ctx, id, cmp.Or(me.Name, "me"))
	return t
}

func (b *Inbox) datumOf(ctx context.Context, it *desk.Item, d *desk.Datum) datum {
	one := datum{Name: d.Name, Label: label(d.Name), Masked: d.Masked || d.Sensitive && d.Value == nil, Value: plain(d.Value)}
	if g := b.datum(ctx, it.Conversation, d.Name); g != nil && !d.Sensitive {
		one.fill(g)
	}
	return one
}

// know fills in the packet's short lines.
func (t *talk) know(p *desk.Packet, now time.Time) {
	c := &p.Customer
	add := func(list *[]fact, name, value, tone string) {
		if value != "" {
			*list = append(*list, fact{name, value, tone})
		}
	}
	if c.Verified {
		add(&t.Profile, "Identity", "verified", "good")
	} else {
		add(&t.Profile, "Identity", "not verified", "bad")
	}
	add(&t.Profile, "Phone", c.Phone, "")
	add(&t.Profile, "Email", c.Email, "")
	add(&t.Profile, "Language", c.Locale, "")
	add(&t.Profile, "Their time", local(now, c.Zones), "")
	if c.Online {
		add(&t.Profile, "Chat page", "open", "good")
	} else {
		add(&t.Profile, "Chat page", "closed", "")
	}
	for _, ch := range p.Reply.Channels {
		if ch.OptedOut {
			add(&t.Profile, label(channelName(ch.Channel))+"s", "stopped by the customer", "bad")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
		add(&t.Profile, label(name), plain(c.Attributes[name]), "")
	}
	if m := &p.Mood; m.Intent != "" {
		add(&t.Meant, "Intent", fmt.Sprintf("%s (%.0f %%)", label(m.Intent), 100*m.Confidence), "")
	}
	if p.Mood.Turns > 0 {
		add(&t.Meant, "Mood", mood(&p.Mood), moodTone(p.Mood.Sentiment))
	}
	for i := range p.Attempted {
		t.Tried = append(t.Tried, triedOf(&p.Attempted[i]))
	}
	for _, e := range p.Events {
		t.Events = append(t.Events, tried{At: e.At, What: label(e.Type), Detail: plain(e.Data)})
	}
	if len(c.Zones) > 0 && p.Handoff.Callback {
		if zone, err := schedule.Zone(c.Zones[0]); err == nil {
			t.LocalDue = p.Handoff.Due.In(zone).Format("Mon 15:04")
		}
	}
}

// local is what time it is where the customer is.
func local(now time.Time, zones []string) string {
	if len(zones) == 0 {
		return ""
	}
	zone, err := schedule.Zone(zones[0])
	if err != nil {
		return ""
	}
	city := strings.ReplaceAll(zones[0][strings.LastIndexByte(zones[0], '/')+1:], "_", " ")
	return now.In(zone).Format("15:04") + ", " + city
}

// mood says in words how the customer feels, and where it is going.
func mood(m *desk.Mood) string {
	words := "neutral"
	switch {
	case m.Sentiment <= -0.6:
		words = "very unhappy"
	case m.Sentiment <= -0.2:
		words = "unhappy"
	case m.Sentiment >= 0.2:
		words = "friendly"
	}
	if n := len(m.Trend); n > 1 {
		switch change := m.Trend[n-1] - m.Trend[0]; {
		case change <= -0.3:
			words += ", getting worse"
		case change >= 0.3:
			words += ", getting better"
		}
	}
	return words
}

func moodTone(sentiment float64) string {
	switch {
	case sentiment <= -0.2:
		return "bad"
	case sentiment >= 0.2:
		return "good"
	}
	return ""
}

func triedOf(c *desk.ServiceCall) tried {
	t := tried{At: c.At, What: label(c.Operation), Result: c.Result, Detail: plain(c.Value)}
	switch c.Result {
	case "done":
		t.Tone = "good"
	case "failed", "timeout":
		t.Tone, t.Detail = "bad", c.Reason
		if c.Status != 0 {
			t.Result += fmt.Sprintf(" (%d)", c.Status)
		}
	}
	return t
}

// titles looks conversations up, once each.
type titles struct {
	inbox *Inbox
	ctx   context.Context
	known map[string]*machine.Conversation
	order []string
}

func (t *titles) find(id string) *machine.Conversation {
	c, seen := t.known[id]
	if !seen {
		if found, err := t.inbox.Engine.Conversation(t.ctx, id); err == nil {
			c = found
		}
		t.known[id] = c
		t.order = append(t.order, id)
	}
	return c
}

// title is what a conversation's journey is called.
func (t *titles) title(id string) string {
	if id == "" {
		return "No journey"
	}
	c := t.find(id)
	if c == nil {
		return ""
	}
	if g := t.inbox.Versions.Graph(c.Version); g != nil && g.Title != "" {
		return g.Title
	}
	return label(c.Journey)
}

// others are the customer's other conversations that the transcript has, the last one first.
func (t *titles) others(p *desk.Packet) (list []other) {
	for _, id := range slices.Backward(t.order) {
		c := t.known[id]
		if c == nil || c.ID == p.Handoff.Conversation || c.Parent != "" {
			continue
		}
		status := c.DeriveStatus(0, nil, t.inbox.Now())
		list = append(list, other{ID: id, Title: t.title(id), Status: status, Words: strings.ReplaceAll(string(status), "_", " ")})
	}
	return list
}
