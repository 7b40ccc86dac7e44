package simulate

import (
	"context"
	"slices"
	"strings"
	"time"

	"journey/engine/explain"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Line is one line of a case's transcript, at its virtual time.
type Line struct {
	At   time.Time
	Who  string // customer, journey, agent, engine, event, carrier, link; held, not sent, ended: what became of a message or the talk
	Via  policy.Channel
	Text string

	Choices []string // buttons
}

func (x *world) note(who, what string) {
	x.lines = append(x.lines, Line{At: x.clock.now, Who: who, Text: what})
}

func (x *world) noteCustomer(via policy.Channel, what string) {
	x.lines = append(x.lines, Line{At: x.clock.now, Who: "customer", Via: via, Text: what})
}

// took keeps a message that a provider or the chat has taken.
func (x *world) took(d *machine.Deliver) {
	x.look()
	x.messages = append(x.messages, d)
	x.since.sent = append(x.since.sent, d)
	x.lastVia = d.Channel
	x.lines = append(x.lines, Line{At: x.clock.now, Who: string(d.By), Via: d.Channel, Text: d.Body, Choices: d.Choices})
	at := -1
	for token, link := range x.links {
		if i := strings.LastIndex(d.Body, "/"+token); i > at && endsThere(d.Body[i+1+len(token):]) {
			at, x.lastLink = i, link
		}
	}
}

// endsThere tells that a token is not the beginning of a longer one.
func endsThere(rest string) bool { return rest == "" || rest[0] < '0' || rest[0] > '9' }

// happened keeps what was committed.
func (x *world) happened(h runtime.Happened) {
	x.log = append(x.log, h)
	for _, c := range h.Conversations {
		if !slices.Contains(x.begun, c.ID) {
			x.begun = append(x.begun, c.ID)
		}
	}
}

// look goes through what was committed since it was last looked through.
func (x *world) look() {
	for ; x.seen < len(x.log); x.seen++ {
		out := x.log[x.seen].Entry
		for _, e := range out.Effects {
			switch {
			case e.Publish != nil:
				x.since.emitted = append(x.since.emitted, e.Publish)
			case e.Link != nil:
				x.links[e.Link.Token] = e.Link
			}
		}
		for i := range out.Trace {
			x.trace(&out.Trace[i])
		}
	}
}

func (x *world) trace(t *machine.Trace) {
	switch t.Kind {
	case machine.Passed, machine.HeldBack:
		x.since.passed = append(x.since.passed, policy.Passed{Channel: t.Channel, Reason: t.Reason})
		x.notePassed(t)
	case machine.Started, machine.Entered, machine.Took, machine.Sending, machine.Ended, machine.Understood, machine.Escalated:
		if t.Conversation != "" && x.known(t.Conversation) {
			x.active = t.Conversation
			if t.Kind == machine.Ended {
				x.note("ended", t.Detail)
			}
		}
	}
}

// notePassed tells of a channel that does not carry a message. What is held is passed over for its quiet hours first.
func (x *world) notePassed(t *machine.Trace) {
	who := "not sent"
	switch {
	case t.Kind == machine.HeldBack:
		return
	case t.Reason == policy.ReasonQuiet:
		who = "held"
	}
	x.lines = append(x.lines, Line{At: x.clock.now, Who: who, Via: t.Channel, Text: explain.Because(t)})
}

// known tells a conversation from a candidate that was only looked at.
func (x *world) known(id string) bool {
	return x.conversation(id) != nil
}

// conversations reads all of the contact's conversations, as they began.
func (x *world) conversations() []*machine.Conversation {
	var list []*machine.Conversation
	for _, id := range x.begun {
		if c := x.conversation(id); c != nil {
			list = append(list, c)
		}
	}
	return list
}

func (x *world) conversation(id string) *machine.Conversation {
	c, err := x.engine.Conversation(context.Background(), id)
	if err != nil {
		return nil
	}
	return c
}

func (x *world) contactNow() *machine.Contact {
	c, err := x.engine.Contact(context.Background(), x.store.KeyOf(store.OfContact, x.contact))
	if err != nil {
		return &machine.Contact{}
	}
	return c
}

// status is a conversation's: its own, or that of the one that it runs.
func (x *world) status(c *machine.Conversation) machine.Status {
	retention := x.engine.Versions.Graph(c.Version).Retention
	var inner *machine.Conversation
	for id := c.Child; id != ""; {
		child := x.conversation(id)
		if child == nil || !child.Open() {
			break
		}
		inner, id = child, child.Child
	}
	return c.DeriveStatus(retention, inner, x.clock.now)
}
