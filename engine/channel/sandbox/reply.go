package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"journey/engine/channel"
	"journey/engine/policy"
)

// ErrNobodyListens is returned where what a customer writes has nowhere to go.
var ErrNobodyListens = errors.New("nobody listens to the sandbox")

// Reply has a customer write from an address: "+14155550101", or "ada@shop.example". It returns once the listener has taken it; with the
// listener's error, nothing was written.
func (s *Sandbox) Reply(address, text string) error {
	m := &channel.Inbound{Text: text, Provider: name}
	if strings.Contains(address, "@") {
		m.Channel, m.From = policy.Email, "mailto:"+strings.ToLower(address)
	} else {
		uri, ok := channel.Tel(address)
		if !ok {
			return fmt.Errorf("write from %q: it is neither a phone number in E.164 nor an email address", address)
		}
		m.Channel, m.From = policy.SMS, uri
		address = strings.TrimPrefix(uri, "tel:")
	}
	s.mu.Lock()
	listener := s.listener
	s.answers++
	now := s.config.Clock.Now()
	if m.Channel == policy.Email {
		m.InReplyTo = s.lastTo(address)
	}
	m.ID = fmt.Sprintf("sandbox-%d-%d", now.UnixNano(), s.answers)
	s.mu.Unlock()
	if listener == nil {
		return ErrNobodyListens
	}
	if err := listener(channel.Arrival{Message: m}); err != nil {
		return fmt.Errorf("write from %s: %w", address, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(m.Channel, address, &Message{ID: m.ID, Inbound: true, Text: text, At: now, State: Delivered})
	return nil
}

// lastTo is the id of the message that last came to an address: mail programs say which one they answer. s.mu is held.
func (s *Sandbox) lastTo(address string) string {
	b := s.boxes[address]
	if b == nil {
		return ""
	}
	for _, m := range slices.Backward(b.messages) {
		if !m.Inbound {
			return m.ID
		}
	}
	return ""
}
