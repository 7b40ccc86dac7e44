package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/desk"
)

// Outside a queue's hours agent.unavailable is raised; where nothing handles that, it waits for them to begin.
func TestHours(t *testing.T) {
	h := hours(t, "Mon-Fri 09:00-17:00 America/New_York")
	h.Holidays = []string{"2026-03-03"}
	run(t, desk.Options{Queues: []desk.Queue{{Name: "closed", Hours: h}, {Name: "pushed", Hours: h}}}, func(w *world) {
		w.opens("ada", want{kind: "closed"})
		same(t, "at noon", w.names(desk.Filter{Queue: "closed"}), []string{"ada"})
		time.Sleep(6 * time.Hour) // until 18:00
		w.opens("ben", want{kind: "closed"})
		same(t, "in the evening", w.outgoing(), []string{"sms journey: Nobody is here just now."})
		if it := w.item("ben"); it.Queue != "orders" {
			t.Errorf("it waits in %s", it.Queue)
		}
		w.opens("cid", want{kind: "push"})
		if it := w.item("cid"); it.State != desk.Scheduled || it.Callback || !it.Due.Equal(time.Date(2026, 3, 4, 14, 0, 0, 0, time.UTC)) {
			t.Errorf("over the holiday: %+v", it)
		}
		for _, q := range w.Queues() {
			if q.Name == "pushed" && (q.Open || q.Scheduled != 1 || q.Waiting != 0 || !q.Opens.Equal(time.Date(2026, 3, 4, 14, 0, 0, 0, time.UTC))) {
				t.Errorf("the queue: %+v", q)
			}
		}
		time.Sleep(39 * time.Hour)
		if it := w.item("cid"); it.State != desk.Waiting {
			t.Errorf("on the next working day: %+v", it)
		}
	})
}

// Where nobody is there for a queue that counts on it, agent.unavailable is raised.
func TestNobodyThere(t *testing.T) {
	run(t, desk.Options{Agents: []desk.Agent{{Name: "rita", Queues: []string{"away"}}, {Name: "tom", Queues: []string{"orders"}}},
		Queues: []desk.Queue{{Name: "away", Absent: true}, {Name: "pushed", Absent: true}}}, func(w *world) {
		w.Enter("tom")
		w.opens("eli", want{kind: "away"})
		same(t, "they may still come", w.names(desk.Filter{Queue: "away"}), []string{"eli"})
		w.fine(w.Resolve(ctx, as("tom"), w.item("eli").ID, "", nil))
		time.Sleep(time.Minute)
		w.opens("ada", want{kind: "away"})
		same(t, "nobody", w.outgoing(), []string{"sms journey: Nobody is here just now."})
		leave := w.Enter("rita")
		w.opens("ben", want{kind: "away"})
		same(t, "rita is there", w.names(desk.Filter{Queue: "away"}), []string{"ben"})
		w.SetAvailable("rita", false)
		w.opens("cid", want{kind: "away"})
		same(t, "rita is away", w.names(desk.Filter{Queue: "away"}), []string{"ben"})
		w.SetAvailable("rita", true)
		leave()
		w.opens("dot", want{kind: "push"})
		if it := w.item("dot"); it.State != desk.Scheduled || time.Until(it.Due) > time.Minute {
			t.Errorf("where the journey does not handle it: %+v", it)
		}
		time.Sleep(time.Minute)
		same(t, "a minute later", w.names(desk.Filter{Queue: "pushed", States: []desk.State{desk.Waiting}}), []string{"dot"})
	})
}

// A callback is due at its time on the customer's clock, over the change to daylight saving time too (8 March 2026, 2:00 in New York).
func TestCallbackOverTheChangeOfClocks(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		time.Sleep(5 * 24 * time.Hour) // Saturday noon
		newYork, err := time.LoadLocation("America/New_York")
		if err != nil {
			t.Fatal(err)
		}
		due := time.Date(2026, 3, 9, 10, 0, 0, 0, newYork)
		w.opens("ada", want{kind: "call", call: due})
		w.restart()
		if it := w.item("ada"); it.State != desk.Scheduled || !it.Callback || !it.Due.Equal(due) {
			t.Errorf("on Saturday: %+v", it)
		}
		w.news()
		time.Sleep(time.Until(due) - time.Second)
		same(t, "a second before", w.news(), nil)
		if q := w.Queues(); slices.ContainsFunc(q, func(q desk.QueueState) bool { return q.Waiting > 0 }) {
			t.Errorf("it is counted as waiting: %+v", q)
		}
		time.Sleep(2 * time.Second)
		same(t, "on time", w.news(), []string{"due"})
		if it := w.item("ada"); it.State != desk.Waiting {
			t.Errorf("when it is due: %+v", it)
		}
	})
}

// What is pushed goes to whoever is there, available, has the skills and has least, in turn, as far as they can take more.
func TestPush(t *testing.T) {
	run(t, desk.Options{
		Agents: []desk.Agent{{Name: "rita", Skills: []string{"en", "es"}, Capacity: 3}, {Name: "tom", Skills: []string{"en"}}, {Name: "una", Skills: []string{"en"}, Queues: []string{"orders"}}},
		Queues: []desk.Queue{{Name: "pushed", Skills: []string{"en", "es"}, Push: true, Capacity: 2, TakeUp: -1}},
	}, func(w *world) {
		has := func(what string, rita, tom []string) {
			t.Helper()
			synctest.Wait()
			same(t, what+" rita", w.names(desk.Filter{By: "rita"}), rita)
			same(t, what+" tom", w.names(desk.Filter{By: "tom"}), tom)
		}
		w.opens("a1", want{kind: "push", skill: "en-US"})
		time.Sleep(time.Second)
		has("nobody is there:", []string{}, []string{})
		leave := w.Enter("rita")
		w.Enter("una")
		has("rita has come:", []string{"a1"}, []string{})
		w.Enter("tom")
		for i := 2; i <= 5; i++ {
			w.opens(fmt.Sprint("a", i), want{kind: "push", skill: map[bool]string{true: "es", false: "en"}[i == 4]})
			time.Sleep(time.Second)
		}
		has("the capacity of the queue is reached:", []string{"a1", "a3"}, []string{"a2", "a5"})
		same(t, "waiting for somebody who speaks Spanish", w.names(desk.Filter{States: []desk.State{desk.Waiting}}), []string{"a4"})
		if it := w.item("a1"); it.State != desk.Assigned || it.By != "rita" {
			t.Errorf("assigned: %+v", it)
		}
		w.fine(w.Resolve(ctx, as("tom"), w.item("a2").ID, "", nil))
		has("tom has time again:", []string{"a1", "a3"}, []string{"a5"})
		w.fine(w.Resolve(ctx, as("rita"), w.item("a3").ID, "", nil))
		has("rita has time again:", []string{"a1", "a4"}, []string{"a5"})
		w.SetAvailable("tom", false)
		w.opens("a6", want{kind: "push"})
		has("tom is away:", []string{"a1", "a4"}, []string{"a5"})
		leave()
		time.Sleep(11 * time.Minute)
		has("rita is gone:", []string{}, []string{"a5"})
		w.SetAvailable("tom", true)
		has("tom is back:", []string{}, []string{"a1", "a5"})
		if !slices.Contains(w.deeds, "desk handoff.assigned rita") || !slices.Contains(w.deeds, "desk handoff.given_back rita") {
			t.Errorf("on record: %q", w.deeds)
		}
	})
}

func TestRoundRobin(t *testing.T) {
	run(t, desk.Options{Agents: []desk.Agent{{Name: "a"}, {Name: "b"}, {Name: "c"}}, Queues: []desk.Queue{{Name: "pushed", Push: true}}}, func(w *world) {
		var turns []string
		for _, name := range []string{"a", "b", "c"} {
			w.Enter(name)
		}
		for i := range 7 {
			w.opens(fmt.Sprint("r", i), want{kind: "push"})
			it := w.item(fmt.Sprint("r", i))
			turns = append(turns, it.By)
			w.fine(w.Resolve(ctx, as(it.By), it.ID, "", nil))
		}
		same(t, "turns", turns, []string{"a", "b", "c", "a", "b", "c", "a"})
	})
}

// A promise is told before it breaks, and when; it runs while the queue is open, and anew from each message that nobody has answered.
func TestPromise(t *testing.T) {
	run(t, desk.Options{Queues: []desk.Queue{{Name: "orders", Answer: 10 * time.Minute, Alert: 2 * time.Minute, Hours: hours(t, "Mon-Fri 09:00-17:00 America/New_York"), Vanish: -1}}}, func(w *world) {
		w.opens("ada", want{})
		id := w.item("ada").ID
		w.news()
		time.Sleep(8*time.Minute - time.Second)
		same(t, "before", w.news(), nil)
		time.Sleep(2 * time.Second)
		same(t, "two minutes before", w.news(), []string{"promise breaking"})
		w.restart()
		w.news()
		time.Sleep(2 * time.Minute)
		same(t, "broken", w.news(), []string{"promise broken"})
		_, err := w.Reply(ctx, as("rita"), id, "I am here.", false)
		w.fine(err)
		time.Sleep(time.Second)
		same(t, "answered", w.news(), []string{"claimed rita", "message rita", "promise"})
		if it := w.item("ada"); it.Promise != "" || !it.Deadline.IsZero() {
			t.Errorf("after the answer: %+v", it)
		}
		w.writes("ada", "sms", "And?")
		w.writes("ada", "sms", "Hello?")
		time.Sleep(time.Minute)
		w.restart()
		if it := w.item("ada"); it.Promise != desk.Kept || time.Until(it.Deadline) != 9*time.Minute {
			t.Errorf("after the next message: %s until %s, now %s", it.Promise, it.Deadline, time.Now())
		}
		time.Sleep(5 * time.Hour)
		if q := w.Queues()[1]; q.Name != "closed" && q.Broken != 1 {
			t.Errorf("the queue: %+v", q)
		}
		_, err = w.Reply(ctx, as("rita"), id, "Yes.", false)
		w.fine(err)
		w.writes("ada", "sms", "Thanks!") // it is after five
		if it := w.item("ada"); !it.Deadline.Equal(time.Date(2026, 3, 3, 14, 10, 0, 0, time.UTC)) {
			t.Errorf("out of hours it is promised until %s", it.Deadline)
		}
	})
}
