package schedule

import (
	"slices"
	"strings"
	"time"
)

// Hours are the times of a week at which something is open, in a zone: "Mon-Fri 09:00-17:00 America/New_York". Several
// times are divided by semicolons, and the zone comes last: "Mon-Fri 09:00-17:00; Sat 10:00-14:00 America/New_York".
// Hours without times are always open.
type Hours struct {
	Times    []OpenTime
	Zone     string   // IANA; empty: UTC
	Holidays []string // days on which nothing opens, "2026-12-25"
}

// OpenTime is a window that begins on some days of the week.
type OpenTime struct {
	Days   Days
	Window Window // 00:00-24:00 is the whole day
}

// Days is a set of days of the week, bit 0 being Sunday.
type Days uint8

var dayNames = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// Has tells whether a day is in the set.
func (d Days) Has(day time.Weekday) bool { return d>>day&1 == 1 }

// ParseHours reads what Hours describes. Days are Mon, Mon-Fri or Mon,Wed,Fri. The error is an *Error.
func ParseHours(s string) (Hours, error) {
	var h Hours
	parts := strings.Split(s, ";")
	for i, part := range parts {
		fields := strings.Fields(part)
		if i == len(parts)-1 && len(fields) == 3 {
			h.Zone, fields = fields[2], fields[:2]
		}
		if len(fields) != 2 {
			return Hours{}, hoursError(s, "")
		}
		days, bad := readDays(fields[0])
		if days == 0 {
			return Hours{}, hoursError(s, bad)
		}
		window, err := parseOpening(fields[1])
		if err != nil {
			return Hours{}, err
		}
		h.Times = append(h.Times, OpenTime{days, window})
	}
	if h.Zone == "" {
		return Hours{}, &Error{Text: s, Problem: "does not say in which time zone", Hint: "write it at the end, like " + strings.TrimSpace(s) + " America/New_York"}
	}
	if _, err := Zone(h.Zone); err != nil {
		return Hours{}, err
	}
	return h, nil
}

func parseOpening(s string) (Window, error) {
	if s == "00:00-24:00" {
		return Window{0, endOfDay}, nil
	}
	return ParseWindow(s)
}

// readDays gives no days where it meets a name that is none, which it gives too.
func readDays(s string) (days Days, bad string) {
	for part := range strings.SplitSeq(s, ",") {
		from, until, isRange := strings.Cut(part, "-")
		if !isRange {
			until = from
		}
		a, b := slices.Index(dayNames, from), slices.Index(dayNames, until)
		if a < 0 {
			return 0, from
		}
		if b < 0 {
			return 0, until
		}
		days |= 1 << b
		for ; a != b; a = (a + 1) % 7 {
			days |= 1 << a
		}
	}
	return days, ""
}

// hoursError names the day that was meant by a word of the text, or else shows how hours are written.
func hoursError(s, word string) error {
	for _, name := range dayNames {
		if len(word) >= 3 && strings.EqualFold(word[:3], name) {
			return &Error{Text: word, Problem: "is not a day of the week", Hint: "write it as " + name}
		}
	}
	return &Error{Text: s, Problem: "is not a time at which something is open", Hint: "write days, times and the time zone, like Mon-Fri 09:00-17:00 America/New_York"}
}

// String writes the hours as they are read.
func (h Hours) String() string {
	var b strings.Builder
	for i, open := range h.Times {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(open.Days.String() + " " + open.Window.String())
	}
	return b.String() + " " + h.Zone
}

// String writes runs of three and more days as Mon-Fri, others one by one, from Monday on.
func (d Days) String() string {
	var parts []string
	for i := 1; i <= 7; {
		run := 0
		for i+run <= 7 && d.Has(time.Weekday((i+run)%7)) {
			run++
		}
		if run >= 3 {
			parts = append(parts, dayNames[i]+"-"+dayNames[(i+run-1)%7])
			i += run
			continue
		}
		if run > 0 {
			parts = append(parts, dayNames[i%7])
		}
		i++
	}
	return strings.Join(parts, ",")
}

// Open tells whether it is open at a moment.
func (h Hours) Open(t time.Time) bool { return h.Next(t).Equal(t) }

// Next is the moment itself where it is open then, else the next one at which it opens.
func (h Hours) Next(t time.Time) time.Time {
	if len(h.Times) == 0 {
		return t
	}
	zone := h.location()
	var next time.Time
	// An opening may fall into a daylight-saving gap, so the second week is looked at too.
	for days := -1; days <= 14+len(h.Holidays); days++ {
		date := localDay(t, zone, days)
		if h.holiday(date) {
			continue
		}
		for _, open := range h.Times {
			if !open.Days.Has(date.Weekday()) {
				continue
			}
			from, until := open.Window.on(date, zone)
			if within(t, from, until) {
				return t
			}
			if from.After(t) && from.Before(until) && (next.IsZero() || from.Before(next)) {
				next = from
			}
		}
		if days > 0 && !next.IsZero() {
			return next
		}
	}
	return t
}

func (h Hours) holiday(date time.Time) bool {
	return len(h.Holidays) > 0 && slices.Contains(h.Holidays, date.Format(time.DateOnly))
}

// location is the zone; a database that has lost a zone since the hours were read leaves UTC.
func (h Hours) location() *time.Location {
	if zone, err := Zone(h.Zone); err == nil {
		return zone
	}
	return time.UTC
}
