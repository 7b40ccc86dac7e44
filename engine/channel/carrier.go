package channel

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// Route is a provider and how much it takes.
type Route struct {
	Provider Provider
	Rate     float64 // messages a second; 0: no limit
	Burst    int     // messages at once, within the rate; 0: one second's worth, and at least one
}

// Carrier hands messages to providers: to the first of their channel that takes them. It implements runtime.Carrier.
//
// Chat has no provider. The visitor's page reads it from the log, so that to commit a message is to send it.
type Carrier struct {
	clock  runtime.Clock
	routes []*route // in order
	lost   lostBy
}

type route struct {
	Provider
	gate gate
}

var _ runtime.Carrier = (*Carrier)(nil)

// NewCarrier gives a carrier over providers, those of one channel in the order in which they are tried.
func NewCarrier(clock runtime.Clock, routes ...Route) *Carrier {
	c := &Carrier{clock: clock}
	for _, r := range routes {
		burst := float64(r.Burst)
		if burst < 1 {
			burst = max(1, r.Rate)
		}
		c.routes = append(c.routes, &route{Provider: r.Provider, gate: gate{rate: r.Rate, burst: burst}})
	}
	return c
}

// on are the routes of a channel.
func (c *Carrier) on(channel policy.Channel) []*route {
	var routes []*route
	for _, r := range c.routes {
		if r.Channel() == channel {
			routes = append(routes, r)
		}
	}
	return routes
}

// longestText is how many characters a text message may have: what Twilio takes (https://www.twilio.com/docs/api/errors/21617), and about ten
// parts. A longer one goes nowhere by SMS, whoever the provider is, and whole on the next channel: cut, it could say something else.
const longestText = 1600

// Send implements runtime.Carrier. A provider that is resting, or fails, is passed over for the next one. A refusal for good ends it, and so
// does a lost answer: the next provider might send the message twice.
func (c *Carrier) Send(ctx context.Context, d *machine.Deliver) runtime.Answer {
	if d.Channel == policy.Chat {
		return runtime.Answer{Receipt: runtime.Taken, Provider: string(policy.Chat), ID: d.ID}
	}
	routes := c.on(d.Channel)
	if len(routes) == 0 {
		return runtime.Answer{Receipt: runtime.Refused, Reason: fmt.Sprintf("no provider is configured for %s", d.Channel)}
	}
	if n := utf8.RuneCountInString(d.Body); d.Channel == policy.SMS && n > longestText {
		return runtime.Answer{Receipt: runtime.Refused, Reason: fmt.Sprintf("the text has %d characters, and a text message has at most %d", n, longestText)}
	}
	var f failures
	for _, r := range routes {
		switch wait, held := r.gate.enter(c.clock.Now()); {
		case held:
			f.add(r.Name(), Unavailable("is sent no more for now, by its rate", wait))
			f.held = true
			continue
		case wait > 0:
			f.add(r.Name(), Unavailable("is left alone for now", wait))
			continue
		}
		a := r.Send(ctx, d)
		r.gate.leave(c.clock.Now(), a)
		a.Provider = r.Name()
		if a.Receipt == runtime.Lost {
			c.lost.add(d.ID, r)
		}
		if a.Receipt == runtime.Taken || a.Receipt == runtime.Lost || a.Receipt == runtime.Refused && !a.Elsewhere {
			return a.Answer
		}
		f.add(r.Name(), a)
	}
	return f.answer()
}

// Careful implements runtime.Carrier.
func (c *Carrier) Careful(d *machine.Deliver) bool {
	for _, r := range c.on(d.Channel) {
		if r.Careful() {
			return true
		}
	}
	return false
}

// Ask implements runtime.Carrier. Where it is not known which provider was tried, as after a crash, all are asked that may have taken the message.
func (c *Carrier) Ask(ctx context.Context, d *machine.Deliver, attempted time.Time) runtime.Answer {
	if r := c.lost.by(d.ID); r != nil {
		a := r.ask(ctx, d, attempted)
		if a.Receipt != runtime.Lost {
			c.lost.forget(d.ID)
		}
		return a
	}
	last := runtime.Answer{Receipt: runtime.Unavailable, Reason: "no provider has it"}
	for _, r := range c.on(d.Channel) {
		if !r.Careful() {
			continue
		}
		a := r.ask(ctx, d, attempted)
		switch {
		case a.Receipt == runtime.Taken:
			return a
		case last.Receipt != runtime.Lost:
			last = a
		}
	}
	return last
}

func (r *route) ask(ctx context.Context, d *machine.Deliver, attempted time.Time) runtime.Answer {
	a := r.Ask(ctx, d, attempted).Answer
	a.Provider = r.Name()
	return a
}

// Health is how a provider stands.
type Health struct {
	Channel  policy.Channel
	Provider string
	Open     bool      // its breaker is open: it failed too often
	Until    time.Time // nothing is sent to it before; zero: it may be used now
}

// Health tells how the providers stand, in order.
func (c *Carrier) Health() []Health {
	now := c.clock.Now()
	all := make([]Health, 0, len(c.routes))
	for _, r := range c.routes {
		h := Health{Channel: r.Channel(), Provider: r.Name()}
		h.Open, h.Until = r.gate.state(now)
		all = append(all, h)
	}
	return all
}

// failures are what the providers said that did not take a message.
type failures struct {
	reasons []string
	last    string        // who was asked last
	after   time.Duration // the shortest wait
	waiting bool          // some may take it later
	held    bool          // one of them for certain, once its rate allows it
}

func (f *failures) add(provider string, a Answer) {
	f.reasons = append(f.reasons, provider+": "+a.Reason)
	f.last = provider
	if a.Receipt != runtime.Unavailable {
		return
	}
	if !f.waiting || a.After < f.after {
		f.after = a.After
	}
	f.waiting = true
}

// answer is Refused only where all refused.
func (f *failures) answer() runtime.Answer {
	a := runtime.Answer{Receipt: runtime.Refused, Reason: strings.Join(f.reasons, "; "), Provider: f.last}
	if f.waiting {
		a.Receipt, a.After, a.Held = runtime.Unavailable, f.after, f.held
	}
	return a
}
