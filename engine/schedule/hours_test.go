package schedule

import (
	"testing"
	"time"
)

func TestParseHours(t *testing.T) {
	for text, want := range map[string]string{
		"Mon-Fri 09:00-17:00 America/New_York":                     "",
		"Mon,Wed 10:00-12:00 Europe/Berlin":                        "",
		"Mon-Fri 09:00-17:00; Sat 10:00-14:00 America/Los_Angeles": "",
		"Mon-Sun 00:00-24:00 UTC":                                  "",
		"Mon-Wed,Fri,Sun 22:00-06:00 Europe/Berlin":                "",
		"every weekday":                        `"every weekday" is not a time at which something is open: write days, times and the time zone, like Mon-Fri 09:00-17:00 America/New_York`,
		"Monday-Friday 09:00-17:00 UTC":        `"Monday" is not a day of the week: write it as Mon`,
		"mon-Fri 09:00-17:00 UTC":              `"mon" is not a day of the week: write it as Mon`,
		"Thurs 09:00-17:00 UTC":                `"Thurs" is not a day of the week: write it as Thu`,
		"Tues 09:00-17:00 UTC":                 `"Tues" is not a day of the week: write it as Tue`,
		"Mon-Fri 9-17 UTC":                     `"9-17" is not a part of the day: write it as 09:00-17:00`,
		"Mon-Fri 09:00-17:00":                  `"Mon-Fri 09:00-17:00" does not say in which time zone: write it at the end, like Mon-Fri 09:00-17:00 America/New_York`,
		"Mon-Fri 09:00-17:00 PST":              `"PST" is not a time zone: write it as America/Los_Angeles`,
		"Mon-Fri 09:00-17:00 America/New York": `"Mon-Fri 09:00-17:00 America/New York" is not a time at which something is open: write days, times and the time zone, like Mon-Fri 09:00-17:00 America/New_York`,
		"Mon-Fri 09:00-17:00 America/Newyork":  `"America/Newyork" is not a time zone: write a region and a city, like America/New_York or Europe/Berlin`,
		"Mon- 09:00-17:00 UTC":                 `"Mon- 09:00-17:00 UTC" is not a time at which something is open: write days, times and the time zone, like Mon-Fri 09:00-17:00 America/New_York`,
		"09:00-17:00 America/New_York":         `"09:00-17:00 America/New_York" is not a time at which something is open: write days, times and the time zone, like Mon-Fri 09:00-17:00 America/New_York`,
		"":                                     `"" is not a time at which something is open: write days, times and the time zone, like Mon-Fri 09:00-17:00 America/New_York`,
	} {
		h, err := ParseHours(text)
		switch {
		case want == "" && (err != nil || h.String() != text):
			t.Errorf("ParseHours(%q) = %v, %v", text, h, err)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("ParseHours(%q):\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestHoursNext(t *testing.T) {
	const desk = "Mon-Fri 09:00-17:00 America/New_York"
	for _, c := range []struct{ hours, at, next string }{
		{desk, "2026-03-06T09:00:00-05:00", "2026-03-06T09:00:00-05:00"},
		{desk, "2026-03-06T16:59:59-05:00", "2026-03-06T16:59:59-05:00"},
		{desk, "2026-03-06T08:59:59-05:00", "2026-03-06T09:00:00-05:00"},
		{desk, "2026-03-06T17:00:00-05:00", "2026-03-09T09:00:00-04:00"},
		{desk, "2026-03-06T06:30:00-08:00", "2026-03-06T06:30:00-08:00"},
		{"Mon,Wed 10:00-12:00 Europe/Berlin", "2026-03-09T12:00:00+01:00", "2026-03-11T10:00:00+01:00"},
		{"Mon 10:00-12:00 Europe/Berlin", "2026-03-09T12:00:00+01:00", "2026-03-16T10:00:00+01:00"},
		{"Mon-Fri 09:00-12:00; Mon-Fri 13:00-17:00 UTC", "2026-03-09T12:10:00Z", "2026-03-09T13:00:00Z"},
		{"Mon-Fri 13:00-17:00; Mon-Fri 09:00-12:00 UTC", "2026-03-09T08:00:00Z", "2026-03-09T09:00:00Z"},
		{"Fri 22:00-06:00 UTC", "2026-03-07T05:59:00Z", "2026-03-07T05:59:00Z"},
		{"Fri 22:00-06:00 UTC", "2026-03-06T05:59:00Z", "2026-03-06T22:00:00Z"},
		{"Sat-Mon 09:00-17:00 UTC", "2026-03-08T10:00:00Z", "2026-03-08T10:00:00Z"},
		{"Mon-Sun 00:00-24:00 UTC", "2026-03-08T23:59:59Z", "2026-03-08T23:59:59Z"},
		{"Sun 02:10-02:50 America/Los_Angeles", "2026-03-07T12:00:00-08:00", "2026-03-15T02:10:00-07:00"},
	} {
		h, err := ParseHours(c.hours)
		if err != nil {
			t.Fatal(err)
		}
		at := moment(t, c.at)
		if got := h.Next(at); !got.Equal(moment(t, c.next)) || h.Open(at) != (c.at == c.next) {
			t.Errorf("%s at %s: open %v, next %s, want %s", h, c.at, h.Open(at), got.Format(time.RFC3339), c.next)
		}
	}
	closed, err := ParseHours(desk)
	if err != nil {
		t.Fatal(err)
	}
	closed.Holidays = []string{"2026-12-25", "2026-12-28"}
	if got := closed.Next(moment(t, "2026-12-25T12:00:00-05:00")); !got.Equal(moment(t, "2026-12-29T09:00:00-05:00")) {
		t.Errorf("after the holidays it opens at %s", got)
	}
	for day := range 40 {
		closed.Holidays = append(closed.Holidays, moment(t, "2026-03-06T00:00:00Z").AddDate(0, 0, day).Format(time.DateOnly))
	}
	if got := closed.Next(moment(t, "2026-03-06T12:00:00-05:00")); !got.Equal(moment(t, "2026-04-15T09:00:00-04:00")) {
		t.Errorf("after long holidays it opens at %s", got)
	}
	if at := time.Unix(0, 0); !(Hours{}).Open(at) {
		t.Error("hours without times are closed")
	}
}

func TestZone(t *testing.T) {
	for name, ok := range map[string]bool{"America/New_York": true, "UTC": true, "": false, "Local": false, "../etc/passwd": false, "Mars/Olympus": false} {
		z, err := Zone(name)
		if (err == nil) != ok || ok && z.String() != name {
			t.Errorf("Zone(%q) = %v, %v", name, z, err)
		}
	}
	if first, again := zone(t, "Europe/Berlin"), zone(t, "Europe/Berlin"); first != again {
		t.Error("a zone is loaded twice")
	}
}

func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"Mon-Fri 09:00-17:00 America/New_York", "Sat-Mon,Wed 22:00-06:00; Sun 00:00-24:00 UTC", "every weekday"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHours(s)
		if err != nil {
			return
		}
		again, err := ParseHours(h.String())
		if err != nil || again.String() != h.String() {
			t.Errorf("%q is written %q, and read again %v, %v", s, h, again, err)
		}
		if at := time.Unix(1772960400, 0); !h.Open(h.Next(at)) {
			t.Errorf("%s is not open at %s", h, h.Next(at))
		}
	})
}
