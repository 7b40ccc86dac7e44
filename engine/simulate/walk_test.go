package simulate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"journey/engine/compile"
	"journey/engine/flow"
	"journey/engine/machine"
)

// walkable are the shipped journeys with their own contacts and stubs.
func walkable(tb testing.TB) (*flow.Bundle, *compile.Result) {
	tb.Helper()
	paths, err := filepath.Glob("../../flows/*.yaml")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no shipped journeys: %v", err)
	}
	var inputs []flow.Input
	for _, p := range paths {
		source, err := os.ReadFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: p, Source: source})
	}
	b, _ := flow.Read(inputs)
	return b, compile.Bundle(b)
}

// FuzzWalk lets a customer, an agent, carriers and time do anything in any order with a shipped journey. Whatever they do, nothing
// panics or hangs, and what is stored stays sound.
func FuzzWalk(f *testing.F) {
	b, units := walkable(f)
	f.Add(uint8(0), []byte{0, 0, 1, 7, 12, 30, 41})
	f.Add(uint8(3), []byte{60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70})
	f.Add(uint8(4), []byte("the quick brown fox jumps over the lazy dog"))
	f.Fuzz(func(t *testing.T, which uint8, moves []byte) {
		file := b.Scenarios[int(which)%len(b.Scenarios)]
		x, err := newWorld(units, units.Unit(file.Journey.Value), file.World, new(Classifiers))
		if err != nil {
			t.Fatal(err)
		}
		for i, move := range moves[:min(len(moves), 60)] {
			if err := x.do(walk(file, move, i)); err != nil && strings.Contains(err.Error(), "rest") {
				t.Fatal(err)
			}
			sound(t, x)
		}
	})
}

// walk makes one of a file's own steps, or one of a person's or the world's moods.
func walk(file *flow.Scenarios, move byte, i int) *flow.Step {
	moods := []*flow.Step{
		step("reply", "1", "via", "chat"), step("reply", "2", "via", "sms"), step("reply", "yes", "via", "email"), step("reply", "no"),
		step("reply", "STOP", "via", "sms"), step("reply", "START", "via", "sms"), step("reply", "HELP", "via", "sms"),
		step("reply", "agent please", "via", "chat"), step("reply", "this is useless rubbish", "via", "sms"), step("reply", "something else"),
		step("reply", "100001", "via", "chat"), step("reply", "resend"), step("event", "chat.left"), step("event", "chat.joined"),
		step("wait", "10m"), step("wait", "24h"), step("wait", "14d"), step("agent", "join"), step("agent", "return"), step("agent", "resolve"),
		step("agent", "reply", "text", "Hello"), step("receipt", "failed"), step("receipt", "delivered"), step("link", "open"),
		step("link", "open", "answer", "AB123456"),
	}
	if int(move) < 2*len(moods) {
		return moods[int(move)%len(moods)]
	}
	c := file.Cases[int(move)%len(file.Cases)]
	for range c.Steps {
		if st := c.Steps[i%len(c.Steps)]; st.Verb.Value != "expect" {
			return st
		}
		i++
	}
	return moods[0]
}

// sound checks what must hold of every conversation at any time.
func sound(t *testing.T, x *world) {
	t.Helper()
	for _, c := range x.conversations() {
		if !c.Open() && len(c.Timers) > 0 && len(c.Held) == 0 {
			t.Fatalf("%s has ended as %s and keeps %d timers", c.Journey, c.Outcome, len(c.Timers))
		}
		if !c.Open() && (c.Question != nil || c.Handoff != nil || c.Call != nil || c.Verification != nil) {
			t.Fatalf("%s has ended as %s and still waits for something", c.Journey, c.Outcome)
		}
		if c.Handoff != nil && c.Question != nil {
			t.Fatalf("%s waits on an agent and asks a question", c.Journey)
		}
		if c.Child != "" && x.conversation(c.Child) == nil {
			t.Fatalf("%s runs a conversation that is not stored", c.Journey)
		}
		ids := map[string]bool{}
		for _, timer := range c.Timers {
			if ids[timer.ID] {
				t.Fatalf("%s has the timer %s twice", c.Journey, timer.ID)
			}
			ids[timer.ID] = true
			if timer.At.Before(x.clock.now.Add(-time.Second)) {
				t.Fatalf("%s: the timer %s is overdue by %s", c.Journey, timer.ID, x.clock.now.Sub(timer.At))
			}
		}
	}
	checkSilence(t, x)
}

// checkSilence holds every text that was sent against the opt-out that stood then.
func checkSilence(t *testing.T, x *world) {
	t.Helper()
	out := x.contactNow().Ledger.OptedOut("sms")
	i := slices.IndexFunc(x.since.sent, func(d *machine.Deliver) bool { return d.Channel == "sms" && !d.Confirms && d.At.Equal(x.clock.now) })
	if out && i >= 0 && x.since.sent[i].At.After(lastRecord(x)) {
		t.Fatalf("a text went out after the opt-out: %q", x.since.sent[i].Body)
	}
}

func lastRecord(x *world) time.Time {
	var last time.Time
	for _, r := range x.contactNow().Ledger.Records {
		if r.At.After(last) {
			last = r.At
		}
	}
	return last
}
