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
	replied := j.replied()
	for i := range j.States {
		if !replied[i] {
			j.unprovenAt(j.States[i].Consent, "nothing but the business's events and timers leads here")
		}
	}
}

// replied tells the states that may be entered in handling a customer's reply.
func (j *journey) replied() []bool {
	in := make([]bool, len(j.States))
	mark := func(to graph.StateIndex) bool {
		if to < 0 || in[to] {
			return false
		}
		in[to] = true
		return true
	}
	for i := range j.Entries {
		if strings.HasSuffix(j.Entries[i].Event, ".message") {
			mark(j.Initial)
		}
	}
	if len(j.Entries) == 0 || j.vague { // another journey runs it, or who knows what leads where
		for i := range in {
			in[i] = true
		}
	}
	for _, w := range j.anywhere {
		if w.kind == escalated || w.kind == handled && !j.isBusiness(w.event) {
			mark(w.to)
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range j.ways {
			for _, w := range j.ways[i] {
				if j.inReply(&j.States[i], &w, in[i]) && mark(w.to) {
					changed = true
				}
			}
		}
	}
	return in
}

// inReply tells whether a way may be taken in handling a customer's reply; entered says that its state may be entered so.
func (j *journey) inReply(s *graph.State, w *way, entered bool) bool {
	switch w.kind {
	case timed, moment:
		return false
	case handled:
		return !j.isBusiness(w.event) && (s.Call == nil || entered)
	case defaulted:
		return entered || w.event == "exhausted" || w.event == "message.unhandled"
	}
	return entered || s.Ask != nil || s.Verify != nil || s.Run != nil
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
	j.unprovenAt(r.Consent, when+" there is none")
}

func (j *journey) unprovenAt(list []graph.ConsentChange, why string) {
	for i := range list {
		j.errorf(list[i].Span, CodeConsent, "ask the customer, and record it in a rule on the answer",
			"consent can be recorded only in handling a customer's reply, and %s", why)
	}
}
