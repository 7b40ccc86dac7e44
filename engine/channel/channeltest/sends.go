package channeltest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/runtime"
)

// texts are hard on encodings and protocols.
var texts = map[string]string{
	"plain":         "Your order is on its way.",
	"several lines": "One\nTwo\n\nFour",
	"dots":          ".\n..\n. and so on",
	"unicode":       "¡Ya está! 你好, שלום, 👩‍👩‍👧 – “quoted” €5",
	"form":          "a=b&c=d+e%20f;g?h#i",
	"headers":       "Bcc: all@shop.example\nSubject: no",
	"markup":        "<b>&amp; \"{{.}}\" \\n",
	"long":          strings.Repeat("All work and no play. ", 70),
}

func sends(t *testing.T, bench func(t *testing.T) *Bench) {
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			b := bench(t)
			a := b.send(t, Message(b, "c1.1", text))
			if a.Receipt != runtime.Taken || a.ID == "" {
				t.Fatalf("it was answered with %+v", a)
			}
			if got := b.Taken(); len(got) != 1 || got[0].To != b.To || strings.TrimSpace(got[0].Text) != strings.TrimSpace(text) {
				t.Errorf("the server has %q, want %q to %s", got, text, b.To)
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		b := bench(t)
		first, second := b.send(t, Message(b, "c1.1", "Hello")), b.send(t, Message(b, "c1.1", "Hello"))
		if first.Receipt != runtime.Taken || second.Receipt != runtime.Taken {
			t.Fatalf("they were answered with %+v and %+v", first, second)
		}
		if n := len(b.Taken()); n > 1 && !b.Provider.Careful() {
			t.Errorf("the server has %d messages of one id, and the provider calls itself not careful", n)
		}
	})
	t.Run("ids are not mixed up", func(t *testing.T) {
		b := bench(t)
		first, second := b.send(t, Message(b, "c1.1", "Hello")), b.send(t, Message(b, "c1.2", "Hello"))
		if first.ID == second.ID || len(b.Taken()) != 2 {
			t.Errorf("two messages have the ids %q and %q, and the server has %q", first.ID, second.ID, b.Taken())
		}
	})
}

// misbehaves is what is to become of a message when the server misbehaves.
func misbehaves(t *testing.T, bench func(t *testing.T) *Bench) {
	for _, c := range []struct {
		behaviour Behaviour
		want      []runtime.Receipt
		broken    bool
	}{
		{Fail, []runtime.Receipt{runtime.Unavailable}, false},
		{TooMany, []runtime.Receipt{runtime.Unavailable}, false},
		{Garbage, []runtime.Receipt{runtime.Lost, runtime.Unavailable}, false},
		{Hang, []runtime.Receipt{runtime.Lost, runtime.Unavailable}, false},
		{TakeAndDrop, []runtime.Receipt{runtime.Lost}, false},
		{Vanish, []runtime.Receipt{runtime.Unavailable}, false},
		{RefuseNumber, []runtime.Receipt{runtime.Refused}, false},
		{RefuseUs, []runtime.Receipt{runtime.Unavailable}, true},
	} {
		t.Run(string(c.behaviour), func(t *testing.T) {
			b := bench(t)
			if !b.Behave(c.behaviour) {
				t.Skip("this server can't")
			}
			attempted := time.Now()
			d := Message(b, "c1.1", "Hello")
			a := b.send(t, d)
			if !slices.Contains(c.want, a.Receipt) {
				t.Fatalf("it was answered with %+v, want one of %v", a, c.want)
			}
			if a.Reason == "" || a.Broken != c.broken || a.Elsewhere {
				t.Errorf("it was answered with %+v: a reason, and broken %v, is wanted", a, c.broken)
			}
			if c.behaviour == TooMany && a.After != b.After {
				t.Errorf("it is to be tried again after %v, and the server asked for %v", a.After, b.After)
			}
			b.consistent(t, a, d, attempted)
		})
	}
}

// consistent holds an answer, and one when asked again, against what the server has.
func (b *Bench) consistent(t *testing.T, a channel.Answer, d *machine.Deliver, attempted time.Time) {
	t.Helper()
	taken := len(b.Taken()) > 0
	if taken && (a.Receipt == runtime.Unavailable || a.Receipt == runtime.Refused) {
		t.Errorf("the server has it, and the provider says %+v", a)
	}
	b.Behave(Take)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	asked := b.Provider.Ask(ctx, d, attempted)
	b.noSecrets(t, asked.Reason)
	if taken && asked.Receipt == runtime.Unavailable || !taken && asked.Receipt == runtime.Taken || asked.Receipt == runtime.Refused {
		t.Errorf("asked again, the provider says %+v, and that the server has it is %v", asked, taken)
	}
}

// send sends a message; who hangs is waited for a short while.
func (b *Bench) send(t *testing.T, d *machine.Deliver) channel.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	a := b.Provider.Send(ctx, d)
	b.noSecrets(t, a.Reason)
	return a
}

func (b *Bench) noSecrets(t *testing.T, text string) {
	t.Helper()
	for _, secret := range b.Secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q has a secret in it", text)
		}
	}
}
