package runtime

import (
	"context"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/store"
)

// returned is what came back of something that went out.
type returned struct {
	out    *store.Outgoing
	effect *machine.Effect
	answer Answer            // of a message
	call   *machine.CallDone // of a call
	wrong  error             // why nobody can tell what it is
	trying bool              // it has not been tried yet: the attempt is to be put on record
	after  func(error)       // once that is done
}

// letOut has an effect leave after the commit, or be kept for whoever asks for it.
func (g *group) letOut(f *machine.Effect) {
	switch {
	case f.Deliver != nil:
		d := f.Deliver
		g.change.Out = append(g.change.Out, &store.Outgoing{Place: store.Place{Lane: string(d.Channel)}, Bytes: f.Encode(), Next: later(d.At, g.b.now)})
		g.wrote = append(g.wrote, d.Channel)
		if d.Question {
			g.asked = append(g.asked, d.Channel)
		}
	case f.Notice != nil:
		g.change.Out = append(g.change.Out, &store.Outgoing{Place: store.Place{Lane: hookLane + f.Notice.To}, Bytes: f.Encode(), Next: g.b.now})
	case f.Request != nil:
		g.change.Out = append(g.change.Out, &store.Outgoing{Bytes: f.Encode(), Next: g.b.now})
	case f.Link != nil:
		g.change.Points = append(g.change.Points, store.Point{Key: g.b.e.Store.KeyOf(store.OfLink, f.Link.Token), Bytes: f.Encode()})
	case f.Heard != nil:
		g.wrote = append(g.wrote, f.Heard.Channel)
	}
}

// send tries once to get something out, and gives the job that takes the result back.
func (e *Engine) send(ctx context.Context, o *store.Outgoing) *job {
	back := &returned{out: o}
	j := &job{work: Work{To: To{Key: o.Contact}}, back: back}
	var err error
	if back.effect, err = machine.DecodeEffect(o.Bytes); err != nil {
		back.wrong = err
		return j
	}
	begun := time.Now()
	if n := back.effect.Notice; n != nil {
		back.answer = e.Hooks.Post(ctx, back.effect.ID, n)
		if e.Meter != nil {
			e.Meter.Delivered("webhook", n.To, back.result(e.Clock.Now()), time.Since(begun))
		}
		return j
	}
	if r := back.effect.Request; r != nil {
		done := e.Services.Call(ctx, r)
		done.Conversation, done.ID = r.Conversation, r.ID
		back.call = &done
		if e.Meter != nil {
			e.Meter.Called(r.Operation, done.Failed, time.Since(begun))
		}
		return j
	}
	d := back.effect.Deliver
	ctx, end := e.traced(ctx, d)
	switch out, err := e.optedOut(ctx, d); {
	case err != nil:
		back.answer = Answer{Receipt: Unavailable, Reason: err.Error()}
	case out:
		back.answer = Answer{Receipt: Refused, Reason: string(policy.ReasonOptedOut)}
	default:
		back.answer = e.attempt(ctx, o, d)
	}
	if e.Meter != nil && !back.answer.Held {
		e.Meter.Delivered(string(d.Channel), back.answer.Provider, back.result(e.Clock.Now()), time.Since(begun))
	}
	end(back.answer.Provider, back.result(e.Clock.Now()))
	return j
}

// attempt hands a message over; or, where an attempt was made whose end is not known, asks first what became of it.
func (e *Engine) attempt(ctx context.Context, o *store.Outgoing, d *machine.Deliver) Answer {
	if o.Trying {
		answer := e.Carrier.Ask(ctx, d, o.First)
		if answer.Receipt == Lost && e.reported(ctx, o.Contact, d.ID) {
			answer.Receipt = Taken
		}
		if answer.Receipt != Unavailable {
			return answer
		}
	}
	return e.Carrier.Send(ctx, d)
}

// optedOut looks whether an opt-out has come since a message was made, or stands at the address for somebody else.
func (e *Engine) optedOut(ctx context.Context, d *machine.Deliver) (bool, error) {
	at := uri(d.Channel, d.To)
	if at == "" || d.Confirms {
		return false, nil
	}
	records, err := e.Store.Addresses(ctx, []store.Key{e.addressKey(at)})
	if err != nil {
		return false, err
	}
	a, err := decodeAddress(records[0])
	return err == nil && a.Out, err
}

// takeBack puts on record what became of something that went out, and goes on with it.
func (g *group) takeBack(ctx context.Context, came *returned) error {
	out, again := *came.out, *came // the batch may fail, and this come again
	r := &again
	r.out = &out
	switch {
	case r.wrong != nil:
		return r.wrong
	case r.trying:
		g.postpone(r, g.b.now)
		return nil
	case r.call != nil:
		if _, err := g.step(ctx, machine.Event{Type: "call", Call: r.call}); err != nil {
			return err
		}
		g.done(r)
		return nil
	}
	if r.answer.Held {
		g.hold(r)
		return nil
	}
	if r.out.First.IsZero() {
		r.out.First = g.b.now
	}
	if !r.out.Trying {
		r.out.Attempts++
	}
	result := r.result(g.b.now)
	if r.effect.Notice != nil {
		g.told(r, result)
		return nil
	}
	d := r.effect.Deliver
	g.attempted(r, result)
	switch result {
	case machine.Postponed:
		r.out.Trying = r.answer.Receipt == Lost
		wait := max(pause(d.ID, r.out.Attempts, longestPause), r.answer.After)
		g.postpone(r, earlier(g.b.now.Add(wait), r.giveUp()))
		return nil
	case machine.Accepted:
		g.done(r)
		if r.answer.ID != "" && d.Channel != policy.Chat {
			key := g.b.e.Store.KeyOf(store.OfReceipt, r.answer.Provider+"/"+r.answer.ID)
			g.change.Points = append(g.change.Points, store.Point{Key: key, Bytes: r.effect.Encode()})
		}
		return nil
	}
	if err := g.undelivered(ctx, r, result); err != nil {
		return err
	}
	g.done(r)
	return nil
}

// hold has a message wait its turn. That is no attempt, and takes nothing off its patience.
func (g *group) hold(r *returned) {
	r.out.Trying = false
	if r.out.Attempts == 0 {
		r.out.First = time.Time{}
	} else {
		r.out.First = r.out.First.Add(r.answer.After)
	}
	g.postpone(r, g.b.now.Add(max(r.answer.After, shortestHold)))
}

// attempted puts an attempt in the log. One in chat that is accepted is none: to commit the message was to send it.
func (g *group) attempted(r *returned, result machine.Result) {
	d := r.effect.Deliver
	if d.Channel == policy.Chat && result == machine.Accepted {
		return
	}
	g.record(&machine.LogEntry{At: g.b.now, Attempt: &machine.Attempt{Message: d.ID, Channel: d.Channel, Result: result, Reason: r.answer.Reason,
		Provider: r.answer.Provider, ID: r.answer.ID}}, g.contact, nil)
}

// done forgets what needs no further attempt.
func (g *group) done(r *returned) {
	g.changed = true
	g.change.Done = append(g.change.Done, r.out.Place)
}

// undelivered has the journey go on to the next channel; what no channel is left for is a dead letter. Where nobody can tell whether the
// customer has the message, it goes nowhere else.
func (g *group) undelivered(ctx context.Context, r *returned, result machine.Result) error {
	if result != machine.Unknown {
		out, err := g.step(ctx, machine.Event{Type: "message.failed",
			Report: &machine.DeliveryReport{Message: r.effect.Deliver, Reason: r.answer.Reason}})
		if err != nil {
			return err
		}
		if resent(out) {
			return nil
		}
	}
	g.bury(r.effect, result, r.answer.Reason, r.answer.Provider)
	return nil
}

// lost buries a message that a provider took and reports as failed, where the journey has no other channel for it.
func (g *group) lost(ev *machine.Event, out *machine.Output) {
	if r := ev.Report; r != nil && !r.Delivered && !resent(out) {
		g.bury(&machine.Effect{ID: r.Message.ID, Deliver: r.Message}, machine.Rejected, r.Reason, "")
	}
}

func (g *group) bury(e *machine.Effect, result machine.Result, reason, provider string) {
	letter := &machine.LogEntry{At: g.b.now, Effects: []machine.Effect{*e},
		Attempt: &machine.Attempt{Message: e.ID, Result: result, Reason: reason, Provider: provider}}
	if d := e.Deliver; d != nil {
		letter.Attempt.Channel = d.Channel
	}
	g.change.Dead = append(g.change.Dead, &store.Letter{Bytes: letter.Encode()})
}

// resent tells that a step sends a message on, or holds it to do so later.
func resent(out *machine.Output) bool {
	for i := range out.Effects {
		if d := out.Effects[i].Deliver; d != nil && len(d.Failed) > 0 {
			return true
		}
	}
	for i := range out.Trace {
		if out.Trace[i].Kind == machine.HeldBack {
			return true
		}
	}
	return false
}

func (g *group) postpone(r *returned, next time.Time) {
	g.changed = true
	r.out.Next = next
	g.change.Later = append(g.change.Later, r.out)
}
