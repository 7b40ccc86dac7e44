package desk_test

import (
	"errors"
	"testing"

	"journey/engine/desk"
	"journey/engine/runtime"
)

// Whatever somebody sends as a cursor is one of ours, or refused.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("eyJpIjoieCJ9")
	f.Add("eyJwIjoxLCJpIjoieCIsInMiOiIyMDI2LTAzLTAyVDAwOjAwOjAwWiJ9")
	f.Add("e30")
	d := desk.New(desk.Options{Clock: clock{}})
	f.Fuzz(func(t *testing.T, cursor string) {
		list, next, err := d.List(desk.Filter{After: cursor})
		if err != nil && !errors.Is(err, desk.ErrCursor) {
			t.Errorf("%q: %v", cursor, err)
		}
		if len(list) > 0 || next != "" {
			t.Errorf("%q: an empty desk lists %v", cursor, list)
		}
	})
}

type clock struct{ runtime.System }
