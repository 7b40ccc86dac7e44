package schedule

import (
	"testing"
	"time"
)

func TestParseWindow(t *testing.T) {
	for text, want := range map[string]string{
		"21:00-08:00":      "",
		"09:00-20:00":      "",
		"21:00-24:00":      "",
		"22:00":            `"22:00" is one time only: write from when until when, like 21:00-08:00`,
		"9-17":             `"9-17" is not a part of the day: write it as 09:00-17:00`,
		"21:00 - 08:00":    `"21:00 - 08:00" is not a part of the day: write it as 21:00-08:00`,
		"21:00–08:00":      `"21:00–08:00" is not a part of the day: write it as 21:00-08:00`,
		"9pm to 8am":       `"9pm to 8am" is not a part of the day: write it as 21:00-08:00`,
		"between 9 and 17": `"between 9 and 17" is not a part of the day: write it as 09:00-17:00`,
		"08:00-08:00":      `"08:00-08:00" is the whole day or none of it: let it end at another time than it begins, like 21:00-08:00`,
		"00:00-24:00":      `"00:00-24:00" is the whole day or none of it: let it end at another time than it begins, like 21:00-08:00`,
		"21:00-25:00":      `"21:00-25:00" is not a part of the day: times go from 00:00 to 23:59`,
		"at night":         `"at night" is not a part of the day: write from when until when, like 21:00-08:00`,
		"":                 `"" is not a part of the day: write from when until when, like 21:00-08:00`,
	} {
		w, err := ParseWindow(text)
		switch {
		case want == "" && (err != nil || w.String() != text):
			t.Errorf("ParseWindow(%q) = %v, %v", text, w, err)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("ParseWindow(%q):\n got %v\nwant %s", text, err, want)
		}
	}
}

// Each row is a moment and when the window that it lies in ends; without an end it lies outside.
func TestWindowEnd(t *testing.T) {
	const la, night = "America/Los_Angeles", "21:00-08:00"
	for _, c := range []struct{ window, zone, at, end string }{
		{night, la, "2026-03-05T20:59:59-08:00", ""},
		{night, la, "2026-03-05T21:00:00-08:00", "2026-03-06T08:00:00-08:00"},
		{night, la, "2026-03-06T07:59:59-08:00", "2026-03-06T08:00:00-08:00"},
		{night, la, "2026-03-06T08:00:00-08:00", ""},
		{night, la, "2026-03-06T12:00:00-08:00", ""},
		{"09:00-20:00", la, "2026-03-06T12:00:00-08:00", "2026-03-06T20:00:00-08:00"},
		{"09:00-20:00", la, "2026-03-06T20:00:00-08:00", ""},
		{"21:00-24:00", la, "2026-03-06T23:59:59-08:00", "2026-03-07T00:00:00-08:00"},
		{"21:00-24:00", la, "2026-03-07T00:00:00-08:00", ""},
		{"21:00-00:00", la, "2026-03-06T23:59:59-08:00", "2026-03-07T00:00:00-08:00"},

		// The night of the spring change lasts ten hours from 21:00, that of the autumn change twelve.
		{night, la, "2026-03-07T21:00:00-08:00", "2026-03-08T08:00:00-07:00"},
		{night, la, "2026-03-08T07:59:59-07:00", "2026-03-08T08:00:00-07:00"},
		{night, la, "2026-03-08T08:00:00-07:00", ""},
		{night, la, "2026-10-31T21:00:00-07:00", "2026-11-01T08:00:00-08:00"},
		{night, la, "2026-11-01T07:30:00-08:00", "2026-11-01T08:00:00-08:00"},
		{night, "America/Phoenix", "2026-03-07T21:00:00-07:00", "2026-03-08T08:00:00-07:00"},

		// An end in the gap comes when the gap is over; one that comes twice is the second.
		{"21:00-02:30", la, "2026-03-08T01:59:59-08:00", "2026-03-08T03:00:00-07:00"},
		{"21:00-02:30", la, "2026-03-08T03:00:00-07:00", ""},
		{"21:00-01:30", la, "2026-11-01T01:29:00-07:00", "2026-11-01T01:30:00-08:00"},
		{"21:00-01:30", la, "2026-11-01T01:45:00-07:00", "2026-11-01T01:30:00-08:00"},
		{"21:00-01:30", la, "2026-11-01T01:30:00-08:00", ""},
		{"01:30-08:00", la, "2026-11-01T01:30:00-07:00", "2026-11-01T08:00:00-08:00"},
		{"01:30-08:00", la, "2026-11-01T01:10:00-08:00", "2026-11-01T08:00:00-08:00"},
		{"02:10-02:50", la, "2026-03-08T03:00:00-07:00", ""},
	} {
		w, err := ParseWindow(c.window)
		if err != nil {
			t.Fatal(err)
		}
		at, z := moment(t, c.at), zone(t, c.zone)
		want := at
		if c.end != "" {
			want = moment(t, c.end)
		}
		if got := w.End(at, z); !got.Equal(want) || w.Contains(at, z) != (c.end != "") {
			t.Errorf("%s at %s in %s: contained %v, ends %s, want %q", w, c.at, c.zone, w.Contains(at, z), got.Format(time.RFC3339), c.end)
		}
	}
}

func TestNightsOfAChange(t *testing.T) {
	w, la := Window{21*60 + 30, 8 * 60}, zone(t, "America/Los_Angeles")
	for date, want := range map[string]time.Duration{
		"2026-03-07": 9*time.Hour + 30*time.Minute,
		"2026-03-08": 10*time.Hour + 30*time.Minute,
		"2026-10-31": 11*time.Hour + 30*time.Minute,
	} {
		from, err := Local(date, w.From, la)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.End(from, la).Sub(from); got != want {
			t.Errorf("the night of %s is %v long, want %v", date, got, want)
		}
	}
}

func TestWindowForward(t *testing.T) {
	const la = "America/Los_Angeles"
	for _, c := range []struct{ window, at, want string }{
		{"09:00-20:00", "2026-03-06T12:34:56-08:00", "2026-03-06T12:34:56-08:00"},
		{"09:00-20:00", "2026-03-06T09:00:00-08:00", "2026-03-06T09:00:00-08:00"},
		{"09:00-20:00", "2026-03-06T05:00:00-08:00", "2026-03-06T09:00:00-08:00"},
		{"09:00-20:00", "2026-03-06T20:00:00-08:00", "2026-03-07T09:00:00-08:00"},
		{"09:00-20:00", "2026-03-07T20:00:00-08:00", "2026-03-08T09:00:00-07:00"},
		{"22:00-06:00", "2026-03-06T12:00:00-08:00", "2026-03-06T22:00:00-08:00"},
		{"02:10-02:50", "2026-03-08T01:00:00-08:00", "2026-03-09T02:10:00-07:00"},
	} {
		w, err := ParseWindow(c.window)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Forward(moment(t, c.at), zone(t, la)); !got.Equal(moment(t, c.want)) {
			t.Errorf("%s from %s: %s, want %s", w, c.at, got.Format(time.RFC3339), c.want)
		}
	}
}

// Whatever the window and the zone: Forward gives a moment inside, and End one outside.
func FuzzWindow(f *testing.F) {
	f.Add("21:00-08:00", int64(1772960400), "America/Los_Angeles")
	f.Add("00:00-23:59", int64(1793520000), "America/Santiago")
	f.Add("01:45-02:15", int64(1775314800), "Australia/Lord_Howe")
	f.Fuzz(func(t *testing.T, s string, unix int64, name string) {
		w, err := ParseWindow(s)
		z, errZone := Zone(name)
		if err != nil || errZone != nil || unix < -1<<32 || unix > 1<<33 {
			return
		}
		at := time.Unix(unix, 0)
		if in := w.Forward(at, z); in.Before(at) || !w.Contains(in, z) {
			t.Errorf("%s from %s in %s goes forward to %s", w, at, z, in)
		}
		if end := w.End(at, z); end.Before(at) || w.Contains(at, z) != end.After(at) {
			t.Errorf("%s at %s in %s ends at %s", w, at, z, end)
		}
	})
}

func BenchmarkWindowEnd(b *testing.B) {
	z, err := Zone("America/Los_Angeles")
	if err != nil {
		b.Fatal(err)
	}
	w, at := Window{21 * 60, 8 * 60}, time.Date(2026, 3, 6, 20, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		w.End(at, z)
	}
}
