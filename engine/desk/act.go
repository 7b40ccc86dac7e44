package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Actor is who does something.
type Actor struct {
	Name       string
	Role       string // as the audit log has it
	Supervisor bool   // may act on what others have: take over, reassign, release
	Request    string // the request's id, for the audit log
	Once       string // the act's own id, whole and unique: the same again is nothing. Empty: it can't come twice
}

var (
	// ErrGone is returned where there is no such handoff, or no longer.
	ErrGone = errors.New("the handoff is closed, or there is none by this name")
	// ErrNotAllowed is wrapped where only a supervisor may do it.
	ErrNotAllowed = errors.New("only a supervisor may do this")
)

// TakenError says that another agent has it.
type TakenError struct{ By string }

func (e *TakenError) Error() string { return e.By + " has it" }

// InvalidError says what is wrong with what an agent gave: Field is a JSON pointer into it, "/data/order/id".
type InvalidError struct{ Field, Message string }

func (e *InvalidError) Error() string { return e.Field + ": " + e.Message }

// BlockedError says that a reply could not go out, on no channel.
type BlockedError struct {
	Channel policy.Channel // the first that the customer can be reached at, or else the last that was looked at; empty: the journey has none
	Reason  policy.Reason
}

func (e *BlockedError) Error() string {
	return fmt.Sprintf("the reply can't go out by %s: %s", e.Channel, e.Reason)
}

// Sent is what became of a reply.
type Sent struct {
	Message string    `json:"message,omitempty" doc:"its id"`
	Channel string    `json:"channel,omitempty" enum:"chat,sms,email" doc:"left out where the same was sent before"`
	Held    time.Time `json:"held_until,omitzero" doc:"it goes out when the customer's quiet hours are over"`
}

// Claim takes a handoff. That an agent has it already is no error.
func (d *Desk) Claim(ctx context.Context, by Actor, id string) (Item, error) {
	return d.itemAfter(ctx, by, id, machine.AgentAct{Act: machine.Join}, "handoff.claimed", "")
}

// Next claims the first handoff that waits and is one for the agent, of one queue or of all; an error that wraps ErrGone where nothing is.
func (d *Desk) Next(ctx context.Context, by Actor, queue string) (Item, error) {
	for {
		list, _, err := d.List(Filter{Queue: queue, For: by.Name, States: []State{Waiting}, Limit: 1})
		if err != nil || len(list) == 0 {
			return Item{}, errors.Join(err, ErrGone)
		}
		it, err := d.Claim(ctx, by, list[0].ID)
		taken := (*TakenError)(nil)
		if !errors.As(err, &taken) && !errors.Is(err, ErrGone) {
			return it, err
		}
		if ctx.Err() != nil {
			return Item{}, ctx.Err()
		}
	}
}

// Reply writes to the customer, on the channel in use. Urgent, it is held back neither by quiet hours nor by limits. A *BlockedError says
// that it can't go out at all.
func (d *Desk) Reply(ctx context.Context, by Actor, id, text string, urgent bool) (Sent, error) {
	if strings.TrimSpace(text) == "" {
		return Sent{}, &InvalidError{"/text", "there is nothing to send"}
	}
	what := "handoff.replied"
	if urgent {
		what = "handoff.quiet_hours_overridden"
	}
	done, err := d.act(ctx, by, id, machine.AgentAct{Act: machine.Write, Text: text, Urgent: urgent}, what, "")
	if err != nil {
		return Sent{}, err
	}
	return became(&done)
}

// became reads from what a step did what became of a reply.
func became(done *runtime.Done) (Sent, error) {
	if done.Output == nil {
		return Sent{}, nil // it was sent before
	}
	for i := range done.Output.Effects {
		if m := done.Output.Effects[i].Deliver; m != nil && m.By == machine.ByAgent {
			return Sent{Message: m.ID, Channel: string(m.Channel)}, nil
		}
	}
	blocked := &BlockedError{}
	for i := range done.Output.Trace {
		switch t := &done.Output.Trace[i]; t.Kind {
		case machine.HeldBack:
			return Sent{Channel: string(t.Channel), Held: heldUntil(done.Output.Conversations)}, nil
		case machine.Passed:
			if blocked.Reason == "" || blocked.Reason == policy.ReasonUnreachable { // that there is no way tells least
				blocked.Channel, blocked.Reason = t.Channel, t.Reason
			}
		case machine.Blocked:
			return Sent{}, blocked
		}
	}
	return Sent{}, ErrGone // that an agent joined has moved the conversation on
}

func heldUntil(list []*machine.Conversation) (until time.Time) {
	for _, c := range list {
		for i := range c.Held {
			if c.Held[i].What == machine.HeldAgent {
				until = c.Held[i].Until
			}
		}
	}
	return until
}

// Note keeps a text for colleagues.
func (d *Desk) Note(ctx context.Context, by Actor, id, text string) (Item, error) {
	if strings.TrimSpace(text) == "" {
		return Item{}, &InvalidError{"/text", "there is nothing to note"}
	}
	return d.itemAfter(ctx, by, id, machine.AgentAct{Act: machine.Note, Text: text}, "handoff.noted", "")
}

// Return gives the conversation back to automation, with data of the journey that the agent changed, as decoded JSON. What can't be
// returned, and data that is not of its type, is an *InvalidError.
func (d *Desk) Return(ctx context.Context, by Actor, id string, data map[string]any) error {
	typed, err := d.checked(id, machine.Return, data)
	if err != nil && !errors.Is(err, ErrGone) {
		return err
	}
	_, err = d.act(ctx, by, id, machine.AgentAct{Act: machine.Return, Data: typed}, "handoff.returned", names(typed))
	return err
}

// Resolve ends it, with how it went in the agents' own words.
func (d *Desk) Resolve(ctx context.Context, by Actor, id, disposition string, data map[string]any) error {
	typed, err := d.checked(id, machine.Resolve, data)
	if err != nil && !errors.Is(err, ErrGone) {
		return err
	}
	_, err = d.act(ctx, by, id, machine.AgentAct{Act: machine.Resolve, Disposition: disposition, Data: typed}, "handoff.resolved",
		joined(d.usual(id, disposition), names(typed)))
	return err
}

// usual is a disposition, where it is one that its queue declares: the audit log holds nothing else that an agent wrote.
func (d *Desk) usual(id, disposition string) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if it := d.items[id]; it != nil && slices.Contains(d.queue(it.Queue).Dispositions, disposition) {
		return disposition
	}
	return ""
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// Destination is where a handoff is transferred to: a queue, an agent, or an agent within a queue.
type Destination struct{ Queue, Agent string }

// Transfer passes it on, with a note for whoever takes it up. A supervisor may pass on what others have.
func (d *Desk) Transfer(ctx context.Context, by Actor, id string, to Destination, note string) (Item, error) {
	if err := d.known(to); err != nil {
		return Item{}, err
	}
	return d.itemAfter(ctx, by, id, machine.AgentAct{Act: machine.Transfer, Queue: to.Queue, To: to.Agent, Text: note}, "handoff.transferred",
		strings.TrimSpace(to.Queue+" "+to.Agent))
}

// Release gives it back to its queue. A supervisor may release what others have.
func (d *Desk) Release(ctx context.Context, by Actor, id string) (Item, error) {
	return d.itemAfter(ctx, by, id, machine.AgentAct{Act: machine.Release}, "handoff.released", "")
}

// TakeOver takes it from whoever has it; an error that wraps ErrNotAllowed for anybody but a supervisor.
func (d *Desk) TakeOver(ctx context.Context, by Actor, id string) (Item, error) {
	if !by.Supervisor {
		return Item{}, ErrNotAllowed
	}
	return d.itemAfter(ctx, by, id, machine.AgentAct{Act: machine.TakeOver}, "handoff.taken_over", "")
}

// Typing shows the customer that an agent is typing.
func (d *Desk) Typing(by Actor, id string) error {
	it, err := d.Item(id)
	if err != nil {
		return err
	}
	d.sees(by.Name)
	if d.o.Typing != nil && it.Channel == string(policy.Chat) && it.By == by.Name {
		d.o.Typing(it.Contact)
	}
	return nil
}

func (d *Desk) itemAfter(ctx context.Context, by Actor, id string, a machine.AgentAct, what, detail string) (Item, error) {
	if _, err := d.act(ctx, by, id, a, what, detail); err != nil {
		return Item{}, err
	}
	return d.Item(id)
}

// act does what an agent does, and returns once it is kept and the desk shows it.
func (d *Desk) act(ctx context.Context, by Actor, id string, a machine.AgentAct, what, detail string) (runtime.Done, error) {
	it, err := d.Item(id)
	if err != nil {
		return d.again(ctx, by, id)
	}
	d.sees(by.Name)
	a.Conversation, a.By = it.Conversation, by.Name
	a.Sole = !(by.Supervisor && (a.Act == machine.Transfer || a.Act == machine.Release))
	if a.Sole && it.By != "" && it.By != by.Name && a.Act != machine.Note && a.Act != machine.TakeOver {
		return runtime.Done{}, &TakenError{it.By}
	}
	key, err := store.ParseKey(it.ContactKey)
	if err != nil {
		return runtime.Done{}, fmt.Errorf("handoff %s: %w", id, err)
	}
	w := runtime.Work{To: runtime.To{Key: key}, ID: by.Once, Event: &machine.Event{Type: "agent", Agent: &a}}
	if d.o.Audit != nil {
		w.Audit = d.o.Audit(Deed{At: d.now(), By: by, Act: what, Contact: key, Conversation: it.Conversation, Detail: detail})
	}
	done, err := d.o.Loop.Do(ctx, w)
	switch {
	case errors.Is(err, runtime.ErrNoContact):
		return done, ErrGone
	case err != nil:
		return done, fmt.Errorf("%s a handoff: %w", a.Act, err)
	case done.Output == nil: // the same was done before
	case done.Output.Has != "":
		return done, &TakenError{done.Output.Has}
	case !done.Output.Handled:
		return done, ErrGone
	}
	return done, nil
}

// again tells of an act about a handoff that is not there any more: that it was done before, by the same request, or ErrGone.
func (d *Desk) again(ctx context.Context, by Actor, id string) (runtime.Done, error) {
	key, err := store.ParseKey(id) // the ids of a contact's handoffs begin with its key
	if err != nil || by.Once == "" {
		return runtime.Done{}, ErrGone
	}
	done, err := d.o.Loop.Do(ctx, runtime.Work{To: runtime.To{Key: key}, ID: by.Once, Edit: func(*machine.Contact) error { return ErrGone }})
	if errors.Is(err, runtime.ErrNoContact) {
		return done, ErrGone
	}
	return done, err
}
