// Package schedule has the values of time that the journey language writes: durations, clock times, windows of the day,
// limits, opening hours, days and zones. They are read strictly, in one form each, and a mistake says how it is meant to be
// written. All of it is exact over daylight-saving changes.
//
// The package reads no clock: every moment is handed in.
package schedule

import "fmt"

// Error is a piece of time that was not written in the language's form, in a journey owner's words.
type Error struct {
	Text    string // as written
	Problem string // follows on Text: "is not a duration"
	Hint    string // how it is meant to be written: "write it as 7d"; never empty
}

func (e *Error) Error() string {
	return fmt.Sprintf("%q %s: %s", e.Text, e.Problem, e.Hint)
}
