package server

import (
	"strings"
	"testing"
)

// Whoever is meant can be named again in the same way.
func FuzzWhom(f *testing.F) {
	for _, text := range []string{"c-1", "tel:+14155550101", "TEL:+1 415 555 0101", "mailto:Ada%40shop.example", "mailto:ada@shop.example", "+14155550101", "ada@shop.example", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		to, wrong := whom(text)
		if wrong != "" {
			return
		}
		if (to.Address == "") == (to.Contact == "") {
			t.Fatalf("%q is %+v", text, to)
		}
		name := to.Contact
		if number, found := strings.CutPrefix(to.Address, telephone); found {
			name = telephone + number
		}
		if address, found := strings.CutPrefix(to.Address, mailbox); found {
			name = mailbox + strings.ReplaceAll(address, "%", "%25")
		}
		if again, wrong := whom(name); wrong != "" || again != to {
			t.Errorf("%q is %+v, and %q is %+v: %s", text, to, name, again, wrong)
		}
	})
}

// A cursor leads to one place, and what is none is refused.
func FuzzCursor(f *testing.F) {
	f.Add(cursor(0))
	f.Add(cursor(1<<64 - 1))
	f.Add("YmVmb3JlIDE")
	f.Add("§")
	f.Fuzz(func(t *testing.T, text string) {
		place, err := readCursor(text)
		if err != nil {
			return
		}
		if again, err := readCursor(cursor(place)); err != nil || again != place {
			t.Errorf("%q leads to %d, and its cursor to %d: %v", text, place, again, err)
		}
	})
}
