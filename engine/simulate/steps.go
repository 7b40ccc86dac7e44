package simulate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/schedule"
)

// do runs one step, and then the engine until nothing is left to do at that moment.
func (x *world) do(st *flow.Step) error {
	if err := x.perform(st); err != nil {
		return err
	}
	if err := x.engine.Settle(context.Background()); err != nil {
		return err
	}
	x.look()
	if len(x.missing) > 0 {
		op := x.missing[0]
		x.missing = nil
		return fmt.Errorf("%s was called and has no stub: add it under `services`", op)
	}
	return nil
}

func (x *world) perform(st *flow.Step) error {
	switch st.Verb.Value {
	case "event":
		return x.event(st)
	case "reply":
		return x.reply(st)
	case "link":
		return x.openLink(st)
	case "wait":
		d, err := schedule.ParseDuration(text(st.Value))
		if err != nil {
			return err
		}
		return x.pass(x.clock.now.Add(d))
	case "until":
		at, err := time.Parse(time.RFC3339, text(st.Value))
		if err != nil {
			return err
		}
		return x.pass(at)
	case "receipt":
		return x.receipt(st)
	case "agent":
		return x.agent(st)
	case "provider":
		for _, p := range st.Value.Map {
			x.down[p.Key.Value] = text(p.Value) == "down"
		}
	case "service":
		for _, p := range st.Value.Map {
			x.stubs[p.Key.Value] = newStub(p.Value)
		}
	}
	return nil
}

// pass lets time pass, and all that falls due in it happen in its order.
func (x *world) pass(until time.Time) error {
	if until.Before(x.clock.now) {
		return fmt.Errorf("it is %s already", x.clock.now.Format(time.RFC3339))
	}
	for {
		next, found, err := x.engine.Next(context.Background())
		if err != nil {
			return err
		}
		if !found || next.After(until) {
			break
		}
		if next.After(x.clock.now) {
			x.clock.now = next.In(until.Location())
		}
		if err := x.engine.Settle(context.Background()); err != nil {
			return err
		}
		x.look()
	}
	x.clock.now = until
	return nil
}

func (st stepKeys) get(name string) *flow.Value {
	for _, p := range st.Keys {
		if p.Key.Value == name {
			return p.Value
		}
	}
	return nil
}

type stepKeys struct{ *flow.Step }

func (x *world) event(st *flow.Step) error {
	keys := stepKeys{st}
	ev := machine.Event{Type: text(st.Value), ID: text(keys.get("id"))}
	key := ""
	if ev.ID != "" {
		key = "event/" + ev.ID
	}
	data, err := typed(orEmpty(keys.get("data")), x.eventType(ev.Type))
	if err != nil {
		return fmt.Errorf("data of %s: %w", ev.Type, err)
	}
	ev.Data, _ = data.(map[string]any)
	x.note("event", ev.Type)
	return x.handle(key, ev)
}

func orEmpty(v *flow.Value) *flow.Value {
	if v == nil {
		return &flow.Value{}
	}
	return v
}

// eventType is the declared type of an event's data; nil for a built-in event.
func (x *world) eventType(name string) *expression.Type {
	if t := x.unit.Events[name]; t != nil {
		return t
	}
	for _, u := range x.units.Units {
		if t := u.Events[name]; t != nil {
			return t
		}
	}
	return nil
}

func (x *world) operation(name string) *graph.Operation {
	for _, u := range x.units.Units {
		if op := u.Operations[name]; op != nil {
			return op
		}
	}
	return nil
}

func (x *world) reply(st *flow.Step) error {
	keys := stepKeys{st}
	m := machine.CustomerMessage{Channel: x.lastVia, Text: text(st.Value)}
	if m.Channel == "" {
		m.Channel = policy.Chat
	}
	if via := text(keys.get("via")); via != "" {
		m.Channel = policy.Channel(via)
	}
	id := ""
	for _, p := range st.Value.Map {
		switch number, _ := expression.Float(p.Value.Plain()); p.Key.Value {
		case "text":
			m.Text = text(p.Value)
		case "intent":
			m.Given.Intent, m.Given.HasIntent = text(p.Value), true
			if m.Given.Confidence == 0 {
				m.Given.Confidence = 1
			}
		case "confidence":
			m.Given.Confidence = number
		case "sentiment":
			m.Given.Sentiment, m.Given.HasSentiment = number, true
		case "id":
			id = text(p.Value)
		case "via":
			m.Channel = policy.Channel(text(p.Value))
		}
	}
	if id != "" {
		id = "message/" + string(m.Channel) + "/" + id
	}
	x.lastVia = m.Channel
	x.noteCustomer(m.Channel, m.Text)
	return x.handle(id, machine.Event{Type: string(m.Channel) + ".message", Message: &m})
}

func (x *world) handle(key string, ev machine.Event) error {
	_, err := x.engine.Handle(context.Background(), runtime.Work{To: runtime.To{Contact: x.contact}, ID: key, Event: &ev})
	return err
}

// openLink opens the last link that was sent: a tracked one is clicked, one of `verify` verifies, a secure page asks and is answered.
func (x *world) openLink(st *flow.Step) error {
	link := x.lastLink
	if link == nil {
		return fmt.Errorf("no link has been sent")
	}
	answer := stepKeys{st}.get("answer")
	if link.Kind == machine.Form {
		if answer == nil {
			return nil
		}
		if !link.Asks {
			return fmt.Errorf("the page of that link asks nothing")
		}
		x.noteCustomer(link.Channel, text(answer)+" (on the secure page)")
		return x.handle("", machine.Event{Type: string(link.Channel) + ".message", Message: &machine.CustomerMessage{Channel: link.Channel,
			Text: text(answer), Secure: true, Conversation: link.Conversation}})
	}
	x.note("link", "opened")
	return x.handle("", machine.Event{Type: "link", Link: &machine.LinkOpened{Conversation: link.Conversation, Kind: link.Kind,
		Token: link.Token, URL: link.URL}})
}

// receipt is the carrier's report on the last message that it took.
func (x *world) receipt(st *flow.Step) error {
	var last *machine.Deliver
	for _, m := range x.messages {
		if m.Channel != policy.Chat || last == nil {
			last = m
		}
	}
	if last == nil {
		return fmt.Errorf("no message has been sent that a carrier could report on")
	}
	r := machine.DeliveryReport{Message: last, Delivered: text(st.Value) == "delivered"}
	if code := text(stepKeys{st}.get("code")); code != "" {
		r.Reason = code
	}
	x.note("carrier", strings.TrimSpace(text(st.Value)+" "+r.Reason))
	return x.handle("", machine.Event{Type: "receipt", Report: &r})
}

func (x *world) agent(st *flow.Step) error {
	keys := stepKeys{st}
	c := x.inHandoff()
	if c == nil {
		return fmt.Errorf("no conversation is waiting on an agent")
	}
	a := machine.AgentAct{Conversation: c.ID, Act: machine.Act(text(st.Value)), Text: text(keys.get("text")), By: text(keys.get("by"))}
	if data := keys.get("data"); data != nil {
		a.Data = map[string]any{}
		g := x.engine.Versions.Graph(c.Version)
		for _, p := range data.Map {
			var want *expression.Type
			if d := g.Datum(p.Key.Value); d != nil {
				want = d.Type
			}
			v, err := typed(p.Value, want)
			if err != nil {
				return fmt.Errorf("data %s: %w", p.Key.Value, err)
			}
			a.Data[p.Key.Value] = v
		}
	}
	x.note("agent", strings.TrimSpace(string(a.Act)+" "+a.Text))
	return x.handle("", machine.Event{Type: "agent", Agent: &a})
}

// inHandoff is the conversation in a handoff that was last active.
func (x *world) inHandoff() *machine.Conversation {
	var found *machine.Conversation
	for _, c := range x.conversations() {
		if c.Handoff != nil && c.Open() && (found == nil || c.ID == x.active || found.ID != x.active) {
			found = c
		}
	}
	return found
}
