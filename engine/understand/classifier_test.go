package understand

import (
	"reflect"
	"slices"
	"testing"
)

var shop = []Intent{
	{"order_status", []string{"where is my order", "track my parcel", "when will my package arrive", "has my order shipped", "what is the status of my order"}},
	{"opening_hours", []string{"when are you open", "what are your opening hours", "are you open on saturday", "what time do you close today"}},
	{"return_item", []string{"i want to send something back", "return my order please", "i need a return label", "how do i return my jacket"}},
	{"dispute", []string{"i want to dispute a charge", "this charge is not mine", "you billed me twice", "there is a wrong charge on my card"}},
}

// accept and clarify are the language's thresholds where a journey names none.
const accept, clarify = 0.7, 0.4

func TestIntents(t *testing.T) {
	m := Train(shop)
	for text, want := range map[string]string{
		"where is my order": "order_status", "Where's my order?": "order_status", "can you tell me where my parcel is": "order_status", "track my package please": "order_status",
		"are you open on sunday": "opening_hours", "opening hours?": "opening_hours", "I need a label for a return": "return_item", "how can i return a jacket": "return_item",
		"a charge on my card is not mine": "dispute", "i was billed twice": "dispute",
		"agent please": TalkToHuman, "I want to speak to a human being": TalkToHuman, "can i talk to somebody": TalkToHuman, "quiero hablar con una persona": TalkToHuman, "REPRESENTATIVE": TalkToHuman,
	} {
		got := m.Understand(text).Intents
		if len(got) == 0 || got[0].Intent != want || got[0].Confidence < accept {
			t.Errorf("%q is %v, want %s", text, got, want)
		}
	}
}

func TestExamplesAreUnderstood(t *testing.T) {
	m := Train(shop)
	for _, in := range append(slices.Clone(shop), Intent{TalkToHuman, humanExamples}) {
		for _, text := range in.Examples {
			got := m.Understand(text).Intents
			if got[0].Intent != in.Name || got[0].Confidence < 0.9 {
				t.Errorf("%q is %v", text, got[0])
			}
		}
	}
}

func TestOutOfScope(t *testing.T) {
	m := Train(shop)
	for _, text := range []string{"", "?", "blue or green", "the round ones", "it came in a blue box", "not sure yet", "near the station", "tell me a joke", "what is the capital of france", "i have dry eyes in winter", "do you sell gift cards", "yes please", "on the left side"} {
		for _, r := range m.Understand(text).Intents {
			if r.Confidence >= clarify {
				t.Errorf("%q is %v", text, r)
			}
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	reversed := slices.Clone(shop)
	slices.Reverse(reversed)
	for i := range reversed {
		reversed[i].Examples = slices.Clone(reversed[i].Examples)
		slices.Reverse(reversed[i].Examples)
	}
	a, b := Train(shop), Train(reversed)
	for _, text := range []string{"where is my order", "is the shop open", "return a charge", "my card"} {
		if x, y := a.Understand(text), b.Understand(text); !reflect.DeepEqual(x, y) {
			t.Errorf("%q is %v or %v", text, x, y)
		}
	}
}

func TestDeclaredExamplesJoinTheBuiltIn(t *testing.T) {
	m := Train([]Intent{{TalkToHuman, []string{"beam me up"}}})
	for _, text := range []string{"beam me up", "agent please"} {
		if got := m.Understand(text).Intents; len(got) != 1 || got[0].Confidence < accept {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestSentiment(t *testing.T) {
	for _, c := range []struct {
		text     string
		from, to float64
	}{
		{"this is the third pair that fell apart, i am furious", -1, -0.7}, {"useless rubbish", -1, -0.5}, {"THIS IS COMPLETELY UNACCEPTABLE", -1, -0.7}, {"i am very disappointed", -1, -0.5},
		{"i hate this", -1, -0.5}, {"not happy at all", -1, -0.4}, {"estoy furioso, es una vergüenza", -1, -0.7}, {"esto no sirve", -1, -0.5}, {"nobody answers my mails", -1, -0.5},
		{"it arrived damaged", -0.4, 0}, {"i have a problem with my order", -0.4, 0}, {"not bad", 0, 0.3},
		{"where is my order?", 0, 0}, {"WHERE IS MY ORDER", -0.4, 0}, {"what is your best plan", 0, 0}, {"EX204417", 0, 0}, {"STOP", 0, 0}, {"", 0, 0}, {"¿dónde está mi pedido?", 0, 0},
		{"thanks a lot", 0.3, 1}, {"no thanks", 0, 0.4}, {"muchas gracias", 0.3, 1}, {"great service, i love it!", 0.6, 1}, {"👍", 0.1, 1},
	} {
		if got := Sentiment(c.text); got < c.from || got > c.to {
			t.Errorf("%q feels %v, want %v to %v", c.text, got, c.from, c.to)
		}
	}
}

// A word in two lines of a lexicon would have the value of the last.
func TestFeelingsAreNotBoth(t *testing.T) {
	for w, v := range feelings {
		if _, too := strengths[w]; too {
			t.Errorf("%q is a feeling of %v and a strength", w, v)
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	m := Train(shop)
	for _, text := range []string{"where is my order", "¿dónde está?", "ß½–", "AAAA!!!"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 1.0
		for _, r := range m.Understand(text).Intents {
			if r.Confidence < 0 || r.Confidence > last {
				t.Fatalf("%v after %v", r, last)
			}
			last = r.Confidence
		}
	})
}

func BenchmarkTrain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Train(shop)
	}
}

func BenchmarkFirstUnderstand(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Train(shop).Understand("where is my parcel")
	}
}

func BenchmarkUnderstand(b *testing.B) {
	m := Train(shop)
	b.ReportAllocs()
	for b.Loop() {
		m.Understand("can you tell me where my parcel is please")
	}
}
