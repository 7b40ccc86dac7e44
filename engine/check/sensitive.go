package check

import (
	"slices"

	"journey/engine/graph"
	"journey/engine/policy"
)

const CodeSensitiveSMS = "sensitive-sms"

// sensitiveTexts reports texts that show sensitive data and can only go by SMS, where a link takes their place.
func (j *journey) sensitiveTexts() {
	report := func(m *graph.Message, via []policy.Channel) {
		if m == nil || m.Text == nil || !m.Text.Sensitive && !(m.Sensitive && m.Template != "") || !j.onlySMS(via) {
			return
		}
		j.warnf(shownAt(m), CodeSensitiveSMS, "let it go by email or chat with `via`, or leave the value out",
			"this text shows sensitive data and can only go by SMS: a link will go instead")
	}
	for i := range j.States {
		if !j.reached[i] {
			continue
		}
		s := &j.States[i]
		for k := range s.Say {
			report(&s.Say[k], s.Via)
		}
		if s.Ask != nil {
			report(&s.Ask.Message, s.Via)
			report(s.Ask.Invalid, s.Via)
			report(s.Ask.Confirm, s.Via)
		}
		eachRule(s, func(r *graph.Rule, _ wayKind, _ string) {
			for k := range r.Say {
				report(&r.Say[k], ruleVia(r, s.Via))
			}
		})
	}
	j.EachRule(func(r *graph.Rule, state graph.StateIndex) {
		if state == graph.NoState {
			for k := range r.Say {
				report(&r.Say[k], ruleVia(r, nil))
			}
		}
	})
}

// ruleVia gives the channels that a rule's messages may use: where it goes on, else those of its state.
func ruleVia(r *graph.Rule, via []policy.Channel) []policy.Channel {
	if r.Via != "" {
		return []policy.Channel{r.Via}
	}
	return via
}

// onlySMS says that messages can go nowhere else: by their `via`, or because the journey uses nothing else.
func (j *journey) onlySMS(via []policy.Channel) bool {
	if len(via) == 0 {
		via = j.used()
	}
	return !slices.ContainsFunc(via, func(c policy.Channel) bool { return c != policy.SMS }) && len(via) > 0
}

// maySMS says that messages may go by SMS.
func (j *journey) maySMS(via []policy.Channel) bool {
	if len(via) == 0 {
		via = j.used()
	}
	return slices.Contains(via, policy.SMS)
}

// used are the channels that a message without `via` may go by: those preferred, where the customer may have written, and where
// some `via` may have gone on.
func (j *journey) used() []policy.Channel {
	if j.channels != nil {
		return j.channels
	}
	j.channels = slices.Clone(j.Prefer)
	add := func(c policy.Channel) {
		if c != "" && !slices.Contains(j.channels, c) {
			j.channels = append(j.channels, c)
		}
	}
	for i := range j.Entries {
		for _, c := range policy.Channels {
			if j.Entries[i].Event == string(c)+".message" {
				add(c)
			}
		}
	}
	for i := range j.States {
		for _, c := range j.States[i].Via {
			add(c)
		}
	}
	j.EachRule(func(r *graph.Rule, _ graph.StateIndex) { add(r.Via) })
	return j.channels
}
