package machine

import (
	"journey/engine/policy"
)

// UnroutedQueue is where what no conversation took waits for an agent.
const UnroutedQueue = "unrouted"

// unrouted keeps a customer's message that nothing took for the agents.
func (s *step) unrouted(m *CustomerMessage) {
	s.effect(Effect{ID: s.in.NewID + ".unrouted", Heard: &Heard{Channel: m.Channel, Text: m.Text, Unrouted: true, At: s.now}})
	s.trace(Trace{Kind: Unhandled, Detail: messageEvents[slot(m.Channel)]})
	if u := s.contact.Unrouted; u != nil {
		u.Channel = m.Channel
		return
	}
	s.contact.Unrouted = &Unrouted{Channel: m.Channel,
		Handoff: Handoff{ID: s.in.NewID + ".open", Queue: UnroutedQueue, Reason: "No journey took what the customer wrote", Priority: defaultPriority, Opened: s.now}}
	s.unroutedChanged(".waits")
}

func (s *step) unroutedChanged(suffix string) {
	s.effect(Effect{ID: s.in.NewID + suffix, Handoff: &HandoffChange{Handoff: s.contact.Unrouted.Handoff}})
}

// sawTo handles what an agent does about messages that no conversation took. To return them means nothing: there is no journey to.
func (s *step) sawTo(a *AgentAct) {
	u := s.contact.Unrouted
	if u == nil || s.refused(a, &u.Handoff) {
		return
	}
	s.out.Handled = true
	switch a.Act {
	case Note:
		return
	case Transfer, Release, Withdraw:
		u.passOn(a)
		s.unroutedChanged(".passed")
		return
	}
	if !u.Joined || a.Act == TakeOver {
		u.Joined, u.By = true, a.By
		s.unroutedChanged(".joined")
	}
	switch a.Act {
	case Write:
		s.answerUnrouted(u.Channel, a)
	case Return, Resolve:
		s.effect(Effect{ID: s.in.NewID + ".closed", Handoff: &HandoffChange{Closed: true, How: string(a.Act), Handoff: u.Handoff}})
		s.contact.Unrouted = nil
	}
}

// decideUnrouted is what holds for an answer on the channel where the customer wrote last: only that they may have stopped messages there.
func (s *step) decideUnrouted() (d policy.Decision) {
	u := s.contact.Unrouted
	switch {
	case u == nil:
	case s.contact.Ledger.OptedOut(u.Channel):
		d.Passed = []policy.Passed{{Channel: u.Channel, Reason: policy.ReasonOptedOut}}
	default:
		d.Verdict, d.Channel, d.Answer = policy.Send, u.Channel, true
	}
	return d
}

// answerUnrouted answers on the channel where the customer wrote last.
func (s *step) answerUnrouted(ch policy.Channel, a *AgentAct) {
	if decision := s.decideUnrouted(); decision.Verdict != policy.Send {
		s.passedOver(decision)
		s.trace(Trace{Kind: Blocked})
		return
	}
	d := Deliver{ID: s.in.NewID + ".answer", Channel: ch, To: s.contact.address(ch), By: ByAgent, Agent: a.By, Text: a.Text, Answering: ch,
		Order: []policy.Channel{ch}, At: s.now}
	d.Body = body(&d)
	s.trace(Trace{Kind: Sending, Channel: ch})
	s.effect(Effect{ID: d.ID, Deliver: &d})
}
