package runtime

import (
	"errors"
	"fmt"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/understand"
)

// Engine drives the step machine.
type Engine struct {
	Store    Store
	Clock    Clock
	Secrets  Secrets
	Versions Versions
	Carrier  Carrier
	Services Services
	Settings machine.Settings
	LinkBase string

	codes, tokens []string // drawn and not yet used
}

// ErrRestless is wrapped where one moment's work never ends.
var ErrRestless = errors.New("it never comes to rest")

// Handle gives an event to a contact's conversations and commits what it changes. key makes the same event, come twice, one.
// The effects leave afterwards, in Settle.
func (e *Engine) Handle(contact, key string, ev machine.Event) (*machine.Output, error) {
	if key != "" {
		seen, err := e.Store.Seen(contact, key)
		if err != nil || seen {
			return &machine.Output{}, err
		}
	}
	if ev.ID == "" {
		ev.ID = e.Secrets.ID()
	}
	if ev.Time.IsZero() {
		ev.Time = e.Clock.Now()
	}
	out, err := e.step(contact, ev)
	if err != nil {
		return nil, fmt.Errorf("handle %s of contact %s: %w", ev.Type, contact, err)
	}
	return out, e.commit(contact, key, &ev, out)
}

// step runs the machine, and again with what it says that it needs.
func (e *Engine) step(contact string, ev machine.Event) (*machine.Output, error) {
	understood := map[graph.Hash]understand.Understanding{}
	id := e.Secrets.ID()
	for {
		in, err := e.input(contact, ev)
		if err != nil {
			return nil, err
		}
		in.Understood, in.NewID = understood, id
		out := machine.Step(in)
		need := out.Need
		if need.Understanding == nil && need.Codes == 0 && need.Tokens == 0 {
			e.codes, e.tokens = e.codes[out.CodesUsed:], e.tokens[out.TokensUsed:]
			return out, nil
		}
		for _, hash := range need.Understanding {
			understood[hash] = e.Versions.Classifier(hash).Understand(ev.Message.Text)
		}
		for len(e.codes) < need.Codes {
			e.codes = append(e.codes, e.Secrets.Code())
		}
		for len(e.tokens) < need.Tokens {
			e.tokens = append(e.tokens, e.Secrets.Token())
		}
	}
}

// input reads all that a step looks at, afresh each time: a step changes what it is given.
func (e *Engine) input(contact string, ev machine.Event) (*machine.Input, error) {
	snapshot, err := e.Store.Load(contact)
	if err != nil {
		return nil, err
	}
	c := &machine.Contact{ID: contact}
	if snapshot.Contact != nil {
		if c, err = machine.DecodeContact(snapshot.Contact); err != nil {
			return nil, err
		}
	}
	in := &machine.Input{Event: ev, Contact: c, Live: e.Versions.Live(), Graph: e.Versions.Graph, Codes: e.codes, Tokens: e.tokens,
		LinkBase: e.LinkBase, Settings: e.Settings}
	for _, bytes := range snapshot.Open {
		conversation, err := machine.DecodeConversation(bytes)
		if err != nil {
			return nil, err
		}
		in.Conversations = append(in.Conversations, conversation)
	}
	return in, nil
}

func (e *Engine) commit(contact, key string, ev *machine.Event, out *machine.Output) error {
	c := &Commit{Contact: contact, State: out.Contact.Encode(), Key: key, Event: ev, Output: out}
	for _, conversation := range out.Conversations {
		c.Conversations = append(c.Conversations, Stored{ID: conversation.ID, Bytes: conversation.Encode(),
			Open: conversation.Open() || len(conversation.Held) > 0, Timers: conversation.Timers})
	}
	for _, effect := range out.Effects {
		if effect.Deliver != nil || effect.Request != nil {
			o := &Outgoing{Contact: contact, Effect: effect}
			if effect.Deliver != nil {
				o.Next = effect.Deliver.At
			}
			c.Outgoing = append(c.Outgoing, o)
		}
	}
	return e.Store.Commit(c)
}
