package understand

import "testing"

func TestChoose(t *testing.T) {
	yesNo := []Option{{"yes", "Yes, text me"}, {"no", "No, thanks"}}
	reasons := []Option{{"wrong_fit", "It does not fit"}, {"damaged", "It arrived damaged"}, {"changed_mind", "I changed my mind"}}
	days := []Option{{"fri_am", "Friday morning"}, {"fri_pm", "Friday afternoon"}, {"sat", "Saturday morning"}}
	plans := []Option{{"accept", "Yes, switch me"}, {"think", "I want to think about it"}}
	later := []Option{{"look", "Yes, work it out"}, {"later", "Not now"}}
	done := []Option{{"done", "No, that is all"}, {"more", "Yes, one more question"}}
	slots := []Option{{"s1", "2026-03-16 9:00 AM"}, {"s2", "2026-03-17 11:00 AM"}}
	counts := []Option{{"2", "2 lenses"}, {"4", "4 lenses"}, {"10", "10 lenses"}}
	spanish := []Option{{"coming", "Sí, ahí estaré"}, {"rebook", "Necesito otra hora"}}
	for _, c := range []struct {
		options []Option
		text    string
		want    int // from 1 as customers count; 0 for none
	}{
		{yesNo, "1", 1}, {yesNo, "2.", 2}, {yesNo, "3", 0}, {yesNo, "Yes, text me", 1}, {yesNo, "yes", 1}, {yesNo, "yes please", 1}, {yesNo, "nope", 2}, {yesNo, "no thanks", 2}, {yesNo, "👍", 1},
		{yesNo, "option 2", 2}, {yesNo, "the first one", 1}, {yesNo, "uno", 1}, {yesNo, "la segunda", 2}, {yesNo, "the last one", 2}, {yesNo, "2nd", 2}, {yesNo, "one", 1}, {yesNo, "1 Yes, text me", 1},
		{yesNo, "yes and no", 0}, {yesNo, "the blue one", 0}, {yesNo, "that one", 0}, {yesNo, "1 or 2", 0}, {yesNo, "the 5th", 0}, {yesNo, "no, get me a person", 0}, {yesNo, "", 0}, {yesNo, "?", 0},
		{reasons, "it does not fit", 1}, {reasons, "it doesnt fit", 1}, {reasons, "wrong_fit", 1}, {reasons, "wrong fit", 1}, {reasons, "It arived damaged", 2}, {reasons, "damaged", 2}, {reasons, "damagd", 2}, {reasons, "I changed my mind", 3},
		{reasons, "mind", 3}, {reasons, "it", 0}, {reasons, "rather fine I think", 0}, {reasons, "it came in a blue box", 0}, {reasons, "my", 0}, {reasons, "option 3 please", 3}, {reasons, "this is useless", 0},
		{days, "friday", 0}, {days, "friday morning", 1}, {days, "afternoon", 2}, {days, "saturday", 3}, {days, "sat", 3}, {days, "satuday morning", 3}, {days, "i would like friday afternoon please", 2}, {days, "morning", 0}, {days, "third", 3},
		{plans, "yes", 1}, {plans, "accept", 1}, {plans, "think", 2}, {plans, "blue or green", 0}, {plans, "green", 0}, {plans, "the round ones", 0}, {plans, "I want to think about it", 2}, {plans, "something smaller maybe", 0},
		{later, "not now", 2}, {later, "later", 2}, {later, "no", 2}, {later, "yes", 1},
		{done, "no", 1}, {done, "yes", 2}, {done, "done", 1}, {done, "more", 2}, {done, "No, that is all", 1},
		{slots, "2026-03-17 11:00 AM", 2}, {slots, "2026-03-17", 2}, {slots, "2026-03-18 11:00 AM", 0}, {slots, "2", 2}, {slots, "11:00", 2},
		{counts, "2", 2}, {counts, "10", 3}, {counts, "4 lenses", 2}, {counts, "lenses", 0}, {counts, "5 lenses", 0},
		{spanish, "si", 1}, {spanish, "Si, ahi estare", 1}, {spanish, "otra hora", 2}, {spanish, "dos", 2}, {spanish, "no", 0},
		{[]Option{{"a", "Blue"}, {"b", "Green"}}, "the blue one please", 1}, {[]Option{{"a", "Blue"}, {"b", "Green"}}, "it came in a blue box", 0}, {[]Option{{"a", "Blue"}, {"b", "Green"}}, "blue or green", 0},
		{nil, "1", 0},
	} {
		i, ok := Choose(c.options, c.text)
		if got := i + 1; !ok && c.want != 0 || ok && got != c.want {
			t.Errorf("%q of %v is %d, %v; want %d", c.text, c.options, got, ok, c.want)
		}
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("Friday morning", "fri_am", "fridy")
	f.Add("1,5 ×", "½", "1.5")
	f.Add("Yes", "", "👍")
	f.Fuzz(func(t *testing.T, label, value, text string) {
		options := []Option{{value, label}, {"no", "No, thanks"}, {"other", text}}
		if i, ok := Choose(options, text); ok && (i < 0 || i >= len(options)) {
			t.Fatalf("option %d of %d", i, len(options))
		}
	})
}

func BenchmarkChoose(b *testing.B) {
	options := []Option{{"keep", "Keep this time"}, {"move", "Choose another day"}, {"collect", "Collect it from a shop"}}
	for _, text := range []string{"2", "Choose another day", "colect it from a shop", "not sure yet"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Choose(options, text)
			}
		})
	}
}

func BenchmarkPattern(b *testing.B) {
	for _, text := range []string{"AB123456", "oh, it is ab123456, thanks", "not sure yet"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Pattern(`^[A-Z]{2}[0-9]{6}$`, text)
			}
		})
	}
}
