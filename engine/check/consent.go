package check

import (
	"strings"

	"journey/engine/graph"
)

const CodeConsent = "consent-without-reply"

// consents reports consent that a timer, a moment or an event of the business would record: only a customer's own reply is evidence.
func (j *journey) consents() {
	for i := range j.States {
		s := &j.States[i]
		j.consentOn(s.On)
		j.consentAfter(s.After)
		for k := range s.At {
			j.unproven(&s.At[k].Rule, "at a moment")
		}
	}
	j.consentOn(j.On)
	j.consentAfter(j.After)
}

func (j *journey) consentOn(list []graph.Handler) {
	for i := range list {
		if !j.isBusiness(list[i].Event) {
			continue
		}
		for k := range list[i].Rules {
			j.unproven(&list[i].Rules[k], "on `"+list[i].Event+"`")
		}
	}
}

func (j *journey) consentAfter(list []graph.Timer) {
	for i := range list {
		for k := range list[i].Rules {
			j.unproven(&list[i].Rules[k], "when a timer fires")
		}
	}
}

// isBusiness tells events that no act of the customer raises.
func (j *journey) isBusiness(event string) bool {
	if j.unit.Events[event] != nil {
		return true
	}
	switch event {
	case "chat.left", "message.delivered", "message.failed", "message.blocked":
		return true
	}
	return strings.HasPrefix(event, "agent.")
}

func (j *journey) unproven(r *graph.Rule, when string) {
	for i := range r.Consent {
		j.errorf(r.Consent[i].Span, CodeConsent, "ask the customer, and record it in a rule on the answer",
			"consent can be recorded only in handling a customer's reply, and %s there is none", when)
	}
}
