package desk

import (
	"slices"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// touched tells whether an agent answered in an entry, or the customer wrote.
func (it *item) touched(e *machine.LogEntry) (answered, wrote bool) {
	for i := range e.Effects {
		f := &e.Effects[i]
		switch {
		case f.Deliver != nil && f.Deliver.By == machine.ByAgent && f.Deliver.Conversation == it.conversation:
			answered = true
		case f.Heard != nil && f.Heard.Conversation == it.conversation && (it.conversation != "" || f.Heard.Unrouted):
			wrote = true
		}
	}
	return answered, wrote
}

// follow takes in a conversation that has a handoff. others are those that came with it.
func (it *item) follow(c *machine.Conversation, others []*machine.Conversation) {
	it.Handoff, it.conversation, it.journey, it.version, it.at = *c.Handoff, c.ID, c.Journey, c.Version, c.State
	root := c
	for root.Parent != "" {
		parent := conversation(others, root.Parent)
		if parent == nil {
			break
		}
		root = parent
	}
	if root.Parent == "" {
		it.root, it.channel = root.ID, string(root.Channel)
	}
	if it.channel == "" {
		it.channel = string(c.Channel)
	}
}

// is says whose item it is.
func (it *item) is(c *machine.Contact) {
	it.contact, it.name, it.phone, it.email = c.ID, c.Name, c.Phone, c.Email
}

func (it *item) followUnrouted(u *machine.Unrouted) {
	it.Handoff, it.channel = u.Handoff, string(u.Channel)
}

func conversation(list []*machine.Conversation, id string) *machine.Conversation {
	for _, c := range list {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// declared takes in what the journey says of the handoff: that the customer was promised to be called back, which is more than that nobody
// was there, and that what to do shows what is sensitive.
func (d *Desk) declared(it *item) {
	it.callback, it.secret = false, false
	g := d.o.Journeys.Graph(it.version)
	if it.conversation == "" || g == nil || it.at < 0 || int(it.at) >= len(g.States) {
		return
	}
	if h := g.States[it.at].Handoff; h != nil {
		it.callback = !it.Due.IsZero() && h.Callback != nil
		it.secret = h.Recommend != nil && h.Recommend.Sensitive
	}
}

// put adds an item in place of the one that its conversation had. The lock is held.
func (d *Desk) put(it *item) {
	if d.of[it.key] == nil {
		d.of[it.key] = map[string]*item{}
	}
	if old := d.of[it.key][it.conversation]; old != nil {
		delete(d.items, old.ID)
	}
	d.of[it.key][it.conversation], d.items[it.ID] = it, it
}

// drop takes an item away. The lock is held.
func (d *Desk) drop(it *item) {
	delete(d.items, it.ID)
	delete(d.of[it.key], it.conversation)
	if len(d.of[it.key]) == 0 {
		delete(d.of, it.key)
	}
}

// happened follows one entry of the log. It is called from the loop and does not wait.
func (d *Desk) happened(h runtime.Happened) {
	d.mu.Lock()
	var changes []Change
	if d.concerns(&h) {
		changes = d.take(&h)
	}
	d.mu.Unlock()
	d.tell(changes)
	if len(changes) > 0 {
		d.wake()
	}
}

// concerns tells whether an entry can change anything here: most are about customers who are in automation's hands. The lock is held.
func (d *Desk) concerns(h *runtime.Happened) bool {
	return !d.loaded || len(d.of[h.Key]) > 0 || h.Contact.Unrouted != nil ||
		slices.ContainsFunc(h.Conversations, func(c *machine.Conversation) bool { return c.Handoff != nil })
}

// take brings the items of a contact up to date, and says what changed. The lock is held.
func (d *Desk) take(h *runtime.Happened) []Change {
	before := map[string]bool{}
	for _, it := range d.of[h.Key] {
		before[it.ID] = true
	}
	closed := map[string]Item{}
	for _, c := range h.Conversations {
		d.isFresh(h.Key, c.ID)
		d.takeConversation(h, c, closed)
	}
	d.isFresh(h.Key, "")
	d.takeUnrouted(h, closed)
	d.takeMessages(h)
	return d.changes(h, before, closed)
}

// Renamed brings up to date whose items a contact's are, where nothing but the contact was changed, which the engine tells nobody.
func (d *Desk) Renamed(key store.Key, c *machine.Contact) {
	d.mu.Lock()
	now := d.now()
	var changes []Change
	for _, it := range d.of[key] {
		it.is(c)
		changes = append(changes, Change{Kind: Changed, At: now, Item: d.viewOf(it, now)})
	}
	d.mu.Unlock()
	d.tell(changes)
}

// Forget drops what a contact had that was erased, which the engine tells nobody.
func (d *Desk) Forget(key store.Key) {
	d.mu.Lock()
	now := d.now()
	var changes []Change
	for _, it := range d.of[key] {
		d.drop(it)
		changes = append(changes, Change{Kind: Closed, At: now, Item: &Item{ID: it.ID, Queue: it.Queue, ContactKey: key.String(), State: it.state(now)}, How: "erased"})
	}
	d.mu.Unlock()
	d.tell(changes)
}

func (d *Desk) isFresh(key store.Key, conversation string) {
	if d.loaded {
		return
	}
	if d.fresh[key] == nil {
		d.fresh[key] = map[string]bool{}
	}
	d.fresh[key][conversation] = true
}

func (d *Desk) takeConversation(h *runtime.Happened, c *machine.Conversation, closed map[string]Item) {
	it := d.of[h.Key][c.ID]
	if it != nil && (c.Handoff == nil || !c.Open() || c.Handoff.ID != it.ID) {
		closed[it.ID] = it.view(d.queue(it.Queue), d.now())
		d.drop(it)
		it = nil
	}
	if c.Handoff == nil || !c.Open() {
		d.wentOn(h, c)
		return
	}
	if it == nil {
		it = &item{key: h.Key, unanswered: c.Handoff.Opened}
	}
	had := it.By
	it.follow(c, h.Conversations)
	if it.By != had {
		it.held = h.Entry.At
	}
	it.is(h.Contact)
	d.declared(it)
	d.put(it)
}

// wentOn follows the conversation that runs one with a handoff: the channel in use is the outermost one's.
func (d *Desk) wentOn(h *runtime.Happened, c *machine.Conversation) {
	for _, it := range d.of[h.Key] {
		if it.root == c.ID && c.Channel != "" {
			it.channel = string(c.Channel)
		}
	}
}

func (d *Desk) takeUnrouted(h *runtime.Happened, closed map[string]Item) {
	u, it := h.Contact.Unrouted, d.of[h.Key][""]
	if it != nil && (u == nil || u.ID != it.ID) {
		closed[it.ID] = it.view(d.queue(it.Queue), d.now())
		d.drop(it)
		it = nil
	}
	if u == nil {
		return
	}
	if it == nil {
		it = &item{key: h.Key, unanswered: u.Opened}
	}
	had := it.By
	it.followUnrouted(u)
	if it.By != had {
		it.held = h.Entry.At
	}
	it.is(h.Contact)
	d.put(it)
}

// takeMessages notes who has answered whom.
func (d *Desk) takeMessages(h *runtime.Happened) {
	for _, it := range d.of[h.Key] {
		it.is(h.Contact)
		answered, wrote := it.touched(h.Entry)
		it.read = it.read && !hasMessages(h.Entry)
		switch {
		case answered:
			it.unanswered = time.Time{}
		case wrote && it.unanswered.IsZero():
			it.unanswered = h.Entry.At
		}
	}
}

// changes puts into words for those who watch what an entry did.
func (d *Desk) changes(h *runtime.Happened, before map[string]bool, closed map[string]Item) (list []Change) {
	at, act, by := h.Entry.At, machine.Act(""), ""
	if a := h.Entry.Event.Agent; a != nil {
		act, by = a.Act, a.By
	}
	messages := hasMessages(h.Entry)
	for i := range h.Entry.Effects {
		f := &h.Entry.Effects[i]
		if f.Handoff == nil {
			continue
		}
		c := Change{Kind: kindOf(f.Handoff, act), At: at, Agent: by, How: f.Handoff.How}
		if f.Handoff.Closed {
			if view, known := closed[f.Handoff.Handoff.ID]; known {
				c.Item = &view
				delete(closed, f.Handoff.Handoff.ID)
			}
		} else if it := d.items[f.Handoff.Handoff.ID]; it != nil && (act != "" || !before[it.ID]) {
			c.Item = d.viewOf(it, at)
			it.was = it.state(at)
		}
		if c.Item != nil {
			list = append(list, c)
		}
	}
	for _, view := range closed {
		list = append(list, Change{Kind: Closed, At: at, Agent: by, Item: &view, How: "ended"})
	}
	kind := Messaged
	switch {
	case act == machine.Note:
		kind = Noted
	case !messages && strings.HasPrefix(h.Entry.Event.Type, "chat."):
		kind = Changed
	case !messages:
		return list
	}
	for _, it := range d.of[h.Key] {
		list = append(list, Change{Kind: kind, At: at, Agent: by, Item: d.viewOf(it, at)})
	}
	return list
}

// hasMessages tells whether either side wrote in an entry.
func hasMessages(e *machine.LogEntry) bool {
	return slices.ContainsFunc(e.Effects, func(f machine.Effect) bool { return f.Heard != nil || f.Deliver != nil })
}

func (d *Desk) viewOf(it *item, now time.Time) *Item {
	view := it.view(d.queue(it.Queue), now)
	return &view
}

func kindOf(h *machine.HandoffChange, act machine.Act) Kind {
	switch {
	case h.Closed:
		return Closed
	case act == machine.Transfer && h.Handoff.By != "":
		return HandedOut
	case act == machine.Transfer:
		return Transferred
	case act == machine.Release, act == machine.Withdraw:
		return Released
	case act == machine.TakeOver:
		return TakenOver
	case h.Handoff.Joined:
		return Taken
	}
	return Opened
}
