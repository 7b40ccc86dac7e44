package chat_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestHistoryHidesWhatIsSensitive(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		page := ada.opens("")
		page.got()
		for _, text := range []string{"hi", "My card", "nonsense", "1234", "it is nice"} {
			ada.says(text)
		}
		want := append(hello[:2:2],
			"customer: My card",
			"journey: What are the last four digits?",
			"customer: (hidden)",
			"journey: What are the last four digits?",
			"customer: (hidden)",
			"journey: Does that help? [Yes, thanks|No]",
			"customer: it is nice",
			"journey: Does that help? [Yes, thanks|No]",
		)
		same(t, "the history", transcript{ada.history("")}.lines(), want)
		same(t, "the stream", page.got(), want)
	})
}

func TestHistoryFollowsTheConversationToThePhoneAndBack(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		page := ada.opens("")
		for _, text := range []string{"hi", "Text me", "Yes, text me", "+1 415 555 0101"} {
			ada.says(text)
		}
		same(t, "texts sent", s.texts(), []string{"sms 123456 is your code."})
		page.got()
		ada.says("123456")
		same(t, "the code is typed in the chat", page.got(), []string{"customer: 123456", "journey: Does that help? [Yes, thanks|No]"})
		page.cancel()
		time.Sleep(3 * time.Minute)
		ada.texts("No")
		want := append(hello[:2:2],
			"customer: Text me",
			"journey: Shall we text you about your order? At most 2 a day. Message and data rates may apply. Reply STOP to end, HELP for help. [Yes, text me|No, thanks]",
			"customer: Yes, text me",
			"journey: To which number?",
			"customer: +1 415 555 0101",
			"journey by sms: (hidden) sent",
			"customer: 123456",
			"journey: Does that help? [Yes, thanks|No]",
			"journey by sms: We lost you, so we go on here.\nDoes that help? [Yes, thanks|No] sent",
			"customer by sms: No",
			"journey by sms: I am bringing in a colleague. sent",
		)
		same(t, "back in the chat", transcript{ada.history("")}.lines(), want)
	})
}

// What became of a text is told as it happens, and stands in the history: that it has left, that it arrived or did not. That it arrived outranks
// what is told later or came late.
func TestWhatBecameOfATextIsShown(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		page := ada.opens("")
		for _, text := range []string{"hi", "Text me", "Yes, text me"} {
			ada.says(text)
		}
		page.got()
		s.unwell(true)
		ada.says("+1 415 555 0101")
		const code = "journey by sms: (hidden)"
		page.got()
		same(t, "no provider takes it", transcript{ada.history("")}.lines()[7:], []string{code + " waiting"})
		s.unwell(false)
		time.Sleep(5 * time.Second)
		same(t, "one takes it", page.got(), []string{"delivery: sent"})
		id := ada.history("").Messages[7].Ref
		for _, c := range []struct {
			delivered bool
			told      string
			then      string
		}{{true, "delivery: delivered", "delivered"}, {false, "delivery: failed", "delivered"}} {
			s.report(id, c.delivered)
			if got := page.got(); !slices.Contains(got, c.told) {
				t.Errorf("it is reported: %q, want %q", got, c.told)
			}
			if got := (transcript{ada.history("")}).lines()[7]; got != code+" "+c.then {
				t.Errorf("the history has %q, want it to be %s", got, c.then)
			}
		}
	})
}

// texts are what was sent by SMS.
func (s *site) texts() []string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for _, m := range s.sent {
		if m[:3] == "sms" {
			texts = append(texts, m)
		}
	}
	return texts
}
