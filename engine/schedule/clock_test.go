package schedule

import (
	"testing"
	"time"
)

func TestParseClock(t *testing.T) {
	for text, want := range map[string]string{
		"00:00":    "",
		"08:00":    "",
		"23:59":    "",
		"8:00":     `"8:00" is not a time of day: write it as 08:00`,
		"8am":      `"8am" is not a time of day: write it as 08:00`,
		"8:30 PM":  `"8:30 PM" is not a time of day: write it as 20:30`,
		"12 a.m.":  `"12 a.m." is not a time of day: write it as 00:00`,
		"noon":     `"noon" is not a time of day: write it as 12:00`,
		"17":       `"17" is not a time of day: write it as 17:00`,
		"0930":     `"0930" is not a time of day: write it as 09:30`,
		"9.30":     `"9.30" is not a time of day: write it as 09:30`,
		"24:00":    `"24:00" is not a time of day: write it as 00:00`,
		"24:30":    `"24:30" is not a time of day: times go from 00:00 to 23:59`,
		"10:60":    `"10:60" is not a time of day: times go from 00:00 to 23:59`,
		"08:00:00": `"08:00:00" is not a time of day: write hours and minutes, like 08:00 or 17:30`,
		"13 pm":    `"13 pm" is not a time of day: write hours and minutes, like 08:00 or 17:30`,
		"":         `"" is not a time of day: write hours and minutes, like 08:00 or 17:30`,
	} {
		c, err := ParseClock(text)
		switch {
		case want == "" && (err != nil || c.String() != text):
			t.Errorf("ParseClock(%q) = %v, %v", text, c, err)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("ParseClock(%q):\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for text, ok := range map[string]bool{"2026-03-09": true, "2024-02-29": true, "2026-02-29": false, "2026-3-9": false, "9 March": false, "": false} {
		d, err := ParseDate(text)
		if (err == nil) != ok || ok && d.Format(time.DateOnly) != text {
			t.Errorf("ParseDate(%q) = %v, %v", text, d, err)
		}
	}
}

func TestLocal(t *testing.T) {
	for _, c := range []struct{ date, clock, zone, want, why string }{
		{"2026-03-09", "08:00", "America/Los_Angeles", "2026-03-09T08:00:00-07:00", "an ordinary day"},
		{"2026-03-08", "01:59", "America/Los_Angeles", "2026-03-08T01:59:00-08:00", "just before the gap"},
		{"2026-03-08", "02:00", "America/Los_Angeles", "2026-03-08T03:00:00-07:00", "the gap begins"},
		{"2026-03-08", "02:30", "America/Los_Angeles", "2026-03-08T03:00:00-07:00", "in the gap"},
		{"2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T03:00:00+02:00", "in the gap, east of Greenwich"},
		{"2026-03-08", "03:00", "America/Los_Angeles", "2026-03-08T03:00:00-07:00", "just after the gap"},
		{"2026-11-01", "01:30", "America/Los_Angeles", "2026-11-01T01:30:00-07:00", "the first of two"},
		{"2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T02:30:00+02:00", "the first of two, east of Greenwich"},
		{"2026-11-01", "02:00", "America/Los_Angeles", "2026-11-01T02:00:00-08:00", "after the second"},
		{"2026-03-08", "02:30", "America/Phoenix", "2026-03-08T02:30:00-07:00", "no change there"},
		{"2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-05T01:45:00+11:00", "a change of half an hour"},
		{"2026-09-06", "00:00", "America/Santiago", "2026-09-06T01:00:00-03:00", "a day without midnight"},
		{"2011-12-30", "12:00", "Pacific/Apia", "2011-12-31T00:00:00+14:00", "a day that was left out"},
	} {
		got, err := Local(c.date, clock(t, c.clock), zone(t, c.zone))
		if err != nil || got.Format(time.RFC3339) != c.want {
			t.Errorf("%s: %s %s in %s is %v, %v, want %s", c.why, c.date, c.clock, c.zone, got.Format(time.RFC3339), err, c.want)
		}
	}
	if _, err := Local("2026-02-30", 0, time.UTC); err == nil {
		t.Error("30 February has a midnight")
	}
}

func FuzzParseClock(f *testing.F) {
	for _, s := range []string{"08:00", "24:30", "8 pm", "9.30", "noon"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseClock(s); err == nil && c.String() != s {
			t.Errorf("%q is read as %s", s, c)
		}
	})
}

func clock(t *testing.T, s string) Clock {
	t.Helper()
	c, err := ParseClock(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	m, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
