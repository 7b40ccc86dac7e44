package simulate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"journey/engine/compile"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/phone"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/understand"
)

// clock is virtual: time passes when a scenario says so.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// secrets are predictable: codes 100001, 100002, … in the order in which they are made.
type secrets struct{ codes, tokens, ids int }

func (s *secrets) Code() string  { s.codes++; return strconv.Itoa(100000 + s.codes) }
func (s *secrets) Token() string { s.tokens++; return "t" + strconv.Itoa(s.tokens) }
func (s *secrets) ID() string    { s.ids++; return "e" + strconv.Itoa(s.ids) }

// versions are the journeys that are live in a scenario, and those that they run.
type versions struct {
	all         map[graph.Hash]*graph.Journey
	live        []*graph.Journey
	classifiers *Classifiers
}

func (v *versions) Graph(hash graph.Hash) *graph.Journey { return v.all[hash] }
func (v *versions) Live() []*graph.Journey               { return v.live }
func (v *versions) Classifier(hash graph.Hash) understand.Classifier {
	return v.classifiers.of(v.all[hash])
}

// defaultClock is where a scenario begins that names no time: a Monday morning.
var defaultClock = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)

// world is all that surrounds one case.
type world struct {
	unit     *compile.Unit
	units    *compile.Result
	clock    clock
	store    store.Memory
	engine   runtime.Engine
	contact  string
	stubs    map[string]*stub
	down     map[string]bool
	missing  []string // services that were called without a stub
	links    map[string]*machine.LinkMade
	messages []*machine.Deliver // taken, in order
	lastLink *machine.LinkMade
	lastVia  policy.Channel
	log      []runtime.Happened
	seen     int      // how much of it has been looked through
	begun    []string // conversations, as they began
	lines    []Line
	since    since
	active   string // the conversation last active
}

// since is what happened since the last expect.
type since struct {
	sent    []*machine.Deliver
	emitted []*machine.Publish
	passed  []policy.Passed
}

// settings are the world's keys, a case's in place of the file's.
func settings(file, one flow.World) flow.World {
	merged := file
	for key, written := range one.Has {
		if !written {
			continue
		}
		switch key {
		case "clock":
			merged.Clock = one.Clock
		case "contact":
			merged.Contact = one.Contact
		case "providers":
			merged.Providers = one.Providers
		case "arms":
			merged.Arms = one.Arms
		case "journeys":
			merged.Journeys = one.Journeys
		case "services":
			merged.Services = append(slices.Clone(file.Services), one.Services...)
		}
	}
	return merged
}

func newWorld(units *compile.Result, unit *compile.Unit, w flow.World, shared *Classifiers) (*world, error) {
	x := &world{unit: unit, units: units, stubs: map[string]*stub{}, down: map[string]bool{}, links: map[string]*machine.LinkMade{}}
	x.clock.now = defaultClock
	if w.Clock != nil {
		at, err := time.Parse(time.RFC3339, w.Clock.Value)
		if err != nil {
			return nil, fmt.Errorf("clock: %q is no time such as 2026-03-06T09:00:00-05:00", w.Clock.Value)
		}
		x.clock.now = at
	}
	v := &versions{all: map[graph.Hash]*graph.Journey{}, classifiers: shared}
	ids := []string{unit.Graph.ID}
	for _, j := range w.Journeys {
		ids = append(ids, j.Value)
	}
	for _, u := range units.Units {
		v.all[u.Graph.Hash] = u.Graph
	}
	v.live = x.live(ids)
	x.engine = runtime.Engine{Store: &x.store, Clock: &x.clock, Secrets: new(secrets), Versions: v, Carrier: x, Services: x,
		LinkBase: "https://j.example", Settings: machine.Settings{FirstArm: true, NoHoldout: true}}
	x.engine.Watcher = x.happened
	x.setArms(w.Arms)
	for _, p := range w.Providers {
		x.down[p.Key.Value] = text(p.Value) == "down"
	}
	for _, s := range w.Services {
		x.stubs[s.Key.Value] = newStub(s.Value)
	}
	return x, x.enterContact(w.Contact)
}

// live lists the journeys that answer: those named and those that they run, by id.
func (x *world) live(ids []string) []*graph.Journey {
	found := map[string]*graph.Journey{}
	for len(ids) > 0 {
		id := ids[0]
		ids = ids[1:]
		u := x.units.Unit(id)
		if u == nil || found[id] != nil {
			continue
		}
		found[id] = u.Graph
		for _, r := range u.Graph.Runs {
			ids = append(ids, r.Journey)
		}
	}
	var list []*graph.Journey
	for _, id := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[id])
	}
	return list
}

func (x *world) setArms(arms []*flow.Pair) {
	for _, a := range arms {
		if a.Key.Value == "holdout" {
			held := text(a.Value) == "true"
			x.engine.Settings.Holdout, x.engine.Settings.NoHoldout = held, !held
			continue
		}
		if x.engine.Settings.Arms == nil {
			x.engine.Settings.Arms = map[string]string{}
		}
		x.engine.Settings.Arms[a.Key.Value] = text(a.Value)
	}
}

// enterContact puts the scenario's contact into the store; without one it is a chat visitor.
func (x *world) enterContact(v *flow.Value) error {
	c := &machine.Contact{ID: "visitor"}
	consent := []*flow.Pair(nil)
	if v != nil {
		for _, p := range v.Map {
			switch p.Key.Value {
			case "id":
				c.ID = text(p.Value)
			case "name":
				c.Name = text(p.Value)
			case "phone":
				c.Phone = text(p.Value)
			case "email":
				c.Email = text(p.Value)
			case "locale":
				c.Locale = text(p.Value)
			case "timezone":
				c.Timezone = text(p.Value)
			case "online":
				c.Online = text(p.Value) == "true"
			case "attributes":
				c.Attributes, _ = p.Value.Plain().(map[string]any)
			case "consent":
				consent = p.Value.Map
			}
		}
	}
	if c.Phone != "" {
		c.PhoneZones = phone.Zones(c.Phone)
	}
	for _, p := range consent {
		for _, purpose := range p.Value.List {
			c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.Channel(p.Key.Value), Purpose: policy.Purpose(text(purpose)),
				Given: true, Source: "scenario", At: x.clock.now})
		}
	}
	x.contact = c.ID
	_, err := x.engine.Handle(context.Background(), runtime.Work{To: runtime.To{Contact: c.ID},
		Edit: func(made *machine.Contact) error { *made = *c; return nil }})
	return err
}

// text is a scalar's text; empty for anything else.
func text(v *flow.Value) string {
	if v == nil || v.Scalar == nil {
		return ""
	}
	return v.Scalar.Value
}

// typed gives a written value as a type wants it.
func typed(v *flow.Value, t *expression.Type) (any, error) {
	if t == nil {
		return v.Plain(), nil
	}
	return expression.Convert(v.Plain(), t)
}
