package desk_test

import (
	"testing"
	"time"

	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// What was said is found, before the handoff and in no conversation too, and after another server has begun; what is sensitive is not.
func TestSearch(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.writes("ada", policy.SMS, "Where is my Teapot?")
		w.opens("ada", want{})
		w.opens("ben", want{})
		_, err := w.Reply(ctx, as("rita"), w.item("ben").ID, "It is on the shelf.", false)
		w.fine(err)
		w.writes("ben", policy.SMS, "My card is 4111-1111, for the kettle")
		w.do(runtime.Work{To: runtime.To{Contact: "ben"}, Edit: func(c *machine.Contact) error { c.Email = "ben@b.example"; return nil }})
		w.writes("ben", policy.SMS, "Thanks")
		for range 2 {
			time.Sleep(2 * time.Second)
			for words, found := range map[string][]string{
				"teapot": {"ada", "ada"}, "KETTLE shelf": {"ben"}, "my card": {"ben"}, "4111-1111": {}, "teapot kettle": {}, "ben@b.example": {"ben"}, w.item("ada").Address: {"ada", "ada"},
			} {
				same(t, words, w.names(desk.Filter{Search: words}), found)
			}
			w.restart()
		}
	})
}

// A contact that gets another name is not called by the old one.
func TestRenamed(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{})
		w.news()
		w.do(runtime.Work{To: runtime.To{Contact: "ada"}, Edit: func(c *machine.Contact) error { c.Name = "Ada King"; return nil }})
		c, err := w.engine.Contact(ctx, w.key("ada"))
		w.fine(err)
		w.Renamed(w.key("ada"), c)
		if it := w.item("ada"); it.Name != "Ada King" {
			t.Errorf("she is called %s", it.Name)
		}
		same(t, "told", w.news(), []string{"changed"})
	})
}

// What is handed out and lies there goes to somebody else; once it is taken up it stays.
func TestNotTakenUp(t *testing.T) {
	run(t, desk.Options{Agents: []desk.Agent{{Name: "rita"}, {Name: "tom"}}, Queues: []desk.Queue{{Name: "pushed", Push: true, TakeUp: 2 * time.Minute}}}, func(w *world) {
		w.Enter("rita")
		w.Enter("tom")
		w.opens("ada", want{kind: "push"})
		for _, by := range []string{"rita", "tom"} {
			if it := w.item("ada"); it.By != by || it.State != desk.Assigned {
				t.Errorf("%s %s, not to %s", it.State, it.By, by)
			}
			time.Sleep(2*time.Minute + time.Second)
		}
		has := w.item("ada").By
		_, err := w.Claim(ctx, as(has), w.item("ada").ID)
		w.fine(err)
		time.Sleep(time.Hour)
		if it := w.item("ada"); it.By != has || it.State != desk.Claimed {
			t.Errorf("%s %s, not with %s", it.State, it.By, has)
		}
		same(t, "on record", w.deeds, []string{"desk handoff.assigned rita", "desk handoff.not_taken_up rita", "desk handoff.assigned tom", "desk handoff.not_taken_up tom",
			"desk handoff.assigned " + has, has + " handoff.claimed"})
	})
}

// The journey's own condition of a channel holds for an agent's reply too, and the packet says so before it is written.
func TestTheConditionOfAChannel(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{kind: "untexted"})
		id := w.item("ada").ID
		p, err := w.Packet(ctx, id, desk.Sight{})
		w.fine(err)
		if r := p.Reply; r.Verdict != "blocked" || r.Urgent != "blocked" || len(r.Passed) != 2 || r.Passed[1] != (desk.NotThere{Channel: "sms", Reason: "when"}) {
			t.Errorf("a reply: %+v", r)
		}
		if _, err := w.Reply(ctx, as("rita"), id, "Hello", false); err == nil || err.Error() != "the reply can't go out by sms: when" {
			t.Errorf("the reply: %v", err)
		}
	})
}

// How it ended is on record where it is one of the ends that the queue has; the rest is in the log only.
func TestDispositions(t *testing.T) {
	run(t, desk.Options{Queues: []desk.Queue{{Name: "orders", Dispositions: []string{"replaced", "refunded"}}}}, func(w *world) {
		for name, how := range map[string]string{"ada": "refunded", "ben": "she said it is fine"} {
			w.opens(name, want{})
			p, err := w.Packet(ctx, w.item(name).ID, desk.Sight{})
			w.fine(err)
			same(t, "offered", p.Usual, []string{"replaced", "refunded"})
			w.deeds = nil
			w.fine(w.Resolve(ctx, as("rita"), w.item(name).ID, how, map[string]any{"refund": 5.0}))
			same(t, "on record", w.deeds, []string{map[string]string{"ada": "rita handoff.resolved refunded; refund", "ben": "rita handoff.resolved refund"}[name]})
			log, err := w.engine.Log(ctx, w.key(name), 0, 50)
			w.fine(err)
			if got := disposition(log); got != how {
				t.Errorf("in the log: %q", got)
			}
		}
	})
}

func disposition(log []runtime.Logged) string {
	for _, e := range log {
		if e.LogEntry != nil && e.Event.Agent != nil {
			return e.Event.Agent.Disposition
		}
	}
	return ""
}
