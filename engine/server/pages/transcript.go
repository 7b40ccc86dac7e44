package pages

import (
	"slices"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// row is one thing that happened in a conversation: what was said, and beside it why.
type row struct {
	At      time.Time
	Bubbles []*bubble
	Step    step
	Others  []string // other conversations that it touched
}

// bubble is one message of the transcript.
type bubble struct {
	ID         string // of a message from us
	At         time.Time
	From       string // customer, journey, agent, engine
	Who        string
	Channel    policy.Channel
	To         string
	Subject    string
	Text       string
	Masked     bool
	Disclosure string
	Media      []string
	Choices    []string
	State      string // what became of it; empty of a customer's
	Trouble    bool
}

// transcript goes through a contact's log, oldest first, and keeps what belongs to one conversation.
type transcript struct {
	id      string
	contact *machine.Contact
	words   *steps
	rows    []row
	sent    map[string]*bubble // by message
	secret  bool               // the last question was sensitive
}

func (t *transcript) add(l runtime.Logged) {
	if l.LogEntry == nil {
		return
	}
	if l.Attempt != nil {
		t.settle(l.Attempt.Message, attemptStates[l.Attempt.Result], l.Attempt.Reason, l.Attempt.Result != machine.Accepted)
	}
	if r := l.Event.Report; r != nil && r.Message != nil {
		state := arrived
		if !r.Delivered {
			state = "not delivered"
		}
		t.settle(r.Message.ID, state, r.Reason, !r.Delivered)
	}
	mine, others := t.touched(l.LogEntry)
	if !mine || l.Event.Report != nil && len(l.Effects) == 0 {
		return
	}
	r := row{At: l.At, Step: t.words.of(t.contact, l.LogEntry, t.secret), Others: others}
	r.Step.beside(t.id)
	for i := range l.Effects {
		if b := t.bubble(&l.Effects[i]); b != nil {
			r.Bubbles = append(r.Bubbles, b)
		}
	}
	t.rows = append(t.rows, r)
}

var attemptStates = map[machine.Result]string{
	machine.Accepted: "sent", machine.Postponed: "is tried again", machine.Rejected: "refused", machine.GivenUp: "given up", machine.Unknown: "unknown",
}

// arrived outranks all that is told later: reports and results may come in any order.
const arrived = "delivered"

func (t *transcript) settle(message, state, reason string, trouble bool) {
	b := t.sent[message]
	if b == nil || state == "" || b.State == arrived {
		return
	}
	b.State, b.Trouble = state, trouble
	if trouble && reason != "" {
		b.State += ": " + reason
	}
}

// touched tells whether an entry concerns the conversation, and which others it does.
func (t *transcript) touched(e *machine.LogEntry) (mine bool, others []string) {
	seen := map[string]bool{}
	note := func(id string) {
		if id == t.id {
			mine = true
		} else if id != "" && !seen[id] {
			seen[id] = true
			others = append(others, id)
		}
	}
	for i := range e.Trace {
		note(e.Trace[i].Conversation)
	}
	for i := range e.Effects {
		note(conversationOf(&e.Effects[i]))
	}
	return mine, others
}

func conversationOf(e *machine.Effect) string {
	switch {
	case e.Deliver != nil:
		return e.Deliver.Conversation
	case e.Heard != nil:
		return e.Heard.Conversation
	case e.Request != nil:
		return e.Request.Conversation
	case e.Publish != nil:
		return e.Publish.Conversation
	case e.Handoff != nil:
		return e.Handoff.Conversation
	case e.Link != nil:
		return e.Link.Conversation
	}
	return ""
}

func (t *transcript) bubble(e *machine.Effect) *bubble {
	if conversationOf(e) != t.id {
		return nil
	}
	switch {
	case e.Heard != nil:
		return t.heard(e.Heard)
	case e.Deliver != nil:
		return t.said(e.Deliver)
	}
	return nil
}

func (t *transcript) heard(h *machine.Heard) *bubble {
	b := &bubble{At: h.At, From: "customer", Who: nameOf(t.contact), Channel: h.Channel, Text: h.Text}
	if h.Secure || t.secret {
		b.Text, b.Masked = "", true
	}
	return b
}

func (t *transcript) said(d *machine.Deliver) *bubble {
	if d.Question {
		t.secret = d.Sensitive
	}
	b := &bubble{ID: d.ID, At: d.At, From: string(d.By), Who: authorName(d), Channel: d.Channel, To: d.To, Subject: d.Subject, Text: d.Text,
		Disclosure: d.Disclosure, Media: d.Media, Choices: d.Choices}
	if d.Channel != policy.Chat {
		b.State = "waiting"
	}
	if d.Sensitive {
		b.Text, b.Masked, b.Choices, b.Media = "", true, nil, nil
	}
	t.sent[d.ID] = b
	return b
}

func authorName(d *machine.Deliver) string {
	switch d.By {
	case machine.ByAgent:
		return agentName(d.Agent)
	case machine.ByEngine:
		return "Automatic"
	}
	return "Assistant"
}

// beside leaves what a transcript doesn't say itself: the reasoning about one conversation, and what came of it besides messages.
func (v *step) beside(id string) {
	var own []talk
	for _, k := range v.Talks {
		if k.Conversation == id {
			own = append(own, talk{Lines: k.Lines, Channels: k.Channels})
		}
	}
	v.Talks, v.Quote, v.Masked = own, "", false
	v.Results = slices.DeleteFunc(v.Results, func(r result) bool { return r.Spoken })
}
