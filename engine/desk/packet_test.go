package desk_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/runtime"
)

func TestPacket(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{priority: 2})
		id := w.item("ada").ID
		_, err := w.Reply(ctx, as("rita"), id, "Hello", false)
		w.fine(err)
		w.writes("ada", "sms", "My card is 4111-1111")
		_, err = w.Note(ctx, as("rita"), id, "An old customer")
		w.fine(err)
		p, err := w.Packet(ctx, id, desk.Sight{})
		w.fine(err)
		b, err := json.Marshal(p)
		w.fine(err)
		if !strings.HasPrefix(string(b), `{"reason":"What depot.find answered","recommend":"Look on shelf B7."`) {
			t.Errorf("it does not begin with what to do: %s", b)
		}
		if p.Customer.Name != "Ada Lovelace" || p.Customer.Verified || p.Customer.Zones[0] != "America/New_York" {
			t.Errorf("the customer is %+v", p.Customer)
		}
		for _, d := range p.Data {
			if d.Name == "card" && (!d.Masked || d.Value == "4111-1111") {
				t.Errorf("the card is %+v", d)
			}
		}
		if strings.Contains(string(mustJSON(t, p.Attempted)), "4111-1111") {
			t.Error("the card stands in what was attempted")
		}
		if strings.Contains(string(b), "4111-1111") || !p.Transcript[1].Masked {
			t.Error("the card stands in the packet")
		}
		if len(p.Attempted) != 1 || p.Attempted[0].Operation != "depot.find" || p.Attempted[0].Result != "done" || p.Attempted[0].Value["shelf"] != "B7" || p.Attempted[0].Ended.IsZero() {
			t.Errorf("attempted: %+v", p.Attempted)
		}
		if len(p.Events) != 1 || p.Events[0].Type != "help.wanted" || p.Events[0].Data["case"] != "ada" {
			t.Errorf("events: %+v", p.Events)
		}
		if len(p.Notes) != 1 || p.Notes[0].By != "rita" || !p.Returnable {
			t.Errorf("notes: %+v", p.Notes)
		}
		if len(p.Transcript) != 2 || p.Transcript[0].By != "agent" || p.Transcript[0].Agent != "rita" || p.Transcript[1].By != "customer" {
			t.Errorf("transcript: %+v", p.Transcript)
		}
		if p.Reply.Verdict != "send" || !p.Reply.Answer || p.Reply.Channel != "sms" || !p.Reply.Segments {
			t.Errorf("a reply: %+v", p.Reply)
		}
		open, err := w.Packet(ctx, id, desk.Sight{Sensitive: true})
		w.fine(err)
		if got := string(mustJSON(t, open.Data)); !strings.Contains(got, "4111-1111") {
			t.Errorf("to whom may see it: %s", got)
		}
	})
}

// What to do may show what is sensitive: to who may see it, and in the packet only.
func TestSensitiveAdvice(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{kind: "guarded"})
		it := w.item("ada")
		if it.Recommend != "•••" || len(w.names(desk.Filter{Search: "4111"})) > 0 {
			t.Errorf("the list says %q", it.Recommend)
		}
		for see, says := range map[bool]string{false: "Charge ••• once more.", true: "Charge 4111-1111 once more."} {
			p, err := w.Packet(ctx, it.ID, desk.Sight{Sensitive: see})
			w.fine(err)
			if p.Recommend != says {
				t.Errorf("the packet says %q", p.Recommend)
			}
		}
	})
}

// What the packet says of a reply is what becomes of it.
func TestQuietHoursHoldAReply(t *testing.T) {
	run(t, desk.Options{Queues: []desk.Queue{{Name: "pushed", Vanish: -1}}}, func(w *world) {
		w.opens("ada", want{kind: "push"})
		time.Sleep(10 * time.Hour) // 22:00 in New York
		id := w.item("ada").ID
		morning := time.Date(2026, 3, 3, 13, 0, 0, 0, time.UTC)
		p, err := w.Packet(ctx, id, desk.Sight{})
		w.fine(err)
		if r := p.Reply; r.Verdict != "hold" || !r.Until.Equal(morning) || r.Urgent != "send" || r.Answer {
			t.Errorf("a reply: %+v", r)
		}
		w.outgoing()
		sent, err := w.Reply(ctx, as("rita"), id, "We have it.", false)
		w.fine(err)
		if !sent.Held.Equal(morning) || sent.Message != "" {
			t.Errorf("sent: %+v", sent)
		}
		if p, err = w.Packet(ctx, id, desk.Sight{}); err != nil || len(p.Held) != 1 || p.Held[0].Text != "We have it." {
			t.Errorf("held: %+v, %v", p.Held, err)
		}
		sent, err = w.Reply(ctx, as("rita"), id, "It can't wait.", true)
		w.fine(err)
		if sent.Message == "" {
			t.Errorf("overridden: %+v", sent)
		}
		same(t, "at night", w.outgoing(), []string{"sms agent: It can't wait."})
		time.Sleep(11 * time.Hour)
		same(t, "in the morning", w.outgoing(), []string{"sms agent: We have it."})
		if last := w.deeds[len(w.deeds)-1]; last != "rita handoff.quiet_hours_overridden" {
			t.Errorf("on record: %s", last)
		}
		w.do(runtime.Work{To: runtime.To{Contact: "ada"}, Edit: func(c *machine.Contact) error { c.Ledger = c.Ledger.OptOut("sms", time.Now(), "STOP"); return nil }})
		if _, err = w.Reply(ctx, as("rita"), id, "More", true); err == nil || err.Error() != "the reply can't go out by sms: opted_out" {
			t.Errorf("after an opt-out: %v", err)
		}
	})
}

// What no conversation takes waits for an agent too, who can answer it and be done.
func TestUnrouted(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.person("ada")
		w.writes("ada", "sms", "Do you sell boats?")
		it := w.item("ada")
		if it.Queue != "unrouted" || it.Conversation != "" || it.State != desk.Waiting || it.Channel != "sms" {
			t.Errorf("it waits: %+v", it)
		}
		w.restart()
		_, err := w.Claim(ctx, as("rita"), it.ID)
		w.fine(err)
		if _, err = w.Claim(ctx, as("tom"), it.ID); err == nil {
			t.Error("two have it")
		}
		p, err := w.Packet(ctx, it.ID, desk.Sight{})
		w.fine(err)
		if len(p.Transcript) != 1 || !p.Transcript[0].Unrouted || p.Reply.Verdict != "send" || p.Returnable || len(p.Data) != 0 {
			t.Errorf("the packet: %+v", p)
		}
		sent, err := w.Reply(ctx, as("rita"), it.ID, "We don't.", false)
		w.fine(err)
		if sent.Channel != "sms" {
			t.Errorf("sent: %+v", sent)
		}
		w.writes("ada", "sms", "A pity")
		if again := w.item("ada"); again.ID != it.ID || again.By != "rita" || again.Unanswered.IsZero() {
			t.Errorf("after the next message: %+v", again)
		}
		_, err = w.Transfer(ctx, as("rita"), it.ID, desk.Destination{Queue: "orders"}, "Boats!")
		w.fine(err)
		w.fine(w.Resolve(ctx, as("tom"), it.ID, "no boats", nil))
		same(t, "left", w.names(desk.Filter{}), []string{})
		same(t, "sent", w.outgoing(), []string{"sms agent: We don't."})
		same(t, "told", w.news(), []string{"opened", "message", "claimed rita", "message rita", "message", "transferred rita", "closed tom"})
	})
}

func TestCanned(t *testing.T) {
	run(t, desk.Options{Canned: []desk.Canned{{Name: "hello", Text: "Hello {{ first_name }}, {{agent}} here about {{ case }}."}, {Name: "card", Text: "Card {{ card }}, shelf {{ found.shelf }}"},
		{Name: "other", Text: "x", Queues: []string{"pushed"}}}}, func(w *world) {
		w.opens("ada", want{})
		list, err := w.Canned(ctx, w.item("ada").ID, "Rita")
		w.fine(err)
		if len(list) != 2 || list[0].Text != "Hello Ada, Rita here about ada." || list[1].Text != "Card {{ card }}, shelf B7" || list[1].Missing[0] != "card" {
			t.Errorf("filled in: %+v", list)
		}
		if list, err = w.Canned(ctx, "", ""); err != nil || len(list) != 3 || list[0].Missing != nil {
			t.Errorf("as written: %+v, %v", list, err)
		}
	})
}

// What is erased is gone from the desk.
func TestErased(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{})
		w.fine(w.loop.Erase(ctx, w.key("ada"), nil))
		w.Forget(w.key("ada"))
		same(t, "left", w.names(desk.Filter{}), []string{})
	})
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
