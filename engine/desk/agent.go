package desk

import (
	"slices"
	"strings"
	"time"
)

// Agent is somebody who takes handoffs.
type Agent struct {
	Name     string
	Skills   []string // none: whatever is asked for
	Queues   []string // none: all
	Capacity int      // how many conversations they are given at once; 0: as many as come
}

// AgentState is an agent as they are now.
type AgentState struct {
	Name      string    `json:"name"`
	Skills    []string  `json:"skills,omitempty" doc:"none: whatever is asked for"`
	Queues    []string  `json:"queues,omitempty" doc:"none: all"`
	Capacity  int       `json:"capacity,omitempty" doc:"how many conversations they are given at once; left out: as many as come"`
	Load      int       `json:"load" doc:"how many they have"`
	Present   bool      `json:"present" doc:"the inbox is open, or they did something in the last minutes"`
	Available bool      `json:"available" doc:"they say so; away is the opposite"`
	Seen      time.Time `json:"seen,omitzero" doc:"when last, since the server began"`
}

// agent is somebody as the desk knows them.
type agent struct {
	Agent
	known     bool // by the configuration
	available bool
	streams   int       // open inboxes
	acted     time.Time // last
	left      time.Time // when an inbox was closed last
	given     uint64    // the turn at which something was assigned to them last
	was       bool      // present, as it was last told
}

// An agent is taken to be there this long after an act, and after the inbox was closed, which may be opened again at once.
const (
	lively  = 5 * time.Minute
	reloads = 30 * time.Second
)

func (a *agent) present(now time.Time) bool {
	return a.streams > 0 || now.Sub(a.left) < reloads || a.acted.After(a.left) && now.Sub(a.acted) < lively
}

// seen is when the agent was there last.
func (a *agent) seen(now time.Time) time.Time {
	switch {
	case a.streams > 0:
		return now
	case a.acted.After(a.left):
		return a.acted
	}
	return a.left
}

func (a *agent) serves(queue string) bool {
	return len(a.Queues) == 0 || slices.Contains(a.Queues, queue)
}

// fits tells whether an agent is one for an item of a queue: where both declare skills, all that are asked for are the agent's.
func (a *agent) fits(q *Queue, it *item) bool {
	if !a.serves(q.Name) {
		return false
	}
	if len(q.Skills) == 0 || len(a.Skills) == 0 {
		return true
	}
	for _, skill := range it.Skills {
		if !speaks(a.Skills, skill) {
			return false
		}
	}
	return true
}

// agent gives an agent, whom it gets to know by their name. The lock is held.
func (d *Desk) agent(name string) *agent {
	a := d.agents[name]
	if a == nil {
		a = &agent{Agent: Agent{Name: name}, available: true}
		d.agents[name] = a
	}
	return a
}

// Enter says that an agent's inbox is open, until leave is called.
func (d *Desk) Enter(name string) (leave func()) {
	d.mu.Lock()
	a := d.agent(name)
	a.streams++
	changes := d.presence(a)
	d.mu.Unlock()
	d.tell(changes)
	d.wake()
	left := false
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if !left {
			left = true
			a.streams--
			a.left = d.now()
		}
	}
}

// sees notes that an agent did something.
func (d *Desk) sees(name string) {
	d.mu.Lock()
	a := d.agent(name)
	a.acted = d.now()
	changes := d.presence(a)
	d.mu.Unlock()
	d.tell(changes)
}

// presence tells where an agent has come or gone. The lock is held.
func (d *Desk) presence(a *agent) []Change {
	now := d.now()
	if here := a.present(now); here != a.was {
		a.was = here
		return []Change{{Kind: Presence, At: now, Agent: a.Name}}
	}
	return nil
}

// SetAvailable says whether an agent takes on more, or is away.
func (d *Desk) SetAvailable(name string, available bool) AgentState {
	d.mu.Lock()
	a, now := d.agent(name), d.now()
	a.available, a.acted, a.was = available, now, true
	s := d.agentState(a, now)
	d.mu.Unlock()
	d.tell([]Change{{Kind: Presence, At: now, Agent: name}})
	d.wake()
	return s
}

// Agents are those that are configured and those who have been here, by name.
func (d *Desk) Agents() []AgentState {
	d.mu.RLock()
	defer d.mu.RUnlock()
	now := d.now()
	list := []AgentState{}
	for _, a := range d.agents {
		list = append(list, d.agentState(a, now))
	}
	slices.SortFunc(list, func(a, b AgentState) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Agent is one agent as they are now.
func (d *Desk) Agent(name string) AgentState {
	d.mu.RLock()
	defer d.mu.RUnlock()
	a := d.agents[name]
	if a == nil {
		a = &agent{Agent: Agent{Name: name}, available: true}
	}
	return d.agentState(a, d.now())
}

func (d *Desk) agentState(a *agent, now time.Time) AgentState {
	return AgentState{Name: a.Name, Skills: a.Skills, Queues: a.Queues, Capacity: a.Capacity, Load: d.has(a.Name, ""), Present: a.present(now),
		Available: a.available, Seen: a.seen(now)}
}

// has counts what an agent has, of one queue or of all. A lock is held.
func (d *Desk) has(name, queue string) (n int) {
	for _, it := range d.items {
		if it.By == name && (queue == "" || it.Queue == queue) {
			n++
		}
	}
	return n
}
