package inbox

import (
	"strings"
	"time"

	"journey/engine/desk"
	"journey/engine/policy"
)

// limits are what a reply that is written now would meet.
type limits struct {
	Channel  string    // that carries it; empty: none does
	Stop     string    // why none does
	Quiet    time.Time // until when it is held; zero: it goes at once
	Override bool      // it may be sent in spite of that
	Instead  string    // why it is not the channel in use
}

func limitsOf(l *desk.ReplyLimits, inUse string) limits {
	v := limits{Channel: l.Channel}
	switch l.Verdict {
	case "hold":
		v.Quiet, v.Override = l.Until, l.Urgent == "send"
	case "send":
		if len(l.Passed) > 0 && l.Channel != inUse {
			v.Instead = capital(stops(policy.Reason(l.Passed[0].Reason), policy.Channel(l.Passed[0].Channel))) + ", so it goes as " + article(l.Channel) + "."
		}
	default:
		v.Channel, v.Stop = inUse, "There is no way to reach the customer now."
		var all []string
		for _, p := range l.Passed {
			all = append(all, stops(policy.Reason(p.Reason), policy.Channel(p.Channel)))
		}
		if all != nil {
			v.Stop = "Nothing can be sent: " + strings.Join(all, "; ") + "."
		}
		v.Override = l.Urgent == "send"
	}
	return v
}

func article(ch string) string {
	if ch == string(policy.Email) {
		return "an email"
	}
	return "a " + channelName(ch)
}

// stops says why nothing may go to a channel.
func stops(reason policy.Reason, ch policy.Channel) string {
	on := map[policy.Channel]string{policy.SMS: "texts", policy.Email: "emails", policy.Chat: "the chat"}[ch]
	switch reason {
	case policy.ReasonOptedOut:
		return "the customer has stopped " + on
	case policy.ReasonNoConsent:
		return "the customer has not agreed to " + on
	case policy.ReasonUnreachable:
		if ch == policy.Chat {
			return "the customer's chat is closed"
		}
		return "there is no address for " + on
	case policy.ReasonLimit:
		return "the customer has had as many " + on + " as may be sent for now"
	case policy.ReasonQuiet:
		return "it is quiet time for the customer, with no end in sight"
	case policy.ReasonWhen:
		return "the journey does not allow " + on + " now"
	}
	return "there is no channel for it"
}
