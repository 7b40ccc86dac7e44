package runtime_test

import (
	"context"
	"errors"
	"testing"
	"time"

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
