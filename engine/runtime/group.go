package runtime

import (
	"context"
	"fmt"
	goruntime "runtime"
	"runtime/debug"

	"journey/engine/machine"
	"journey/engine/phone"
	"journey/engine/policy"
	"journey/engine/store"
)

// group is all that a batch does about one contact, in order.
type group struct {
	b    *batch
	key  store.Key
	id   string // the contact's, where it may have to be made
	at   string // the address that a new contact is found by
	jobs []*job

	contact *machine.Contact // as it stands after the last job; nil: there is none
	state   []byte           // the same, as it is stored
	open    []store.Record
	seen    map[string]bool
	phone   string // before the batch
	email   string
	records int   // of its consents, before the batch
	err     error // why nothing can be done about the contact
	made    bool  // there was none
	erased  bool

	changed  bool
	change   store.Change
	happened []Happened
	asked    []policy.Channel // where a conversation of it asked
	wrote    []policy.Channel // where either side wrote
}

// begin takes in what is stored.
func (g *group) begin(events []string, s *store.Snapshot) {
	for i, id := range events {
		if s.Seen[i] {
			g.saw(id)
		}
	}
	g.state, g.open, g.change.Key = s.Contact, s.Open, g.key
	if s.Contact == nil {
		if g.id != "" {
			g.made = true
			g.contact = &machine.Contact{ID: g.id}
			g.hasAddress()
			g.state = g.contact.Encode()
		}
		return
	}
	if g.contact, g.err = machine.DecodeContact(s.Contact); g.err == nil {
		g.phone, g.email = phoneOf(g.contact), emailOf(g.contact)
	}
}

func (g *group) saw(id string) {
	if g.seen == nil {
		g.seen = map[string]bool{}
	}
	g.seen[id] = true
}

// run does the jobs. A panic is a defect that the contact meets; all others are served, and nothing is done about this one.
func (g *group) run(ctx context.Context) {
	defer func() {
		if defect := recover(); defect != nil {
			// What was panicked with may hold what a customer wrote, unless the language itself did it.
			words := fmt.Sprintf("%T", defect)
			if err, ok := defect.(goruntime.Error); ok {
				words = err.Error()
			}
			g.changed, g.erased, g.happened = false, false, nil
			for _, j := range g.jobs {
				j.err = fmt.Errorf("contact %s: panic: %s\n%s", g.key, words, debug.Stack())
			}
		}
	}()
	g.obey()
	for _, j := range g.jobs {
		if j.err = g.do(ctx, j); j.err == nil {
			j.result.Contact = g.contact
		}
	}
}

func (g *group) do(ctx context.Context, j *job) error {
	switch {
	case g.err != nil:
		return fmt.Errorf("contact %s: %w", g.key, g.err)
	case g.contact == nil && j.work.erase:
		g.erased = true // the store knows what may be left of an erasure that failed
		return nil
	case g.contact == nil:
		return fmt.Errorf("%s: %w", g.key, ErrNoContact)
	case g.erased && j.back != nil:
		return fmt.Errorf("%s: %w", g.key, ErrNoContact)
	case g.erased:
		return fmt.Errorf("contact %s is being erased: %w", g.key, ErrBusy)
	case j.fire:
		return g.fire(ctx)
	case j.back != nil:
		return g.takeBack(ctx, j.back)
	}
	w := &j.work
	if w.ID != "" && g.seen[w.ID] {
		j.result.Seen = true
		return nil
	}
	contact, state := g.contact, g.state
	if err := g.edit(w.Edit); err != nil {
		return err
	}
	if w.Event != nil {
		out, err := g.step(ctx, *w.Event)
		if err != nil {
			g.contact, g.state = contact, state
			return err
		}
		j.result.Output = out
		g.lost(w.Event, out)
	}
	g.changed = true
	if w.ID != "" {
		g.saw(w.ID)
		g.change.Events = append(g.change.Events, w.ID)
	}
	if w.Audit != nil && !refused(w.Event, j.result.Output) {
		g.change.Audit = append(g.change.Audit, w.Audit)
	}
	if w.send != nil {
		g.letOut(w.send)
	}
	if w.Bury != 0 {
		g.change.Buried = append(g.change.Buried, w.Bury)
	}
	if w.erase {
		g.erase()
	}
	return nil
}

// refused tells of an agent's act that was not done: another agent has the conversation, or it is in nobody's hands any more.
func refused(ev *machine.Event, out *machine.Output) bool {
	return ev != nil && ev.Agent != nil && !out.Handled
}

// erase leaves nothing of the contact in this commit; its key is discarded after it.
func (g *group) erase() {
	g.erased, g.open = true, nil
	g.contact = &machine.Contact{ID: g.contact.ID}
	g.state = g.contact.Encode()
	g.change.Log, g.change.Out, g.change.Started, g.change.Ended, g.happened = nil, nil, nil, nil, nil
}

// edit changes a copy of the contact, which counts only if the change is allowed.
func (g *group) edit(f func(*machine.Contact) error) error {
	if f == nil {
		return nil
	}
	c, err := machine.DecodeContact(g.state)
	if err != nil {
		return err
	}
	before := c.Phone
	if err := f(c); err != nil {
		return err
	}
	if c.Phone != before {
		c.PhoneZones = phone.Zones(c.Phone)
	}
	g.contact, g.state = c, c.Encode()
	return nil
}

// finish completes the change, and has the addresses learn from it. Groups do so one after the other.
func (g *group) finish() {
	g.change.Contact, g.change.Open, g.change.Online = g.state, g.open, g.contact.Online
	g.change.Waiting = g.contact.Unrouted != nil
	for _, r := range g.open {
		c, err := machine.DecodeConversation(r.Bytes)
		if err != nil {
			continue // it stays as it is: whoever wants to do something about it is told
		}
		g.change.Waiting = g.change.Waiting || c.Handoff != nil
		for _, t := range c.Timers {
			if g.change.Wake.IsZero() || t.At.Before(g.change.Wake) {
				g.change.Wake = t.At
			}
		}
	}
	g.addressOf(policy.SMS, g.phone, phoneOf(g.contact))
	g.addressOf(policy.Email, g.email, emailOf(g.contact))
}
