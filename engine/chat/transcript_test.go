package chat_test

import (
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
			"journey by sms: (hidden)",
			"customer: 123456",
			"journey: Does that help? [Yes, thanks|No]",
			"journey by sms: We lost you, so we go on here.\nDoes that help? [Yes, thanks|No]",
			"customer by sms: No",
			"journey by sms: I am bringing in a colleague.",
		)
		same(t, "back in the chat", transcript{ada.history("")}.lines(), want)
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
