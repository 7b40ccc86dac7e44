package check

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// universe numbers the facts of a journey.
type universe struct {
	paths   map[string]int // data, the contact's fields, and paths that some guard tests
	trigger events
	event   events
	size    int
	width   int // words
}

// events are those that `trigger` or `event` may be; a bit says that it is not this one.
type events struct {
	base  int
	types []string
}

const (
	nothing = ""  // what happens without an event: a timer fires
	unknown = "?" // some event, behind something that was reported: nothing is concluded from it
)

// newUniverse numbers what the journey's expressions may ask.
func newUniverse(j *journey, triggers []string) *universe {
	u := &universe{paths: make(map[string]int, len(j.Data)+8)}
	for i := range j.Data {
		u.path(j.Data[i].Name)
	}
	for _, field := range []string{"name", "phone", "email"} {
		u.path("contact." + field)
	}
	j.eachGuard(func(e *graph.Expr) {
		if e.Checked == nil {
			return
		}
		u.learn(e.Checked.WhenTrue)
		u.learn(e.Checked.WhenFalse)
	})
	u.trigger = events{u.size, append(slices.Clone(triggers), unknown)}
	u.size += len(triggers) + 1
	u.event = events{u.size, j.handledEvents(triggers)}
	u.size += len(u.event.types)
	u.width = (u.size + 63) / 64
	return u
}

func (u *universe) learn(known []expression.Fact) {
	for _, k := range known {
		if k.NonNil {
			u.path(k.Path)
		}
	}
}

func (u *universe) path(p string) {
	if _, ok := u.paths[p]; !ok {
		u.paths[p] = u.size
		u.size++
	}
}

// handledEvents lists the events that `event` may be somewhere in the journey.
func (j *journey) handledEvents(triggers []string) []string {
	list := []string{nothing, unknown}
	add := func(event string) {
		if strings.Contains(event, ".") && !slices.Contains(list, event) {
			list = append(list, event)
		}
	}
	for _, t := range triggers {
		add(t)
	}
	for _, m := range messageEvents {
		add(m)
	}
	for i := range j.States {
		for _, h := range j.States[i].On {
			add(h.Event)
		}
	}
	for _, h := range j.On {
		add(h.Event)
	}
	for _, h := range j.Exits {
		add(h.Event)
	}
	for _, event := range []string{"message.blocked", "message.failed", "message.unhandled"} {
		add(event)
	}
	return list
}

var messageEvents = []string{"chat.message", "sms.message", "email.message"}

// eachGuard calls do for every guard of a journey.
func (j *journey) eachGuard(do func(*graph.Expr)) {
	visit := func(e *graph.Expr) {
		if e != nil {
			do(e)
		}
	}
	for i := range j.Entries {
		visit(j.Entries[i].When)
	}
	for i := range j.Escalations {
		visit(j.Escalations[i].When)
	}
	j.EachRule(func(r *graph.Rule, _ graph.StateIndex) { visit(r.When) })
}
