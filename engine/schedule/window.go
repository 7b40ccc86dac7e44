package schedule

import (
	"strings"
	"time"
)

// Window is a part of every day, "21:00-08:00": from the first time sharp until the second time sharp. It may go over
// midnight. Until is 24:00 (1440) where it is written so, and then ends with the day.
type Window struct{ From, Until Clock }

// endOfDay is 24:00, which only the end of a window may be.
const endOfDay Clock = 24 * 60

// ParseWindow reads HH:MM-HH:MM. The error is an *Error.
func ParseWindow(s string) (Window, error) {
	w, ok := readWindow(s)
	if ok && w.From != w.Until%endOfDay {
		return w, nil
	}
	e := &Error{Text: s, Problem: "is not a part of the day", Hint: "write from when until when, like 21:00-08:00"}
	_, single := guessClock(s)
	switch guess, guessed := guessWindow(s); {
	case ok:
		e.Problem, e.Hint = "is the whole day or none of it", "let it end at another time than it begins, like 21:00-08:00"
	case single:
		e.Problem = "is one time only"
	case guessed:
		e.Hint = "write it as " + guess.String()
	default:
		from, until, _ := strings.Cut(s, "-")
		if looksLikeClock(from) && looksLikeClock(until) {
			e.Hint = "times go from 00:00 to 23:59"
		}
	}
	return Window{}, e
}

func readWindow(s string) (Window, bool) {
	from, until, _ := strings.Cut(s, "-")
	a, okA := readClock(from)
	b, okB := readClock(until)
	if until == "24:00" {
		b, okB = endOfDay, true
	}
	return Window{a, b}, okA && okB
}

// String writes HH:MM-HH:MM.
func (w Window) String() string { return w.From.String() + "-" + w.Until.String() }

// on gives the window that begins on a day. Of times that come twice it takes the first to begin and the last to end with.
func (w Window) on(date time.Time, zone *time.Location) (from, until time.Time) {
	from = first(date, w.From, zone)
	if w.Until <= w.From {
		date = date.AddDate(0, 0, 1)
	}
	return from, last(date, w.Until, zone)
}

// around finds the window that a moment is in.
func (w Window) around(t time.Time, zone *time.Location) (until time.Time, inside bool) {
	for days := -1; days <= 0; days++ {
		if from, until := w.on(localDay(t, zone, days), zone); within(t, from, until) {
			return until, true
		}
	}
	return t, false
}

func within(t, from, until time.Time) bool { return !t.Before(from) && t.Before(until) }

// Contains tells whether a moment lies in the window, in a zone.
func (w Window) Contains(t time.Time, zone *time.Location) bool {
	_, inside := w.around(t, zone)
	return inside
}

// End is when the window that a moment lies in is over; outside it is the moment itself.
func (w Window) End(t time.Time, zone *time.Location) time.Time {
	until, _ := w.around(t, zone)
	return until
}

// Forward is the moment itself where it lies in the window, else the next one that does.
func (w Window) Forward(t time.Time, zone *time.Location) time.Time {
	if w.Contains(t, zone) {
		return t
	}
	for days := 0; ; days++ {
		if from, until := w.on(localDay(t, zone, days), zone); from.After(t) && from.Before(until) {
			return from
		}
	}
}
