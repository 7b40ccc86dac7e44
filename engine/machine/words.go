package machine

import (
	"journey/engine/policy"
	"journey/engine/wording"
)

// word handles the opt-out, opt-in and help words of SMS, before any journey sees them. A change is confirmed once.
func (s *step) word(text string) bool {
	out := s.contact.Ledger.OptedOut(policy.SMS)
	switch policy.ReadWord(text, out) {
	case policy.OptOutWord:
		s.heardWord(text)
		if !out {
			s.contact.Ledger = s.contact.Ledger.OptOut(policy.SMS, s.now, text)
			s.confirmWord(wording.OptedOut)
			s.happened(Happening{ID: s.in.Event.ID, Type: "contact.opted_out", Time: s.now, Data: map[string]any{"channel": string(policy.SMS)}})
		}
	case policy.OptInWord:
		s.heardWord(text)
		if out {
			s.contact.Ledger = s.contact.Ledger.OptIn(policy.SMS, s.now, text)
			s.confirmWord(wording.OptedIn)
			s.happened(Happening{ID: s.in.Event.ID, Type: "contact.opted_in", Time: s.now, Data: map[string]any{"channel": string(policy.SMS)}})
		}
	case policy.HelpWord:
		s.heardWord(text)
		s.confirmWord(wording.Help)
	default:
		return false
	}
	s.out.Handled = true
	return true
}

func (s *step) heardWord(text string) {
	s.effect(Effect{ID: s.in.NewID + ".word", Heard: &Heard{Channel: policy.SMS, Text: text, At: s.now}})
}

// confirmWord answers a word by SMS, an opt-out too: the one message that may still be sent.
func (s *step) confirmWord(kind wording.Text) {
	t := s.lastOn(policy.SMS)
	e := Deliver{ID: s.in.NewID + ".confirm", Channel: policy.SMS, To: s.contact.Phone, By: ByEngine, Urgent: true, Confirms: true,
		Answering: policy.SMS, Order: []policy.Channel{policy.SMS}, At: s.now}
	e.Text = s.engineText(t, kind, "")
	e.Body = e.Text
	s.effect(Effect{ID: e.ID, Deliver: &e})
}
