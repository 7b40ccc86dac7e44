package graph

import (
	"slices"
	"testing"
	"time"

	"journey/engine/policy"
)

// A journey whose every map has two keys, written in one order and in the other.
func TestOrderThatHasNoMeaning(t *testing.T) {
	there, back := bothWays(false), bothWays(true)
	there.Seal()
	back.Seal()
	if there.Hash != back.Hash {
		t.Error("the order in which keys stand in a file changed the version")
	}
	for _, j := range []*Journey{there, back} {
		if name := j.States[j.Initial].Name; name != "start" {
			t.Errorf("it begins in %s", name)
		}
		if name := j.States[j.States[1].To[0].To].Name; name != "middle" {
			t.Errorf("start leads to %s", name)
		}
		if i, ok := j.State("middle"); !ok || j.States[i].Name != "middle" {
			t.Error("middle is not found")
		}
	}
}

func bothWays(back bool) *Journey {
	assigns := func() []Assign { return maybe(back, Assign{Name: "a", Literal: 1}, Assign{Name: "b", Literal: 2}) }
	say := func() []Message {
		return []Message{{With: assigns(), Text: &Text{Variants: append([]Variant{{Locale: "en"}}, maybe(back, Variant{Locale: "de"}, Variant{Locale: "es"})...)}}}
	}
	rules := func(to StateIndex) []Rule {
		return []Rule{{
			To: to, Say: say(), Emit: &Emit{Data: assigns()},
			Consent: maybe(back, ConsentChange{Channel: "sms"}, ConsentChange{Channel: "email"}),
		}}
	}
	handlers := func(to StateIndex) []Handler {
		return maybe(back, Handler{Event: "x.one", Rules: rules(to)}, Handler{Event: "x.two", Rules: rules(to)})
	}
	timers := func(to StateIndex) []Timer {
		return maybe(back, Timer{After: time.Hour, Rules: rules(to)}, Timer{After: time.Minute, Rules: rules(to)})
	}
	start, middle := StateIndex(0), StateIndex(1)
	if back {
		start, middle = middle, start
	}
	return &Journey{
		ID:      "both-ways",
		Initial: start, Fallback: middle,
		States: maybe(back,
			State{Name: "start", To: rules(middle), On: handlers(middle), After: timers(middle), At: []Moment{{Rule: rules(middle)[0]}}, Run: &RunState{With: assigns()}},
			State{Name: "middle", Say: say(), Call: &Call{With: assigns()}, End: &End{Data: assigns()}}),
		Escalations: []Escalation{{To: middle}},
		Exits:       []Handler{{Event: "x.exit", Rules: rules(NoState)}},
		Data:        maybe(back, Datum{Name: "a"}, Datum{Name: "b"}),
		Events:      maybe(back, Event{Type: "x.one"}, Event{Type: "x.two"}),
		Operations:  maybe(back, Operation{Name: "s.a"}, Operation{Name: "s.b"}),
		Intents:     maybe(back, Intent{Name: "a"}, Intent{Name: "b"}),
		Channels:    maybe(back, Channel{Name: "sms"}, Channel{Name: "chat"}),
		On:          handlers(start),
		After:       timers(start),
		Cohorts:     assigns(),
		Runs:        maybe(back, Run{Journey: "c"}, Run{Journey: "d"}),
		Migrate:     Migrate{Moves: maybe(back, Move{From: "x"}, Move{From: "y"})},
	}
}

func maybe[T any](back bool, list ...T) []T {
	if back {
		slices.Reverse(list)
	}
	return list
}

func TestOrderThatHasMeaning(t *testing.T) {
	for name, make := range map[string]func(back bool) *Journey{
		"entries": func(b bool) *Journey { return &Journey{Entries: maybe(b, Entry{Event: "a"}, Entry{Event: "b"})} },
		"escalations": func(b bool) *Journey {
			return &Journey{Escalations: maybe(b, Escalation{ID: "a"}, Escalation{ID: "b"})}
		},
		"channels in prefer": func(b bool) *Journey {
			return &Journey{Prefer: maybe(b, policy.SMS, policy.Email)}
		},
		"rules": func(b bool) *Journey { return inState(State{To: maybe(b, Rule{Outcome: "a"}, Rule{Outcome: "b"})}) },
		"set":   func(b bool) *Journey { return inState(State{Set: maybe(b, Assign{Name: "a"}, Assign{Name: "b"})}) },
		"texts": func(b bool) *Journey { return inState(State{Say: maybe(b, Message{Urgent: true}, Message{})}) },
		"arms": func(b bool) *Journey {
			return inState(State{Split: &Split{Arms: maybe(b, Arm{Name: "a"}, Arm{Name: "b"})}})
		},
		"options": func(b bool) *Journey {
			return inState(State{Ask: &Ask{Message: Message{Options: &Options{List: maybe(b, Option{Value: "a"}, Option{Value: "b"})}}}})
		},
	} {
		one, other := make(false), make(true)
		one.Seal()
		other.Seal()
		if one.Hash == other.Hash {
			t.Errorf("another order of the %s gives the same version", name)
		}
	}
}

func inState(s State) *Journey { return &Journey{States: []State{s}} }
