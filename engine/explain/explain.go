// Package explain puts into words what a step decided and why: the trace, which holds ids and values only. It is pure, so that the
// simulator, the pages and the API say the same of the same trace.
//
// What it says may hold a rule's id, an intent, a reason and the words of a failure, never what a customer wrote.
package explain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
)

// Line is one step of the reasoning in words. g is the version that the conversation is pinned to; nil where it is not known.
func Line(t *machine.Trace, g *graph.Journey) string {
	switch t.Kind {
	case machine.Started:
		return "a conversation begins"
	case machine.Entered:
		return "enters " + stateName(t, g)
	case machine.Looked:
		if t.Holds {
			return fmt.Sprintf("looks at %s: its condition holds", Rule(t.Rule))
		}
		return fmt.Sprintf("looks at %s: its condition does not hold", Rule(t.Rule))
	case machine.Took:
		return "takes " + Rule(t.Rule)
	case machine.Raised:
		return t.Detail + " is raised"
	case machine.Unhandled:
		return "nothing handles " + t.Detail
	case machine.Passed:
		return fmt.Sprintf("%s is passed over: %s", t.Channel, Because(t))
	case machine.HeldBack:
		return fmt.Sprintf("the message waits for the end of quiet hours on %s", t.Channel)
	case machine.Sending:
		return fmt.Sprintf("the message goes by %s", t.Channel)
	case machine.Blocked:
		return "no channel may carry the message"
	case machine.Failed:
		return "failed: " + t.Detail
	case machine.Fallback:
		return "goes to the fallback: " + t.Detail
	case machine.Understood:
		if t.Detail == "" {
			return fmt.Sprintf("the message has no intent (the likeliest has %.2f)", t.Value)
		}
		return fmt.Sprintf("the message means %s (%.2f)", t.Detail, t.Value)
	case machine.Ended:
		return "ends as " + t.Detail
	case machine.Escalated:
		return fmt.Sprintf("escalates by %s: %s", Rule(t.Rule), t.Detail)
	}
	return "leaves out: " + t.Detail
}

// Because says why a channel does not carry a message now: the reason's name, and what it means here.
func Because(t *machine.Trace) string {
	switch t.Reason {
	case policy.ReasonUnreachable:
		if t.Channel == policy.Chat {
			return "unreachable: the page is not open"
		}
		return "unreachable: the contact has no address there"
	case policy.ReasonWhen:
		return "when: the condition of the channel does not hold"
	case policy.ReasonOptedOut:
		return "opted_out: the customer has stopped messages there"
	case policy.ReasonNoConsent:
		return "no_consent: there is no consent for " + t.Detail
	case policy.ReasonLimit:
		return "limit: " + t.Detail + " is used up"
	case policy.ReasonQuiet:
		return "quiet: it is in the quiet hours " + t.Detail
	}
	return string(t.Reason)
}

var ruleIndex = regexp.MustCompile(`^(.*)\[(\d+)\]$`)

// Rule names a rule by its id. It counts from one, as people do: start.to[0] is rule 1 of start.to.
func Rule(id string) string {
	m := ruleIndex.FindStringSubmatch(id)
	if m == nil {
		return id
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return id
	}
	return fmt.Sprintf("rule %d of %s", n+1, m[1])
}

// Guard is the condition of a rule as it was written, empty where the rule has none or g doesn't know the rule.
func Guard(id string, g *graph.Journey) string {
	if g == nil {
		return ""
	}
	if r := g.Rule(id); r != nil && r.When != nil {
		return r.When.Source
	}
	for i := range g.Escalations {
		if e := &g.Escalations[i]; e.ID == id && e.When != nil {
			return e.When.Source
		}
	}
	return ""
}

func stateName(t *machine.Trace, g *graph.Journey) string {
	if g == nil || t.State < 0 || int(t.State) >= len(g.States) {
		return "a state"
	}
	return g.States[t.State].Name
}

// Timer says what a timer is for, by its id.
func Timer(id string) string {
	for _, t := range []struct{ prefix, words string }{
		{"journey.after.", "the journey's time-out"},
		{"after.", "the state's time-out"},
		{"at.", "a moment that the state waits for"},
		{"held", "the end of quiet hours"},
		{"verify.expires", "the end of the verification"},
	} {
		if strings.HasPrefix(id, t.prefix) {
			return t.words
		}
	}
	return id
}
