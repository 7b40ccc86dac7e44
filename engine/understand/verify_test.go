package understand

import "testing"

func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		"123456": "123456", " 123 456 ": "123456", "123-456": "123456", "the code is 123456": "123456", "123456, thanks": "123456", "mi código es 100001": "100001",
		"resend": "", "i got 123456 and 654321": "", "call me on 14155550171 tomorrow": "", "EX204417": "", "": "", "1234567890123": "", "where is my order": "",
	} {
		if got, ok := Code(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestResend(t *testing.T) {
	for _, text := range []string{"resend", "Resend please", "new code", "can i have a new code?", "send it again", "I didn't get it", "didn't receive anything", "nuevo código", "no me llegó", "again", "another one please", "reenviar"} {
		if !Resend(text) {
			t.Errorf("%q wants no other code", text)
		}
	}
	for _, text := range []string{"", "123456", "thanks", "agent please", "where is my order", "not again this rubbish", "another day would be better", "one moment"} {
		if Resend(text) {
			t.Errorf("%q wants another code", text)
		}
	}
}

func TestIsThanks(t *testing.T) {
	for _, text := range []string{"thanks", "ok", "OK!", "thank you very much", "gracias", "muchas gracias", "👍", "great, thanks a lot", "cheers", "thanks for your help", "ok 👍", "vale, gracias"} {
		if !IsThanks(text) {
			t.Errorf("%q is no thanks", text)
		}
	}
	for _, text := range []string{"", "?", "ok?", "thanks but where is my order", "no", "yes", "hello", "ok 12", "you", "thanks for nothing", "not ok"} {
		if IsThanks(text) {
			t.Errorf("%q is thanks", text)
		}
	}
}
