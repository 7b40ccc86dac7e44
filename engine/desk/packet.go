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

// Packet is all that somebody needs to take a conversation up: why it is here and what to do first.
type Packet struct {
	Reason     string                `json:"reason,omitempty" doc:"why it was handed over"`
	Recommend  string                `json:"recommend,omitempty" doc:"what to do"`
	Handoff    Item                  `json:"handoff"`
	Customer   Customer              `json:"customer"`
	Mood       Mood                  `json:"understood" doc:"what was understood of the customer's last messages"`
	Data       []Datum               `json:"data" doc:"what the journey has collected"`
	Attempted  []ServiceCall         `json:"attempted" doc:"what was tried with services, the last one first"`
	Events     []BusinessEvent       `json:"events" doc:"what happened in the business lately, the last one first"`
	Notes      []AgentNote           `json:"notes" doc:"of colleagues, oldest first; the customer does not see them"`
	Transcript []*transcript.Message `json:"transcript" doc:"over all channels and journeys, oldest first"`
	Cut        bool                  `json:"truncated,omitempty" doc:"the transcript has more at its beginning"`
	Held       []HeldReply           `json:"held,omitempty" doc:"replies that wait for the end of the customer's quiet hours"`
	Reply      ReplyLimits           `json:"reply" doc:"what holds for a reply now"`
	Returnable bool                  `json:"returnable" doc:"automation takes the conversation back where it is returned"`
	Links      []PacketLink          `json:"links"`
}

// Customer is who it is about.
type Customer struct {
	ID         string         `json:"id"`
	Key        string         `json:"key"`
	Name       string         `json:"name,omitempty"`
	Phone      string         `json:"phone,omitempty"`
	Email      string         `json:"email,omitempty"`
	Locale     string         `json:"locale,omitempty"`
	Zones      []string       `json:"timezones" doc:"in which the customer may be"`
	Online     bool           `json:"online" doc:"the chat page is open"`
	Verified   bool           `json:"verified" doc:"the customer proved in this conversation who they are"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// Mood is what was understood of what the customer wrote.
type Mood struct {
	Intent     string    `json:"intent,omitempty"`
	Confidence float64   `json:"confidence,omitempty"`
	Sentiment  float64   `json:"sentiment" doc:"of the last message, from -1 to 1"`
	Trend      []float64 `json:"sentiments,omitempty" doc:"of the last three messages, oldest first"`
	Turns      int       `json:"turns" doc:"messages that the customer wrote"`
}

// Datum is something that the journey has, or could have, collected.
type Datum struct {
	Name      string   `json:"name"`
	Type      string   `json:"type" doc:"as the journey declares it"`
	Options   []string `json:"options,omitempty" doc:"the values that it may have, where it is one of some"`
	Value     any      `json:"value,omitempty"`
	Sensitive bool     `json:"sensitive,omitempty"`
	Masked    bool     `json:"masked,omitempty" doc:"it has a value that is not shown"`
}

// ServiceCall is one attempt of automation to find something out or to get something done.
type ServiceCall struct {
	At        time.Time      `json:"time"`
	Operation string         `json:"operation"`
	Given     map[string]any `json:"given,omitempty"`
	Result    string         `json:"result" enum:"pending,done,failed,timeout"`
	Status    int            `json:"status,omitempty" doc:"of HTTP"`
	Reason    string         `json:"reason,omitempty" doc:"why it failed"`
	Value     map[string]any `json:"value,omitempty" doc:"what came back"`
	Ended     time.Time      `json:"ended,omitzero"`
}

// BusinessEvent is something that the business sent.
type BusinessEvent struct {
	At   time.Time      `json:"time"`
	Type string         `json:"type"`
	Data map[string]any `json:"data,omitempty"`
}

// AgentNote is what an agent wrote for colleagues.
type AgentNote struct {
	At          time.Time `json:"time"`
	By          string    `json:"by"`
	Text        string    `json:"text"`
	Transferred bool      `json:"transferred,omitempty" doc:"it came along with a transfer"`
}

// HeldReply is an agent's reply that has not gone out yet.
type HeldReply struct {
	By    string    `json:"by,omitempty"`
	Text  string    `json:"text"`
	Until time.Time `json:"until"`
}

// PacketLink leads to more.
type PacketLink struct {
	Title string `json:"title"`
	URL   string `json:"url" doc:"a path of this server"`
}

// Sight is what somebody may see.
type Sight struct {
	Sensitive bool // values that are sensitive
}

// Bounds of a packet, which is to be read in ten seconds.
const (
	mostMessages = 200
	mostCalls    = 10
	mostEvents   = 10
	mostNotes    = 20
	mostEntries  = 2000
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

func (g *gathered) keepSecret(c *machine.Conversation) {
	journey := g.desk.o.Journeys.Graph(c.Version)
	for name, v := range c.Data {
		if !g.see.Sensitive && sensitive(journey, name) {
			g.secrets = append(g.secrets, texts(expression.Plain(v))...)
		}
	}
}

// sensitive tells whether a datum is. Where its journey is not known nobody knows, so all is.
func sensitive(g *graph.Journey, name string) bool {
	return g == nil || g.Datum(name) == nil || g.Datum(name).Sensitive
}

func (g *gathered) fill() {
	p, c := g.p, g.contact
	p.Handoff = g.item.view(g.desk.queueOf(&g.item), g.now)
	p.Handoff.Reason, p.Handoff.Recommend = g.concealText(p.Handoff.Reason), g.concealText(p.Handoff.Recommend)
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

// conceal takes out of a plain value what may not be seen.
func (g *gathered) conceal(v any) any {
	if len(g.secrets) == 0 {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for name, e := range v {
			m[name] = g.conceal(e)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = g.conceal(e)
		}
		return list
	case bool, nil:
		return v
	}
	for _, text := range texts(v) {
		if hidden := g.concealText(text); hidden != text {
			return hidden
		}
	}
	return v
}

// concealMessages takes out what the customer wrote without being asked for it, or what repeats it.
func (g *gathered) concealMessages(list []*transcript.Message) {
	for _, m := range list {
		if hidden := g.concealText(m.Text); hidden != m.Text {
			m.Text, m.Masked = hidden, true
		}
	}
}

func (g *gathered) concealText(text string) string {
	for _, secret := range g.secrets {
		text = strings.ReplaceAll(text, secret, transcript.Mask)
	}
	return text
}
