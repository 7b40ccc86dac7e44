package channel_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// provider answers as it is told, and counts.
type provider struct {
	name    string
	channel policy.Channel
	careful bool
	answer  channel.Answer
	asked   channel.Answer
	sent    int
}

func (p *provider) Name() string            { return p.name }
func (p *provider) Channel() policy.Channel { return p.channel }
func (p *provider) Careful() bool           { return p.careful }
func (p *provider) Send(context.Context, *machine.Deliver) channel.Answer {
	p.sent++
	return p.answer
}
func (p *provider) Ask(context.Context, *machine.Deliver, time.Time) channel.Answer { return p.asked }

var (
	taken   = channel.Taken("x1")
	refused = channel.Refused("no such number")
	here    = channel.RefusedHere("not to that country")
	down    = channel.Unavailable("HTTP status 500", 0)
	busy    = channel.Unavailable("too many", time.Minute)
	notNow  = channel.NotNow("the phone is off")
	broken  = channel.Broken("wrong password")
	lost    = channel.Lost("no answer came")
)

func say(a runtime.Answer) string {
	s := map[runtime.Receipt]string{runtime.Taken: "taken", runtime.Refused: "refused", runtime.Unavailable: "unavailable", runtime.Lost: "lost"}[a.Receipt]
	if a.Provider != "" {
		s += " by " + a.Provider
	}
	if a.After > 0 {
		s += " for " + a.After.String()
	}
	if a.Reason != "" {
		s += " (" + a.Reason + ")"
	}
	return s
}

var text = &machine.Deliver{ID: "c1.1", Channel: policy.SMS, To: "+14155550101"}

func TestProvidersInOrder(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second channel.Answer
		want          string
	}{
		{"the first takes it", taken, refused, "taken by one"},
		{"wrong for all", refused, taken, "refused by one (no such number)"},
		{"wrong here", here, taken, "taken by two"},
		{"failing", down, taken, "taken by two"},
		{"busy", busy, taken, "taken by two"},
		{"broken", broken, taken, "taken by two"},
		{"lost", lost, taken, "lost by one (no answer came)"},
		{"lost by the second", down, lost, "lost by two (no answer came)"},
		{"nobody", down, down, "unavailable by two (one: HTTP status 500; two: HTTP status 500)"},
		{"both busy", busy, channel.Unavailable("too many", time.Second), "unavailable by two for 1s (one: too many; two: too many)"},
		{"one may come back at once", busy, down, "unavailable by two (one: too many; two: HTTP status 500)"},
		{"the one that may come back", here, busy, "unavailable by two for 1m0s (one: not to that country; two: too many)"},
		{"both refuse", here, here, "refused by two (one: not to that country; two: not to that country)"},
	} {
		one, two := &provider{name: "one", channel: policy.SMS, answer: c.first}, &provider{name: "two", channel: policy.SMS, answer: c.second}
		other := &provider{name: "mail", channel: policy.Email, answer: taken}
		carrier := channel.NewCarrier(&clock{}, channel.Route{Provider: other}, channel.Route{Provider: one}, channel.Route{Provider: two})
		if got := say(carrier.Send(t.Context(), text)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if other.sent > 0 {
			t.Errorf("%s: a text went by mail", c.name)
		}
	}
}

func TestChat(t *testing.T) {
	carrier := channel.NewCarrier(&clock{})
	if got := say(carrier.Send(t.Context(), &machine.Deliver{ID: "c1.1", Channel: policy.Chat})); got != "taken by chat" {
		t.Errorf("chat: %s", got)
	}
	if got := say(carrier.Send(t.Context(), text)); got != "refused (no provider is configured for sms)" {
		t.Errorf("sms: %s", got)
	}
	if carrier.Careful(text) {
		t.Error("with nobody to send, it is careful")
	}
}

func TestLongTexts(t *testing.T) {
	for _, c := range []struct {
		name    string
		channel policy.Channel
		body    string
		want    string
	}{
		{"as long as may be", policy.SMS, strings.Repeat("ä", 1600), "taken by one"},
		{"longer", policy.SMS, strings.Repeat("ä", 1601), "refused (the text has 1601 characters, and a text message has at most 1600)"},
		{"a mail", policy.Email, strings.Repeat("ä", 100_000), "taken by mail"},
	} {
		carrier := channel.NewCarrier(&clock{}, channel.Route{Provider: &provider{name: "one", channel: policy.SMS, answer: taken}},
			channel.Route{Provider: &provider{name: "mail", channel: policy.Email, answer: taken}})
		if got := say(carrier.Send(t.Context(), &machine.Deliver{ID: "c1.1", Channel: c.channel, Body: c.body})); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestBreaker is a story: what happens at each moment, and what is then said.
func TestBreaker(t *testing.T) {
	time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
	p := &provider{name: "one", channel: policy.SMS}
	carrier := channel.NewCarrier(time0, channel.Route{Provider: p})
	for i, c := range []struct {
		pass   time.Duration
		answer channel.Answer
		times  int
		want   string // the last
		sent   int    // of those times
	}{
		{0, down, 4, "unavailable by one (one: HTTP status 500)", 4},
		{0, taken, 1, "taken by one", 1},
		{0, down, 5, "unavailable by one (one: HTTP status 500)", 5},
		{0, taken, 1, "unavailable by one for 5s (one: is left alone for now)", 0},
		{4 * time.Second, taken, 1, "unavailable by one for 1s (one: is left alone for now)", 0},
		{time.Second, down, 2, "unavailable by one for 10s (one: is left alone for now)", 1},
		{10 * time.Second, lost, 2, "unavailable by one for 20s (one: is left alone for now)", 1},
		{20 * time.Second, taken, 3, "taken by one", 3},
		{0, notNow, 9, "unavailable by one (one: the phone is off)", 9},
		{0, refused, 9, "refused by one (no such number)", 9},
		{0, down, 5, "unavailable by one (one: HTTP status 500)", 5},
		{5 * time.Second, taken, 1, "taken by one", 1},
		{0, broken, 2, "unavailable by one for 5s (one: is left alone for now)", 1},
		{5 * time.Second, broken, 2, "unavailable by one for 10s (one: is left alone for now)", 1},
		{10 * time.Second, busy, 2, "unavailable by one for 1m0s (one: is left alone for now)", 1},
		{time.Minute, here, 1, "refused by one (one: not to that country)", 1},
		{0, taken, 1, "taken by one", 1},
	} {
		time0.pass(c.pass)
		p.answer, p.sent = c.answer, 0
		got := ""
		for range c.times {
			got = say(carrier.Send(t.Context(), text))
		}
		if got != c.want || p.sent != c.sent {
			t.Errorf("%d: %s, %d sent; want %s, %d sent", i, got, p.sent, c.want, c.sent)
		}
	}
}

func TestBreakerRestsNoLongerThanAMinute(t *testing.T) {
	time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
	carrier := channel.NewCarrier(time0, channel.Route{Provider: &provider{name: "one", channel: policy.SMS, answer: broken}})
	for range 20 {
		carrier.Send(t.Context(), text)
		time0.pass(time.Minute)
	}
	if h := carrier.Health()[0]; !h.Open || !h.Until.IsZero() {
		t.Errorf("after a minute it is %+v", h)
	}
	carrier.Send(t.Context(), text)
	if h := carrier.Health()[0]; !h.Open || !h.Until.Equal(time0.Now().Add(time.Minute)) {
		t.Errorf("it is %+v, and the time is %v", h, time0.Now())
	}
}

// A provider that asked for a pause, or rests, is not left alone for longer because somebody sets the clock.
func TestAClockThatIsSetBack(t *testing.T) {
	for name, answer := range map[string]channel.Answer{"a pause of a week": channel.Unavailable("too many", 7*24*time.Hour), "a rest": broken} {
		time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
		p := &provider{name: "one", channel: policy.SMS, answer: answer}
		carrier := channel.NewCarrier(time0, channel.Route{Provider: p})
		carrier.Send(t.Context(), text)
		p.answer = taken
		time0.pass(-24 * time.Hour)
		if got := say(carrier.Send(t.Context(), text)); got != "taken by one" {
			t.Errorf("%s, and the clock is set back by a day: %s", name, got)
		}
		p.answer = answer
		carrier.Send(t.Context(), text)
		p.answer = taken
		time0.pass(time.Hour)
		if got := say(carrier.Send(t.Context(), text)); got != "taken by one" {
			t.Errorf("%s, and an hour passes: %s", name, got)
		}
	}
}

// TestAskOnlyTheOneThatMayHaveIt asks nobody who was surely not tried; after a restart, when that is not known, all are asked.
func TestAskOnlyTheOneThatMayHaveIt(t *testing.T) {
	one := &provider{name: "one", channel: policy.SMS, careful: true, answer: lost, asked: down}
	two := &provider{name: "two", channel: policy.SMS, careful: true, answer: taken, asked: lost}
	carrier := channel.NewCarrier(&clock{}, channel.Route{Provider: one}, channel.Route{Provider: two})
	ask := func() string { return say(carrier.Ask(t.Context(), text, time.Time{})) }
	if got := ask(); got != "lost by two (no answer came)" {
		t.Errorf("after a restart: %s", got)
	}
	carrier.Send(t.Context(), text)
	if got := ask(); got != "unavailable by one (HTTP status 500)" {
		t.Errorf("after it was lost by one: %s", got)
	}
	if got := ask(); got != "lost by two (no answer came)" {
		t.Errorf("once that is told: %s", got)
	}
}

// slow is a provider whose message stays under way until it is let go.
type slow struct {
	provider
	entered, let chan struct{}
}

func (p *slow) Send(context.Context, *machine.Deliver) channel.Answer {
	p.entered <- struct{}{}
	<-p.let
	return p.answer
}

func TestOneProbeAtATime(t *testing.T) {
	time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
	p := &slow{provider{name: "one", channel: policy.SMS, answer: broken}, make(chan struct{}, 9), make(chan struct{}, 9)}
	carrier := channel.NewCarrier(time0, channel.Route{Provider: p})
	p.let <- struct{}{}
	carrier.Send(t.Context(), text)
	<-p.entered
	time0.pass(time.Minute)
	answers := make(chan runtime.Answer)
	go func() { answers <- carrier.Send(t.Context(), text) }()
	<-p.entered
	if got := say(carrier.Send(t.Context(), text)); got != "unavailable by one for 1s (one: is left alone for now)" {
		t.Errorf("beside the probe: %s", got)
	}
	p.let <- struct{}{}
	<-answers
}

func TestRate(t *testing.T) {
	time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
	one, two := &provider{name: "one", channel: policy.SMS, answer: taken}, &provider{name: "two", channel: policy.SMS, answer: taken}
	carrier := channel.NewCarrier(time0, channel.Route{Provider: one, Rate: 2, Burst: 3}, channel.Route{Provider: two, Rate: 0.5})
	send := func(n int) (last string) {
		one.sent, two.sent = 0, 0
		for range n {
			last = say(carrier.Send(t.Context(), text))
		}
		return last
	}
	// Who waits is told a moment of their own: the one before was told to ask for a place with one in half a second.
	if got := send(5); got != "unavailable by two for 1s (one: is sent no more for now, by its rate; two: is sent no more for now, by its rate)" || one.sent != 3 || two.sent != 1 {
		t.Errorf("%s, after %d and %d", got, one.sent, two.sent)
	}
	time0.pass(time.Second)
	if got := send(3); one.sent != 2 || two.sent != 0 || !strings.HasPrefix(got, "unavailable") {
		t.Errorf("a second later: %s, after %d and %d", got, one.sent, two.sent)
	}
	time0.pass(-time.Hour)
	time0.pass(time.Hour + time.Minute)
	if send(9); one.sent != 3 || two.sent != 1 {
		t.Errorf("a minute later: %d and %d", one.sent, two.sent)
	}
}

// TestHeld tells what waits for its turn from what fails.
func TestHeld(t *testing.T) {
	for _, c := range []struct {
		name   string
		before channel.Answer // of the second provider, which has no rate
	}{
		{"the other is down", down},
		{"the other refuses", here},
		{"the other rests", broken},
	} {
		time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
		one, two := &provider{name: "one", channel: policy.SMS, answer: taken}, &provider{name: "two", channel: policy.SMS, answer: c.before}
		carrier := channel.NewCarrier(time0, channel.Route{Provider: one, Rate: 1}, channel.Route{Provider: two})
		for range 3 {
			if a := carrier.Send(t.Context(), text); a.Held != (a.Receipt == runtime.Unavailable) {
				t.Errorf("%s: %+v", c.name, a)
			}
		}
		one.answer = down
		time0.pass(time.Minute)
		if a := carrier.Send(t.Context(), text); a.Held {
			t.Errorf("%s, and this one fails: %+v", c.name, a)
		}
	}
}

// TestABacklogIsSpread has a thousand messages wait at once for a provider that takes one a second.
func TestABacklogIsSpread(t *testing.T) {
	time0 := &clock{now: time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)}
	carrier := channel.NewCarrier(time0, channel.Route{Provider: &provider{name: "one", channel: policy.SMS, answer: taken}, Rate: 1})
	waits := map[time.Duration]int{}
	for range 1000 {
		waits[carrier.Send(t.Context(), text).After]++
	}
	for second := time.Second; second < time.Minute; second += time.Second {
		if waits[second] == 0 || waits[second] > 20 {
			t.Errorf("%d are to ask again after %v", waits[second], second)
		}
	}
}

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second channel.Answer
		want          string
	}{
		{"the first has it", taken, lost, "taken by one"},
		{"the second has it", lost, taken, "taken by two"},
		{"one can't tell", lost, down, "lost by one (no answer came)"},
		{"the other can't tell", down, lost, "lost by two (no answer came)"},
		{"nobody has it", down, down, "unavailable by two (HTTP status 500)"},
	} {
		one, two := &provider{name: "one", channel: policy.SMS, careful: true, asked: c.first}, &provider{name: "two", channel: policy.SMS, careful: true, asked: c.second}
		free := &provider{name: "free", channel: policy.SMS, asked: lost}
		carrier := channel.NewCarrier(&clock{}, channel.Route{Provider: free}, channel.Route{Provider: one}, channel.Route{Provider: two})
		if got := say(carrier.Ask(t.Context(), text, time.Time{})); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if !carrier.Careful(text) || carrier.Careful(&machine.Deliver{Channel: policy.Email}) || carrier.Careful(&machine.Deliver{Channel: policy.Chat}) {
			t.Errorf("%s: careful is wrong", c.name)
		}
	}
}
