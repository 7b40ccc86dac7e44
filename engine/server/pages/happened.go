package pages

import (
	"fmt"

	"journey/engine/explain"
	"journey/engine/machine"
	"journey/engine/policy"
)

// happened says what an entry is about.
func (v *step) happened(e *machine.LogEntry, secret bool) {
	ev := &e.Event
	switch {
	case ev.Message != nil:
		v.wrote(ev.Message, secret)
	case ev.Timer != nil:
		v.Mark, v.Title = "timer", "Time has come: "+explain.Timer(ev.Timer.ID)
	case ev.Call != nil:
		v.Mark, v.Title = "call", answered(ev.Call)
	case ev.Report != nil:
		v.reported(ev.Report)
	case ev.Agent != nil:
		v.Mark, v.Title, v.Quote = "agent", fmt.Sprintf("%s %s", agentName(ev.Agent.By), actNames[ev.Agent.Act]), ev.Agent.Text
	case ev.Link != nil:
		v.Mark, v.Title = "link", v.Contact+" opens a link"
	case ev.Type != "":
		v.announced(ev.Type)
		v.Data = pairs(ev.Data)
	case e.Attempt != nil:
		v.attempted(e.Attempt)
	default:
		v.Mark, v.Title = "event", v.Contact+" is changed"
	}
}

func (v *step) wrote(m *machine.CustomerMessage, secret bool) {
	v.Mark = string(m.Channel)
	v.Title = fmt.Sprintf("%s writes %s", v.Contact, byChannel(m.Channel))
	if m.Secure || secret {
		v.Masked = true
		return
	}
	v.Quote = m.Text
}

// announced tells of presence in words; a business event keeps its name, which is its sender's.
func (v *step) announced(kind string) {
	switch kind {
	case "chat.joined":
		v.Mark, v.Title = "chat", v.Contact+" opens the chat"
	case "chat.left":
		v.Mark, v.Title = "chat", v.Contact+" leaves the chat"
	default:
		v.Mark, v.Title = "event", spoken(kind)+" ("+kind+")"
	}
}

func answered(c *machine.CallDone) string {
	switch {
	case c.Timeout:
		return "A service does not answer in time"
	case c.Failed && c.Reason != "":
		return "A service fails: " + c.Reason
	case c.Failed:
		return "A service fails"
	case c.Status != 0:
		return fmt.Sprintf("A service answers (%d)", c.Status)
	}
	return "A service answers"
}

func (v *step) reported(r *machine.DeliveryReport) {
	v.Mark, v.Title = "report", "A message has arrived"
	if r.Message != nil {
		v.Title = capital(channelThing(r.Message.Channel)) + " has arrived"
	}
	if !r.Delivered {
		v.Title = "A message could not be delivered: " + r.Reason
	}
}

func (v *step) attempted(a *machine.Attempt) {
	v.Mark, v.Title = "report", capital(channelThing(a.Channel))+" "+attemptNames[a.Result]
	if a.Provider != "" && a.Result == machine.Accepted {
		v.Title += " by " + a.Provider
	}
	if a.Reason != "" {
		v.Title += ": " + a.Reason
	}
}

var attemptNames = map[machine.Result]string{
	machine.Accepted:  "was taken",
	machine.Postponed: "is tried again later",
	machine.Rejected:  "was refused",
	machine.GivenUp:   "was given up",
	machine.Unknown:   "was sent, and nobody can tell whether it was taken",
}

var actNames = map[machine.Act]string{machine.Join: "joins", machine.Write: "answers", machine.Return: "hands back", machine.Resolve: "closes the case",
	machine.Note: "leaves a note for colleagues", machine.Transfer: "passes it on", machine.Release: "gives it back to its queue", machine.TakeOver: "takes it over"}

func agentName(by string) string {
	if by == "" {
		return "An agent"
	}
	return by
}

func byChannel(ch policy.Channel) string {
	switch ch {
	case policy.SMS:
		return "by text"
	case policy.Email:
		return "by email"
	}
	return "in the chat"
}
