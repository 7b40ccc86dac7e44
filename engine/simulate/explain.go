package simulate

import (
	"fmt"
	"regexp"
	"strconv"

	"journey/engine/machine"
	"journey/engine/policy"
)

// explain puts a step of the reasoning into words.
func (x *world) explain(t *machine.Trace) string {
	where := ""
	if c := x.conversation(t.Conversation); c != nil {
		where = c.Journey + ": "
	}
	return where + x.say(t)
}

func (x *world) say(t *machine.Trace) string {
	switch t.Kind {
	case machine.Started:
		return "a conversation begins"
	case machine.Entered:
		return "enters " + x.stateName(t)
	case machine.Looked:
		if t.Holds {
			return fmt.Sprintf("looks at %s: its condition holds", ruleName(t.Rule))
		}
		return fmt.Sprintf("looks at %s: its condition does not hold", ruleName(t.Rule))
	case machine.Took:
		return "takes " + ruleName(t.Rule)
	case machine.Raised:
		return t.Detail + " is raised"
	case machine.Unhandled:
		return "nothing handles " + t.Detail
	case machine.Passed:
		return fmt.Sprintf("%s is passed over: %s", t.Channel, because(t))
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
		return fmt.Sprintf("escalates by %s: %s", ruleName(t.Rule), t.Detail)
	}
	return "leaves out: " + t.Detail
}

// because puts the reason into words for which a channel does not carry a message now.
func because(t *machine.Trace) string {
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

// ruleName counts rules from one, as people do: start.to[0] is rule 1 of start.to.
func ruleName(rule string) string {
	m := ruleIndex.FindStringSubmatch(rule)
	if m == nil {
		return rule
	}
	n, _ := strconv.Atoi(m[2])
	return fmt.Sprintf("rule %d of %s", n+1, m[1])
}

func (x *world) stateName(t *machine.Trace) string {
	c := x.conversation(t.Conversation)
	if c == nil {
		return "a state"
	}
	return x.engine.Versions.Graph(c.Version).States[t.State].Name
}
