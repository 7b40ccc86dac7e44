package runtime

import (
	"context"
	"fmt"
	goruntime "runtime"
	"runtime/debug"
	"slices"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/phone"
	"journey/engine/policy"
	"journey/engine/store"
	"journey/engine/understand"
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

// hasAddress gives a new contact the address that it was looked for by.
func (g *group) hasAddress() {
	switch {
	case len(g.at) > len(telephone) && g.at[:len(telephone)] == telephone:
		g.contact.Phone = g.at[len(telephone):]
		g.contact.PhoneZones = phone.Zones(g.contact.Phone)
	case len(g.at) > len(mail) && g.at[:len(mail)] == mail:
		g.contact.Email = g.at[len(mail):]
	}
}

func (g *group) saw(id string) {
	if g.seen == nil {
		g.seen = map[string]bool{}
	}
	g.seen[id] = true
}

// addressKeys are the records that bear on the contact: of the addresses that it has and had.
func (g *group) addressKeys() (keys []store.Key) {
	uris := []string{g.phone, g.email}
	if g.contact != nil {
		uris = append(uris, phoneOf(g.contact), emailOf(g.contact))
	}
	for i, uri := range uris {
		if uri != "" && !slices.Contains(uris[:i], uri) {
			keys = append(keys, g.b.e.addressKey(uri))
		}
	}
	return keys
}

// unmake gives up what a contact was made for, where it has come to nothing.
func (g *group) unmake() {
	for _, j := range g.jobs {
		if at := j.work.To.Address; at != "" {
			g.b.addresses.at(g.b.e.addressKey(at)).release(g.key)
		}
	}
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

// obey brings the contact in line with what its addresses say.
func (g *group) obey() {
	if g.contact == nil {
		return
	}
	g.records = len(g.contact.Ledger.Records)
	for ch, uri := range map[policy.Channel]string{policy.SMS: phoneOf(g.contact), policy.Email: emailOf(g.contact)} {
		if a := g.b.addresses.known[g.b.e.addressKey(uri)]; uri != "" && a != nil {
			a.obey(g.contact, ch)
		}
	}
	if records := len(g.contact.Ledger.Records); records != g.records {
		g.records, g.state = records, g.contact.Encode()
	}
}

func (g *group) do(ctx context.Context, j *job) error {
	switch {
	case g.err != nil:
		return fmt.Errorf("contact %s: %w", g.key, g.err)
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

func (g *group) addressOf(ch policy.Channel, before, after string) {
	declared := false
	for _, j := range g.jobs {
		declared = declared || j.work.Edit != nil || j.work.To.Address != "" && !j.work.To.Inbound
	}
	if before != "" && before != after {
		k := g.b.e.addressKey(before)
		a := g.b.addresses.at(k)
		a.release(g.key)
		if g.erased {
			a.Words = "" // the opt-out stands, and what was written with it may say more
		}
		g.keepAddress(k, a)
	}
	if after == "" {
		return
	}
	k := g.b.e.addressKey(after)
	a := g.b.addresses.at(k)
	switch {
	case before == after:
		a.learn(g.contact, ch, g.records)
	case a.Out:
		a.obey(g.contact, ch)
		g.state = g.contact.Encode()
		g.change.Contact = g.state
	case g.contact.Ledger.OptedOut(ch): // an opt-out comes along, an opt-in does not
		a.learn(g.contact, ch, 0)
	}
	a.claim(g.key, declared)
	if slices.Contains(g.asked, ch) {
		a.Asked = g.key
	}
	if slices.Contains(g.wrote, ch) {
		a.Wrote = g.key
	}
	g.keepAddress(k, a)
}

func (g *group) keepAddress(k store.Key, a *address) {
	encoded := a.encode()
	if string(encoded) == a.before {
		return
	}
	a.before = string(encoded)
	if g.change.Addresses == nil {
		g.change.Addresses = map[store.Key][]byte{}
	}
	g.change.Addresses[k] = encoded
}
