package understand

import (
	"strings"
	"time"
)

// day is a calendar day; comparable, so that the same day said twice is one.
type day struct {
	year  int
	month time.Month
	day   int
}

const dateLayout = "2006-01-02"

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, m, d}
}

func (d day) midnight() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

func (d day) add(days int) day { return dayOf(d.midnight().AddDate(0, 0, days)) }

func (d day) valid() bool {
	return d.year >= 1000 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 && dayOf(d.midnight()) == d
}

func (d day) String() string { return d.midnight().Format(dateLayout) }

// Date reads a calendar day, a string like `2006-01-02`: "14 May", "5/14", "tomorrow", "next Friday", "in two weeks".
// A day without a year, or a weekday, is the next one to come; a weekday never means today.
func Date(text string, s Setting) (Answer, bool) {
	if t, err := time.Parse(time.RFC3339, strings.TrimSpace(text)); err == nil {
		if s.Zone != nil {
			t = t.In(s.Zone)
		}
		return Answer{Value: t.Format(dateLayout), Whole: true}, true
	}
	d, whole, ok := findDay(read(text), s)
	if !ok {
		return Answer{}, false
	}
	return Answer{Value: d.String(), Whole: whole}, true
}

func findDay(r reply, s Setting) (day, bool, bool) {
	c := calendar{today: dayOf(s.now()), dayFirst: dayFirst(s)}
	if len(r.tokens) > 0 && word(r.tokens, 0) == "on" {
		r.tokens = r.tokens[1:]
	}
	return one(r, c.read)
}

// dayFirst tells how "5/6" is written where the customer is.
func dayFirst(s Setting) bool {
	language, country, _ := strings.Cut(strings.ReplaceAll(s.Locale, "_", "-"), "-")
	if country == "" {
		country = s.Region
	}
	if language == "" || strings.EqualFold(language, "en") {
		return country != "" && !strings.EqualFold(country, "US") && !strings.EqualFold(country, "PH")
	}
	return !strings.EqualFold(country, "US")
}

// addMonths keeps to the month's last day: a month after 31 January is 28 February.
func (d day) addMonths(n int) day {
	first := time.Date(d.year, d.month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return day{first.Year(), first.Month(), min(d.day, last)}
}
