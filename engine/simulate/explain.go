package simulate

import (
	"fmt"

	"journey/engine/machine"
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
			return fmt.Sprintf("looks at %s: its condition holds", t.Rule)
		}
		return fmt.Sprintf("looks at %s: its condition does not hold", t.Rule)
	case machine.Took:
		return "takes the rule " + t.Rule
	case machine.Raised:
		return t.Detail + " is raised"
	case machine.Unhandled:
		return "nothing handles " + t.Detail
	case machine.Passed:
		return fmt.Sprintf("%s is passed over: %s %s", t.Channel, t.Reason, t.Detail)
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
		return fmt.Sprintf("escalates by %s: %s", t.Rule, t.Detail)
	}
	return "leaves out: " + t.Detail
}

func (x *world) stateName(t *machine.Trace) string {
	c := x.conversation(t.Conversation)
	if c == nil {
		return "a state"
	}
	return x.engine.Versions.Graph(c.Version).States[t.State].Name
}
