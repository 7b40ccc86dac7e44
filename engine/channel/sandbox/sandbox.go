// Package sandbox is a phone and a mailbox for each address, which stand in for the providers: what is sent to an address lies there to be
// read and answered, with receipts, delays and outages on a switch.
//
// All is in memory, and bounded. A message is known by its id for as long as the process lives, so that it is not there twice.
package sandbox

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// Limits of what is kept. The oldest goes first.
const (
	keptMessages  = 200 // an address
	keptAddresses = 1000
	keptIDs       = 1 << 16
)

// Config says how the sandbox behaves.
type Config struct {
	Clock runtime.Clock
	Delay time.Duration // from taken to delivered; 0: at once
}

// State is how far a message has come.
type State string

const (
	Sending   State = "sending"
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
)

// Message is one that lies at an address. What it holds was written by a customer or for one: it is data wherever it is shown.
type Message struct {
	ID      string // ours, or of an answer the sandbox's own
	Inbound bool   // the customer wrote it
	Subject string
	Text    string
	Media   []string
	At      time.Time
	State   State
	Reason  string // Failed: why
}

// Mailbox is an address with something in it.
type Mailbox struct {
	Channel policy.Channel
	Address string    // "+14155550101" or "ada@shop.example"
	Last    time.Time // when something last came or went
}

// Switch is what is out of order on a channel. The zero value: nothing.
type Switch struct {
	Down   bool          // nothing is taken now
	Slow   time.Duration // how long taking, and each receipt, takes longer
	Refuse bool          // everything is refused for good
	Fail   bool          // everything is taken and never arrives
}

// Sandbox stands in for the providers of SMS and email. Its methods may be called from several goroutines.
type Sandbox struct {
	config Config

	mu        sync.Mutex
	boxes     map[string]*box
	seen      map[string]*Message // by our id
	order     []string            // of seen, oldest first
	switches  map[policy.Channel]Switch
	listener  func(channel.Arrival) error
	watchers  map[chan struct{}]bool
	answers   int
	closed    bool
	underWay  sync.WaitGroup
	scheduled map[*time.Timer]bool
}

type box struct {
	Mailbox
	messages []*Message
}

// New gives an empty sandbox in which all is in order.
func New(c Config) *Sandbox {
	return &Sandbox{config: c, boxes: map[string]*box{}, seen: map[string]*Message{}, switches: map[policy.Channel]Switch{},
		watchers: map[chan struct{}]bool{}, scheduled: map[*time.Timer]bool{}}
}

// Listen sets who is told of receipts and of what customers write. Its error means that it is to be told again: of a receipt the
// sandbox does so itself, an answer is the caller's of Reply to repeat.
func (s *Sandbox) Listen(f func(channel.Arrival) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = f
}

// Switch puts a channel out of order, or back.
func (s *Sandbox) Switch(ch policy.Channel, to Switch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches[ch] = to
	s.changed()
}

// Switched tells what is out of order on a channel.
func (s *Sandbox) Switched(ch policy.Channel) Switch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.switches[ch]
}

// Addresses lists the addresses with something in them, the liveliest first.
func (s *Sandbox) Addresses() []Mailbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Mailbox, 0, len(s.boxes))
	for _, b := range s.boxes {
		list = append(list, b.Mailbox)
	}
	slices.SortFunc(list, func(a, b Mailbox) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Address, b.Address)) })
	return list
}

// List lists what lies at an address, oldest first.
func (s *Sandbox) List(address string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.boxes[address]
	if b == nil {
		return nil
	}
	list := make([]Message, len(b.messages))
	for i, m := range b.messages {
		list[i] = *m
		list[i].Media = slices.Clone(m.Media)
	}
	return list
}

// Subscribe gives a channel on which there is something once anything has changed since it was last read.
func (s *Sandbox) Subscribe() (changes <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, c)
	}
}

// Close stops the receipts, and waits for those being told.
func (s *Sandbox) Close() {
	s.mu.Lock()
	s.closed = true
	for t := range s.scheduled {
		if t.Stop() {
			s.underWay.Done()
		}
	}
	clear(s.scheduled)
	s.mu.Unlock()
	s.underWay.Wait()
}

// changed tells the watchers; s.mu is held.
func (s *Sandbox) changed() {
	for c := range s.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// put lays a message at an address, in the order of time: what a customer writes is shown once it is taken, and an answer to it may be
// quicker. s.mu is held.
func (s *Sandbox) put(ch policy.Channel, address string, m *Message) {
	b := s.boxes[address]
	if b == nil {
		if len(s.boxes) >= keptAddresses {
			s.dropOldest()
		}
		b = &box{Mailbox: Mailbox{Channel: ch, Address: address}}
		s.boxes[address] = b
	}
	at := len(b.messages)
	for at > 0 && m.At.Before(b.messages[at-1].At) {
		at--
	}
	b.messages = slices.Insert(b.messages, at, m)
	b.Last = b.messages[len(b.messages)-1].At
	if len(b.messages) > keptMessages {
		b.messages = slices.Delete(b.messages, 0, 1)
	}
	s.changed()
}

func (s *Sandbox) dropOldest() {
	var oldest *box
	for _, b := range s.boxes {
		if oldest == nil || b.Last.Before(oldest.Last) {
			oldest = b
		}
	}
	delete(s.boxes, oldest.Address)
}

// know remembers a message by its id; s.mu is held.
func (s *Sandbox) know(d *machine.Deliver) *Message {
	m := &Message{ID: d.ID, Subject: d.Subject, Text: d.Body, Media: slices.Clone(d.Media), At: s.config.Clock.Now(), State: Sending}
	s.seen[d.ID] = m
	if s.order = append(s.order, d.ID); len(s.order) > keptIDs {
		delete(s.seen, s.order[0])
		s.order = s.order[1:]
	}
	return m
}
