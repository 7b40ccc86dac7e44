package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Desk acts under this name where it hands out and gives back by itself.
const deskName = "desk"

// look tells of what only time has changed: what has fallen due, promises, and agents who are gone.
func (d *Desk) look() {
	d.mu.Lock()
	now := d.now()
	var changes []Change
	for _, it := range d.items {
		q := d.queue(it.Queue)
		state, promised := it.state(now), it.promise(q, now)
		if it.was == Scheduled && state == Waiting {
			changes = append(changes, Change{Kind: Due, At: now, Item: d.viewOf(it, now)})
		}
		if promised != it.promised && (promised == Breaking || promised == Broken || it.promised == Breaking || it.promised == Broken) {
			changes = append(changes, Change{Kind: Promised, At: now, Item: d.viewOf(it, now)})
		}
		it.was, it.promised = state, promised
	}
	for _, a := range d.agents {
		changes = append(changes, d.presence(a)...)
	}
	d.mu.Unlock()
	for _, c := range changes {
		if c.Kind == Promised && c.Item.Promise != Kept && c.Item.Promise != "" {
			d.log.Warn("a customer waits for an answer that was promised", "promise", c.Item.Promise, "queue", c.Item.Queue, "handoff", c.Item.ID, "answer_by", c.Item.Deadline)
		}
	}
	d.tell(changes)
}

// task is something that the desk does by itself.
type task struct {
	item *item
	key  store.Key
	act  machine.AgentAct
	what string
}

// giveBack releases what agents have who have been gone for too long, and what was handed out to them and lies there.
func (d *Desk) giveBack(ctx context.Context) {
	d.mu.RLock()
	now := d.now()
	var tasks []task
	for _, it := range d.items {
		if it.By == "" {
			continue
		}
		q, a := d.queue(it.Queue), d.agents[it.By]
		if q.Push && q.TakeUp > 0 && it.state(now) == Assigned && now.Sub(it.held) >= q.TakeUp {
			tasks = append(tasks, task{it, it.key, machine.AgentAct{Conversation: it.conversation, Act: machine.Withdraw, By: it.By, Sole: true}, "handoff.not_taken_up"})
			continue
		}
		if q.Vanish < 0 || now.Sub(it.held) < q.Vanish || a != nil && !a.vanished(q.Vanish, now) {
			continue
		}
		tasks = append(tasks, task{it, it.key, machine.AgentAct{Conversation: it.conversation, Act: machine.Release, By: it.By, Sole: true}, "handoff.given_back"})
	}
	d.mu.RUnlock()
	for _, t := range tasks {
		if d.perform(ctx, t) && t.act.Act == machine.Withdraw {
			d.mu.Lock()
			if t.item.let == nil {
				t.item.let = map[string]bool{}
			}
			t.item.let[t.act.By] = true
			d.mu.Unlock()
		}
	}
}

// vanished tells whether an agent has been gone for as long as that.
func (a *agent) vanished(after time.Duration, now time.Time) bool {
	return now.Sub(a.seen(now)) >= after
}

// assign hands out what waits in the queues that push, as long as somebody can take it.
func (d *Desk) assign(ctx context.Context) {
	skipped := map[string]bool{}
	for ctx.Err() == nil {
		t, found := d.nextAssignment(skipped)
		if !found {
			return
		}
		if !d.perform(ctx, t) {
			skipped[t.item.ID] = true // at the next beat again
		}
	}
}

// nextAssignment is the first item for which somebody is there.
func (d *Desk) nextAssignment(skipped map[string]bool) (task, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.pushes() {
		return task{}, false
	}
	now := d.now()
	for _, r := range d.ranked(Filter{States: []State{Waiting}}, now) {
		it := r.item
		q := d.queue(it.Queue)
		if !q.Push || skipped[it.ID] {
			continue
		}
		if a := d.pick(q, it, now); a != nil {
			d.turn++
			a.given = d.turn
			return task{it, it.key, machine.AgentAct{Conversation: it.conversation, Act: machine.Transfer, To: a.Name, Sole: true}, "handoff.assigned"}, true
		}
	}
	return task{}, false
}

func (d *Desk) pushes() bool {
	for _, q := range d.queues {
		if q.Push {
			return true
		}
	}
	return false
}

// pick takes, of the agents who can take an item, one who has not let it lie, of those the one who has least, and of those the one to whom
// nothing was given for longest.
func (d *Desk) pick(q *Queue, it *item, now time.Time) *agent {
	type candidate struct {
		*agent
		load int
	}
	var list []candidate
	for _, a := range d.agents {
		if !a.available || !a.present(now) || !a.fits(q, it) {
			continue
		}
		load := d.has(a.Name, "")
		if a.Capacity > 0 && load >= a.Capacity || q.Capacity > 0 && d.has(a.Name, q.Name) >= q.Capacity {
			continue
		}
		list = append(list, candidate{a, load})
	}
	if len(list) == 0 {
		return nil
	}
	return slices.MinFunc(list, func(a, b candidate) int {
		return cmp.Or(compareBools(it.let[a.Name], it.let[b.Name]), cmp.Compare(a.load, b.load), cmp.Compare(a.given, b.given), cmp.Compare(a.Name, b.Name))
	}).agent
}

// perform does one thing by the desk itself. What an agent did meanwhile stands.
func (d *Desk) perform(ctx context.Context, t task) bool {
	w := runtime.Work{To: runtime.To{Key: t.key}, Event: &machine.Event{Type: "agent", Agent: &t.act}}
	if d.o.Audit != nil {
		w.Audit = d.o.Audit(Deed{At: d.now(), By: Actor{Name: deskName}, Act: t.what, Contact: t.key, Conversation: t.act.Conversation, Detail: t.act.By + t.act.To})
	}
	done, err := d.o.Loop.Do(ctx, w)
	if err != nil && ctx.Err() == nil {
		d.log.Error("what waits can't be handed out or given back", "error", err)
	}
	return err == nil && done.Output != nil && done.Output.Handled
}
