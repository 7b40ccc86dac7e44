package runtime

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"journey/engine/store"
)

// Options bound what a Loop takes on.
type Options struct {
	Batch   int           // events in one commit; 0: 256
	Queue   int           // events that may wait; 0: 4096
	Memory  int64         // bytes that they may take, about; 0: 64 MiB. One that takes more by itself is taken where none waits
	Senders int           // messages and calls under way at once; 0: 64
	Grace   time.Duration // that what is under way has to come back after the end; 0: 5 seconds
	Failed  func(error)   // told when the store fails, and with nil when it works again; nil: nobody
	Trouble func(error)   // told of what can't be done about one contact while all others are served: its record is damaged, say; nil: nobody
}

// Loop drives an Engine in production: it gathers the events of many contacts into one commit, fires timers, lets messages and calls
// out, and feeds their results back in.
type Loop struct {
	engine   *Engine
	o        Options
	intake   chan *job
	back     chan *job
	out      chan struct{} // something may have to leave
	watchers Watchers[Happened]
	senders  *senders

	sick map[store.Key]time.Time // contacts whose timers could not be fired, until when they are left alone

	mu      sync.RWMutex // held while work is given in, so that none comes after the end
	stopped bool
	away    atomic.Int64
	weight  atomic.Int64 // of what was given in and is not done
}

// NewLoop gives a loop over an engine, which nothing else may drive.
func NewLoop(e *Engine, o Options) *Loop {
	l := &Loop{engine: e, o: o, out: make(chan struct{}, 1), sick: map[store.Key]time.Time{}}
	set := func(n *int, standard int) {
		if *n == 0 {
			*n = standard
		}
	}
	set(&l.o.Batch, 256)
	set(&l.o.Queue, 4096)
	set(&l.o.Senders, 64)
	if l.o.Memory == 0 {
		l.o.Memory = 64 << 20
	}
	if l.o.Grace == 0 {
		l.o.Grace = 5 * time.Second
	}
	l.intake = make(chan *job, l.o.Queue)
	l.back = make(chan *job, 2*l.o.Senders)
	e.Watcher = l.watchers.Tell
	return l
}

// poll is how often it is looked whether something is due, where nothing else happens: a clock may jump.
const poll = time.Second

// convalescence is how long the timers of a contact are left alone that can't be fired: its record is damaged, say.
const convalescence = time.Minute

// Run does the work until ctx ends; then it takes no more, finishes what it has taken, and returns once what is under way has
// been given some time to come back.
func (l *Loop) Run(ctx context.Context) error {
	sending, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	working, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	ending := context.AfterFunc(ctx, func() {
		time.AfterFunc(l.o.Grace, abort)
		time.AfterFunc(2*l.o.Grace, giveUp)
	})
	defer ending()
	s := newSenders(l, sending)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		s.run(ctx)
	}()
	l.wake()
	for ctx.Err() == nil {
		l.turn(working, l.gather(ctx))
	}
	l.mu.Lock()
	l.stopped = true
	l.mu.Unlock()
	l.drain(working, sent)
	return nil
}

// drain does what was taken before the end, and takes back what is under way. When ctx ends it refuses what is left: the store fails, or
// a carrier doesn't come back.
func (l *Loop) drain(ctx context.Context, sent <-chan struct{}) {
	for ctx.Err() == nil {
		select {
		case j := <-l.intake:
			l.turn(ctx, l.more([]*job{j}))
		case j := <-l.back:
			l.turn(ctx, l.more([]*job{j}))
		case <-sent:
			sent = nil
		case <-ctx.Done():
		}
		if sent == nil && len(l.intake) == 0 && len(l.back) == 0 {
			return
		}
	}
	for len(l.intake) > 0 {
		l.refuse([]*job{<-l.intake}, ErrStopped)
	}
}

// gather waits for work and takes as much as there is, up to a batch. Timers that are due take at most half of it while other work
// waits, so that neither starves the other.
func (l *Loop) gather(ctx context.Context) []*job {
	jobs := l.due(ctx)
	if len(jobs) > 0 {
		return l.more(jobs)
	}
	wait := time.NewTimer(l.untilDue(ctx))
	defer wait.Stop()
	select {
	case j := <-l.back:
		return l.more([]*job{j})
	case j := <-l.intake:
		return l.more([]*job{j})
	case <-wait.C:
	case <-ctx.Done():
	}
	return nil
}

// more fills a batch with what waits, what has come back first.
func (l *Loop) more(jobs []*job) []*job {
	for len(jobs) < l.o.Batch {
		select {
		case j := <-l.back:
			jobs = append(jobs, j)
			continue
		default:
		}
		select {
		case j := <-l.back:
			jobs = append(jobs, j)
		case j := <-l.intake:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

func (l *Loop) due(ctx context.Context) []*job {
	now, room := l.engine.Clock.Now(), l.o.Batch
	if len(l.intake) > 0 || len(l.back) > 0 {
		room /= 2
	}
	keys, err := l.engine.Store.Due(ctx, now, room+len(l.sick))
	if err != nil {
		l.failed(err)
		return nil
	}
	jobs := make([]*job, 0, l.o.Batch)
	for _, k := range keys {
		if left := l.sick[k].Sub(now); left > 0 && left <= convalescence { // more than that it never is, unless the clock was set
			continue
		}
		delete(l.sick, k)
		jobs = append(jobs, &job{work: Work{To: To{Key: k}}, fire: true})
	}
	return jobs
}

func (l *Loop) untilDue(ctx context.Context) time.Duration {
	due, found, err := l.engine.Store.NextDue(ctx)
	if err != nil || !found {
		return poll
	}
	wait := due.Sub(l.engine.Clock.Now())
	if wait <= 0 && len(l.sick) > 0 {
		return poll
	}
	return min(poll, max(0, wait))
}

// turn does a batch, and tells everybody who waits for it. Where the store fails, those who gave work in are told so; what is the
// loop's own it tries again until ctx ends, for it must not be lost.
func (l *Loop) turn(ctx context.Context, jobs []*job) {
	pause := 10 * time.Millisecond
	for len(jobs) > 0 {
		done, err := l.engine.process(ctx, jobs)
		if err == nil {
			l.failed(nil)
		}
		l.finish(jobs[:done])
		if done > 0 {
			l.wake()
		}
		if err == nil {
			return
		}
		l.failed(err)
		jobs = l.refuse(jobs[done:], err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		pause = min(2*pause, time.Second)
	}
}

// refuse tells those who gave work in that nothing was done, and keeps what is the loop's own.
func (l *Loop) refuse(jobs []*job, err error) (own []*job) {
	for _, j := range jobs {
		switch {
		case j.back != nil:
			own = append(own, &job{work: j.work, back: j.back})
		case j.done != nil:
			j.done(Done{}, err)
		}
	}
	return own
}

func (l *Loop) finish(jobs []*job) {
	for _, j := range jobs {
		switch {
		case j.back != nil:
			l.settled(j)
		case j.fire && j.err != nil:
			l.trouble(j.err)
			l.sick[j.key] = l.engine.Clock.Now().Add(convalescence)
		case j.done != nil:
			j.done(j.result, j.err)
		}
	}
}

// settled takes back what was away, or lets it leave now that the attempt is on record.
func (l *Loop) settled(j *job) {
	if j.back.trying {
		j.back.after(j.err)
		return
	}
	l.senders.takeBack(j.back.out.Place, j.err)
}

func (l *Loop) failed(err error) {
	if l.o.Failed != nil && !errors.Is(err, context.Canceled) {
		l.o.Failed(err)
	}
}

func (l *Loop) trouble(err error) {
	if l.o.Trouble != nil {
		l.o.Trouble(err)
	}
}

// wake has the senders look for what is to leave.
func (l *Loop) wake() {
	select {
	case l.out <- struct{}{}:
	default:
	}
}

// Watch has f told of everything that is committed, in order, from the loop itself: f may not wait. It is told no more once
// cancel has returned.
func (l *Loop) Watch(f func(Happened)) (cancel func()) { return l.watchers.Add(f) }

// Depths are how much waits.
type Depths struct {
	Intake int // events
	Away   int // messages and calls that are with somebody
}

// Depths tells how much waits now.
func (l *Loop) Depths() Depths {
	return Depths{Intake: len(l.intake), Away: int(l.away.Load())}
}
