package schedule

import (
	"testing"
	"time"
)

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]Limit{
		"2 per 24h":   {2, 24 * time.Hour},
		"12 per 7d":   {12, 7 * 24 * time.Hour},
		"1 per 1h30m": {1, 90 * time.Minute},
	} {
		if got, err := ParseLimit(text); err != nil || got != want {
			t.Errorf("ParseLimit(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"two per 24h":      `"two per 24h" is not a limit: write it as 2 per 24h`,
		"2 per day":        `"2 per day" is not a limit: write it as 2 per 24h`,
		"2 a week":         `"2 a week" is not a limit: write it as 2 per 7d`,
		"2/24h":            `"2/24h" is not a limit: write it as 2 per 24h`,
		"twice a day":      `"twice a day" is not a limit: write it as 2 per 24h`,
		"3 texts per hour": `"3 texts per hour" is not a limit: write it as 3 per 1h`,
		"2 per 24 hours":   `"2 per 24 hours" is not a limit: write it as 2 per 24h`,
		"0 per 24h":        `"0 per 24h" is not a limit: at least one must be allowed, like 1 per 24h`,
		"-1 per 24h":       `"-1 per 24h" is not a limit: write how many in how long, like 2 per 24h`,
		"2":                `"2" is not a limit: write how many in how long, like 2 per 24h`,
		"":                 `"" is not a limit: write how many in how long, like 2 per 24h`,
		"some per 24h":     `"some per 24h" is not a limit: write how many in how long, like 2 per 24h`,
	} {
		if _, err := ParseLimit(text); err == nil || err.Error() != want {
			t.Errorf("ParseLimit(%q):\n got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParseLimit(f *testing.F) {
	for _, s := range []string{"2 per 24h", "two per day", "0 per 1s", " per "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLimit(s)
		if err != nil {
			return
		}
		if again, err := ParseLimit(l.String()); err != nil || again != l || l.Count < 1 || l.Per <= 0 {
			t.Errorf("%q is read as %v, and again as %v, %v", s, l, again, err)
		}
	})
}
