package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

func (p *plant) key(id string) store.Key { return p.store.KeyOf(store.OfContact, id) }

// together submits work while a commit is under way, so that all of it is one batch, and gives what came of each.
func (p *plant) together(t *testing.T, work ...runtime.Work) (done []runtime.Done, errs []error) {
	t.Helper()
	p.store.commits(time.Second)
	if err := p.loop.Submit(runtime.Work{To: runtime.To{Contact: "somebody"}}, func(runtime.Done, error) {}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	done, errs = make([]runtime.Done, len(work)), make([]error, len(work))
	var wait sync.WaitGroup
	for i, w := range work {
		wait.Add(1)
		if err := p.loop.Submit(w, func(d runtime.Done, err error) { done[i], errs[i] = d, err; wait.Done() }); err != nil {
			t.Fatal(err)
		}
	}
	p.store.commits(0)
	wait.Wait()
	return done, errs
}

func (p *plant) served(t *testing.T, id string, number int) {
	t.Helper()
	before := len(p.texts())
	p.customer(t, id, number)
	p.do(t, sentParcel(id, "P"+id))
	time.Sleep(time.Minute)
	if len(p.texts()) != before+1 {
		t.Errorf("%s was not served: %q", id, p.texts())
	}
}

func TestAContactThatIsErasedWhileItsMessageIsUnderWayHoldsUpNobody(t *testing.T) {
	for _, careful := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := start(t, runtime.Options{Senders: 1})
			p.careful = careful
			p.customer(t, "c1", 101)
			p.says(runtime.Answer{}, 10*time.Second)
			p.do(t, sentParcel("c1", "P1"))
			time.Sleep(time.Second)
			if err := p.loop.Erase(context.Background(), p.key("c1"), nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			p.served(t, "c2", 102)
			if n := p.loop.Depths().Away; n != 0 {
				t.Errorf("%d are under way for ever", n)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.failed) != 0 {
				t.Errorf("failed: %v", p.failed)
			}
		})
	}
}

func TestADamagedContactHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{Senders: 1})
		for n, id := range []string{"c1", "c2", "c3"} {
			p.customer(t, id, 101+n)
			p.do(t, sentParcel(id, "P1"))
		}
		time.Sleep(time.Minute)
		p.says(runtime.Answer{}, 10*time.Second)
		p.do(t, sentParcel("c1", "P2"))
		time.Sleep(time.Second)
		p.store.damage(p.key("c1")) // while its message is under way; its timers are due in two hours
		time.Sleep(time.Minute)
		p.says(runtime.Answer{}, 0)
		p.served(t, "c4", 104)
		time.Sleep(3 * time.Hour)
		for _, id := range []string{"c2", "c3"} {
			if open, err := p.engine.Open(context.Background(), p.key(id)); len(open) != 0 || err != nil {
				t.Errorf("the timers of %s have not fired: %d open, %v", id, len(open), err)
			}
		}
		p.served(t, "c5", 105)
		if _, err := p.loop.Do(context.Background(), sentParcel("c1", "P3")); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("work for the damaged one: %v", err)
		}
	})
}

func TestADamagedAddressHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		for n, id := range []string{"c1", "c2"} {
			p.customer(t, id, 101+n)
			p.do(t, sentParcel(id, "P1"))
		}
		p.says(runtime.Answer{}, 10*time.Second)
		p.do(t, sentParcel("c1", "P2"))
		time.Sleep(time.Second)
		p.store.damage(p.store.KeyOf(store.OfAddress, "tel:+14155550101")) // while a text to it is under way
		time.Sleep(time.Minute)
		p.says(runtime.Answer{}, 0)
		p.served(t, "c3", 103)
		if _, errs := p.together(t, sentParcel("c1", "P3"), sentParcel("c2", "P3")); !errors.Is(errs[0], store.ErrCorrupt) || errs[1] != nil {
			t.Errorf("work for both: %v", errs)
		}
		time.Sleep(3 * time.Hour)
		if open, err := p.engine.Open(context.Background(), p.key("c2")); len(open) != 0 || err != nil {
			t.Errorf("the timers of c2 have not fired: %d open, %v", len(open), err)
		}
	})
}

func TestAnAttemptThatCanNotBePutOnRecordIsNotMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{Senders: 1})
		p.careful = true
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{Receipt: runtime.Unavailable, After: time.Minute}, 0)
		p.do(t, sentParcel("c1", "P1"))
		time.Sleep(time.Second)
		p.store.damage(p.key("c1"))
		p.says(runtime.Answer{}, 0)
		time.Sleep(5 * time.Minute)
		if sent := p.texts(); len(sent) != 0 {
			t.Errorf("sent %q, and nobody will know after a restart", sent)
		}
		p.served(t, "c2", 102)
	})
}

func TestSomethingThatNobodyCanReadAnyMoreHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{Senders: 1})
		p.customer(t, "c1", 101)
		snapshots, err := p.store.Load(context.Background(), []store.Ask{{Contact: p.key("c1")}})
		if err != nil {
			t.Fatal(err)
		}
		p.store.Commit(context.Background(), []*store.Change{{Key: p.key("c1"), Contact: snapshots[0].Contact,
			Out: []*store.Outgoing{{Place: store.Place{Lane: "sms"}, Bytes: []byte("of a later version"), Next: time.Now()}}}})
		time.Sleep(time.Minute)
		p.served(t, "c2", 102)
	})
}

func TestAServiceThatHangsHoldsUpNoMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{Senders: 4})
		for n := range 9 {
			id := fmt.Sprint("c", n)
			p.customer(t, id, 101+n)
			snapshots, err := p.store.Load(context.Background(), []store.Ask{{Contact: p.key(id)}})
			if err != nil {
				t.Fatal(err)
			}
			call := machine.Effect{ID: id, Request: &machine.Request{Conversation: "x", ID: id, Operation: "orders.get"}}
			if err := p.store.Commit(context.Background(), []*store.Change{{Key: p.key(id), Contact: snapshots[0].Contact,
				Out: []*store.Outgoing{{Bytes: call.Encode(), Next: time.Now()}}}}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		if n := p.loop.Depths().Away; n != 2 {
			t.Errorf("%d calls are under way, want half of the senders", n)
		}
		p.served(t, "c20", 120)
	})
}

func TestAPanicIsOneContactsTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		bad := runtime.Work{To: runtime.To{Contact: "c1"}, ID: "bad", Edit: func(*machine.Contact) error { panic("a defect") }}
		_, errs := p.together(t, sentParcel("c1", "P1"), bad, sentParcel("c2", "P1"))
		if errs[0] == nil || errs[1] == nil || errs[2] != nil {
			t.Errorf("got %v, want those of c1 refused as a whole", errs)
		}
		if done := p.do(t, sentParcel("c1", "P1")); done.Seen {
			t.Error("what was refused counts as seen")
		}
	})
}

func TestWhatCameBackAtTheEndIsPutOnRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{}, time.Second)
		p.do(t, sentParcel("c1", "P1"))
		p.store.mu.Lock()
		p.store.loading = p.cancel // the end comes while the answer is being put on record
		p.store.mu.Unlock()
		time.Sleep(time.Minute)
		p.stop()
		ready, err := p.store.Ready(context.Background(), time.Now(), 10, nil)
		if len(p.texts()) != 1 || len(ready) != 0 || err != nil {
			t.Errorf("sent %q, and %d still to leave after a restart", p.texts(), len(ready))
		}
	})
}

func TestAStoreThatFailsDoesNotHoldUpTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{}, 2*time.Second)
		p.do(t, sentParcel("c1", "P1"))
		p.store.fail(errors.New("no space left on device"))
		time.AfterFunc(time.Hour, func() { p.store.fail(nil) })
		time.Sleep(time.Second)
		begun := time.Now()
		p.stop()
		if took := time.Since(begun); took > 15*time.Second {
			t.Errorf("it ended after %s", took)
		}
	})
}

func TestAMessageThatLeavesWhileItIsLookedForLeavesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.customer(t, "c2", 102)
		p.says(runtime.Answer{}, 2*time.Second)
		p.do(t, sentParcel("c1", "P1"))
		time.Sleep(time.Second)
		p.store.mu.Lock()
		p.store.looking = 5 * time.Second
		p.store.mu.Unlock()
		p.do(t, sentParcel("c2", "P1")) // has the senders look, while the first message comes back
		time.Sleep(time.Minute)
		if sent := p.texts(); len(sent) != 2 {
			t.Errorf("sent %q", sent)
		}
	})
}

// word is a text from c1's number, by whichever contact.
func word(contact, words string) runtime.Work {
	return runtime.Work{To: runtime.To{Contact: contact}, Event: text(words)}
}

func TestAnOptOutIsNotUndoneByWhoSharesTheNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.customer(t, "c2", 101)
		p.do(t, word("c2", "STOP"))
		p.do(t, word("c2", "START"))
		p.do(t, runtime.Work{To: runtime.To{Contact: "c1"}}) // takes note of it
		p.together(t, word("c1", "STOP"), sentParcel("c2", "P1"))
		time.Sleep(time.Minute) // the opt-out is confirmed
		p.says(runtime.Answer{}, 0)
		p.do(t, sentParcel("c2", "P2"))
		p.do(t, sentParcel("c1", "P2"))
		time.Sleep(time.Minute)
		if sent := p.texts(); len(sent) != 0 {
			t.Errorf("sent %q after STOP", sent)
		}
	})
}

func TestAnOptOutComesAlongToANewNumber(t *testing.T) {
	b := newBench(t)
	b.do(t, runtime.Work{To: runtime.To{Contact: "c1"}, Event: text("STOP")})
	b.do(t, runtime.Work{To: runtime.To{Contact: "c1"}, Event: text("START")}) // the old number may be texted
	b.visitor(t)
	move := func(to string) {
		b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Edit: func(c *machine.Contact) error { c.Phone = to; return nil }})
	}
	move("+14155550109")
	b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Event: text("STOP")})
	move("+14155550101")
	b.sent = nil
	b.do(t, runtime.Work{To: runtime.To{Contact: "visitor"}, Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": "P2"}}})
	if !b.contact(t, "visitor").Ledger.OptedOut(policy.SMS) {
		t.Error("the opt-out is forgotten")
	}
	b.event(t, "parcel.sent", "P3", "")
	for _, line := range b.sent {
		if strings.HasPrefix(line, "sms") {
			t.Errorf("sent %q to a number of which one has opted out", line)
		}
	}
}

func TestAContactThatWasNotMadeHoldsNoAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		const bob = "tel:+14155550107"
		wrong := errors.New("no such field")
		_, errs := p.together(t,
			runtime.Work{To: runtime.To{Address: bob}, Edit: func(*machine.Contact) error { return wrong }},
			runtime.Work{To: runtime.To{Contact: "bob"}, Edit: func(c *machine.Contact) error { c.Phone = "+14155550107"; return nil }})
		if !errors.Is(errs[0], wrong) || errs[1] != nil {
			t.Fatalf("got %v", errs)
		}
		done, err := p.loop.Do(context.Background(), runtime.Work{To: runtime.To{Address: bob}})
		if err != nil || done.Contact.ID != "bob" {
			t.Errorf("the address is that of %+v, %v", done.Contact, err)
		}
	})
}

func TestADeadLetterIsRetriedOnceHoweverManyAskForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{Receipt: runtime.Refused}, 0)
		p.do(t, sentParcel("c1", "P1"))
		time.Sleep(time.Minute)
		list, err := p.engine.DeadLetters(context.Background(), 0, 10)
		if len(list) != 1 || err != nil {
			t.Fatalf("%d dead letters, %v", len(list), err)
		}
		p.says(runtime.Answer{}, 0)
		p.store.commits(time.Second)
		errs := make(chan error, 3)
		for range 2 {
			go func() { errs <- p.loop.Retry(context.Background(), list[0].Seq, []byte("retried")) }()
		}
		go func() { errs <- p.loop.Discard(context.Background(), list[0].Seq, []byte("discarded")) }()
		refused := 0
		for range 3 {
			if err := <-errs; errors.Is(err, store.ErrNotFound) {
				refused++
			}
		}
		time.Sleep(time.Minute)
		if acts, _ := p.store.Audit(context.Background(), 0, 10); refused != 2 || len(p.texts()) > 1 || len(acts) != 1 {
			t.Errorf("%d of 3 were refused, sent %q, %d acts", refused, p.texts(), len(acts))
		}
	})
}

func TestWhatComesWithAnErasureIsNotTakenAndLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.store.commits(time.Second)
		erased := make(chan error, 1)
		p.do(t, sentParcel("c2", "P1"))
		go func() { erased <- p.loop.Erase(context.Background(), p.key("c1"), nil) }()
		go func() { erased <- p.loop.Erase(context.Background(), p.key("c1"), nil) }()
		came := make(chan error, 1)
		time.Sleep(500 * time.Millisecond)
		if err := p.loop.Submit(sentParcel("c1", "P1"), func(_ runtime.Done, err error) { came <- err }); err != nil {
			t.Fatal(err)
		}
		<-erased
		<-erased
		if err := <-came; err != nil {
			if !errors.Is(err, runtime.ErrBusy) {
				t.Errorf("got %v", err)
			}
			return // refused: it may come again
		}
		if open, err := p.engine.Open(context.Background(), p.key("c1")); len(open) != 1 || err != nil {
			t.Errorf("it was acknowledged, and is gone: %d open, %v", len(open), err)
		}
	})
}

func TestAnErasureThatFailsIsNobodyElsesTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.customer(t, "c2", 102)
		p.store.mu.Lock()
		p.store.erasing = errors.New("the keys can't be written")
		p.store.slow = time.Second
		p.store.mu.Unlock()
		if err := p.loop.Submit(sentParcel("c2", "P1"), func(runtime.Done, error) {}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		erased := make(chan error, 1)
		go func() { erased <- p.loop.Erase(context.Background(), p.key("c1"), nil) }()
		synctest.Wait()
		if done := p.do(t, sentParcel("c2", "P2")); done.Seen {
			t.Error("it was done before")
		}
		if err := <-erased; err == nil {
			t.Error("it says that c1 is erased")
		}
		if err := p.loop.Erase(context.Background(), p.key("c1"), nil); err == nil || errors.Is(err, runtime.ErrNoContact) {
			t.Errorf("asked again, while the keys can't be written: %v", err)
		}
		p.store.mu.Lock()
		p.store.erasing = nil
		p.store.mu.Unlock()
		if err := p.loop.Erase(context.Background(), p.key("c1"), nil); err != nil {
			t.Errorf("asked again, when they can: %v", err)
		}
		if err := p.loop.Erase(context.Background(), p.key("c1"), nil); !errors.Is(err, runtime.ErrNoContact) {
			t.Errorf("asked once more: %v", err)
		}
		time.Sleep(time.Minute)
		if len(p.texts()) != 2 {
			t.Errorf("sent %q", p.texts())
		}
	})
}

func TestAnAttemptCountsOnceHoweverOftenTheStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{Receipt: runtime.Unavailable}, time.Second)
		p.do(t, sentParcel("c1", "P1"))
		p.store.fail(errors.New("no space left on device"))
		time.Sleep(11 * time.Minute)
		p.store.fail(nil)
		time.Sleep(1500 * time.Millisecond)
		waiting, err := p.store.Ready(context.Background(), time.Now().Add(time.Hour), 10, nil)
		if len(waiting) != 1 || waiting[0].Attempts > 2 || err != nil {
			t.Errorf("%+v is waiting, want one after an attempt or two; %v", waiting, err)
		}
	})
}
