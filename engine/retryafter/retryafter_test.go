package retryafter_test

import (
	"net/http"
	"testing"
	"time"

	"journey/engine/retryafter"
)

var now = time.Date(2026, 5, 14, 10, 30, 0, 0, time.UTC)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		after, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"120", "", 2 * time.Minute},
		{" 7 ", "", 7 * time.Second},
		{"0", "", 0},
		{"-5", "", 0},
		{"1.5", "", 0},
		{"soon", "", 0},
		{"2147483647", "", 2147483647 * time.Second},
		{"99999999999999", "", 0}, // no sender means three million years
		{"Thu, 14 May 2026 10:31:30 GMT", "", 90 * time.Second},
		{"Thu, 14 May 2020 10:31:30 GMT", "", 0},
		{"Thu, 14 May 2026 12:00:30 GMT", "Thu, 14 May 2026 12:00:00 GMT", 30 * time.Second}, // its clock is fast
		{"Thu, 14 May 2026 10:31:30 GMT", "today", 90 * time.Second},
	} {
		h := http.Header{"Retry-After": {c.after}, "Date": {c.date}}
		if got := retryafter.Read(h, now); got != c.want {
			t.Errorf("%q at %q is %s, want %s", c.after, c.date, got, c.want)
		}
	}
}

func TestWrite(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "1", time.Millisecond: "1", time.Second: "1", 1001 * time.Millisecond: "2", time.Hour: "3600"} {
		h := http.Header{}
		retryafter.Write(h, wait)
		if got := h.Get("Retry-After"); got != want {
			t.Errorf("%s is written %q, want %q", wait, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("120", "")
	f.Add("Thu, 14 May 2026 10:31:30 GMT", "Thu, 14 May 2026 10:30:00 GMT")
	f.Fuzz(func(t *testing.T, after, date string) {
		got := retryafter.Read(http.Header{"Retry-After": {after}, "Date": {date}}, now)
		if got < 0 {
			t.Fatalf("%q at %q is %s", after, date, got)
		}
		h := http.Header{}
		retryafter.Write(h, got)
		if again := retryafter.Read(h, now); again < got && got <= 1<<31*time.Second-time.Second {
			t.Errorf("%s comes back as %s", got, again)
		}
	})
}
