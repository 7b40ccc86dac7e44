package machine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/wording"
)

// verdict is what became of a message.
type verdict uint8

const (
	sent verdict = iota
	held
	blocked
)

// What was sent is remembered for limits this long, and at most so many messages of it.
const (
	limitMemory = 366 * 24 * time.Hour
	mostSent    = 1000
)

// draft is a message before a channel is chosen for it.
type draft struct {
	by        Author
	agent     string
	message   *graph.Message // nil: text and choices are given
	text      string
	choices   []Choice
	lines     []string // said before the text, as one message with it
	ask       *graph.Ask
	question  bool    // it opens the question of the thread's state
	owner     *thread // whose Held it becomes; nil: the thread that sends it
	held      Held    // how to go on with it, if it is held
	answering policy.Channel
	purpose   policy.Purpose
	secret    map[string]any // `code` or `link`
	urgent    bool
	personal  bool // what is said in lines is sensitive
	order     []policy.Channel
	reason    policy.Passed // out: why no channel may carry it
}

func (d *draft) sensitive() bool {
	m := d.message
	return d.personal || m != nil && (m.Sensitive || m.Text != nil && m.Text.Sensitive) || d.ask != nil && d.ask.Sensitive
}

// order lists the channels that a message may use: via, or the one in use and then those preferred.
func (s *step) order(t *thread, via []policy.Channel) []policy.Channel {
	if len(via) > 0 {
		return via
	}
	order := make([]policy.Channel, 0, 4)
	if in := t.root().Channel; in != "" {
		order = append(order, in)
	}
	for _, ch := range t.graph.Prefer {
		if !slices.Contains(order, ch) {
			order = append(order, ch)
		}
	}
	return order
}

// send chooses a channel and sends, or says that the message is held or that no channel may carry it.
func (s *step) send(t *thread, d *draft) verdict {
	if t.quiet {
		s.trace(Trace{Kind: Skipped, Detail: "an agent has the conversation"})
		return sent
	}
	decision, v := s.place(t, d)
	switch v {
	case sent:
		s.deliver(t, d, decision)
	case blocked:
		s.trace(Trace{Kind: Blocked})
	}
	return v
}

// place decides on a message's channel and holds it where that says so; sent means that it may go now.
func (s *step) place(t *thread, d *draft) (policy.Decision, verdict) {
	decision := s.decide(t, d.order, d.attributes())
	s.passedOver(decision)
	switch decision.Verdict {
	case policy.Hold:
		s.trace(Trace{Kind: HeldBack, Channel: decision.Channel, Reason: policy.ReasonQuiet})
		s.hold(t, d, decision.Until)
		return decision, held
	case policy.Blocked:
		if len(decision.Passed) > 0 {
			d.reason = decision.Passed[0]
		}
		return decision, blocked
	}
	return decision, sent
}

// sayFrom sends messages from number from on, until one is held or its being blocked moves the conversation on.
func (s *step) sayFrom(t *thread, list []graph.Message, from int, order func() []policy.Channel, h Held) (verdict, graph.StateIndex) {
	for i := from; i < len(list); i++ {
		h.Index = i
		d := draft{by: ByJourney, message: &list[i], answering: s.answering, order: order(), held: h}
		switch s.send(t, &d) {
		case held:
			return held, graph.NoState
		case blocked:
			if next, moved := s.messageBlocked(t, &d); moved {
				return blocked, next
			}
		}
	}
	return sent, graph.NoState
}

// attributes are what the policy asks of a message.
func (d *draft) attributes() policy.Message {
	m := policy.Message{Urgent: d.urgent, Sensitive: d.sensitive(), AnswerOn: d.answering, Purpose: d.purpose}
	if d.message != nil {
		m.Urgent = m.Urgent || d.message.Urgent
		if d.message.Purpose != "" {
			m.Purpose = d.message.Purpose
		}
	}
	return m
}

// deliver makes the text for the channel that was chosen.
func (s *step) deliver(t *thread, d *draft, decision policy.Decision) {
	ch := decision.Channel
	s.trace(Trace{Kind: Sending, Channel: ch})
	e := Deliver{ID: t.id(), Conversation: t.ID, Journey: t.Journey, State: t.state().Name, Channel: ch, To: s.contact.address(ch),
		By: d.by, Agent: d.agent, Sensitive: d.sensitive(), Purpose: s.purpose(t, ch, d), Answering: d.answering, Question: d.question,
		Urgent: d.urgent || d.message != nil && d.message.Urgent, Order: d.order, At: s.now}
	s.compose(t, d, &e)
	secure := s.secure(t, &e)
	s.disclose(t, &e)
	e.Body = body(&e)
	s.effect(Effect{ID: e.ID, Deliver: &e})
	if decision.Counts {
		s.count(ch)
	}
	s.wrote(t, ch, d.question)
	if d.question {
		t.Question = &Question{Choices: d.choices, Secure: secure, Confirming: t.Question != nil && t.Question.Confirming, Value: confirming(t)}
	}
}

func confirming(t *thread) any {
	if t.Question == nil {
		return nil
	}
	return t.Question.Value
}

// compose fills in text, subject, media and choices in the contact's language.
func (s *step) compose(t *thread, d *draft, e *Deliver) {
	text := d.text
	if m := d.message; m != nil {
		names := d.secret
		if m.Template != "" {
			names = s.values(m.With)
		}
		s.with(names, func() {
			text = s.render(m.Text)
			e.Subject = s.render(m.Subject)
			for _, media := range m.Media {
				e.Media = append(e.Media, s.render(media))
			}
		})
		if m.Options != nil {
			d.choices = s.choices(m.Options)
		}
	}
	e.Text = strings.Join(append(d.lines, text), "\n")
	if text == "" && len(d.lines) > 0 {
		e.Text = strings.Join(d.lines, "\n")
	}
	for _, c := range d.choices {
		e.Choices = append(e.Choices, c.Label)
	}
	if e.Channel == policy.Email && e.Subject == "" {
		e.Subject = t.graph.Brand
	}
}

// secure puts a one-time link in the place of what may not go over SMS.
func (s *step) secure(t *thread, e *Deliver) bool {
	if e.Channel != policy.SMS || !e.Sensitive {
		return false
	}
	token := s.token()
	s.effect(Effect{ID: t.id(), Link: &LinkMade{Token: token, Conversation: t.ID, Kind: Form, Text: e.Text, Asks: e.Question, Channel: e.Channel}})
	kind := wording.SecureMessage
	if e.Question {
		kind = wording.SecureQuestion
	}
	e.Plain = &Plain{By: e.By, Text: e.Text, Media: e.Media, Choices: e.Choices}
	e.By = ByEngine
	e.Text = s.engineText(t, kind, s.in.LinkBase+"/s/"+token)
	e.Choices, e.Media = nil, nil
	return true
}

// disclose adds who writes, how often and how to stop to the first SMS for a purpose, and what is kept to the first chat message.
func (s *step) disclose(t *thread, e *Deliver) {
	rules := t.graph.Channel(e.Channel)
	if rules == nil || rules.Disclosure == nil {
		return
	}
	switch e.Channel {
	case policy.SMS:
		if slices.Contains(s.contact.Disclosed, e.Purpose) {
			return
		}
		s.contact.Disclosed = append(s.contact.Disclosed, e.Purpose)
	case policy.Chat:
		if t.root().Greeted {
			return
		}
		t.root().Greeted, t.root().changed = true, true
	default:
		return
	}
	e.Disclosure = s.render(rules.Disclosure)
}

// body is all that the carrier gets: the text, an option a line where there are no buttons, and the disclosure.
func body(e *Deliver) string {
	if e.Disclosure == "" && (len(e.Choices) == 0 || e.Channel == policy.Chat) {
		return e.Text
	}
	var b strings.Builder
	b.WriteString(e.Text)
	if e.Channel != policy.Chat {
		for i, label := range e.Choices {
			b.WriteString("\n" + strconv.Itoa(i+1) + " " + label)
		}
	}
	if e.Disclosure != "" {
		b.WriteString("\n" + e.Disclosure)
	}
	return b.String()
}

// choices are the options of a question as they are shown now.
func (s *step) choices(o *graph.Options) []Choice {
	if o.From == nil {
		list := make([]Choice, len(o.List))
		for i := range o.List {
			list[i] = Choice{Value: o.List[i].Value, Label: s.render(o.List[i].Label)}
		}
		return list
	}
	from, _ := s.eval(o.From)
	items, _ := from.([]any)
	list := make([]Choice, 0, len(items))
	for _, item := range items {
		s.with(map[string]any{"item": item}, func() {
			if v, ok := s.eval(o.Value); ok {
				list = append(list, Choice{Value: settle(v), Label: s.render(o.Label)})
			}
		})
	}
	return list
}

// wrote keeps who wrote last on a channel, which is what the customer's next message there is routed by.
func (s *step) wrote(t *thread, ch policy.Channel, question bool) {
	s.contact.Sequence++
	for r := t; r != nil; r = r.parent {
		r.Written[slot(ch)] = s.contact.Sequence
		r.changed = true
	}
	if question {
		t.Asked[slot(ch)] = s.contact.Sequence
	}
	if root := t.root(); !root.Pinned {
		root.Channel = ch
		s.drop("conversation")
	}
}

// goOn makes a channel the one in use, because the customer wrote there or a rule's `via` went on there.
func (s *step) goOn(t *thread, ch policy.Channel) {
	root := t.root()
	root.Channel, root.Pinned, root.changed = ch, true, true
	s.drop("conversation")
}

func (s *step) count(ch policy.Channel) {
	keep := s.contact.Sent
	for len(keep) > 0 && (len(keep) >= mostSent || s.now.Sub(keep[0].At) > limitMemory) {
		keep = keep[1:]
	}
	s.contact.Sent = append(keep, policy.Sent{Channel: ch, At: s.now})
}
