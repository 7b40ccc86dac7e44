package runtime

import (
	"context"
	"time"

	"journey/engine/machine"
)

// Tracer shows operators what happens inside what, and how long it takes. It is told names and counts, and nothing that a customer wrote.
// Its methods are called from several goroutines.
type Tracer interface {
	// Batch begins what is decided and committed together; causes are the contexts of the requests that it answers.
	Batch(ctx context.Context, causes []context.Context) (inside context.Context, end func(events, contacts int, err error))

	// Stepped tells of an event that was decided about, inside a batch, and where it has led.
	Stepped(ctx context.Context, begun time.Time, event string, led []Led)

	// Sending begins an attempt to deliver what a journey says in a state.
	Sending(ctx context.Context, channel, journey, state string) (inside context.Context, end func(provider string, result machine.Result))
}

// Led is a conversation that a step has changed, by its journey and the state it is in now.
type Led struct{ Journey, State string }

func (b *batch) traced(ctx context.Context, jobs []*job) (inside context.Context, end func(error)) {
	if b.e.Tracer == nil {
		return ctx, func(error) {}
	}
	var causes []context.Context
	for _, j := range jobs {
		if j.cause != nil {
			causes = append(causes, j.cause)
		}
	}
	inside, ended := b.e.Tracer.Batch(ctx, causes)
	return inside, func(err error) { ended(len(jobs), len(b.groups), err) }
}

func (g *group) traced(ctx context.Context, begun time.Time, event string, out *machine.Output) {
	e := g.b.e
	if e.Tracer == nil {
		return
	}
	var led []Led
	for _, c := range out.Conversations {
		l := Led{Journey: c.Journey}
		if v := e.Versions.Graph(c.Version); v != nil && int(c.State) < len(v.States) && c.State >= 0 {
			l.State = v.States[c.State].Name
		}
		led = append(led, l)
	}
	e.Tracer.Stepped(ctx, begun, event, led)
}

func (e *Engine) traced(ctx context.Context, d *machine.Deliver) (inside context.Context, end func(provider string, result machine.Result)) {
	if e.Tracer == nil {
		return ctx, func(string, machine.Result) {}
	}
	return e.Tracer.Sending(ctx, string(d.Channel), d.Journey, d.State)
}
