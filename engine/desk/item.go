package desk

import (
	"cmp"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/store"
	"journey/engine/transcript"
)

// State is where a handoff is.
type State string

const (
	Waiting   State = "waiting"   // for an agent
	Scheduled State = "scheduled" // to be taken up later
	Assigned  State = "assigned"  // to an agent who has not taken it up yet
	Claimed   State = "claimed"   // an agent has it
)

// States are all there are.
var States = []State{Waiting, Scheduled, Assigned, Claimed}

// Promise is how it stands with the time within which a customer is to be answered.
type Promise string

const (
	Kept     Promise = "kept"
	Breaking Promise = "breaking" // it is about to break
	Broken   Promise = "broken"
)

// Item is a handoff as lists show it.
type Item struct {
	ID           string    `json:"id"`
	Conversation string    `json:"conversation,omitempty" doc:"left out: messages that no conversation took"`
	Contact      string    `json:"contact"`
	ContactKey   string    `json:"contact_key"`
	Name         string    `json:"name,omitempty" doc:"the contact's"`
	Address      string    `json:"address,omitempty" doc:"the contact's phone number, or else the email"`
	Journey      string    `json:"journey,omitempty"`
	Queue        string    `json:"queue"`
	Skills       []string  `json:"skills,omitempty"`
	Priority     int       `json:"priority" doc:"1 is the most urgent"`
	Reason       string    `json:"reason,omitempty"`
	Recommend    string    `json:"recommend,omitempty" doc:"what to do"`
	State        State     `json:"state" enum:"waiting,scheduled,assigned,claimed"`
	By           string    `json:"by,omitempty" doc:"the agent who has it, or to whom it is assigned"`
	Opened       time.Time `json:"opened"`
	Due          time.Time `json:"due,omitzero" doc:"not before"`
	Callback     bool      `json:"callback,omitempty" doc:"the customer is called back, at due"`
	Channel      string    `json:"channel,omitempty" doc:"in use"`
	Unanswered   time.Time `json:"unanswered_since,omitzero" doc:"since when the customer waits for an answer; left out: all is answered"`
	Deadline     time.Time `json:"answer_by,omitzero" doc:"until when an answer is promised"`
	Promise      Promise   `json:"promise,omitempty" enum:"kept,breaking,broken" doc:"left out: nothing is promised, or all is answered"`
}

// item is a handoff as the desk keeps it. An item is changed under the lock.
type item struct {
	machine.Handoff
	key          store.Key
	contact      string
	name         string
	phone        string
	email        string
	conversation string // empty: what no conversation took
	root         string // the outermost conversation that runs it
	journey      string
	version      graph.Hash
	at           graph.StateIndex
	channel      string
	callback     bool
	secret       bool            // Recommend shows what is sensitive
	unanswered   time.Time       // since when the customer waits for an answer; zero: all is answered
	held         time.Time       // since when By has it, as far as the desk saw it
	read         bool            // said has its last messages
	said         string          // what was said lately, in lower case and without what is sensitive, to be searched
	let          map[string]bool // the agents to whom it was assigned and who did not take it up
	was          State           // as it was last told
	promised     Promise         // the same
}

// state is where it is at a moment.
func (it *item) state(now time.Time) State {
	switch {
	case it.Joined:
		return Claimed
	case it.By != "":
		return Assigned
	case it.Due.After(now):
		return Scheduled
	}
	return Waiting
}

// since is when its wait for an agent begins.
func (it *item) since() time.Time {
	if it.Due.After(it.Opened) {
		return it.Due
	}
	return it.Opened
}

// deadline is until when the customer is to be answered; zero where nothing is promised, or all is answered.
func (it *item) deadline(q *Queue) time.Time {
	if q.Answer == 0 || it.unanswered.IsZero() {
		return time.Time{}
	}
	from := it.unanswered
	if it.Due.After(from) {
		from = it.Due
	}
	return q.next(from).Add(q.Answer)
}

func (it *item) promise(q *Queue, now time.Time) Promise {
	deadline := it.deadline(q)
	switch {
	case deadline.IsZero():
		return ""
	case !now.Before(deadline):
		return Broken
	case !now.Before(deadline.Add(-q.Alert)):
		return Breaking
	}
	return Kept
}

// advice is what to do, for lists, which hold nothing that is sensitive.
func (it *item) advice() string {
	if it.secret {
		return transcript.Mask
	}
	return it.Recommend
}

func (it *item) view(q *Queue, now time.Time) Item {
	return Item{ID: it.ID, Conversation: it.conversation, Contact: it.contact, ContactKey: it.key.String(), Name: it.name, Address: cmp.Or(it.phone, it.email), Journey: it.journey, Queue: it.Queue,
		Skills: it.Skills, Priority: it.Priority, Reason: it.Reason, Recommend: it.advice(), State: it.state(now), By: it.By, Opened: it.Opened, Due: it.Due,
		Callback: it.callback, Channel: it.channel, Unanswered: it.unanswered, Deadline: it.deadline(q), Promise: it.promise(q, now)}
}

// rank is an item's place in a list: a callback that is due comes first, then what is more urgent, then what has waited longest. What is
// not due yet comes after all that is.
type rank struct {
	Later    bool      `json:"l,omitempty"`
	Ordinary bool      `json:"o,omitempty"`
	Priority int       `json:"p"`
	Since    time.Time `json:"s"`
	ID       string    `json:"i"`
}

func (it *item) rank(now time.Time) rank {
	later := it.state(now) == Scheduled
	r := rank{Later: later, Ordinary: !it.callback, Priority: it.Priority, Since: it.since(), ID: it.ID}
	if later { // of what is to come the next is first
		r.Ordinary, r.Priority = false, 0
	}
	return r
}

func (a rank) compare(b rank) int {
	return cmp.Or(compareBools(a.Later, b.Later), compareBools(a.Ordinary, b.Ordinary), cmp.Compare(a.Priority, b.Priority), a.Since.Compare(b.Since),
		cmp.Compare(a.ID, b.ID))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
