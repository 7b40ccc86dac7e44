package machine

import (
	"journey/engine/graph"
	"journey/engine/wording"
)

// engineText says a text of the engine's in the contact's language, for a conversation or before any exists.
func (s *step) engineText(t *thread, text wording.Text, link string) string {
	var g *graph.Journey
	switch {
	case t != nil:
		g = t.graph
	case len(s.in.Live) > 0:
		g = s.in.Live[0]
	default:
		return wording.Fill(wording.In(s.contact.Locale, text, nil), "", link)
	}
	locale := s.contact.Locale
	if locale == "" {
		locale = g.Locale
	}
	return wording.Fill(wording.In(locale, text, g.EngineText), g.Brand, link)
}
