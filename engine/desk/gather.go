package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/transcript"
)

// Packet gathers what an agent needs to take a handoff up; an error that wraps ErrGone where there is none.
func (d *Desk) Packet(ctx context.Context, id string, see Sight) (*Packet, error) {
	it, err := d.handoff(id)
	if err != nil {
		return nil, err
	}
	c, open, err := d.people(ctx, it)
	if err != nil {
		return nil, err
	}
	now := d.now()
	g := &gathered{desk: d, item: it, contact: c, open: open, now: now, see: see, p: &Packet{
		Data: []Datum{}, Attempted: []ServiceCall{}, Events: []BusinessEvent{}, Notes: []AgentNote{}, Transcript: []*transcript.Message{}}}
	g.find()
	if err := g.readLog(ctx); err != nil {
		return nil, err
	}
	g.fill()
	return g.p, nil
}

// handoff gives a copy of an item.
func (d *Desk) handoff(id string) (item, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if it := d.items[id]; it != nil {
		return *it, nil
	}
	return item{}, ErrGone
}

// people reads the contact of an item and its open conversations.
func (d *Desk) people(ctx context.Context, it item) (*machine.Contact, []*machine.Conversation, error) {
	c, err := d.o.Engine.Contact(ctx, it.key)
	if errors.Is(err, runtime.ErrNoContact) {
		return nil, nil, ErrGone
	}
	if err != nil {
		return nil, nil, err
	}
	open, err := d.o.Engine.Open(ctx, it.key)
	return c, open, err
}

// gathered is a packet in the making.
type gathered struct {
	desk    *Desk
	item    item
	contact *machine.Contact
	open    []*machine.Conversation
	now     time.Time
	see     Sight
	secrets []string // sensitive values that may not be seen

	own   *machine.Conversation // nil: what no conversation took
	root  *machine.Conversation
	graph *graph.Journey // own's
	p     *Packet
}

// find finds the conversation, the outermost one that runs it, and what of its data may not be seen.
func (g *gathered) find() {
	g.own = conversation(g.open, g.item.conversation)
	if g.own == nil {
		return
	}
	g.graph, g.root = g.desk.o.Journeys.Graph(g.own.Version), g.own
	for c := g.own; c != nil; c = conversation(g.open, c.Parent) {
		g.root = c
		g.keepSecret(c)
	}
}

func (g *gathered) fill() {
	p, c := g.p, g.contact
	q := g.desk.queueOf(&g.item)
	p.Handoff, p.Usual = g.item.view(q, g.now), q.Dispositions
	p.Handoff.Reason, p.Handoff.Recommend = g.concealText(p.Handoff.Reason), g.concealText(g.item.Recommend)
	p.Reason, p.Recommend = p.Handoff.Reason, p.Handoff.Recommend
	p.Customer = Customer{ID: c.ID, Key: g.item.key.String(), Name: c.Name, Phone: c.Phone, Email: c.Email, Locale: c.Locale, Zones: zonesOf(c), Online: c.Online}
	if attributes, ok := g.conceal(expression.Plain(c.Attributes)).(map[string]any); ok && len(attributes) > 0 {
		p.Customer.Attributes = attributes
	}
	p.Reply = g.limits()
	p.Links = []PacketLink{}
	if g.own == nil {
		return
	}
	p.Customer.Verified = g.root.Verified || g.own.Verified
	p.Mood = Mood{Sentiment: g.root.Sentiment, Trend: g.root.Moods, Turns: g.root.Turns}
	if g.own.Intent != "" {
		p.Mood.Intent, p.Mood.Confidence = g.own.Intent, g.own.Confidence
	}
	p.Data = append(p.Data, g.data()...)
	for i := range g.own.Held {
		if h := &g.own.Held[i]; h.What == machine.HeldAgent {
			p.Held = append(p.Held, HeldReply{h.Agent, g.concealText(h.Text), h.Until})
		}
	}
	p.Returnable = returnable(g.graph, g.own.State)
	p.Links = append(p.Links, PacketLink{"The whole conversation, and why it went so", "/conversations/" + g.root.ID})
	for _, other := range g.open {
		if other.Parent == "" && other.ID != g.root.ID {
			p.Links = append(p.Links, PacketLink{"Another open conversation: " + other.Journey, "/conversations/" + other.ID})
		}
	}
}

func (d *Desk) queueOf(it *item) *Queue {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.queue(it.Queue)
}

// data is what the journey declares, with the values that it has.
func (g *gathered) data() (list []Datum) {
	if g.graph == nil {
		return nil
	}
	for i := range g.graph.Data {
		declared := &g.graph.Data[i]
		one := Datum{Name: declared.Name, Type: declared.Type.String(), Sensitive: declared.Sensitive}
		if declared.Type != nil && declared.Type.Kind == expression.Enum {
			one.Options = declared.Type.Values
		}
		switch v := g.own.Data[declared.Name]; {
		case v == nil:
		case declared.Sensitive && !g.see.Sensitive:
			one.Value, one.Masked = transcript.Mask, true
		default:
			one.Value = g.conceal(expression.Plain(v))
		}
		list = append(list, one)
	}
	return list
}

// readLog reads what was written, tried, noted, and sent by the business.
func (g *gathered) readLog(ctx context.Context) error {
	t := transcript.New(time.Time{}, mostMessages, func(string) bool { return true })
	done, entries, more := map[string]*runtime.Logged{}, 0, true
	err := transcript.Walk(ctx, g.desk.o.Engine, g.item.key, 0, func(e *runtime.Logged) bool {
		entries++
		g.visit(e, done)
		more = more && t.Visit(e)
		return more && entries < mostEntries
	})
	if err != nil {
		return err
	}
	t.Complete()
	if !g.see.Sensitive {
		t.Hide()
		g.concealMessages(t.Messages)
	}
	g.p.Transcript, g.p.Cut = append(g.p.Transcript, t.Messages...), t.Cut || entries >= mostEntries
	slices.Reverse(g.p.Notes)
	return nil
}

// visit looks at an entry, of which the newest comes first. done are the answers of services, whose questions come further back.
func (g *gathered) visit(e *runtime.Logged, done map[string]*runtime.Logged) {
	ev := &e.Event
	if ev.Call != nil {
		done[ev.Call.ID] = e
	}
	for i := len(e.Effects) - 1; i >= 0; i-- {
		if r := e.Effects[i].Request; r != nil && len(g.p.Attempted) < mostCalls {
			g.p.Attempted = append(g.p.Attempted, g.call(e.At, r, done[r.ID]))
		}
	}
	if a := ev.Agent; a != nil && a.Text != "" && (a.Act == machine.Note || a.Act == machine.Transfer) && len(g.p.Notes) < mostNotes {
		g.p.Notes = append(g.p.Notes, AgentNote{At: e.At, By: a.By, Text: g.concealText(a.Text), Transferred: a.Act == machine.Transfer})
	}
	if business(ev) && len(g.p.Events) < mostEvents {
		one := BusinessEvent{At: e.At, Type: ev.Type}
		one.Data, _ = g.conceal(expression.Plain(ev.Data)).(map[string]any)
		g.p.Events = append(g.p.Events, one)
	}
}

func (g *gathered) call(at time.Time, r *machine.Request, answer *runtime.Logged) ServiceCall {
	one := ServiceCall{At: at, Operation: r.Operation, Result: "pending"}
	one.Given, _ = g.conceal(expression.Plain(r.Args)).(map[string]any)
	if answer == nil {
		return one
	}
	c := answer.Event.Call
	one.Ended, one.Status, one.Reason, one.Result = answer.At, c.Status, g.concealText(c.Reason), "done"
	if c.Failed {
		one.Result = "failed"
	}
	if c.Timeout {
		one.Result = "timeout"
	}
	one.Value, _ = g.conceal(expression.Plain(c.Value)).(map[string]any)
	return one
}

// business tells of events that came from outside, and not from the customer, an agent or the engine.
func business(ev *machine.Event) bool {
	own := ev.Message != nil || ev.Timer != nil || ev.Call != nil || ev.Report != nil || ev.Agent != nil || ev.Link != nil
	return !own && ev.Type != "" && !strings.HasPrefix(ev.Type, "chat.")
}
