package schedule

import (
	"errors"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s":       90 * time.Second,
		"10m":       10 * time.Minute,
		"24h":       24 * time.Hour,
		"7d":        7 * 24 * time.Hour,
		"1h30m":     90 * time.Minute,
		"1d12h":     36 * time.Hour,
		"2d3h4m5s":  51*time.Hour + 4*time.Minute + 5*time.Second,
		"106751d":   106751 * 24 * time.Hour,
		"1h0m30s":   time.Hour + 30*time.Second,
		"007d":      7 * 24 * time.Hour,
		"100000s":   100000 * time.Second,
		"1d86400s":  48 * time.Hour,
		"0d0h0m01s": time.Second,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseDurationSaysHowToWriteIt(t *testing.T) {
	for text, want := range map[string]string{
		"7 days":            `"7 days" is not a duration: write it as 7d`,
		"one week":          `"one week" is not a duration: write it as 7d`,
		"a day":             `"a day" is not a duration: write it as 24h`,
		"1 hour 30 min":     `"1 hour 30 min" is not a duration: write it as 90m`,
		"2 hours and 5s":    `"2 hours and 5s" is not a duration: write it as 2h5s`,
		"half an hour":      `"half an hour" is not a duration: write it as 30m`,
		"1.5h":              `"1.5h" is not a duration: write it as 90m`,
		"24H":               `"24H" is not a duration: write it as 24h`,
		" 24h":              `" 24h" is not a duration: write it as 24h`,
		"24hours":           `"24hours" is not a duration: write it as 24h`,
		"2w":                `"2w" is not a duration: write it as 14d`,
		"30m1h":             `"30m1h" is not a duration: write it as 90m`,
		"1h1h":              `"1h1h" is not a duration: write it as 2h`,
		"24":                `"24" has no unit: write 24s, 24m, 24h or 24d for seconds, minutes, hours or days`,
		"0":                 `"0" is not a duration: it must be longer than nothing, like 90s or 10m`,
		"0s":                `"0s" is not a duration: it must be longer than nothing, like 90s or 10m`,
		"-5m":               `"-5m" is less than nothing: write it like 90s, 10m, 24h, 7d or 1h30m`,
		"forever":           `"forever" is not a duration: a duration has an end; write how long it is, like 24h or 7d`,
		"soon":              `"soon" is not a duration: write it like 90s, 10m, 24h, 7d or 1h30m`,
		"500ms":             `"500ms" is not a duration: write it like 90s, 10m, 24h, 7d or 1h30m`,
		"5 or 6 days":       `"5 or 6 days" is not a duration: write it like 90s, 10m, 24h, 7d or 1h30m`,
		"":                  `"" is not a duration: write it like 90s, 10m, 24h, 7d or 1h30m`,
		"9999999999999999d": `"9999999999999999d" is not a duration: it is too long; write it like 24h or 7d`,
		"200000d":           `"200000d" is not a duration: it is too long; write it like 24h or 7d`,
	} {
		_, err := ParseDuration(text)
		if err == nil || err.Error() != want {
			t.Errorf("ParseDuration(%q):\n got %v\nwant %s", text, err, want)
		}
		if e := (*Error)(nil); !errors.As(err, &e) {
			t.Errorf("ParseDuration(%q) gives a %T", text, err)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                  "0s",
		time.Second:                        "1s",
		90 * time.Second:                   "90s",
		121 * time.Second:                  "2m1s",
		time.Minute:                        "1m",
		10 * time.Minute:                   "10m",
		90 * time.Minute:                   "90m",
		150 * time.Minute:                  "2h30m",
		time.Hour:                          "1h",
		24 * time.Hour:                     "24h",
		36 * time.Hour:                     "36h",
		48 * time.Hour:                     "2d",
		60 * time.Hour:                     "2d12h",
		7 * 24 * time.Hour:                 "7d",
		2*24*time.Hour + time.Second:       "2d1s",
		-10 * time.Minute:                  "-10m",
		10*time.Minute + time.Millisecond:  "10m",
		49*time.Hour + 90*time.Second:      "2d1h1m30s",
		3*time.Hour + 400*time.Millisecond: "3h",
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("FormatDuration(%v) = %q, want %q", d, got, want)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{"90s", "1h30m", "7 days", "half an hour", "1d12h", "99999999999999999999d", "1.5 h and 2m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if err != nil {
			return
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d || d <= 0 {
			t.Errorf("%q is %v, written %q, read again %v, %v", s, d, FormatDuration(d), again, err)
		}
	})
}
