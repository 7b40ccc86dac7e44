package check

import (
	"regexp"

	"journey/engine/diagnostic"
	"journey/engine/graph"
	"journey/engine/policy"
)

const CodeOptOut = "no-opt-out"

var saysHowToStop = regexp.MustCompile(`(?i)\b(stop|opt[ -]?out|unsubscribe)\b`)

// optOut reports texts that may be the first that go by SMS, where neither they nor a disclosure say how to stop them.
func (j *journey) optOut() {
	if c := j.Channel(policy.SMS); c != nil && c.Disclosure != nil || j.Initial < 0 || j.unit.Source != nil && j.unit.Source.Faulty {
		return // a misspelt `disclosure` is reported as what it is
	}
	d := j.analyse()
	elsewhere := false // some conversation starts on another channel
	for i := range j.Entries {
		elsewhere = elsewhere || onOtherChannel(j.Entries[i].Event)
	}
	seen := make([]bool, len(j.States))
	todo := []graph.StateIndex{j.Initial}
	seen[j.Initial] = true
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if m := d.firstText(int(i)); m != nil {
			j.saysStop(m)
			continue
		}
		for _, w := range j.ways[i] {
			if w.kind != defaulted && !seen[w.to] {
				seen[w.to] = true
				todo = append(todo, w.to)
			}
		}
	}
	if !elsewhere {
		return
	}
	j.EachRule(func(r *graph.Rule, _ graph.StateIndex) {
		if r.Via == policy.SMS && len(r.Say) > 0 {
			j.saysStop(&r.Say[0])
		}
	})
}

// saysStop reports a text that does not say how to stop it.
func (j *journey) saysStop(m *graph.Message) {
	if m.Text == nil || saysHowToStop.MatchString(m.Text.Key) {
		return
	}
	j.warnf(shownAt(m), CodeOptOut, "end it with `Reply STOP to opt out.`, or write a `disclosure` under `channels: sms`",
		"this may be the first text that a customer gets by SMS, and nothing says how to stop them")
}

// shownAt is where a message's text would be mended: in the journey itself, also where it is a template's.
func shownAt(m *graph.Message) diagnostic.Span {
	if m.Template != "" {
		return m.Span
	}
	return m.Text.Span
}

func onOtherChannel(event string) bool { return isMessage(event) && event != "sms.message" }

// firstText is what a state says first that may go by SMS. Without `via`, who wrote on another channel is answered there.
func (d *dataflow) firstText(i int) *graph.Message {
	s := &d.States[i]
	if d.in[i] == nil || !d.maySMS(s.Via) {
		return nil
	}
	if len(s.Via) == 0 {
		answered := len(d.trigger.types) > 0
		for k, t := range d.trigger.types {
			answered = answered && (d.in[i].has(d.trigger.base+k) || onOtherChannel(t))
		}
		if answered {
			return nil
		}
	}
	switch {
	case len(s.Say) > 0:
		return &s.Say[0]
	case s.Ask != nil:
		return &s.Ask.Message
	case s.Verify != nil:
		return &s.Verify.Message
	}
	return nil
}
