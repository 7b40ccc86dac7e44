package sandbox

import (
	"context"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
)

const (
	name     = "sandbox"
	tries    = 8 // how often a receipt is told
	tryAgain = time.Second
)

// Provider gives the sandbox as the provider of a channel.
func (s *Sandbox) Provider(ch policy.Channel) channel.Provider { return provider{s, ch} }

type provider struct {
	sandbox *Sandbox
	channel policy.Channel
}

func (p provider) Name() string            { return name }
func (p provider) Channel() policy.Channel { return p.channel }
func (p provider) Careful() bool           { return false }

// Ask knows: what is not here was not taken.
func (p provider) Ask(_ context.Context, d *machine.Deliver, _ time.Time) channel.Answer {
	s := p.sandbox
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.seen[d.ID]; m != nil && (m.State == Sent || m.State == Delivered) {
		return channel.Taken(d.ID)
	}
	return channel.Unavailable("the sandbox does not have it", 0)
}

func (p provider) Send(ctx context.Context, d *machine.Deliver) channel.Answer {
	s := p.sandbox
	sw := s.Switched(p.channel)
	if sw.Down {
		return channel.Unavailable("the sandbox is switched off", 0)
	}
	m, known := s.begin(p.channel, d)
	if known {
		return channel.Taken(d.ID)
	}
	if sw.Slow > 0 && !wait(ctx, sw.Slow) {
		return channel.Unavailable("the sandbox is switched to slow", 0)
	}
	return s.take(p.channel, d.ID, m)
}

// begin lays the message at its address, where it is not there yet; known tells that it was taken before.
func (s *Sandbox) begin(ch policy.Channel, d *machine.Deliver) (m *Message, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m = s.seen[d.ID]; m != nil {
		return m, m.State == Sent || m.State == Delivered
	}
	m = s.know(d)
	s.put(ch, d.To, m)
	return m, false
}

// take takes a message, or refuses it, and has its receipt sent.
func (s *Sandbox) take(ch policy.Channel, id string, m *Message) channel.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	sw := s.switches[ch]
	if sw.Refuse {
		m.State, m.Reason = Failed, "refused"
		s.changed()
		return channel.Refused("the sandbox is switched to refuse")
	}
	if m.State == Sending || m.State == Failed {
		m.State, m.Reason = Sent, ""
		s.changed()
		s.after(s.config.Delay+sw.Slow, func() { s.receipt(ch, id, m) })
	}
	return channel.Taken(id)
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// receipt says what became of a message.
func (s *Sandbox) receipt(ch policy.Channel, id string, m *Message) {
	s.mu.Lock()
	r := &channel.Report{Provider: name, Message: id, ProviderID: id, State: channel.Delivered}
	m.State = Delivered
	if s.switches[ch].Fail {
		m.State, m.Reason = Failed, "it was taken and did not arrive"
		r.State, r.Reason = channel.Failed, "the sandbox is switched to fail"
	}
	s.changed()
	s.mu.Unlock()
	s.tell(channel.Arrival{Report: r}, tries)
}

// tell tells the listener, and tells it again a little later where it could not take it.
func (s *Sandbox) tell(a channel.Arrival, tries int) {
	s.mu.Lock()
	listener := s.listener
	s.mu.Unlock()
	if listener == nil || listener(a) == nil || tries <= 1 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after(tryAgain, func() { s.tell(a, tries-1) })
}

// after has f called a while later, unless the sandbox is closed until then; s.mu is held.
func (s *Sandbox) after(d time.Duration, f func()) {
	if s.closed {
		return
	}
	s.underWay.Add(1)
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		defer s.underWay.Done()
		s.mu.Lock()
		delete(s.scheduled, t)
		s.mu.Unlock()
		f()
	})
	s.scheduled[t] = true
}
