package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/channel"
	"journey/engine/channel/channeltest"
	"journey/engine/channel/sandbox"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// clock is the time as the time package has it, which within synctest is virtual.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func TestConformance(t *testing.T) {
	for _, ch := range []policy.Channel{policy.SMS, policy.Email} {
		t.Run(string(ch), func(t *testing.T) {
			channeltest.Run(t, func(t *testing.T) *channeltest.Bench {
				s := sandbox.New(sandbox.Config{Clock: clock{}, Delay: time.Hour})
				t.Cleanup(s.Close)
				to := map[policy.Channel]string{policy.SMS: "+14155550101", policy.Email: "ada@shop.example"}[ch]
				return &channeltest.Bench{Provider: s.Provider(ch), To: to,
					Behave: func(b channeltest.Behaviour) bool {
						sw, can := map[channeltest.Behaviour]sandbox.Switch{channeltest.Take: {}, channeltest.Fail: {Down: true}, channeltest.Hang: {Slow: time.Hour},
							channeltest.RefuseNumber: {Refuse: true}}[b]
						s.Switch(ch, sw)
						return can
					},
					Taken: func() (all []channeltest.Got) {
						for _, m := range s.List(to) {
							if m.State == sandbox.Sent {
								all = append(all, channeltest.Got{To: to, Text: m.Text})
							}
						}
						return all
					}}
			})
		})
	}
}

// listener keeps what it is told.
type listener struct {
	mu    sync.Mutex
	heard []string
	fail  int // how often it fails first
}

func (l *listener) listen(a channel.Arrival) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail > 0 {
		l.fail--
		return errors.New("too much is waiting")
	}
	if m := a.Message; m != nil {
		l.heard = append(l.heard, strings.TrimSuffix(fmt.Sprintf("%s from %s on %s, to %s", m.Text, m.From, m.Channel, m.InReplyTo), ", to "))
	} else {
		l.heard = append(l.heard, fmt.Sprintf("%s is %s", a.Report.Message, a.Report.State))
	}
	return nil
}

func (l *listener) told() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprint(l.heard)
}

// phone is a sandbox with a listener.
func phone(t *testing.T) (*sandbox.Sandbox, *listener, func(id string) channel.Answer) {
	s, l := sandbox.New(sandbox.Config{Clock: clock{}, Delay: 2 * time.Second}), &listener{}
	s.Listen(l.listen)
	t.Cleanup(s.Close)
	p := s.Provider(policy.SMS)
	bench := &channeltest.Bench{Provider: p, To: "+14155550101"}
	return s, l, func(id string) channel.Answer {
		return p.Send(t.Context(), channeltest.Message(bench, id, "Hello "+id))
	}
}

func states(s *sandbox.Sandbox) string {
	text := ""
	for _, m := range s.List("+14155550101") {
		text += m.ID + " " + string(m.State) + "; "
	}
	return text
}

func TestReceipts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l, send := phone(t)
		l.fail = 3
		send("m1")
		if got := states(s); got != "m1 sent; " {
			t.Errorf("at once: %s", got)
		}
		time.Sleep(2*time.Second + 1)
		if got := states(s) + l.told(); got != "m1 delivered; []" {
			t.Errorf("delivered, and the listener busy: %s", got)
		}
		time.Sleep(3 * time.Second)
		if send("m1"); l.told() != "[m1 is delivered]" {
			t.Errorf("the listener was told %s", l.told())
		}
		time.Sleep(time.Minute)
		if got := states(s) + l.told(); got != "m1 delivered; [m1 is delivered]" {
			t.Errorf("sent once more: %s", got)
		}
	})
}

func TestSwitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l, send := phone(t)
		s.Switch(policy.SMS, sandbox.Switch{Fail: true})
		send("m1")
		time.Sleep(3 * time.Second)
		if got := states(s) + l.told(); got != "m1 failed; [m1 is failed]" {
			t.Errorf("switched to fail: %s", got)
		}
		s.Switch(policy.SMS, sandbox.Switch{Slow: 10 * time.Second})
		began := time.Now()
		send("m2")
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("switched to slow, it took %v", took)
		}
		s.Switch(policy.SMS, sandbox.Switch{Down: true})
		if a := send("m3"); a.Receipt != runtime.Unavailable {
			t.Errorf("switched off, it answers %+v", a)
		}
		s.Switch(policy.SMS, sandbox.Switch{})
		if send("m1"); states(s) != "m1 sent; m2 sent; " {
			t.Errorf("what failed is sent again: %s", states(s))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s.Switch(policy.SMS, sandbox.Switch{Slow: time.Hour})
		p := s.Provider(policy.SMS)
		d := channeltest.Message(&channeltest.Bench{Provider: p, To: "+14155550101"}, "m4", "Hello")
		if a := p.Send(ctx, d); a.Receipt != runtime.Unavailable || time.Since(began) > time.Minute {
			t.Errorf("given a second, it answers %+v", a)
		}
	})
}

func TestReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l, send := phone(t)
		changes, cancel := s.Subscribe()
		defer cancel()
		send("m1")
		time.Sleep(time.Second)
		if err := s.Reply("+14155550101", "STOP"); err != nil {
			t.Fatal(err)
		}
		if err := s.Reply("Ada@shop.example", "hi"); err != nil {
			t.Fatal(err)
		}
		if got := l.told(); got != "[STOP from tel:+14155550101 on sms hi from mailto:ada@shop.example on email]" {
			t.Errorf("the listener was told %s", got)
		}
		if list := s.List("+14155550101"); len(list) != 2 || !list[1].Inbound || list[1].Text != "STOP" {
			t.Errorf("the phone shows %+v", list)
		}
		if boxes := s.Addresses(); len(boxes) != 2 {
			t.Errorf("there are %+v", boxes)
		}
		select {
		case <-changes:
		default:
			t.Error("the page is not told")
		}
		l.fail = 1
		if err := s.Reply("+14155550101", "no"); err == nil || len(s.List("+14155550101")) != 2 {
			t.Errorf("not taken, it is shown: %v", err)
		}
		if err := s.Reply("somebody", "no"); err == nil {
			t.Error("somebody can write from nowhere")
		}
	})
}

// TestMail answers a mail: it is known which one.
func TestMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := sandbox.New(sandbox.Config{Clock: clock{}, Delay: time.Hour}), &listener{}
		defer s.Close()
		s.Listen(l.listen)
		p := s.Provider(policy.Email)
		for _, id := range []string{"m1", "m2"} {
			p.Send(t.Context(), channeltest.Message(&channeltest.Bench{Provider: p, To: "ada@shop.example"}, id, "Hello"))
		}
		for _, text := range []string{"hi", "there"} {
			if err := s.Reply("ada@shop.example", text); err != nil {
				t.Fatal(err)
			}
		}
		if got := l.told(); got != "[hi from mailto:ada@shop.example on email, to m2 there from mailto:ada@shop.example on email, to m2]" {
			t.Errorf("the listener was told %s", got)
		}
	})
}

func TestNobodyListens(t *testing.T) {
	s := sandbox.New(sandbox.Config{Clock: clock{}})
	defer s.Close()
	if err := s.Reply("+14155550101", "hi"); !errors.Is(err, sandbox.ErrNobodyListens) || len(s.List("+14155550101")) > 0 {
		t.Errorf("with nobody listening: %v", err)
	}
}

func TestBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, send := phone(t)
		for i := range 300 {
			send(fmt.Sprint("m", i))
		}
		if list := s.List("+14155550101"); len(list) != 200 || list[199].ID != "m299" {
			t.Errorf("%d are kept", len(list))
		}
		if send("m0"); len(s.List("+14155550101")) != 200 {
			t.Error("one that is no longer shown came again")
		}
		p := s.Provider(policy.SMS)
		for i := range 1100 {
			time.Sleep(time.Millisecond)
			b := &channeltest.Bench{Provider: p, To: fmt.Sprint("+1415556", 1000+i)}
			p.Send(t.Context(), channeltest.Message(b, fmt.Sprint("n", i), "Hello"))
		}
		if boxes := s.Addresses(); len(boxes) != 1000 || boxes[0].Address != "+14155562099" {
			t.Errorf("%d addresses are kept, the first is %+v", len(boxes), boxes[0])
		}
	})
}
