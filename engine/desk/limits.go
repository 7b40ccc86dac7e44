package desk

import (
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/schedule"
)

// ReplyLimits are what would become of a plain reply that was sent now.
type ReplyLimits struct {
	Verdict  string       `json:"verdict" enum:"send,hold,blocked" doc:"hold: until the quiet hours are over"`
	Channel  string       `json:"channel,omitempty" doc:"on which it would go; left out where it is blocked"`
	Until    time.Time    `json:"quiet_until,omitzero" doc:"hold: when it would go out"`
	Urgent   string       `json:"urgent" enum:"send,blocked" doc:"what would become of one that overrides quiet hours and limits"`
	Answer   bool         `json:"answer,omitempty" doc:"it answers what the customer wrote there, so that no consent is asked for and no quiet hours hold"`
	Passed   []NotThere   `json:"passed" doc:"channels that don't carry it now, and why"`
	Segments bool         `json:"segments,omitempty" doc:"it goes out as texts, which are counted and paid by the part"`
	Channels []ReplyPlace `json:"channels" doc:"all of them, and what is known of each"`
}

// NotThere is a channel that does not carry a reply, and why.
type NotThere struct {
	Channel string `json:"channel" enum:"chat,sms,email"`
	Reason  string `json:"reason" enum:"unreachable,when,opted_out,no_consent,limit,quiet"`
	Detail  string `json:"detail,omitempty" doc:"the purpose without consent, the limit, the quiet hours"`
}

// ReplyPlace is what is known of a channel.
type ReplyPlace struct {
	Channel  string `json:"channel" enum:"chat,sms,email"`
	Address  string `json:"address,omitempty"`
	OptedOut bool   `json:"opted_out,omitempty"`
	Consent  bool   `json:"consent" doc:"the contact agreed to be written to there about what concerns them"`
}

// limits asks the machine, which decides the same when a reply is sent.
func (g *gathered) limits() ReplyLimits {
	in := &machine.Input{Event: machine.Event{Time: g.now}, Contact: g.contact, Conversations: g.open, Graph: g.desk.o.Journeys.Graph}
	d := machine.DecideReply(in, g.item.conversation, false)
	l := ReplyLimits{Verdict: "blocked", Urgent: "blocked", Channel: string(d.Channel), Until: d.Until, Answer: d.Answer, Segments: d.Channel == policy.SMS, Passed: []NotThere{}}
	switch d.Verdict {
	case policy.Send:
		l.Verdict = "send"
	case policy.Hold:
		l.Verdict = "hold"
	}
	for _, p := range d.Passed {
		l.Passed = append(l.Passed, NotThere{string(p.Channel), string(p.Reason), p.Detail})
	}
	if machine.DecideReply(in, g.item.conversation, true).Verdict == policy.Send {
		l.Urgent = "send"
	}
	for _, ch := range policy.Channels {
		l.Channels = append(l.Channels, g.place(ch))
	}
	return l
}

func (g *gathered) place(ch policy.Channel) ReplyPlace {
	c := g.contact
	p := ReplyPlace{Channel: string(ch), OptedOut: c.Ledger.OptedOut(ch)}
	switch ch {
	case policy.SMS:
		p.Address = c.Phone
	case policy.Email:
		p.Address = c.Email
	}
	always := func(policy.Channel) policy.ChannelRules { return policy.ChannelRules{} }
	p.Consent = policy.May(ch, always, nil, &policy.Contact{Phone: "+", Email: "@", Online: true, Ledger: c.Ledger})
	return p
}

// zonesOf are the time zones that a contact may be in: its own, or those of its phone number; none where nothing tells.
func zonesOf(c *machine.Contact) []string {
	if c.Timezone != "" {
		if _, err := schedule.Zone(c.Timezone); err == nil {
			return []string{c.Timezone}
		}
	}
	return append([]string{}, c.PhoneZones...)
}
