package explain_test

import (
	"testing"

	"journey/engine/explain"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
)

var journey = &graph.Journey{
	ID:     "order-status",
	States: []graph.State{{Name: "start", To: []graph.Rule{{ID: "start.to[0]", When: &graph.Expr{Source: `trigger.type == "order.delayed"`}}}}, {Name: "look_up"}},
	Escalations: []graph.Escalation{
		{ID: "escalate[0]", When: &graph.Expr{Source: `intent.name == "talk_to_human"`}},
	},
}

func TestLine(t *testing.T) {
	for _, test := range []struct {
		trace machine.Trace
		want  string
	}{
		{machine.Trace{Kind: machine.Started, Detail: "order-status"}, "a conversation begins"},
		{machine.Trace{Kind: machine.Entered, State: 1}, "enters look_up"},
		{machine.Trace{Kind: machine.Entered, State: 7}, "enters a state"},
		{machine.Trace{Kind: machine.Looked, Rule: "start.to[0]", Holds: true}, "looks at rule 1 of start.to: its condition holds"},
		{machine.Trace{Kind: machine.Looked, Rule: "start.to[1]"}, "looks at rule 2 of start.to: its condition does not hold"},
		{machine.Trace{Kind: machine.Took, Rule: "ask_order.on.exhausted"}, "takes ask_order.on.exhausted"},
		{machine.Trace{Kind: machine.Raised, Detail: "exhausted"}, "exhausted is raised"},
		{machine.Trace{Kind: machine.Unhandled, Detail: "deal.won"}, "nothing handles deal.won"},
		{machine.Trace{Kind: machine.Passed, Channel: policy.Chat, Reason: policy.ReasonUnreachable}, "chat is passed over: unreachable: the page is not open"},
		{machine.Trace{Kind: machine.HeldBack, Channel: policy.SMS}, "the message waits for the end of quiet hours on sms"},
		{machine.Trace{Kind: machine.Sending, Channel: policy.SMS}, "the message goes by sms"},
		{machine.Trace{Kind: machine.Blocked}, "no channel may carry the message"},
		{machine.Trace{Kind: machine.Failed, Detail: "503"}, "failed: 503"},
		{machine.Trace{Kind: machine.Fallback, Detail: "failed"}, "goes to the fallback: failed"},
		{machine.Trace{Kind: machine.Understood, Detail: "order_status", Value: 0.94}, "the message means order_status (0.94)"},
		{machine.Trace{Kind: machine.Understood, Value: 0.2}, "the message has no intent (the likeliest has 0.20)"},
		{machine.Trace{Kind: machine.Ended, Detail: "resolved"}, "ends as resolved"},
		{machine.Trace{Kind: machine.Escalated, Rule: "escalate[0]", Detail: "The customer asked for a person."},
			"escalates by rule 1 of escalate: The customer asked for a person."},
		{machine.Trace{Kind: machine.Skipped, Detail: "an agent has the conversation"}, "leaves out: an agent has the conversation"},
	} {
		if got := explain.Line(&test.trace, journey); got != test.want {
			t.Errorf("Line(%+v) = %q, want %q", test.trace, got, test.want)
		}
	}
	if got := explain.Line(&machine.Trace{Kind: machine.Entered, State: 1}, nil); got != "enters a state" {
		t.Errorf("without its version: %q", got)
	}
}

func TestBecause(t *testing.T) {
	for _, test := range []struct {
		trace machine.Trace
		want  string
	}{
		{machine.Trace{Channel: policy.SMS, Reason: policy.ReasonUnreachable}, "unreachable: the contact has no address there"},
		{machine.Trace{Reason: policy.ReasonWhen}, "when: the condition of the channel does not hold"},
		{machine.Trace{Reason: policy.ReasonOptedOut}, "opted_out: the customer has stopped messages there"},
		{machine.Trace{Reason: policy.ReasonNoConsent, Detail: "transactional"}, "no_consent: there is no consent for transactional"},
		{machine.Trace{Reason: policy.ReasonLimit, Detail: "2 per 24h"}, "limit: 2 per 24h is used up"},
		{machine.Trace{Reason: policy.ReasonQuiet, Detail: "21:00-08:00"}, "quiet: it is in the quiet hours 21:00-08:00"},
	} {
		if got := explain.Because(&test.trace); got != test.want {
			t.Errorf("Because(%+v) = %q, want %q", test.trace, got, test.want)
		}
	}
}

func TestGuardIsTheConditionAsWritten(t *testing.T) {
	for _, test := range []struct {
		rule string
		g    *graph.Journey
		want string
	}{
		{"start.to[0]", journey, `trigger.type == "order.delayed"`},
		{"escalate[0]", journey, `intent.name == "talk_to_human"`},
		{"start.to[9]", journey, ""},
		{"start.to[0]", nil, ""},
	} {
		if got := explain.Guard(test.rule, test.g); got != test.want {
			t.Errorf("Guard(%q) = %q, want %q", test.rule, got, test.want)
		}
	}
}

func TestTimer(t *testing.T) {
	for id, want := range map[string]string{
		"after.0": "the state's time-out", "journey.after.1": "the journey's time-out", "at.0": "a moment that the state waits for",
		"held": "the end of quiet hours", "verify.expires": "the end of the verification", "other": "other",
	} {
		if got := explain.Timer(id); got != want {
			t.Errorf("Timer(%q) = %q, want %q", id, got, want)
		}
	}
}
