package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

func (b *bench) letters(t *testing.T) []runtime.DeadLetter {
	t.Helper()
	list, err := b.engine.DeadLetters(context.Background(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhatNoChannelTakesIsADeadLetter(t *testing.T) {
	b := newBench(t)
	b.refuses[policy.SMS], b.refuses[policy.Email] = true, true
	b.event(t, "parcel.sent", "P1", "")
	list := b.letters(t)
	if len(list) != 1 || list[0].Message.Channel != policy.Email || list[0].Reason != "unknown number" || list[0].Result != machine.Rejected {
		t.Fatalf("dead letters: %+v", list)
	}
}

// lastSent is the last message that went out.
func (b *bench) lastSent() (last *machine.Deliver) {
	for _, h := range b.log {
		for _, e := range h.Entry.Effects {
			if e.Deliver != nil {
				last = e.Deliver
			}
		}
	}
	return last
}

func TestWhatIsReportedAsFailedIsADeadLetterOnceNoChannelIsLeft(t *testing.T) {
	b := newBench(t)
	b.event(t, "parcel.sent", "P1", "")
	failed := func() *machine.Deliver {
		m := b.lastSent()
		report := &machine.DeliveryReport{Message: m, Reason: "30003: unreachable"}
		for range 2 { // a provider may say it twice
			b.do(t, runtime.Work{To: runtime.To{Contact: "c1"}, ID: "report/" + m.ID, Event: &machine.Event{Type: "receipt", Report: report}})
		}
		return m
	}
	if m := failed(); m.Channel != policy.SMS || len(b.letters(t)) != 0 {
		t.Fatalf("%d dead letters, while email is left", len(b.letters(t)))
	}
	last := failed()
	list := b.letters(t)
	if len(list) != 1 || list[0].Message.ID != last.ID || last.Channel != policy.Email || list[0].Reason != "30003: unreachable" || list[0].Result != machine.Rejected {
		t.Fatalf("dead letters: %+v", list)
	}
}

func TestAProvidersWishToWaitIsHonoured(t *testing.T) {
	b := newBench(t)
	b.down[policy.SMS], b.after = true, 3*time.Minute
	b.event(t, "parcel.sent", "P1", "")
	b.wait(t, 10*time.Minute-time.Second)
	for i := 1; i < len(b.tried); i++ {
		if wait := b.tried[i].Sub(b.tried[i-1]); wait < b.after {
			t.Errorf("try %d came after %s", i+1, wait)
		}
	}
}

// TestABacklogOutlastsItsPatience has more messages wait for a provider's rate than fit into the ten minutes of one that fails.
func TestABacklogOutlastsItsPatience(t *testing.T) {
	const many = 900
	b := newBench(t)
	b.engine.Carrier = channel.NewCarrier(b, channel.Route{Provider: sender{b}, Rate: 1})
	for i := range many {
		phone := fmt.Sprintf("+1415555%04d", i)
		b.do(t, runtime.Work{To: runtime.To{Contact: phone}, Edit: func(c *machine.Contact) error {
			c.Phone = phone
			c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.SMS, Purpose: policy.Transactional, At: b.now})
			return nil
		}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P1"}}})
	}
	b.wait(t, many*time.Second)
	if len(b.sent) != many {
		t.Errorf("%d are sent, of %d", len(b.sent), many)
	}
	if list := b.letters(t); len(list) != 0 {
		t.Errorf("%d dead letters: %+v", len(list), list[0])
	}
	b.down[policy.SMS] = true
	b.event(t, "parcel.sent", "P2", "")
	b.wait(t, 11*time.Minute)
	if n := len(b.sent); b.sent[n-1] != "email Parcel P2 is on its way. Reply STOP to opt out." && len(b.letters(t)) == 0 {
		t.Errorf("a provider that fails is waited for: %s", b.sent[n-1])
	}
}

// sender is a provider of texts that does what its bench does.
type sender struct{ *bench }

func (s sender) Name() string            { return "post" }
func (s sender) Channel() policy.Channel { return policy.SMS }
func (s sender) Send(ctx context.Context, d *machine.Deliver) channel.Answer {
	return channel.Answer{Answer: s.bench.Send(ctx, d)}
}
func (s sender) Ask(context.Context, *machine.Deliver, time.Time) channel.Answer {
	panic("no answer is lost here")
}
func (s sender) Careful() bool { return false }

func TestAMessageWhoseAnswerWasLostIsAskedForAndNotSentAgain(t *testing.T) {
	for _, c := range []struct {
		name  string
		fate  runtime.Answer
		tries int
		dead  machine.Result
	}{
		{"the provider has it", runtime.Answer{Receipt: runtime.Taken, Provider: "post", ID: "P1"}, 1, ""},
		{"the provider has it not", runtime.Answer{Receipt: runtime.Unavailable}, 2, ""},
		{"nobody can tell", runtime.Answer{Receipt: runtime.Lost}, 1, machine.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.loses[policy.SMS], b.fate = true, c.fate
			b.event(t, "parcel.sent", "P1", "")
			b.loses[policy.SMS] = false
			b.wait(t, 11*time.Minute)
			if len(b.tried) != c.tries || b.asked == 0 {
				t.Errorf("tried %d times, asked %d times, want %d tries", len(b.tried), b.asked, c.tries)
			}
			list := b.letters(t)
			if (len(list) == 1) != (c.dead != "") || c.dead != "" && list[0].Result != c.dead {
				t.Errorf("dead letters: %+v", list)
			}
		})
	}
}

func TestAMessageIsFoundByOurIdAndTheProviders(t *testing.T) {
	b := newBench(t)
	b.event(t, "parcel.sent", "P1", "")
	var sent *machine.Deliver
	for _, h := range b.log {
		for _, e := range h.Entry.Effects {
			if e.Deliver != nil {
				sent = e.Deliver
			}
		}
	}
	byOurs, _, err := b.engine.Message(context.Background(), sent.ID)
	if err != nil || byOurs.Body != sent.Body {
		t.Errorf("by our id: %v, %v", byOurs, err)
	}
	byTheirs, key, err := b.engine.Receipt(context.Background(), "post", "P-"+sent.ID)
	if err != nil || byTheirs.ID != sent.ID || key != b.store.KeyOf(store.OfContact, "c1") {
		t.Errorf("by the provider's id: %v of %v, %v", byTheirs, key, err)
	}
	if _, _, err := b.engine.Receipt(context.Background(), "post", "P-0"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an id that nobody gave: %v", err)
	}
}
