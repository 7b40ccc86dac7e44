package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/compile"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/understand"
)

// plant is a loop on a store that forgets, with a carrier that can be slow or down. In a synctest bubble its time is virtual.
type plant struct {
	loop   *runtime.Loop
	engine *runtime.Engine
	store  faulty
	graph  *graph.Journey
	failed []error

	mu      sync.Mutex
	ids     int
	sent    []string
	careful bool
	slow    time.Duration
	answer  runtime.Answer
	trying  []bool // whether each attempt was on record when it was made
	stop    func()
	cancel  func() // stop without waiting for the end
}

// faulty is a store whose commits can fail, or take long, and of which single records can be damaged.
type faulty struct {
	store.Memory
	mu      sync.Mutex
	fails   error
	slow    time.Duration // a commit takes
	looking time.Duration // Ready takes, from the moment as of which it answers
	damaged map[store.Key]bool
	erasing error
	loading func() // called when something is loaded; nil: nothing
}

func (f *faulty) Commit(ctx context.Context, changes []*store.Change) error {
	f.mu.Lock()
	err, slow := f.fails, f.slow
	f.mu.Unlock()
	time.Sleep(slow)
	if err != nil {
		return err
	}
	return f.Memory.Commit(ctx, changes)
}

func (f *faulty) Load(ctx context.Context, asks []store.Ask) ([]store.Snapshot, error) {
	f.mu.Lock()
	loading := f.loading
	f.mu.Unlock()
	if loading != nil {
		loading()
	}
	for _, a := range asks {
		if err := f.whole(a.Contact); err != nil {
			return nil, err
		}
	}
	return f.Memory.Load(ctx, asks)
}

func (f *faulty) Addresses(ctx context.Context, keys []store.Key) ([][]byte, error) {
	for _, k := range keys {
		if err := f.whole(k); err != nil {
			return nil, err
		}
	}
	return f.Memory.Addresses(ctx, keys)
}

func (f *faulty) Ready(ctx context.Context, now time.Time, limit int, skip func(store.Place) bool) ([]*store.Outgoing, error) {
	f.mu.Lock()
	looking := f.looking
	f.mu.Unlock()
	if looking == 0 {
		return f.Memory.Ready(ctx, now, limit, skip)
	}
	all, err := f.Memory.Ready(ctx, now, 1000, nil)
	time.Sleep(looking)
	if skip != nil {
		all = slices.DeleteFunc(all, func(o *store.Outgoing) bool { return skip(o.Place) })
	}
	return all[:min(limit, len(all))], err
}

func (f *faulty) Erase(ctx context.Context, key store.Key) error {
	f.mu.Lock()
	err := f.erasing
	f.mu.Unlock()
	if err != nil {
		return err
	}
	return f.Memory.Erase(ctx, key)
}

func (f *faulty) whole(k store.Key) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.damaged[k] {
		return fmt.Errorf("record %s: %w", k, store.ErrCorrupt)
	}
	return nil
}

// damage makes a record unreadable.
func (f *faulty) damage(k store.Key) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.damaged == nil {
		f.damaged = map[store.Key]bool{}
	}
	f.damaged[k] = true
}

func (f *faulty) commits(slow time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slow = slow
}

func (f *faulty) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = err
}

func (p *plant) Now() time.Time { return time.Now() }
func (p *plant) Code() string   { return "123456" }
func (p *plant) Token() string  { return p.ID() }
func (p *plant) ID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids++
	return fmt.Sprint("id", p.ids)
}
func (p *plant) Graph(graph.Hash) *graph.Journey             { return p.graph }
func (p *plant) Live() []*graph.Journey                      { return []*graph.Journey{p.graph} }
func (p *plant) Classifier(graph.Hash) understand.Classifier { return understand.Train(nil) }

// Call never comes back before the end.
func (p *plant) Call(ctx context.Context, _ *machine.Request) machine.CallDone {
	<-ctx.Done()
	return machine.CallDone{Failed: true}
}

func (p *plant) Send(ctx context.Context, d *machine.Deliver) runtime.Answer {
	p.mu.Lock()
	slow := p.slow
	p.mu.Unlock()
	select {
	case <-time.After(slow):
	case <-ctx.Done():
		return runtime.Answer{Receipt: runtime.Lost, Reason: "aborted"}
	}
	key, _ := store.ParseKey(d.ID)
	ready, err := p.store.Ready(ctx, time.Now(), 10, nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range ready {
		if o.Contact == key && o.Lane == string(d.Channel) && err == nil {
			p.trying = append(p.trying, o.Trying)
		}
	}
	if p.answer.Receipt == runtime.Taken {
		p.sent = append(p.sent, fmt.Sprintf("%s %s", d.To, d.Text))
	}
	return p.answer
}

func (p *plant) Careful(*machine.Deliver) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.careful
}

func (p *plant) Ask(context.Context, *machine.Deliver, time.Time) runtime.Answer {
	return runtime.Answer{Receipt: runtime.Lost}
}

// start runs a loop until the test ends.
func start(t *testing.T, o runtime.Options) *plant {
	t.Helper()
	read, _ := flow.Read([]flow.Input{{Path: "parcel.yaml", Source: []byte(strings.ReplaceAll(parcel, "30d", "2h"))}})
	p := &plant{graph: compile.Bundle(read).Unit("parcel").Graph}
	o.Failed = func(err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if err != nil {
			p.failed = append(p.failed, err)
		}
	}
	p.engine = &runtime.Engine{Store: &p.store, Clock: p, Secrets: p, Versions: p, Carrier: p, Services: p}
	p.loop = runtime.NewLoop(p.engine, o)
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	ended := make(chan error, 1)
	go func() { ended <- p.loop.Run(ctx) }()
	p.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		ended <- nil
		if err := p.store.Check(context.Background()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(p.stop)
	return p
}

func (p *plant) do(t *testing.T, w runtime.Work) runtime.Done {
	t.Helper()
	done, err := p.loop.Do(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// texts are those that were sent so far.
func (p *plant) texts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// says has the carrier give an answer from now on, after some time.
func (p *plant) says(a runtime.Answer, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer, p.slow, p.sent = a, after, nil
}

// customer makes a contact that may be texted.
func (p *plant) customer(t *testing.T, id string, number int) {
	t.Helper()
	p.do(t, runtime.Work{To: runtime.To{Contact: id}, Edit: func(c *machine.Contact) error {
		c.Phone = fmt.Sprintf("+1415555%04d", number)
		c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.SMS, Purpose: policy.Transactional, At: time.Now()})
		return nil
	}})
}

func sentParcel(contact, parcel string) runtime.Work {
	return runtime.Work{To: runtime.To{Contact: contact}, ID: contact + "/" + parcel,
		Event: &machine.Event{Type: "parcel.sent", Data: map[string]any{"id": parcel}}}
}

func TestLoopKeepsTheOrderOfEachContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		var want []string
		for c := range 20 {
			p.customer(t, fmt.Sprint("c", c), 100+c)
		}
		var wait sync.WaitGroup
		for n := range 10 {
			for c := range 20 {
				wait.Add(1)
				w := sentParcel(fmt.Sprint("c", c), fmt.Sprint(n))
				if err := p.loop.Submit(w, func(_ runtime.Done, err error) { wait.Done() }); err != nil {
					t.Fatal(err)
				}
			}
			want = append(want, fmt.Sprintf("Parcel %d is on its way.", n))
		}
		wait.Wait()
		time.Sleep(time.Minute)
		for c := range 20 {
			var got []string
			for _, line := range p.texts() {
				if number := fmt.Sprintf("+1415555%04d ", 100+c); line[:len(number)] == number {
					got = append(got, line[len(number):len(number)+len(want[0])])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("c%d got %q, want %q", c, got, want)
			}
		}
	})
}

func TestLoopDoesWhatComesTwiceOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		var wait sync.WaitGroup
		seen := 0
		for range 5 { // in one batch, as in many
			wait.Add(1)
			if err := p.loop.Submit(sentParcel("c1", "P1"), func(d runtime.Done, err error) {
				if d.Seen {
					seen++
				}
				wait.Done()
			}); err != nil {
				t.Fatal(err)
			}
		}
		wait.Wait()
		if done := p.do(t, sentParcel("c1", "P1")); !done.Seen || seen != 4 {
			t.Errorf("seen %d times of 5, and then %v", seen, done.Seen)
		}
		synctest.Wait()
		if len(p.texts()) != 1 {
			t.Errorf("sent %q", p.texts())
		}
	})
}

func TestLoopRefusesWhatIsTooMuch(t *testing.T) {
	p := &plant{}
	loop := runtime.NewLoop(&runtime.Engine{Store: &p.store, Clock: p}, runtime.Options{Queue: 2}) // it does not run
	for i, want := range []error{nil, nil, runtime.ErrBusy, runtime.ErrBusy} {
		if err := loop.Submit(sentParcel("c1", fmt.Sprint(i)), nil); !errors.Is(err, want) {
			t.Errorf("work %d: %v, want %v", i, err, want)
		}
	}
}

// TestWhatWaitsTakesSoMuchMemory gives in events of a megabyte, of several shapes, until it is refused: the heap has then grown by no more than
// was allowed.
func TestWhatWaitsTakesSoMuchMemory(t *testing.T) {
	const most = 64 << 20
	numbers := strings.Repeat("1,", 500_000) + "1"
	nested := strings.Repeat(`{"a":`, 150_000) + "1" + strings.Repeat("}", 150_000)
	for name, field := range map[string]string{"a text": `"` + strings.Repeat("x", 1<<20) + `"`, "numbers": "[" + numbers + "]", "small maps": `[{"a":1}` + strings.Repeat(`,{"a":1}`, 130_000) + "]",
		"small texts": `["a"` + strings.Repeat(`,"abc"`, 170_000) + "]", "not much": "1", "maps in maps": nested[:9000*5] + "1" + strings.Repeat("}", 9000)} {
		t.Run(name, func(t *testing.T) {
			p := &plant{}
			loop := runtime.NewLoop(&runtime.Engine{Store: &p.store, Clock: p}, runtime.Options{Queue: 1 << 20}) // it does not run
			before, taken := heap(), 0
			for {
				var data map[string]any
				if err := json.Unmarshal([]byte(`{"field":`+field+`}`), &data); err != nil {
					t.Fatal(err)
				}
				if err := loop.Submit(runtime.Work{To: runtime.To{Contact: "c1"}, Event: &machine.Event{Type: "big", Data: data}}, nil); errors.Is(err, runtime.ErrBusy) {
					break
				}
				if taken++; taken > 1<<20 {
					t.Fatal("there is no end")
				}
			}
			grown := heap() - before
			t.Logf("%d taken, %d MB", taken, grown>>20)
			if taken == 0 || grown > most*5/4 {
				t.Errorf("%d are taken, and the heap has grown by %d MB of %d", taken, grown>>20, most>>20)
			}
			goruntime.KeepAlive(loop)
		})
	}
}

// heap is what is in use, in bytes.
func heap() int64 {
	var m goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestWhatIsDoneMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{Memory: 8 << 10})
		p.customer(t, "c1", 101)
		for i := range 20 {
			w := sentParcel("c1", fmt.Sprint(i))
			w.Size = 1 << 20 // more than there is room for, and nothing waits
			p.do(t, w)
		}
	})
}

func TestLoopFinishesWhatItHasTakenAndTakesNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{}, time.Second)
		came := make(chan error, 1)
		if err := p.loop.Submit(sentParcel("c1", "P1"), func(_ runtime.Done, err error) { came <- err }); err != nil {
			t.Fatal(err)
		}
		if err := <-came; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		p.stop()
		if _, err := p.loop.Do(context.Background(), sentParcel("c1", "P2")); !errors.Is(err, runtime.ErrStopped) {
			t.Errorf("got %v, want ErrStopped", err)
		}
		ready, err := p.store.Ready(context.Background(), time.Now(), 10, nil)
		if len(p.texts()) != 1 || len(ready) != 0 || err != nil {
			t.Errorf("sent %q, %d still to leave", p.texts(), len(ready))
		}
	})
}

func TestAStoreThatFailsLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{}, 10*time.Second)
		p.do(t, sentParcel("c1", "P1"))
		full := errors.New("no space left on device")
		p.store.fail(full)
		if _, err := p.loop.Do(context.Background(), sentParcel("c1", "P2")); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Minute) // P1 is taken meanwhile, and that can't be put on record
		p.store.fail(nil)
		time.Sleep(time.Minute)
		p.mu.Lock()
		failed := len(p.failed)
		p.mu.Unlock()
		if len(p.texts()) != 1 || failed == 0 {
			t.Errorf("sent %q, told of %d failures", p.texts(), failed)
		}
		p.do(t, sentParcel("c1", "P2"))
		time.Sleep(time.Minute)
		if len(p.texts()) != 2 {
			t.Errorf("sent %q", p.texts())
		}
	})
}

func TestLoopFiresTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		done := p.do(t, sentParcel("c1", "P1"))
		time.Sleep(2*time.Hour - time.Second)
		if open, err := p.engine.Open(context.Background(), done.Key); len(open) != 1 || err != nil {
			t.Fatalf("%d open conversations, %v", len(open), err)
		}
		time.Sleep(2 * time.Second)
		if open, err := p.engine.Open(context.Background(), done.Key); len(open) != 0 || err != nil {
			t.Errorf("%d open conversations, %v", len(open), err)
		}
	})
}

func TestACarefulCarriersAttemptIsOnRecordBeforeItIsMade(t *testing.T) {
	for _, careful := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			p := start(t, runtime.Options{})
			p.customer(t, "c1", 101)
			p.mu.Lock()
			p.careful = careful
			p.mu.Unlock()
			p.do(t, sentParcel("c1", "P1"))
			time.Sleep(time.Second)
			p.mu.Lock()
			trying := p.trying
			p.mu.Unlock()
			if len(p.texts()) != 1 || !slices.Equal(trying, []bool{careful}) {
				t.Errorf("sent %q, on record %v", p.texts(), trying)
			}
		})
	}
}

func TestDeadLettersAreRetriedAndDiscarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.says(runtime.Answer{Receipt: runtime.Refused, Reason: "unknown number"}, 0)
		p.do(t, sentParcel("c1", "P1"))
		p.do(t, sentParcel("c1", "P2"))
		time.Sleep(time.Minute)
		list, err := p.engine.DeadLetters(context.Background(), 0, 10)
		if len(list) != 2 || err != nil {
			t.Fatalf("%d dead letters, %v", len(list), err)
		}
		p.says(runtime.Answer{}, 0)
		if err := p.loop.Retry(context.Background(), list[1].Seq, []byte("retried")); err != nil {
			t.Fatal(err)
		}
		if err := p.loop.Discard(context.Background(), list[0].Seq, []byte("discarded")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if len(p.texts()) != 1 || p.texts()[0] != "+14155550101 "+list[1].Message.Text {
			t.Errorf("sent %q", p.texts())
		}
		if err := p.loop.Retry(context.Background(), list[0].Seq, nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a discarded one: %v", err)
		}
		acts, err := p.store.Audit(context.Background(), 0, 10)
		if len(acts) != 2 || err != nil {
			t.Errorf("%d acts in the audit log, %v", len(acts), err)
		}
	})
}

func TestAnErasedContactIsGoneAndItsOptOutStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, runtime.Options{})
		p.customer(t, "c1", 101)
		p.do(t, sentParcel("c1", "P1"))
		done := p.do(t, runtime.Work{To: runtime.To{Contact: "c1"}, Edit: func(c *machine.Contact) error {
			c.Ledger = c.Ledger.OptOut(policy.SMS, time.Now(), "no texts to me any more, MARKER")
			return nil
		}})
		time.Sleep(time.Minute)
		if err := p.loop.Erase(context.Background(), done.Key, []byte("erased")); err != nil {
			t.Fatal(err)
		}
		if _, err := p.engine.Contact(context.Background(), done.Key); !errors.Is(err, runtime.ErrNoContact) {
			t.Errorf("the contact: %v", err)
		}
		if log, err := p.engine.Log(context.Background(), done.Key, 0, 10); len(log) != 0 || err != nil {
			t.Errorf("%d entries in its log, %v", len(log), err)
		}
		records, err := p.store.Addresses(context.Background(), []store.Key{p.store.KeyOf(store.OfAddress, "tel:+14155550101")})
		if err != nil || strings.Contains(string(records[0]), "MARKER") {
			t.Errorf("the address still has what was written: %q, %v", records[0], err)
		}
		p.says(runtime.Answer{}, 0)
		p.customer(t, "c2", 101)
		p.do(t, sentParcel("c2", "P2"))
		time.Sleep(time.Minute)
		if len(p.texts()) != 0 {
			t.Errorf("sent %q to a number that has opted out", p.texts())
		}
	})
}

// hangs never answers.
type hangs struct{ called chan string }

func (h hangs) Call(ctx context.Context, r *machine.Request) machine.CallDone {
	h.called <- r.ID
	<-ctx.Done()
	return machine.CallDone{Failed: true, Reason: "broken off"}
}

const asking = `
journey: asking
title: Asking a service
owner: parcels@shop.example
objective: { goal: told, why: Services are asked. }
entry: [{ on: parcel.sent }]
exit: [{ on: parcel.lost, outcome: lost }]
fallback: told
events: { parcel.sent: { data: { id: string } }, parcel.lost: { data: { id: string } } }
services: { post: { url: "https://post.example", operations: { find: { method: GET, path: /, timeout: 5s, returns: { at: string } } } } }
states:
  start: { call: post.find, to: told }
  told: { end: told }
`

func TestACallThatTheEndBreaksOffIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read, _ := flow.Read([]flow.Input{{Path: "asking.yaml", Source: []byte(asking)}})
		p := &plant{graph: compile.Bundle(read).Units[0].Graph}
		h := hangs{make(chan string, 1)}
		e := &runtime.Engine{Store: &p.store, Clock: p, Secrets: p, Versions: p, Carrier: p, Services: h}
		loop := runtime.NewLoop(e, runtime.Options{})
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- loop.Run(ctx) }()
		if _, err := loop.Do(context.Background(), sentParcel("c1", "P1")); err != nil {
			t.Fatal(err)
		}
		called := <-h.called
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		ready, err := p.store.Ready(context.Background(), time.Now(), 10, nil)
		if len(ready) != 1 || err != nil {
			t.Fatalf("%d things still to leave, %v", len(ready), err)
		}
		if effect, err := machine.DecodeEffect(ready[0].Bytes); err != nil || effect.Request.ID != called {
			t.Errorf("the call %s would be made, %v; want %s", effect.Request.ID, err, called)
		}
	})
}
