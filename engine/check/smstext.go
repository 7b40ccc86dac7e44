package check

import (
	"regexp"
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
		span := m.Text.Span
		if m.Template != "" {
			span = m.Span
		}
		j.warnf(span, CodeSensitiveSMS, "let it go by email or chat with `via`, or leave the value out",
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
				report(&r.Say[k], j.ruleVia(r, s.Via))
			}
		})
	}
	j.EachRule(func(r *graph.Rule, state graph.StateIndex) {
		if state == graph.NoState {
			for k := range r.Say {
				report(&r.Say[k], j.ruleVia(r, nil))
			}
		}
	})
}

// ruleVia gives the channels that a rule's messages may use: where it goes on, else those of its state.
func (j *journey) ruleVia(r *graph.Rule, via []policy.Channel) []policy.Channel {
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

const CodeOptOut = "no-opt-out"

var saysHowToStop = regexp.MustCompile(`(?i)\b(stop|opt[ -]?out|unsubscribe)\b`)

// optOut reports the first texts that may go by SMS where neither they nor a disclosure say how to stop them.
func (j *journey) optOut() {
	if c := j.Channel(policy.SMS); c != nil && c.Disclosure != nil || j.Initial < 0 || !j.startsOutside() {
		return
	}
	seen := make([]bool, len(j.States))
	todo := []graph.StateIndex{j.Initial}
	seen[j.Initial] = true
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if m := j.firstText(&j.States[i]); m != nil {
			if !saysHowToStop.MatchString(m.Text.Key) {
				j.warnf(m.Text.Span, CodeOptOut, "end it with `Reply STOP to opt out.`, or write a `disclosure` under `channels: sms`",
					"this may be the first text that a customer gets by SMS, and nothing says how to stop them")
			}
			continue
		}
		for _, w := range j.ways[i] {
			if !seen[w.to] {
				seen[w.to] = true
				todo = append(todo, w.to)
			}
		}
	}
}

// startsOutside says that an event starts the journey, so that its first text is one that nobody asked for.
func (j *journey) startsOutside() bool {
	return slices.ContainsFunc(j.Entries, func(e graph.Entry) bool { return !isMessage(e.Event) })
}

// firstText is what a state says first that may go by SMS.
func (j *journey) firstText(s *graph.State) *graph.Message {
	if !j.maySMS(s.Via) {
		return nil
	}
	for k := range s.Say {
		if s.Say[k].Text != nil {
			return &s.Say[k]
		}
	}
	switch {
	case s.Ask != nil && s.Ask.Message.Text != nil:
		return &s.Ask.Message
	case s.Verify != nil && s.Verify.Message.Text != nil:
		return &s.Verify.Message
	}
	return nil
}
