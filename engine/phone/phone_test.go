package phone

import (
	"slices"
	"testing"
	_ "time/tzdata"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, region, want string }{
		{"+14155550101", "", "+14155550101"}, {"+1 (415) 555-0171", "", "+14155550171"}, {"+15005550006", "", "+15005550006"}, {"415.555.0171", "US", "+14155550171"},
		{"1 415 555 0171", "us", "+14155550171"}, {"020 7946 0958", "GB", "+442079460958"}, {"+34 612 345 678", "US", "+34612345678"}, {"00 44 20 7946 0958", "DE", "+442079460958"},
		{"555-0101", "US", ""}, {"12", "US", ""}, {"", "US", ""}, {"1-800-FLOWERS", "US", ""}, {"my number", "US", ""}, {"+999999999999", "US", ""}, {"+1415555017122334", "US", ""}, {"0", "XX", ""}, {"4155550171", "XX", ""},
	} {
		got, ok := Parse(c.text, c.region)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %q is %q, %v; want %q", c.text, c.region, got, ok, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		text, want string
		whole      bool
	}{
		{"+14155550171", "+14155550171", true}, {" (415) 555-0171. ", "+14155550171", true},
		{"on +14155550199, in the morning", "+14155550199", false}, {"my mobile is +14155550171, thanks", "+14155550171", false}, {"call 415-555-0171 or 415 555 0171", "+14155550171", false},
		{"order 12 on 415-555-0171", "+14155550171", false},
		{"+14155550171 or +14155550199", "", false}, {"order AB4155550171", "", false}, {"2026-05-14 10:30", "", false}, {"the blue one", "", false}, {"", "", false}, {"4155550171@example.com", "", false},
	} {
		got, whole, ok := Find(c.text, "US")
		if got != c.want || whole != c.whole || ok != (c.want != "") {
			t.Errorf("%q has %q, %v, %v; want %q, %v", c.text, got, whole, ok, c.want, c.whole)
		}
	}
}

func TestRegion(t *testing.T) {
	for number, want := range map[string]string{"+14155550101": "US", "+442079460958": "GB", "+34612345678": "ES", "+15005550006": "US", "+80012345678": "", "": "", "fine": ""} {
		if got := Region(number); got != want {
			t.Errorf("%q is in %q, want %q", number, got, want)
		}
	}
}

func TestZones(t *testing.T) {
	for number, want := range map[string][]string{"+14155550101": {"America/Los_Angeles"}, "+12125550101": {"America/New_York"}, "+442079460958": {"Europe/London"}, "": nil, "+999": nil} {
		if got := Zones(number); !slices.Equal(got, want) {
			t.Errorf("%q is in %v, want %v", number, got, want)
		}
	}
	if got := Zones("+18005550101"); len(got) < 2 {
		t.Errorf("a toll-free number is in %v only", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{"+14155550171", "(415) 555-0171 or so", "020 7946 0958", "+", "((((1", "1-1-1-1-1-1-1"} {
		f.Add(text, "US")
	}
	f.Add("000000\"", "CC")
	f.Fuzz(func(t *testing.T, text, region string) {
		number, _, ok := Find(text, region)
		if !ok {
			return
		}
		if again, ok := Parse(number, ""); !ok || again != number {
			t.Fatalf("%q in %q is %q, read again %q", text, region, number, again)
		}
		Region(number)
		Zones(number)
	})
}
