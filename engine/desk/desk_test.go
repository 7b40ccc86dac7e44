package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/schedule"
	"journey/engine/store"
)

var ctx = context.Background()

func hours(t *testing.T, text string) *schedule.Hours {
	h, err := schedule.ParseHours(text)
	if err != nil {
		t.Fatal(err)
	}
	return &h
}

// 1 is the most urgent, then who has waited longest is first; a callback that is due comes before all.
func TestOrder(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		at := time.Now().Add(30 * time.Minute)
		for _, one := range []struct {
			name string
			want
		}{
			{"ada", want{priority: 3}}, {"ben", want{priority: 1}}, {"cid", want{priority: 3}}, {"dot", want{priority: 1}}, {"eli", want{priority: 2}},
			{"fay", want{kind: "call", call: at}}, {"gus", want{kind: "call", call: at.Add(-time.Minute), priority: 5}},
		} {
			w.opens(one.name, one.want)
			time.Sleep(time.Second)
		}
		same(t, "before the calls", w.names(desk.Filter{}), []string{"ben", "dot", "eli", "ada", "cid", "gus", "fay"})
		same(t, "waiting", w.names(desk.Filter{States: []desk.State{desk.Waiting}}), []string{"ben", "dot", "eli", "ada", "cid"})
		if q := w.Queues()[0]; q.Name != "away" {
			t.Errorf("the first queue is %s", q.Name)
		}
		w.news()
		time.Sleep(31 * time.Minute)
		same(t, "told", w.news(), []string{"due", "due"})
		same(t, "when the calls are due", w.names(desk.Filter{}), []string{"fay", "gus", "ben", "dot", "eli", "ada", "cid"})
	})
}

func TestListsArePagedFilteredAndSearched(t *testing.T) {
	run(t, desk.Options{Agents: []desk.Agent{{Name: "rita", Skills: []string{"en"}}, {Name: "tom", Queues: []string{"pushed"}}},
		Queues: []desk.Queue{{Name: "orders", Skills: []string{"en", "es"}}}}, func(w *world) {
		w.opens("ada", want{skill: "en-US"})
		time.Sleep(time.Second)
		w.opens("ben", want{skill: "es"})
		w.opens("cid", want{kind: "pushed", priority: 1})
		_, err := w.Claim(ctx, as("rita"), w.item("cid").ID)
		w.fine(err)
		for _, c := range []struct {
			f    desk.Filter
			want []string
		}{
			{desk.Filter{By: "rita"}, []string{"cid"}},
			{desk.Filter{For: "rita", States: []desk.State{desk.Waiting}}, []string{"ada"}},
			{desk.Filter{For: "tom"}, []string{}},
			{desk.Filter{Queue: "orders", Search: "BEN shelf b7"}, []string{"ben"}},
			{desk.Filter{Search: "nobody"}, []string{}},
		} {
			same(t, "filtered", w.names(c.f), c.want)
		}
		var all []string
		after := ""
		for {
			page, next, err := w.List(desk.Filter{Limit: 2, After: after})
			w.fine(err)
			for _, it := range page {
				all = append(all, it.Contact)
			}
			if after = next; next == "" {
				break
			}
		}
		same(t, "paged", all, []string{"cid", "ada", "ben"})
		if _, _, err := w.List(desk.Filter{After: "x"}); !errors.Is(err, desk.ErrCursor) {
			t.Errorf("a cursor that is none: %v", err)
		}
	})
}

func TestOneAgentHasIt(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{})
		id := w.item("ada").ID
		it, err := w.Claim(ctx, as("rita"), id)
		w.fine(err)
		if it.State != desk.Claimed || it.By != "rita" {
			t.Errorf("claimed: %+v", it)
		}
		_, err = w.Claim(ctx, as("rita"), id)
		w.fine(err)
		taken := func(what string, err error) {
			t.Helper()
			if e := (*desk.TakenError)(nil); !errors.As(err, &e) || e.By != "rita" {
				t.Errorf("%s by another agent: %v", what, err)
			}
		}
		_, err = w.Claim(ctx, as("tom"), id)
		taken("claim", err)
		_, err = w.Reply(ctx, as("tom"), id, "Hello", false)
		taken("reply", err)
		taken("return", w.Return(ctx, as("tom"), id, nil))
		taken("resolve", w.Resolve(ctx, as("tom"), id, "", nil))
		_, err = w.Transfer(ctx, as("tom"), id, desk.Destination{Queue: "pushed"}, "")
		taken("transfer", err)
		_, err = w.Release(ctx, as("tom"), id)
		taken("release", err)
		if _, err = w.TakeOver(ctx, as("tom"), id); !errors.Is(err, desk.ErrNotAllowed) {
			t.Errorf("an agent takes over: %v", err)
		}
		_, err = w.Note(ctx, as("tom"), id, "I know her")
		w.fine(err)
		it, err = w.TakeOver(ctx, root, id)
		w.fine(err)
		if it.By != "root" {
			t.Errorf("taken over: %+v", it)
		}
		same(t, "told", w.news(), []string{"opened", "claimed rita", "note tom", "taken_over root"})
		same(t, "on record", w.deeds, []string{"rita handoff.claimed", "rita handoff.claimed", "tom handoff.noted", "root handoff.taken_over"})
		same(t, "to the customer", w.outgoing(), nil)
	})
}

// An agent answers, the customer goes on elsewhere, timers are silent, and automation goes on with what the agent filled in.
func TestOwnership(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.Enter("rita")
		w.online("ada", true)
		w.opens("ada", want{})
		id := w.item("ada").ID
		sent, err := w.Reply(ctx, as("rita"), id, "Hello, I am Rita.", false)
		w.fine(err)
		if sent.Channel != "chat" || sent.Message == "" {
			t.Errorf("sent %+v", sent)
		}
		w.writes("ada", policy.Chat, "Where is my parcel?")
		if it := w.item("ada"); it.By != "rita" || !it.Unanswered.Equal(time.Now()) {
			t.Errorf("after the question: %+v", it)
		}
		w.CustomerTyping("ada")
		_, err = w.Reply(ctx, as("rita"), id, "I look for it.", false)
		w.fine(err)
		if it := w.item("ada"); !it.Unanswered.IsZero() {
			t.Errorf("after the answer: %+v", it)
		}
		same(t, "told", w.news(), []string{"opened", "claimed rita", "message rita", "message", "typing", "message rita"})
		time.Sleep(3 * time.Hour) // the nudge after an hour is not said
		w.online("ada", false)
		sent, err = w.Reply(ctx, as("rita"), id, "It is on shelf B7.", false)
		w.fine(err)
		if sent.Channel != "sms" {
			t.Errorf("with the page closed: %+v", sent)
		}
		w.writes("ada", policy.SMS, "Great")
		if it := w.item("ada"); it.Channel != "sms" || !it.Unanswered.Equal(time.Now()) {
			t.Errorf("after the change of channel: %+v", it)
		}
		same(t, "sent", w.outgoing(), []string{"chat agent: Hello, I am Rita.", "chat agent: I look for it.", "sms agent: It is on shelf B7."})
		for _, c := range []struct {
			data  map[string]any
			field string
		}{
			{map[string]any{"refund": "much"}, "/data/refund"},
			{map[string]any{"refund": 101.0}, "/data/refund"},
			{map[string]any{"refnd": 1.0}, "/data/refnd"},
			{map[string]any{"lines": []any{map[string]any{"sku": "a", "count": "two"}}}, "/data/lines/0/count"},
		} {
			if e := (*desk.InvalidError)(nil); !errors.As(w.Return(ctx, as("rita"), id, c.data), &e) || e.Field != c.field {
				t.Errorf("%v: %v", c.data, e)
			}
		}
		w.fine(w.Return(ctx, as("rita"), id, map[string]any{"refund": 12.5}))
		same(t, "automation", w.outgoing(), []string{"sms journey: You get 12.5 back."})
		if s := w.state("ada"); s != "waiting" {
			t.Errorf("it is in %s", s)
		}
		if _, err := w.Item(id); !errors.Is(err, desk.ErrGone) {
			t.Errorf("it is still there: %v", err)
		}
		if _, err = w.Reply(ctx, as("rita"), id, "And?", false); !errors.Is(err, desk.ErrGone) {
			t.Errorf("a reply to what is closed: %v", err)
		}
	})
}

func TestResolve(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{kind: "push"})
		id := w.item("ada").ID
		if e := (*desk.InvalidError)(nil); !errors.As(w.Return(ctx, as("rita"), id, nil), &e) {
			t.Error("it is returned where nothing takes it back")
		}
		w.fine(w.Resolve(ctx, as("rita"), id, "refunded", map[string]any{"refund": 5.0}))
		if s := w.state("ada"); s != "ended" {
			t.Errorf("it is in %s", s)
		}
		same(t, "told", w.news(), []string{"opened", "closed rita"})
		same(t, "on record", w.deeds, []string{"rita handoff.resolved refund"})
	})
}

// The same request again is nothing, also where it closed the handoff and the server was started anew meanwhile.
func TestTheSameAgain(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{})
		id := w.item("ada").ID
		once := func(key string) desk.Actor { return desk.Actor{Name: "rita", Once: "api/" + key} }
		for range 2 {
			_, err := w.Reply(ctx, once("1"), id, "Hello", false)
			w.fine(err)
		}
		w.fine(w.Resolve(ctx, once("2"), id, "", nil))
		w.restart()
		w.fine(w.Resolve(ctx, once("2"), id, "", nil))
		if err := w.Resolve(ctx, once("3"), id, "", nil); !errors.Is(err, desk.ErrGone) {
			t.Errorf("another request: %v", err)
		}
		if err := w.Resolve(ctx, once("3"), "x", "", nil); !errors.Is(err, desk.ErrGone) {
			t.Errorf("what never was: %v", err)
		}
		same(t, "sent", w.outgoing(), []string{"sms agent: Hello"})
	})
}

// What happens while the desk reads what waits is not missed, and what it read before is not believed.
func TestChangesWhileItReads(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		done, taken := w.opens("ada", want{}), w.opens("ben", want{})
		w.opens("cid", want{})
		w.during = func() {
			for conversation, act := range map[string]machine.Act{done: machine.Resolve, taken: machine.Join} {
				key, err := store.ParseKey(conversation)
				w.fine(err)
				w.do(runtime.Work{To: runtime.To{Key: key}, Event: &machine.Event{Type: "agent", Agent: &machine.AgentAct{Conversation: conversation, Act: act, By: "rita"}}})
			}
			w.opens("dot", want{})
		}
		w.restart()
		same(t, "waiting", w.names(desk.Filter{States: []desk.State{desk.Waiting}, Search: "cid"}), []string{"cid"})
		same(t, "new", w.names(desk.Filter{States: []desk.State{desk.Waiting}, Search: "dot"}), []string{"dot"})
		same(t, "taken", w.names(desk.Filter{By: "rita"}), []string{"ben"})
		same(t, "done", w.names(desk.Filter{Search: "ada"}), []string{})
	})
}

func TestTransfer(t *testing.T) {
	run(t, desk.Options{Agents: []desk.Agent{{Name: "rita"}, {Name: "tom"}, {Name: "una"}}}, func(w *world) {
		w.opens("ada", want{})
		id := w.item("ada").ID
		_, err := w.Claim(ctx, as("rita"), id)
		w.fine(err)
		for field, to := range map[string]desk.Destination{"/queue": {Queue: "pshed"}, "/agent": {Agent: "tim"}} {
			if e := (*desk.InvalidError)(nil); !func() bool { _, err := w.Transfer(ctx, as("rita"), id, to, ""); return errors.As(err, &e) }() || e.Field != field {
				t.Errorf("transfer to %+v: %v", to, e)
			}
		}
		it, err := w.Transfer(ctx, as("rita"), id, desk.Destination{Queue: "away"}, "She speaks Spanish")
		w.fine(err)
		if it.Queue != "away" || it.State != desk.Waiting {
			t.Errorf("to a queue: %+v", it)
		}
		it, err = w.Transfer(ctx, as("tom"), id, desk.Destination{Agent: "una"}, "For you")
		w.fine(err)
		if it.Queue != "away" || it.By != "una" || it.State != desk.Assigned {
			t.Errorf("to a person: %+v", it)
		}
		if e := (*desk.TakenError)(nil); !func() bool { _, err := w.Claim(ctx, as("tom"), id); return errors.As(err, &e) }() || e.By != "una" {
			t.Errorf("tom claims what was given to una: %v", e)
		}
		it, err = w.Transfer(ctx, root, id, desk.Destination{Agent: "rita"}, "")
		w.fine(err)
		if it.By != "rita" {
			t.Errorf("reassigned: %+v", it)
		}
		p, err := w.Packet(ctx, id, desk.Sight{})
		w.fine(err)
		if len(p.Notes) != 2 || p.Notes[0].Text != "She speaks Spanish" || !p.Notes[1].Transferred || p.Notes[1].By != "tom" {
			t.Errorf("the notes are %+v", p.Notes)
		}
		same(t, "told", w.news(), []string{"opened", "claimed rita", "transferred rita", "assigned tom", "assigned root"})
		time.Sleep(2 * time.Hour) // it waits again, so the nudge is said
		same(t, "to the customer", w.outgoing(), []string{"sms journey: We have not forgotten you."})
	})
}

// Whoever has been gone for too long gives back what they have; a restart gives everybody that time anew.
func TestAgentVanishes(t *testing.T) {
	run(t, desk.Options{Queues: []desk.Queue{{Name: "orders", Vanish: 10 * time.Minute}, {Name: "pushed", Vanish: -1}}}, func(w *world) {
		w.opens("ada", want{})
		time.Sleep(time.Second)
		w.opens("ben", want{kind: "push"})
		w.opens("cid", want{})
		w.Enter("rita")
		for _, name := range []string{"ada", "ben"} {
			_, err := w.Claim(ctx, as("rita"), w.item(name).ID)
			w.fine(err)
		}
		_, err := w.Claim(ctx, as("tom"), w.item("cid").ID)
		w.fine(err)
		time.Sleep(9 * time.Minute)
		w.restart()
		leave := w.Enter("rita")
		time.Sleep(9 * time.Minute)
		same(t, "within the time", w.names(desk.Filter{By: "tom"}), []string{"cid"})
		time.Sleep(2 * time.Minute)
		same(t, "tom is gone", w.names(desk.Filter{By: "tom"}), []string{})
		same(t, "rita is there", w.names(desk.Filter{By: "rita"}), []string{"ada", "ben"})
		leave()
		time.Sleep(11 * time.Minute)
		same(t, "rita is gone", w.names(desk.Filter{By: "rita"}), []string{"ben"})
		same(t, "given back", w.names(desk.Filter{Queue: "orders", States: []desk.State{desk.Waiting}}), []string{"ada", "cid"})
	})
}
