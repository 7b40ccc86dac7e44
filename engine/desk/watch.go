package desk

import (
	"time"
)

// Kind is what has changed.
type Kind string

const (
	Opened      Kind = "opened"
	Due         Kind = "due" // what was to be taken up later waits now
	Taken       Kind = "claimed"
	HandedOut   Kind = "assigned"
	Transferred Kind = "transferred" // to another queue or agent
	Released    Kind = "released"    // back to its queue
	TakenOver   Kind = "taken_over"
	Closed      Kind = "closed"
	Messaged    Kind = "message" // either side wrote
	Noted       Kind = "note"
	Changed     Kind = "changed"  // the customer opened the chat page, or left it
	Promised    Kind = "promise"  // one is about to break, is broken, or is kept again
	Presence    Kind = "presence" // an agent came or went, or is away
	Typing      Kind = "typing"   // the customer
	Missed      Kind = "reload"   // more than who follows could take: what the desk has is to be read again
)

// Change is something that those who watch the desk are told.
type Change struct {
	Kind  Kind      `json:"kind" enum:"opened,due,claimed,assigned,transferred,released,taken_over,closed,message,note,changed,promise,presence,typing,reload"`
	At    time.Time `json:"time"`
	Item  *Item     `json:"handoff,omitempty" doc:"as it is now; as it was last, where it is closed"`
	Agent string    `json:"agent,omitempty" doc:"who did it, or whom it is about"`
	How   string    `json:"how,omitempty" doc:"closed: resolved, returned, or why else"`
}

// Watch has f told of every change, in order; f may not wait and may not call the desk. It is told no more once cancel has returned.
func (d *Desk) Watch(f func(Change)) (cancel func()) { return d.watchers.Add(f) }

// backlog is how many changes one who follows may be behind.
const backlog = 256

// Follow is Watch for one who may be slow. Where more changes came than wait for it they are dropped, and one of the kind Missed is in their
// place.
func (d *Desk) Follow() (changes <-chan Change, cancel func()) {
	waiting := make(chan Change, backlog)
	return waiting, d.Watch(func(c Change) {
		for {
			select {
			case waiting <- c:
				return
			default:
			}
			c = Change{Kind: Missed, At: c.At}
			for drained := false; !drained; {
				select {
				case <-waiting:
				default:
					drained = true
				}
			}
		}
	})
}

func (d *Desk) tell(changes []Change) {
	for _, c := range changes {
		d.watchers.Tell(c)
	}
}

// CustomerTyping tells those who watch that a contact, by its id, is typing.
func (d *Desk) CustomerTyping(contact string) {
	d.mu.RLock()
	now := d.now()
	var changes []Change
	for _, it := range d.items {
		if it.contact == contact {
			view := it.view(d.queue(it.Queue), now)
			changes = append(changes, Change{Kind: Typing, At: now, Item: &view})
		}
	}
	d.mu.RUnlock()
	d.tell(changes)
}
