package machine

import (
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/schedule"
)

// environment gives the evaluation environment of the current thread.
func (s *step) environment() *expression.Env {
	s.ctx.Zone = s.location()
	s.ctx.Locale = s.locale()
	return s.env
}

// forget drops every cached value, when the current thread changes or its state does.
func (s *step) forget() { s.env.Reset() }

func (s *step) drop(name string) { s.env.Drop(name) }

// with evaluates something while extra names stand before all others.
func (s *step) with(names map[string]any, do func()) {
	old := s.overlay
	s.overlay = names
	for n := range names {
		s.drop(n)
	}
	do()
	s.overlay = old
	for n := range names {
		s.drop(n)
	}
}

func (s *step) eval(e *graph.Expr) (any, bool) {
	p, err := e.Program()
	if err == nil {
		var v any
		v, err = p.Eval(s.environment())
		s.demand()
		if err == nil {
			return v, true
		}
	}
	s.trace(Trace{Kind: Failed, Detail: err.Error()})
	return nil, false
}

// demand asks for tokens that an expression lacked: a panic inside of one would be taken for the expression's own mistake.
func (s *step) demand() {
	if s.lacking {
		s.token()
	}
}

// holds evaluates a rule's guard. A guard that fails does not hold.
func (s *step) holds(rule string, when *graph.Expr) bool {
	if when == nil {
		return true
	}
	v, _ := s.eval(when)
	ok, _ := v.(bool)
	s.trace(Trace{Kind: Looked, Rule: rule, Holds: ok})
	return ok
}

func (s *step) value(a *graph.Assign) (any, bool) {
	if a.Value == nil {
		return a.Literal, true
	}
	return s.eval(a.Value)
}

func (s *step) values(list []graph.Assign) map[string]any {
	m := make(map[string]any, len(list))
	for i := range list {
		if v, ok := s.value(&list[i]); ok {
			m[list[i].Name] = v
		}
	}
	return m
}

func (s *step) render(t *graph.Text) string {
	if t == nil {
		return ""
	}
	text, err := t.In(s.locale())
	if err == nil {
		var out string
		out, err = text.Render(s.environment())
		s.demand()
		if err == nil {
			return out
		}
	}
	s.trace(Trace{Kind: Failed, Detail: err.Error()})
	return ""
}

func (s *step) locale() string {
	if s.contact.Locale != "" || s.current == nil {
		return s.contact.Locale
	}
	return s.current.graph.Locale
}

// location is the contact's zone for texts and local times.
func (s *step) location() *time.Location {
	return s.zones()[0]
}

// zones are all that the contact may be in: quiet hours are over when they are over in each.
func (s *step) zones() []*time.Location {
	if s.places == nil {
		s.places = s.findZones()
	}
	return s.places
}

func (s *step) findZones() []*time.Location {
	if z, err := schedule.Zone(s.contact.Timezone); err == nil && s.contact.Timezone != "" {
		s.home[0] = z
		return s.home[:]
	}
	var zones []*time.Location
	for _, name := range s.contact.PhoneZones {
		if z, err := schedule.Zone(name); err == nil {
			zones = append(zones, z)
		}
	}
	if zones == nil {
		zones = []*time.Location{time.UTC}
	}
	return zones
}

// Value gives an expression the value of a name; nil where it is not set.
func (s *step) Value(name string) any {
	if v, ok := s.overlay[name]; ok {
		return v
	}
	t := s.current
	if t == nil {
		return s.contactValue(name)
	}
	if v, ok := t.Data[name]; ok {
		return v
	}
	switch name {
	case "trigger":
		return t.Trigger.value()
	case "event":
		if s.event == nil {
			return nil
		}
		return s.event.value()
	case "may":
		return map[string]any{"chat": s.may(policy.Chat), "sms": s.may(policy.SMS), "email": s.may(policy.Email)}
	case "reply":
		return map[string]any{"text": t.Reply.Text, "value": t.Reply.Value, "channel": string(t.Reply.Channel)}
	case "intent":
		return map[string]any{"name": t.Intent, "confidence": t.Confidence}
	case "sentiment":
		return t.Sentiment
	case "attempts":
		return t.Attempts
	case "visits":
		return int(t.Visits[t.State])
	case "conversation":
		return s.conversationValue(t)
	case "outcome":
		return t.RunOutcome
	case "result":
		return t.Result
	case "brand":
		return t.graph.Brand
	}
	return s.contactValue(name)
}

func (s *step) contactValue(name string) any {
	switch name {
	case "contact":
		c := s.contact
		m := map[string]any{"id": c.ID, "locale": s.locale(), "timezone": s.location().String(), "online": c.Online,
			"attributes": c.Attributes, "verified": s.current != nil && s.current.root().Verified}
		for n, v := range map[string]string{"name": c.Name, "phone": c.Phone, "email": c.Email} {
			if v != "" {
				m[n] = v
			}
		}
		return m
	case "now":
		return s.now
	case "message":
		if m := s.message; m != nil {
			return map[string]any{"sensitive": m.Sensitive, "urgent": m.Urgent, "purpose": string(m.Purpose)}
		}
	}
	return nil
}

func (s *step) conversationValue(t *thread) map[string]any {
	mood := 0.0
	for _, m := range t.Moods {
		mood += m / float64(len(t.Moods))
	}
	return map[string]any{"id": t.ID, "journey": t.Journey, "state": t.state().Name, "status": string(s.status(t)),
		"channel": string(t.root().Channel), "started": t.Started, "turns": t.Turns, "sentiment": mood, "unclear": t.Unclear}
}

func (s *step) status(t *thread) Status {
	return t.innermost().DeriveStatus(0, nil, s.now)
}

func (h *Happening) value() map[string]any {
	data := h.Data
	if data == nil {
		data = map[string]any{}
	}
	return map[string]any{"id": h.ID, "type": h.Type, "time": h.Time, "data": data}
}

// link shortens a url: a token of ours stands for it, and a click is an event.
func (s *step) link(url string) string {
	t := s.current
	if s.out.TokensUsed == len(s.in.Tokens) {
		s.lacking = true
		return ""
	}
	token := s.token()
	made := LinkMade{Token: token, Kind: Tracked, URL: url}
	id := token
	if t != nil {
		made.Conversation = t.ID
		id = t.id()
	}
	s.effect(Effect{ID: id, Link: &made})
	return s.in.LinkBase + "/l/" + token
}
