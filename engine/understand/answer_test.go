package understand

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"
)

// setting is a Wednesday morning in New York.
func setting(t testing.TB) Setting {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return Setting{Now: time.Date(2026, 5, 6, 9, 30, 0, 0, zone), Zone: zone, Locale: "en-US"}
}

// said writes an answer: whole ones plain, those inside a sentence with a tilde, none as a dash.
func said(a Answer, ok bool) string {
	if !ok {
		return "-"
	}
	text := fmt.Sprint(a.Value)
	if t, is := a.Value.(time.Time); is {
		text = t.Format(time.RFC3339)
	}
	if !a.Whole {
		text = "~" + text
	}
	return text
}

var readers = map[string]func(text string, s Setting) (Answer, bool){
	"bool":     func(text string, _ Setting) (Answer, bool) { return Bool(text) },
	"int":      func(text string, _ Setting) (Answer, bool) { return Int(text) },
	"number":   func(text string, _ Setting) (Answer, bool) { return Number(text) },
	"date":     Date,
	"clock":    Clock,
	"time":     Time,
	"duration": func(text string, _ Setting) (Answer, bool) { return Duration(text) },
	"phone":    Phone,
	"email":    func(text string, _ Setting) (Answer, bool) { return Email(text) },
	"url":      func(text string, _ Setting) (Answer, bool) { return URL(text) },
	"order":    func(text string, _ Setting) (Answer, bool) { return Pattern(`^[A-Z]{2}[0-9]{6}$`, text) },
	"zip":      func(text string, _ Setting) (Answer, bool) { return Pattern(`^[0-9]{5}$`, text) },
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct{ kind, text, want string }{
		{"bool", "yes", "true"}, {"bool", "Yes please", "true"}, {"bool", "No, that is all", "false"}, {"bool", "claro que sí", "true"},
		{"bool", "nope", "false"}, {"bool", "not really", "false"}, {"bool", "👍", "true"}, {"bool", "no gracias", "false"}, {"bool", "of course", "true"},
		{"bool", "yes and no", "-"}, {"bool", "no, i want to talk to a person", "-"}, {"bool", "no idea", "-"}, {"bool", "yes, you useless lot", "-"},
		{"bool", "rather fine I think", "-"}, {"bool", "yes?", "-"}, {"bool", "yes we can", "true"}, {"bool", "no, she has not", "false"}, {"bool", "I do not", "false"}, {"bool", "Sí, ahí estaré", "true"},

		{"int", "4", "4"}, {"int", "4.", "4"}, {"int", "four", "4"}, {"int", "twenty-one", "21"}, {"int", "two hundred and five", "205"}, {"int", "a dozen", "12"},
		{"int", "-3", "-3"}, {"int", "1,250", "1250"}, {"int", "veintidós", "22"}, {"int", "treinta y uno", "31"}, {"int", "zero", "0"}, {"int", "#4", "4"},
		{"int", "about 4, i think", "~4"}, {"int", "all 5, please", "~5"}, {"int", "about four", "~4"}, {"int", "four please", "~4"}, {"int", "we are three", "~3"},
		{"int", "4, yes 4", "~4"}, {"int", "cuatro por favor", "~4"}, {"int", "i have 3 pairs", "~3"}, {"int", "three pairs, please", "~3"}, {"int", "i think three of them", "~3"}, {"int", "none", "0"},
		{"int", "3 or 4", "-"}, {"int", "3-4", "-"}, {"int", "two or three", "-"}, {"int", "4 for the two of us", "-"}, {"int", "12.50", "-"}, {"int", "at 5:30", "-"},
		{"int", "the round ones", "-"}, {"int", "one moment", "-"}, {"int", "for you", "-"}, {"int", "the blue one", "-"}, {"int", "one of my friends", "-"},
		{"int", "EX204417", "-"}, {"int", "2026-05-14", "-"}, {"int", "+14155550171", "-"}, {"int", "how much is 4 of them", "-"}, {"int", "no one", "-"}, {"int", "4 people", "4"}, {"int", "one person", "1"}, {"int", "just one night", "~1"}, {"int", "one moment", "-"}, {"int", "dos personas", "2"}, {"int", "we are 4 people", "~4"}, {"int", "the 4th", "-"},
		{"int", "99999999999999999999999", "-"},

		{"number", "12.50", "12.5"}, {"number", "1,250.5", "1250.5"}, {"number", "1.250,5", "1250.5"}, {"number", "two and a half", "2.5"}, {"number", "$12", "12"},
		{"number", "12,5", "12.5"}, {"number", "2 1/2", "2.5"}, {"number", "2½", "2.5"}, {"number", "-2.25", "-2.25"}, {"number", "half", "0.5"}, {"number", "20%", "20"},
		{"number", "it was $12.50, i think", "~12.5"}, {"number", "one point five", "1.5"}, {"number", "180 cm", "180"}, {"number", "dos y media", "2.5"}, {"number", "1.2.3", "-"},

		{"date", "2026-05-14", "2026-05-14"}, {"date", "14 May", "2026-05-14"}, {"date", "May 14th", "2026-05-14"}, {"date", "5/14", "2026-05-14"}, {"date", "May 14, 2027", "2027-05-14"},
		{"date", "the 14th of May", "2026-05-14"}, {"date", "4 May", "2027-05-04"}, {"date", "6 may", "2026-05-06"}, {"date", "7/2/84", "1984-07-02"}, {"date", "14/5/2026", "2026-05-14"},
		{"date", "tomorrow", "2026-05-07"}, {"date", "Today", "2026-05-06"}, {"date", "the day after tomorrow", "2026-05-08"}, {"date", "friday", "2026-05-08"}, {"date", "next friday", "2026-05-08"},
		{"date", "wednesday", "2026-05-13"}, {"date", "in two weeks", "2026-05-20"}, {"date", "in 3 days", "2026-05-09"}, {"date", "a week from now", "2026-05-13"}, {"date", "3 days ago", "2026-05-03"},
		{"date", "mañana", "2026-05-07"}, {"date", "14 de mayo", "2026-05-14"}, {"date", "el viernes", "2026-05-08"}, {"date", "dentro de 3 días", "2026-05-09"}, {"date", "on the 14th", "2026-05-14"},
		{"date", "Friday, 15 May", "2026-05-15"}, {"date", "in a month", "2026-06-06"}, {"date", "29 feb", "2028-02-29"}, {"date", "2026-05-14T10:00:00Z", "2026-05-14"}, {"date", "last friday", "2026-05-01"}, {"date", "el 14", "2026-05-14"},
		{"date", "i can come on 2026-05-14, i think", "~2026-05-14"}, {"date", "better make it May 15, please", "~2026-05-15"}, {"date", "how about friday?", "~2026-05-08"}, {"date", "maybe on sat", "~2026-05-09"},
		{"date", "May", "-"}, {"date", "march", "-"}, {"date", "sat", "-"}, {"date", "sun", "-"}, {"date", "i sat in the sun", "-"}, {"date", "i may come", "-"}, {"date", "30 february", "-"}, {"date", "2026-02-30", "-"},
		{"date", "14 or 15 may", "-"}, {"date", "today or tomorrow", "-"}, {"date", "what time do you close today", "-"}, {"date", "do you have a free room on 2026-05-20?", "~2026-05-20"}, {"date", "this is the 3rd time", "-"}, {"date", "not sure yet", "-"}, {"date", "por la mañana", "-"},

		{"clock", "5:30 pm", "17:30"}, {"clock", "17:30", "17:30"}, {"clock", "5pm", "17:00"}, {"clock", "5 p.m.", "17:00"}, {"clock", "noon", "12:00"}, {"clock", "half past five", "17:30"}, {"clock", "9am", "09:00"},
		{"clock", "12 am", "00:00"}, {"clock", "12:15 am", "00:15"}, {"clock", "midnight", "00:00"}, {"clock", "quarter to nine", "08:45"}, {"clock", "ten past eight in the morning", "08:10"}, {"clock", "5 in the morning", "05:00"},
		{"clock", "five thirty pm", "17:30"}, {"clock", "at 9", "09:00"}, {"clock", "a las cinco y media", "17:30"}, {"clock", "las 8 de la noche", "20:00"}, {"clock", "17h30", "17:30"}, {"clock", "9 o'clock", "09:00"}, {"clock", "5:30", "05:30"},
		{"clock", "cinco menos cuarto", "16:45"}, {"clock", "once y media", "11:30"}, {"clock", "1730", "17:30"}, {"clock", "let us say 5:30 pm then", "~17:30"}, {"clock", "i am free at 3", "~15:00"},
		{"clock", "25:00", "-"}, {"clock", "in the morning", "-"}, {"clock", "5:75", "-"}, {"clock", "i have 5 pairs", "-"}, {"clock", "on +14155550199, in the morning", "-"}, {"clock", "5pm or 6pm", "-"}, {"clock", "13 am", "-"},

		{"time", "tomorrow at 5", "2026-05-07T17:00:00-04:00"}, {"time", "2026-05-14T17:30:00Z", "2026-05-14T17:30:00Z"}, {"time", "14 May 5pm", "2026-05-14T17:00:00-04:00"}, {"time", "2026-05-14 17:30", "2026-05-14T17:30:00-04:00"},
		{"time", "friday at half past nine", "2026-05-08T09:30:00-04:00"}, {"time", "in two hours", "2026-05-06T11:30:00-04:00"}, {"time", "5pm", "2026-05-06T17:00:00-04:00"}, {"time", "8am", "2026-05-07T08:00:00-04:00"}, {"time", "9:30am", "2026-05-07T09:30:00-04:00"}, {"time", "tonight at 8", "2026-05-06T20:00:00-04:00"},
		{"time", "mañana a las 10", "2026-05-07T10:00:00-04:00"}, {"time", "i could do tomorrow at 5 pm", "~2026-05-07T17:00:00-04:00"}, {"time", "5/14 at 17:00", "2026-05-14T17:00:00-04:00"},
		{"time", "tomorrow", "-"}, {"time", "monday or tuesday at 5pm", "-"}, {"time", "let me think", "-"}, {"time", "8 March 2026", "-"},

		{"duration", "90s", "1m30s"}, {"duration", "1h30m", "1h30m0s"}, {"duration", "two hours", "2h0m0s"}, {"duration", "an hour and a half", "1h30m0s"}, {"duration", "half an hour", "30m0s"}, {"duration", "45 min", "45m0s"},
		{"duration", "2.5 hours", "2h30m0s"}, {"duration", "7d", "168h0m0s"}, {"duration", "media hora", "30m0s"}, {"duration", "1 hour and 15 minutes", "1h15m0s"}, {"duration", "about 20 minutes, i think", "~20m0s"}, {"duration", "dos horas y media", "2h30m0s"},
		{"duration", "one moment", "-"}, {"duration", "give me a minute", "-"}, {"duration", "just one second", "-"}, {"duration", "2 months", "-"}, {"duration", "5", "-"}, {"duration", "99999999 weeks", "-"},

		{"phone", "+1 415 555 0101", "+14155550101"}, {"phone", "(415) 555-0171", "+14155550171"}, {"phone", "on +14155550199, in the morning", "~+14155550199"}, {"phone", "my mobile is +14155550171, thanks", "~+14155550171"},
		{"phone", "EX204417", "-"}, {"phone", "555-0101", "-"}, {"phone", "2026-05-14", "-"}, {"phone", "+14155550171 or +14155550199", "-"},

		{"email", "sasha.b@Example.com", "sasha.b@example.com"}, {"email", "it is sasha.b@example.com, thanks", "~sasha.b@example.com"}, {"email", "<a+b@c.org>", "a+b@c.org"},
		{"email", "sasha@example", "-"}, {"email", "@sasha", "-"}, {"email", "a@b.co or c@d.co", "-"}, {"email", "the usual one", "-"},

		{"url", "https://example.com/a?b=1", "https://example.com/a?b=1"}, {"url", "www.example.com", "https://www.example.com"}, {"url", "example.com", "https://example.com"}, {"url", "look at https://example.com/a.", "~https://example.com/a"},
		{"url", "ftp://example.com", "-"}, {"url", "a@b.co", "-"}, {"url", "javascript:alert(1)", "-"}, {"url", "fine.thanks a lot", "-"},

		{"order", "AB123456", "AB123456"}, {"order", "ab123456", "AB123456"}, {"order", "oh, it is EX204417, thanks", "~EX204417"}, {"order", "it is ex204417", "~EX204417"}, {"order", "AB 123 456", "AB123456"}, {"order", "AB123456.", "AB123456"},
		{"order", "AB123456 or CD123456", "-"}, {"order", "EX12", "-"}, {"order", "XAB1234567", "-"}, {"order", "the blue one", "-"}, {"order", "it came in a blue box", "-"},
		{"zip", "94103", "94103"}, {"zip", "it is 94103, thanks", "~94103"}, {"zip", "near the station", "-"}, {"zip", "941035", "-"}, {"zip", "+94103", "-"}, {"zip", "94103.50", "-"},
	} {
		if got := said(readers[c.kind](c.text, setting(t))); got != c.want {
			t.Errorf("%s %q is %s, want %s", c.kind, c.text, got, c.want)
		}
	}
}

// Ordinary remarks are no answer of any kind.
func TestNoAnswer(t *testing.T) {
	for _, text := range []string{"the blue one", "it came in a blue box", "not sure yet", "let me think", "hard to say", "rather fine I think", "near the station", "one moment", "for you", "", "   ", "?!"} {
		for kind, reader := range readers {
			if a, ok := reader(text, setting(t)); ok {
				t.Errorf("%q is the %s %v", text, kind, a.Value)
			}
		}
	}
}

func TestDateByLocale(t *testing.T) {
	for locale, want := range map[string]string{"": "2026-05-06", "en": "2026-05-06", "en-US": "2026-05-06", "en-GB": "2026-06-05", "es": "2026-06-05", "es-MX": "2026-06-05", "es-US": "2026-05-06"} {
		s := setting(t)
		s.Locale = locale
		if got := said(Date("5/6", s)); got != want {
			t.Errorf("5/6 in %q is %s, want %s", locale, got, want)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, text := range []string{"tomorrow at 5", "1.250,50", "two and a half", "a las cinco y media", "(415) 555-0171", "½ \u0301 ‑ ß", "5:", "-", "$", "14 of", "an", "12.5.", "https://[::1]"} {
		f.Add(text)
	}
	s := setting(f)
	f.Fuzz(func(t *testing.T, text string) {
		for kind, reader := range readers {
			a, ok := reader(text, s)
			if !ok {
				if a != (Answer{}) {
					t.Fatalf("%s left %v", kind, a)
				}
				continue
			}
			right := false
			switch v := a.Value.(type) {
			case bool:
				right = kind == "bool"
			case int:
				right = kind == "int"
			case float64:
				right = kind == "number"
			case time.Time:
				right = kind == "time"
			case time.Duration:
				right = kind == "duration" && v >= 0
			case string:
				right = v != ""
				if kind == "date" {
					_, err := time.Parse(dateLayout, v)
					right = err == nil
				}
				if kind == "clock" {
					_, err := time.Parse("15:04", v)
					right = err == nil
				}
			}
			if !right {
				t.Fatalf("%s %q is %#v", kind, text, a.Value)
			}
		}
		YesNo(text)
		Resend(text)
		Code(text)
		IsThanks(text)
		if v := Sentiment(text); v < -1 || v > 1 {
			t.Fatalf("sentiment %v", v)
		}
	})
}
