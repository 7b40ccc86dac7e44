package policy

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"journey/engine/schedule"
)

var (
	noon  = moment("2026-03-06T12:00:00-08:00")
	night = moment("2026-03-06T22:00:00-08:00")
)

func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func zones(names ...string) []*time.Location {
	var list []*time.Location
	for _, name := range names {
		z, err := schedule.Zone(name)
		if err != nil {
			panic(err)
		}
		list = append(list, z)
	}
	return list
}

// customer can be reached everywhere, agreed to transactional messages, and lives in Los Angeles.
func customer(change func(*Contact)) *Contact {
	l := Ledger{}.Give(Consent{Channel: SMS, Purpose: Transactional}).Give(Consent{Channel: Email, Purpose: Transactional})
	c := &Contact{Phone: "+14155550101", Email: "ada@example.com", Online: true, Ledger: l, Zones: zones("America/Los_Angeles")}
	if change != nil {
		change(c)
	}
	return c
}

// rules are quiet hours and a limit of two a day on SMS, none elsewhere.
func rules(ch Channel) ChannelRules {
	if ch != SMS {
		return ChannelRules{}
	}
	return ChannelRules{Purpose: Transactional, Quiet: &schedule.Window{From: 21 * 60, Until: 8 * 60}, Limits: []schedule.Limit{{Count: 2, Per: 24 * time.Hour}}}
}

// describe puts a decision on one line.
func describe(d Decision) string {
	s := [...]string{Blocked: "blocked", Send: "send", Hold: "hold"}[d.Verdict]
	if d.Channel != "" {
		s += " " + string(d.Channel)
	}
	if d.Verdict == Hold {
		s += " until " + d.Until.Format("2 Jan 15:04 -07")
	}
	if d.Answer {
		s += ", an answer"
	}
	if d.Counts {
		s += ", counts"
	}
	for _, p := range d.Passed {
		s += fmt.Sprintf("; %s %s", p.Channel, p.Reason)
		if p.Detail != "" {
			s += " (" + p.Detail + ")"
		}
	}
	return s
}

func TestDecide(t *testing.T) {
	offline := func(c *Contact) { c.Online = false }
	optedOut := func(c *Contact) { c.Ledger = c.Ledger.OptOut(SMS, noon, "STOP") }
	noConsent := func(c *Contact) { c.Ledger = Ledger{} }
	full := func(c *Contact) {
		c.Sent = []Sent{{SMS, noon.Add(-time.Hour)}, {SMS, noon.Add(-time.Minute)}}
	}
	noSMS := func(ch Channel) bool { return ch != SMS }

	for _, c := range []struct {
		name    string
		contact func(*Contact)
		order   []Channel
		when    func(Channel) bool
		message Message
		at      time.Time
		want    string
	}{
		{name: "the first of the order", order: []Channel{Chat, SMS}, want: "send chat, counts"},
		{name: "the order is the caller's", order: []Channel{Email, Chat}, want: "send email, counts"},
		{name: "no channel to choose from", order: nil, want: "blocked"},

		{name: "the page is closed", order: []Channel{Chat, SMS}, contact: offline, want: "send sms, counts; chat unreachable"},
		{name: "no phone", order: []Channel{SMS, Email}, contact: func(c *Contact) { c.Phone = "" }, want: "send email, counts; sms unreachable"},
		{name: "no email", order: []Channel{Email}, contact: func(c *Contact) { c.Email = "" }, want: "blocked; email unreachable"},
		{name: "a channel that there is not", order: []Channel{"fax"}, want: "blocked; fax unreachable"},
		{name: "the journey's own rule", order: []Channel{SMS, Email}, when: noSMS, want: "send email, counts; sms when"},
		{name: "opted out", order: []Channel{SMS, Email}, contact: optedOut, want: "send email, counts; sms opted_out"},
		{name: "consent to nothing", order: []Channel{SMS, Email}, contact: noConsent, want: "blocked; sms no_consent (transactional); email no_consent (transactional)"},
		{name: "chat needs no consent", order: []Channel{SMS, Chat}, contact: noConsent, want: "send chat, counts; sms no_consent (transactional)"},
		{name: "consent to another purpose", order: []Channel{SMS}, message: Message{Purpose: Marketing}, want: "blocked; sms no_consent (marketing)"},
		{name: "the limit is reached", order: []Channel{SMS, Email}, contact: full, want: "send email, counts; sms limit (2 per 24h)"},
		{name: "quiet hours hold, and no later channel is tried", order: []Channel{SMS, Email}, at: night, want: "hold sms until 7 Mar 08:00 -08; sms quiet (21:00-08:00)"},
		{name: "an earlier channel without quiet hours is taken", order: []Channel{Email, SMS}, at: night, want: "send email, counts"},
		{name: "a channel passed over before the hold", order: []Channel{Chat, SMS}, contact: offline, at: night,
			want: "hold sms until 7 Mar 08:00 -08; chat unreachable; sms quiet (21:00-08:00)"},

		// Of several reasons the first in the order of the checks is told.
		{name: "unreachable before when", order: []Channel{SMS}, contact: func(c *Contact) { c.Phone = "" }, when: noSMS, want: "blocked; sms unreachable"},
		{name: "when before opted out", order: []Channel{SMS}, contact: optedOut, when: noSMS, want: "blocked; sms when"},
		{name: "opted out before no consent", order: []Channel{SMS}, contact: func(c *Contact) { noConsent(c); optedOut(c) }, want: "blocked; sms opted_out"},
		{name: "no consent before the limit", order: []Channel{SMS}, contact: func(c *Contact) { noConsent(c); full(c) }, want: "blocked; sms no_consent (transactional)"},
		{name: "the limit before quiet hours", order: []Channel{SMS}, contact: full, at: moment("2026-03-06T21:30:00-08:00"), want: "blocked; sms limit (2 per 24h)"},

		{name: "urgent at night", order: []Channel{SMS}, message: Message{Urgent: true}, at: night, want: "send sms, counts"},
		{name: "urgent over the limit", order: []Channel{SMS}, message: Message{Urgent: true}, contact: full, want: "send sms, counts"},
		{name: "urgent needs consent", order: []Channel{SMS}, message: Message{Urgent: true}, contact: noConsent, want: "blocked; sms no_consent (transactional)"},
		{name: "urgent after an opt-out", order: []Channel{SMS}, message: Message{Urgent: true}, contact: optedOut, want: "blocked; sms opted_out"},

		{name: "an answer at night, over the limit, without consent", order: []Channel{SMS}, message: Message{AnswerOn: SMS}, at: night,
			contact: func(c *Contact) { noConsent(c); full(c) }, want: "send sms, an answer"},
		{name: "an answer after an opt-out", order: []Channel{SMS}, message: Message{AnswerOn: SMS}, contact: optedOut, want: "blocked; sms opted_out"},
		{name: "an answer against the journey's own rule", order: []Channel{SMS}, message: Message{AnswerOn: SMS}, when: noSMS, want: "blocked; sms when"},
		{name: "elsewhere it is no answer", order: []Channel{SMS}, message: Message{AnswerOn: Chat}, at: night, want: "hold sms until 7 Mar 08:00 -08; sms quiet (21:00-08:00)"},
	} {
		at := noon
		if !c.at.IsZero() {
			at = c.at
		}
		if got := describe(Decide(c.order, rules, c.when, customer(c.contact), c.message, at)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestPurpose(t *testing.T) {
	c := customer(func(c *Contact) { c.Ledger = c.Ledger.Give(Consent{Channel: SMS, Purpose: Marketing}) })
	marketing := func(Channel) ChannelRules { return ChannelRules{Purpose: Marketing} }
	none := func(Channel) ChannelRules { return ChannelRules{} }
	for _, row := range []struct {
		rules   func(Channel) ChannelRules
		message Message
		want    Purpose
	}{
		{none, Message{}, Transactional},
		{marketing, Message{}, Marketing},
		{marketing, Message{Purpose: Transactional}, Transactional},
	} {
		if d := Decide([]Channel{SMS}, row.rules, nil, c, row.message, noon); d.Verdict != Send || d.Purpose != row.want {
			t.Errorf("%+v: verdict %d for %s, want %s", row.message, d.Verdict, d.Purpose, row.want)
		}
	}
}

func TestLimitsSlide(t *testing.T) {
	sent := func(ages ...time.Duration) *Contact {
		return customer(func(c *Contact) {
			for _, age := range ages {
				c.Sent = append(c.Sent, Sent{SMS, noon.Add(-age)})
			}
			c.Sent = append(c.Sent, Sent{Email, noon}, Sent{Email, noon}, Sent{Email, noon})
		})
	}
	both := func(Channel) ChannelRules {
		return ChannelRules{Limits: []schedule.Limit{{Count: 2, Per: 24 * time.Hour}, {Count: 3, Per: 7 * 24 * time.Hour}}}
	}
	const day = 24 * time.Hour
	for _, c := range []struct {
		name    string
		contact *Contact
		want    string
	}{
		{"nothing was sent there", sent(), "send sms, counts"},
		{"one of two", sent(time.Hour), "send sms, counts"},
		{"two of two", sent(23*time.Hour, 0), "blocked; sms limit (2 per 24h)"},
		{"one of them a day ago to the second", sent(day, time.Hour), "send sms, counts"},
		{"one of them a second less than a day ago", sent(day-time.Second, time.Hour), "blocked; sms limit (2 per 24h)"},
		{"the longer limit holds too", sent(6*day, 5*day, 2*day), "blocked; sms limit (3 per 7d)"},
		{"the longer limit slides too", sent(7*day, 5*day, 2*day), "send sms, counts"},
	} {
		if got := describe(Decide([]Channel{SMS}, both, nil, c.contact, Message{}, noon)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestQuietHoursInEveryZone(t *testing.T) {
	for _, c := range []struct {
		zones         []string
		quiet         string
		at, until     string
		holds, opened bool
	}{
		{zones: []string{"America/Los_Angeles"}, quiet: "21:00-08:00", at: "2026-03-07T21:30:00-08:00", until: "2026-03-08T08:00:00-07:00", holds: true},
		{zones: []string{"America/Los_Angeles"}, quiet: "21:00-08:00", at: "2026-10-31T21:30:00-07:00", until: "2026-11-01T08:00:00-08:00", holds: true},
		{zones: []string{"America/Phoenix"}, quiet: "21:00-08:00", at: "2026-03-07T21:30:00-07:00", until: "2026-03-08T08:00:00-07:00", holds: true},
		{zones: nil, quiet: "21:00-08:00", at: "2026-03-07T21:30:00Z", until: "2026-03-08T08:00:00Z", holds: true},

		// It is still quiet in the west when it ends in the east, and quiet in the east when it begins in the west.
		{zones: []string{"America/New_York", "America/Los_Angeles"}, quiet: "21:00-08:00", at: "2026-03-06T07:00:00-05:00", until: "2026-03-06T08:00:00-08:00", holds: true},
		{zones: []string{"America/Los_Angeles", "America/New_York"}, quiet: "21:00-08:00", at: "2026-03-06T18:30:00-08:00", until: "2026-03-07T08:00:00-08:00", holds: true},
		{zones: []string{"America/New_York", "America/Los_Angeles"}, quiet: "21:00-08:00", at: "2026-03-06T12:00:00-08:00", opened: true},

		// Zones twelve hours apart and a day that is open for eleven: no moment suits both.
		{zones: []string{"Europe/London", "Pacific/Auckland"}, quiet: "19:00-08:00", at: "2026-06-06T12:00:00Z"},
	} {
		w, err := schedule.ParseWindow(c.quiet)
		if err != nil {
			t.Fatal(err)
		}
		contact := customer(func(p *Contact) { p.Zones = zones(c.zones...) })
		d := Decide([]Channel{SMS, Email}, func(ch Channel) ChannelRules {
			if ch == SMS {
				return ChannelRules{Quiet: &w}
			}
			return ChannelRules{}
		}, nil, contact, Message{}, moment(c.at))
		switch {
		case c.holds && (d.Verdict != Hold || !d.Until.Equal(moment(c.until))):
			t.Errorf("%v at %s: %s, want to hold until %s", c.zones, c.at, describe(d), c.until)
		case c.opened && describe(d) != "send sms, counts":
			t.Errorf("%v at %s: %s", c.zones, c.at, describe(d))
		case !c.holds && !c.opened && describe(d) != "send email, counts; sms quiet (19:00-08:00)":
			t.Errorf("%v at %s: %s", c.zones, c.at, describe(d))
		}
	}
}

func TestMay(t *testing.T) {
	for _, c := range []struct {
		name    string
		contact func(*Contact)
		when    func(Channel) bool
		want    []Channel
	}{
		{name: "everywhere", want: []Channel{Chat, SMS, Email}},
		{name: "over the limit", contact: func(c *Contact) { c.Sent = []Sent{{SMS, noon}, {SMS, noon}, {SMS, noon}} }, want: []Channel{Chat, SMS, Email}},
		{name: "the page is closed", contact: func(c *Contact) { c.Online = false }, want: []Channel{SMS, Email}},
		{name: "no consent", contact: func(c *Contact) { c.Ledger = Ledger{} }, want: []Channel{Chat}},
		{name: "opted out", contact: func(c *Contact) { c.Ledger = c.Ledger.OptOut(SMS, noon, "stop") }, want: []Channel{Chat, Email}},
		{name: "not allowed", when: func(ch Channel) bool { return ch == Chat }, want: []Channel{Chat}},
	} {
		var got []Channel
		for _, ch := range Channels {
			if May(ch, rules, c.when, customer(c.contact)) {
				got = append(got, ch)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDecideDoesNotAllocate(t *testing.T) {
	c, order, r := customer(nil), []Channel{SMS, Email}, rules(SMS)
	used := func(Channel) ChannelRules { return r }
	if n := testing.AllocsPerRun(100, func() { Decide(order, used, nil, c, Message{}, noon) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecide(b *testing.B) {
	c, order, r := customer(nil), []Channel{SMS, Email}, rules(SMS)
	b.ReportAllocs()
	for b.Loop() {
		Decide(order, func(Channel) ChannelRules { return r }, nil, c, Message{}, noon)
	}
}
