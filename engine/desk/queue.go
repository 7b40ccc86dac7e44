package desk

import (
	"slices"
	"strings"
	"time"

	"journey/engine/schedule"
)

// Queue is where conversations wait, and what is promised there. One that is not configured is there as soon as it is named, with
// defaults.
type Queue struct {
	Name     string
	Skills   []string        // what its agents know; none: everybody serves all of it
	Hours    *schedule.Hours // nil: always open
	Capacity int             // how much of it one agent is given at once; 0: as much as comes
	Answer   time.Duration   // within which a customer is promised an answer, while it is open; 0: nothing is promised
	Alert    time.Duration   // before that promise breaks, it is told; 0: a quarter of it
	Push     bool            // it is handed out; else agents take from it
	TakeUp   time.Duration   // within which an agent takes up what is handed out to them, before it goes to another; 0: 5 minutes; negative: it stays
	Vanish   time.Duration   // how long an agent may be gone who has some of it; 0: 10 minutes; negative: for good
	Absent   bool            // where no agent is there it is closed, so that agent.unavailable is raised

	Dispositions []string // the usual ends of its conversations, the commonest first; none: defaults
}

const (
	defaultTakeUp = 5 * time.Minute
	defaultVanish = 10 * time.Minute
)

var defaultDispositions = []string{"solved", "not solved", "no answer from the customer", "spam"}

func (q Queue) complete() *Queue {
	if q.Vanish == 0 {
		q.Vanish = defaultVanish
	}
	if q.TakeUp == 0 {
		q.TakeUp = defaultTakeUp
	}
	if len(q.Dispositions) == 0 {
		q.Dispositions = defaultDispositions
	}
	if q.Alert == 0 {
		q.Alert = q.Answer / 4
	}
	return &q
}

// QueueState is a queue as it is now.
type QueueState struct {
	Name      string    `json:"name"`
	Waiting   int       `json:"waiting" doc:"for an agent, now"`
	Scheduled int       `json:"scheduled" doc:"to be taken up later: callbacks, and what came outside the hours"`
	InHand    int       `json:"in_hand" doc:"an agent has it"`
	Oldest    time.Time `json:"oldest,omitzero" doc:"since when the one that waits longest has waited"`
	Open      bool      `json:"open" doc:"it is within the queue's hours"`
	Opens     time.Time `json:"opens,omitzero" doc:"when it is open again; left out while it is"`
	Agents    int       `json:"agents" doc:"who are there for it and available"`
	Mode      string    `json:"assign" enum:"pull,push"`
	Answer    float64   `json:"answered_within_seconds,omitempty" doc:"the promise"`
	Breaking  int       `json:"breaking" doc:"customers whose promise is about to break"`
	Broken    int       `json:"broken" doc:"customers whose promise is broken"`
}

// queue gives a queue, one with defaults where it is not configured. A lock is held.
func (d *Desk) queue(name string) *Queue {
	if q := d.queues[name]; q != nil {
		return q
	}
	return Queue{Name: name}.complete()
}

// Queues are all that are configured, named by a live journey, or have something in them, by name.
func (d *Desk) Queues() []QueueState {
	d.mu.RLock()
	defer d.mu.RUnlock()
	now := d.now()
	list := []QueueState{}
	for _, name := range d.queueNames() {
		list = append(list, d.stateOf(d.queue(name), now))
	}
	return list
}

func (d *Desk) stateOf(q *Queue, now time.Time) QueueState {
	s := QueueState{Name: q.Name, Open: q.open(now), Mode: "pull", Answer: q.Answer.Seconds(), Agents: d.serving(q, now)}
	if q.Push {
		s.Mode = "push"
	}
	if !s.Open {
		s.Opens = q.next(now)
	}
	for _, it := range d.items {
		if it.Queue != q.Name {
			continue
		}
		switch it.state(now) {
		case Scheduled:
			s.Scheduled++
		case Waiting:
			s.Waiting++
			if since := it.since(); s.Oldest.IsZero() || since.Before(s.Oldest) {
				s.Oldest = since
			}
		default:
			s.InHand++
		}
		switch it.promise(q, now) {
		case Breaking:
			s.Breaking++
		case Broken:
			s.Broken++
		}
	}
	return s
}

// queueNames are the names of all queues, sorted. A lock is held.
func (d *Desk) queueNames() []string {
	var names []string
	for name := range d.queues {
		names = append(names, name)
	}
	for _, it := range d.items {
		names = append(names, it.Queue)
	}
	for _, g := range d.o.Journeys.Live() {
		for i := range g.States {
			if h := g.States[i].Handoff; h != nil {
				names = append(names, h.Queue)
			}
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

func (q *Queue) open(now time.Time) bool { return q.Hours == nil || q.Hours.Open(now) }

func (q *Queue) next(now time.Time) time.Time {
	if q.Hours == nil {
		return now
	}
	return q.Hours.Next(now)
}

// comeBack is how long agents have to come back to a desk that has begun.
const comeBack = time.Minute

// Hours are the times at which agents are there for a queue, nil for always: what runtime.Engine.Hours asks for. A queue that counts on
// somebody being there is closed for this minute where nobody is, so that agent.unavailable is raised, and what is not handled there
// waits from the next minute on.
func (d *Desk) Hours(queue string) *schedule.Hours {
	d.mu.RLock()
	defer d.mu.RUnlock()
	q, now := d.queue(queue), d.now()
	if !q.Absent || !q.open(now) || d.serving(q, now) > 0 || now.Sub(d.begun) < comeBack {
		return q.Hours
	}
	return closedNow(now)
}

// closedNow are hours that are closed for the minute of a moment only.
func closedNow(now time.Time) *schedule.Hours {
	minute := now.UTC().Hour()*60 + now.UTC().Minute()
	next := (minute + 1) % (24 * 60)
	return &schedule.Hours{Times: []schedule.OpenTime{{Days: everyDay, Window: schedule.Window{From: schedule.Clock(next), Until: schedule.Clock(minute)}}}, Zone: "UTC"}
}

const everyDay schedule.Days = 1<<7 - 1

// serving counts the agents who are there for a queue. A lock is held.
func (d *Desk) serving(q *Queue, now time.Time) (n int) {
	for _, a := range d.agents {
		if a.available && a.present(now) && a.serves(q.Name) {
			n++
		}
	}
	return n
}

// speaks tells whether a skill is among those that an agent has. A language serves its regional forms: en serves en-US.
func speaks(have []string, skill string) bool {
	return slices.ContainsFunc(have, func(h string) bool {
		return strings.EqualFold(h, skill) || len(skill) > len(h) && skill[len(h)] == '-' && strings.EqualFold(h, skill[:len(h)])
	})
}
