package transcript_test

import (
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/transcript"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func said(id, text string, sensitive, question bool) machine.Effect {
	return machine.Effect{ID: id, Deliver: &machine.Deliver{ID: id, Conversation: "c", Channel: policy.SMS, By: machine.ByJourney, Text: text, Sensitive: sensitive, Question: question, At: noon}}
}

func wrote(id, text string) machine.Effect {
	return machine.Effect{ID: id, Heard: &machine.Heard{Conversation: "c", Channel: policy.SMS, Text: text, At: noon}}
}

// log is a contact's log, oldest first.
func log() []machine.LogEntry {
	return []machine.LogEntry{
		{At: noon.Add(-time.Hour), Effects: []machine.Effect{said("0", "Long ago", false, false)}},
		{At: noon, Effects: []machine.Effect{said("1", "Hello, see https://j.example/s/abc", false, false), said("2", "Which PIN?", true, true)}},
		{At: noon, Attempt: &machine.Attempt{Message: "1", Result: machine.Accepted, Provider: "twig"}},
		{At: noon, Attempt: &machine.Attempt{Message: "2", Result: machine.Postponed}},
		{At: noon, Attempt: &machine.Attempt{Message: "2", Result: machine.Rejected, Reason: "30006"}},
		{At: noon, Event: machine.Event{Report: &machine.DeliveryReport{Message: &machine.Deliver{ID: "1"}, Delivered: true}}},
		{At: noon, Effects: []machine.Effect{wrote("3", "1234")}},
		{At: noon, Effects: []machine.Effect{said("4", "Thanks.", false, true)}},
		{At: noon, Effects: []machine.Effect{wrote("5", "Bye")}},
	}
}

func TestTranscript(t *testing.T) {
	for _, c := range []struct {
		name string
		most int
		hide bool
		want []string // by, text, delivery
		cut  bool
	}{
		{"all of it", 0, false, []string{"journey Hello, see https://j.example/s/… delivered", "journey Which PIN? failed", "customer 1234", "journey Thanks. pending", "customer Bye"}, false},
		{"without what is sensitive", 0, true, []string{"journey Hello, see https://j.example/s/… delivered", "journey ••• failed", "customer •••", "journey Thanks. pending", "customer Bye"}, false},
		{"the newest only", 2, false, []string{"journey Thanks. pending", "customer Bye"}, true},
	} {
		tr := transcript.New(noon, c.most, func(id string) bool { return id == "c" })
		entries := log()
		for i := len(entries) - 1; i >= 0; i-- {
			if !tr.Visit(&runtime.Logged{Seq: uint64(i + 1), LogEntry: &entries[i]}) {
				break
			}
		}
		tr.Complete()
		if c.hide {
			tr.Hide()
		}
		var got []string
		for _, m := range tr.Messages {
			line := m.By + " " + m.Text
			if m.Delivery != nil {
				line += " " + m.Delivery.Status
			}
			got = append(got, line)
		}
		if len(got) != len(c.want) || tr.Cut != c.cut {
			t.Fatalf("%s: %q, cut %v", c.name, got, tr.Cut)
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %q, want %q", c.name, got[i], c.want[i])
			}
		}
	}
	if got := transcript.Text(said("1", "PIN 1234", true, false).Deliver); got != transcript.Mask {
		t.Errorf("one sensitive message: %s", got)
	}
}
