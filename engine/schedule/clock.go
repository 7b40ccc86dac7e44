package schedule

import (
	"fmt"
	"time"
)

// Clock is a time of day, in minutes after midnight.
type Clock int

// ParseClock reads HH:MM, from 00:00 to 23:59. The error is an *Error.
func ParseClock(s string) (Clock, error) {
	if c, ok := readClock(s); ok {
		return c, nil
	}
	e := &Error{Text: s, Problem: "is not a time of day", Hint: "write hours and minutes, like 08:00 or 17:30"}
	if c, ok := guessClock(s); ok {
		e.Hint = "write it as " + c.String()
	} else if looksLikeClock(s) {
		e.Hint = "times go from 00:00 to 23:59"
	}
	return 0, e
}

func readClock(s string) (Clock, bool) {
	if !looksLikeClock(s) {
		return 0, false
	}
	hour, minute := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	return Clock(hour*60 + minute), hour < 24 && minute < 60
}

func looksLikeClock(s string) bool {
	return len(s) == 5 && isDigit(s[0]) && isDigit(s[1]) && s[2] == ':' && isDigit(s[3]) && isDigit(s[4])
}

// String writes HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// ParseDate reads a calendar day, 2026-03-09, as its midnight in UTC. The error is an *Error.
func ParseDate(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, &Error{Text: s, Problem: "is not a day of the calendar", Hint: "write year, month and day, like 2026-03-09"}
	}
	return t, nil
}

// Local is the moment at which a day, 2006-01-02, has reached a time of day in a zone. A time that a daylight-saving change
// leaves out is the first moment after the gap; of one that comes twice it is the first.
func Local(date string, clock Clock, zone *time.Location) (time.Time, error) {
	d, err := ParseDate(date)
	if err != nil {
		return time.Time{}, err
	}
	return first(d, clock, zone), nil
}

// first is the earliest moment at which a day (midnight in UTC) has reached a time of day.
func first(date time.Time, clock Clock, zone *time.Location) time.Time {
	t, exact := reach(date, clock, zone)
	start, _ := t.ZoneBounds()
	if !exact || start.IsZero() {
		return t
	}
	if earlier := t.Add(offset(t) - offset(start.Add(-1))); earlier.Before(start) {
		return earlier
	}
	return t
}

// last is the latest moment at which the clock shows a time of day on a day (midnight in UTC).
func last(date time.Time, clock Clock, zone *time.Location) time.Time {
	t, exact := reach(date, clock, zone)
	_, end := t.ZoneBounds()
	if !exact || end.IsZero() {
		return t
	}
	if later := t.Add(offset(t) - offset(end)); !later.Before(end) {
		return later
	}
	return t
}

// reach finds a moment at which the clock shows a time of day on a day, or else the first one after the gap that it lies in.
// time.Date promises neither which of two moments it gives nor to which side of a gap it goes.
func reach(date time.Time, clock Clock, zone *time.Location) (t time.Time, exact bool) {
	y, m, d := date.Date()
	t = time.Date(y, m, d, 0, int(clock), 0, 0, zone)
	want := date.Add(time.Duration(clock) * time.Minute).Unix()
	got := t.Unix() + int64(offset(t)/time.Second)
	start, end := t.ZoneBounds()
	switch {
	case got < want:
		return end, false
	case got > want:
		return start, false
	}
	return t, true
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// localDay is the calendar day of a moment in a zone, as its midnight in UTC, moved by whole days.
func localDay(t time.Time, zone *time.Location, days int) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, time.UTC)
}
