package understand

import (
	"strings"
	"time"

	"journey/engine/schedule"
)

// Time reads a moment, a time.Time: a date and a time of day together ("tomorrow at 5", in the contact's zone), RFC 3339, or "in two hours".
// A time of day alone is the next one to come.
func Time(text string, s Setting) (Answer, bool) {
	if t, whole, ok := findRFC3339(text); ok {
		return Answer{Value: t, Whole: whole}, true
	}
	r := read(text)
	if len(r.tokens) == 0 {
		return Answer{}, false
	}
	if word(r.tokens, 0) == "in" {
		if d, next, ok := readDuration(r.tokens, 1, false); ok && next == len(r.tokens) {
			return Answer{Value: s.now().Add(d), Whole: true}, true
		}
	}
	m, whole, ok := findClock(r)
	if !ok {
		return Answer{}, false
	}
	d, wholeDay, ok := findDay(r, s)
	if !ok && mentionsDay(r.tokens) || whole && wholeDay {
		return Answer{}, false
	}
	if ok {
		t, err := at(d, m, s)
		return Answer{Value: t, Whole: covered(r.tokens, s)}, err == nil
	}
	t, err := at(dayOf(s.now()), m, s)
	if err == nil && !t.After(s.Now) {
		t, err = at(dayOf(s.now()).add(1), m, s)
	}
	return Answer{Value: t, Whole: whole}, err == nil
}

func at(d day, m moment, s Setting) (time.Time, error) {
	clock, err := schedule.ParseClock(m.String())
	if err != nil {
		return time.Time{}, err
	}
	zone := s.Zone
	if zone == nil {
		zone = s.Now.Location()
	}
	return schedule.Local(d.String(), clock, zone)
}

// covered tells that a text is a day and a time of day and nothing else.
func covered(ts []token, s Setting) bool {
	c := calendar{today: dayOf(s.now()), dayFirst: dayFirst(s)}
	for i := 0; i < len(ts); {
		if _, next, ok := readClock(ts, i, true); ok {
			i = next
		} else if _, next, ok := c.read(ts, i, true); ok {
			i = next
		} else if w := word(ts, i); w == "at" || w == "on" || w == "the" || ts[i].kind == mark || w == "t" {
			i++
		} else {
			return false
		}
	}
	return true
}

// mentionsDay tells that a day is spoken of that was not understood, or two: the time of day alone is not the answer then.
func mentionsDay(ts []token) bool {
	for i := range ts {
		w := word(ts, i)
		if _, ok := weekdays[w]; ok && len(w) > 3 {
			return true
		}
		if _, ok := months[w]; ok && len(w) > 3 {
			return true
		}
		switch w {
		case "tomorrow", "today", "week", "month", "day":
			return true
		}
	}
	return false
}

// findRFC3339 finds a moment that programs write, which may stand inside a sentence.
func findRFC3339(text string) (t time.Time, whole, ok bool) {
	if len(text) > maxReply {
		return t, false, false
	}
	fields := strings.Fields(text)
	for _, f := range fields {
		got, err := time.Parse(time.RFC3339, strings.ToUpper(strings.Trim(f, ".,;!?()\"")))
		if err != nil {
			continue
		}
		if ok && !got.Equal(t) {
			return time.Time{}, false, false
		}
		t, ok = got, true
	}
	return t, len(fields) == 1, ok
}
