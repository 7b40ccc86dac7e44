package runtime

import (
	"context"
	"fmt"
	"slices"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/phone"
	"journey/engine/store"
	"journey/engine/understand"
)

// fire fires the contact's timers that are due, in order.
func (g *group) fire(ctx context.Context) error {
	for range restless {
		t, conversation, err := g.firstTimer()
		if err != nil {
			return err
		}
		g.changed = true // the store is told when the next one is due, even where none was due after all
		if t.ID == "" || t.At.After(g.b.now) {
			return nil
		}
		if g.b.e.Meter != nil {
			g.b.e.Meter.Fired(g.b.now.Sub(t.At))
		}
		ev := machine.Event{Type: "timer", Timer: &machine.TimerFired{Conversation: conversation, ID: t.ID}}
		if _, err := g.step(ctx, ev); err != nil {
			return err
		}
	}
	return fmt.Errorf("timers of contact %s: %w", g.key, ErrRestless)
}

func (g *group) firstTimer() (first machine.Timer, conversation string, err error) {
	for _, r := range g.open {
		c, err := machine.DecodeConversation(r.Bytes)
		if err != nil {
			return first, "", err
		}
		for _, t := range c.Timers {
			if first.ID == "" || t.At.Before(first.At) {
				first, conversation = t, c.ID
			}
		}
	}
	return first, conversation, nil
}

// step runs the machine, and again with what it says that it needs.
func (g *group) step(ctx context.Context, ev machine.Event) (*machine.Output, error) {
	begun := time.Now()
	e := g.b.e
	if ev.ID == "" {
		ev.ID = e.Secrets.ID()
	}
	if ev.Time.IsZero() {
		ev.Time = g.b.now
	}
	understood := map[graph.Hash]understand.Understanding{}
	id := g.key.String() + "-" + e.Secrets.ID()
	var codes, tokens []string
	for {
		in, err := g.input(ev)
		if err != nil {
			return nil, fmt.Errorf("handle %s of contact %s: %w", ev.Type, g.key, err)
		}
		in.Understood, in.NewID, in.Codes, in.Tokens = understood, id, codes, tokens
		out := machine.Step(in)
		need := out.Need
		if need.Understanding == nil && need.Codes == 0 && need.Tokens == 0 {
			e.drawn.give(codes[out.CodesUsed:], tokens[out.TokensUsed:])
			g.keep(&ev, in, out)
			if e.Meter != nil {
				e.Meter.Stepped(time.Since(begun))
			}
			g.traced(ctx, begun, ev.Type, out)
			return out, nil
		}
		for _, hash := range need.Understanding {
			understood[hash] = e.Versions.Classifier(hash).Understand(ev.Message.Text)
		}
		c, t := e.drawn.take(e.Secrets, max(0, need.Codes-len(codes)), max(0, need.Tokens-len(tokens)))
		codes, tokens = append(codes, c...), append(tokens, t...)
	}
}

// input decodes all that a step looks at, afresh each time: a step changes what it is given.
func (g *group) input(ev machine.Event) (*machine.Input, error) {
	e := g.b.e
	c, err := machine.DecodeContact(g.state)
	if err != nil {
		return nil, err
	}
	in := &machine.Input{Event: ev, Contact: c, Live: e.Versions.Live(), Graph: e.Versions.Graph, Zones: phone.Zones,
		Hours: e.Hours, LinkBase: e.LinkBase, Settings: e.Settings}
	for _, r := range g.open {
		conversation, err := machine.DecodeConversation(r.Bytes)
		if err != nil {
			return nil, err
		}
		in.Conversations = append(in.Conversations, conversation)
	}
	return in, nil
}

// keep takes over what a step decided.
func (g *group) keep(ev *machine.Event, in *machine.Input, out *machine.Output) {
	g.contact, g.state, g.changed = out.Contact, out.Contact.Encode(), true
	for _, c := range out.Conversations {
		g.keepConversation(c)
	}
	for i := range out.Effects {
		g.letOut(&out.Effects[i])
	}
	g.notify(ev, in, out)
	g.record(&machine.LogEntry{At: ev.Time, Event: *ev, Effects: out.Effects, Trace: out.Trace}, out.Contact, out.Conversations)
}

func (g *group) keepConversation(c *machine.Conversation) {
	r := store.Record{ID: c.ID, Bytes: c.Encode()}
	at := slices.IndexFunc(g.open, func(o store.Record) bool { return o.ID == c.ID })
	stays := c.Open() || len(c.Held) > 0
	if at < 0 {
		g.change.Started = append(g.change.Started, store.Start{ID: c.ID, Journey: c.Journey, At: c.Started})
	}
	switch {
	case at < 0 && stays:
		g.open = append(slices.Clip(g.open), r)
	case at >= 0 && stays:
		g.open = slices.Clone(g.open)
		g.open[at] = r
	case at >= 0:
		g.open = slices.Delete(slices.Clone(g.open), at, at+1)
	}
	if !stays {
		g.change.Ended = append(g.change.Ended, r)
	}
}
