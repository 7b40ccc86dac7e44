package inbox

import (
	"time"

	"journey/engine/desk"
	"journey/engine/transcript"
)

// line is one thing in a transcript: what somebody wrote, or that a conversation began.
type line struct {
	Key     string
	At      time.Time
	Day     time.Time // set where a day begins
	Journey string    // set where another conversation begins: its title
	From    string    // customer, journey-says, agent, note
	Who     string
	Channel string
	Subject string
	Text    string
	Masked  bool
	Choices []string
	State   string // what became of it
	Trouble bool
	Held    time.Time // it goes out then
}

// lines merges what was written to and by the customer with what agents noted and what of them is held, oldest first. title names the
// journey of a conversation.
func lines(messages []*transcript.Message, notes []desk.AgentNote, held []desk.HeldReply, customer string, title func(conversation string) string) (list []line) {
	conversation := ""
	for len(messages)+len(notes) > 0 {
		if len(messages) == 0 || len(notes) > 0 && notes[0].At.Before(messages[0].At) {
			list = append(list, noteLine(notes[0]))
			notes = notes[1:]
			continue
		}
		l := messageLine(messages[0], customer)
		if of := messages[0].Conversation; len(list) == 0 || of != conversation {
			conversation, l.Journey = of, title(of)
		}
		list, messages = append(list, l), messages[1:]
	}
	for _, h := range held {
		list = append(list, line{Key: "held " + h.Until.Format(time.RFC3339Nano) + h.Text, From: "agent", Who: h.By, Text: h.Text, Held: h.Until})
	}
	for i := range list {
		if !list[i].At.IsZero() && (i == 0 || day(list[i].At) != day(list[i-1].At)) {
			list[i].Day = list[i].At
		}
	}
	return list
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func noteLine(n desk.AgentNote) line {
	l := line{Key: "note " + n.By + " " + n.At.Format(time.RFC3339Nano), At: n.At, From: "note", Who: n.By, Text: n.Text, Channel: "internal note"}
	if n.Transferred {
		l.Channel = "note with a transfer"
	}
	return l
}

func messageLine(m *transcript.Message, customer string) line {
	l := line{Key: m.ID, At: m.At, Channel: m.Channel, Subject: m.Subject, Text: m.Text, Masked: m.Masked, Choices: m.Choices}
	if m.Behind != "" {
		l.Masked = false // what is behind the link is; the text itself holds nothing
	}
	switch m.By {
	case "customer":
		l.From, l.Who = "customer", customer
	case "agent":
		l.From, l.Who = "agent", m.Agent
	case "engine":
		l.From, l.Who = "journey-says", "Automatic"
	default:
		l.From, l.Who = "journey-says", "Assistant"
	}
	if m.Delivery != nil && m.Channel != "chat" {
		l.State, l.Trouble = became(m.Delivery)
	}
	return l
}

// became says what became of a message that a carrier has.
func became(d *transcript.Delivery) (words string, trouble bool) {
	switch d.Status {
	case "pending":
		words = "on its way"
		if d.Attempts > 0 {
			words, trouble = "is tried again", true
		}
	case "accepted":
		words = "sent"
	case "delivered":
		words = "delivered"
	case "failed":
		words, trouble = "not delivered", true
	default:
		words, trouble = "nobody can tell whether it arrived", true
	}
	if trouble && d.Reason != "" {
		words += ": " + d.Reason
	}
	return words, trouble
}
