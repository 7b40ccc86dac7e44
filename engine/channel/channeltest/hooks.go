package channeltest

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"journey/engine/channel"
)

func hooks(t *testing.T, bench func(t *testing.T) *Bench) {
	b := bench(t)
	if b.Receiver == nil {
		t.Skip("it has none")
	}
	t.Run("inbound", func(t *testing.T) {
		for name, text := range map[string]string{"plain": "Where is it?", "unicode": "¿Dónde está? 👩‍👩‍👧 你好", "form": "a=b&c+d%20", "stop": "STOP"} {
			r, err := b.receive(t, b.Inbound(text))
			if err != nil || len(r.Arrivals) != 1 || r.Arrivals[0].Message == nil {
				t.Fatalf("%s: it was read as %+v, %v", name, r, err)
			}
			if m := r.Arrivals[0].Message; m.From != b.From || m.Text != text || m.Channel != b.Receiver.Channel() || m.ID == "" || m.Provider != b.Receiver.Name() {
				t.Errorf("%s: it was read as %+v", name, m)
			}
		}
	})
	t.Run("the same again", func(t *testing.T) {
		h := b.Inbound("Once")
		first, err1 := b.receive(t, h)
		second, err2 := b.receive(t, h)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("it was read as %+v, %v and as %+v, %v", first, err1, second, err2)
		}
	})
	t.Run("forged", func(t *testing.T) { forged(t, b) })
	t.Run("garbled", func(t *testing.T) {
		if r, err := b.receive(t, b.Garbled()); !errors.Is(err, channel.ErrMalformed) || len(r.Arrivals) > 0 {
			t.Errorf("it was read as %+v, %v", r, err)
		}
	})
	t.Run("reports", func(t *testing.T) { reports(t, b) })
}

// forged changes what is signed, and what signs.
func forged(t *testing.T, b *Bench) {
	for name, change := range map[string]func(h *Hook){
		"another body":  func(h *Hook) { h.Body = append(slices.Clone(h.Body), "&Body=no"...) },
		"no signature":  func(h *Hook) { h.Request.Header = http.Header{"Content-Type": h.Request.Header["Content-Type"]} },
		"bad signature": func(h *Hook) { each(h.Request.Header, func(v string) string { return v[:len(v)-6] + "AAAAAA" }) },
		"odd signature": func(h *Hook) { each(h.Request.Header, func(v string) string { return "\x00é=." }) },
	} {
		h := b.Inbound("Let me in")
		h.Request = h.Request.Clone(context.Background())
		change(&h)
		if r, err := b.receive(t, h); !errors.Is(err, channel.ErrForged) || len(r.Arrivals) > 0 {
			t.Errorf("with %s it was read as %+v, %v", name, r, err)
		}
	}
}

// each changes the headers that may hold a signature.
func each(h http.Header, f func(string) string) {
	for name, values := range h {
		if name != "Content-Type" && len(values) > 0 && len(values[0]) > 8 {
			h.Set(name, f(values[0]))
		}
	}
}

func reports(t *testing.T, b *Bench) {
	if b.Report == nil {
		t.Skip("there are none")
	}
	a := b.send(t, Message(b, "c1.7/é", "Hello"))
	for _, delivered := range []bool{true, false, false, true} {
		r, err := b.receive(t, b.Report("c1.7/é", a.ID, delivered))
		if err != nil || len(r.Arrivals) != 1 || r.Arrivals[0].Report == nil {
			t.Fatalf("it was read as %+v, %v", r, err)
		}
		rep := r.Arrivals[0].Report
		if (rep.State == channel.Delivered) != delivered || (rep.State == channel.Failed) == delivered || (rep.Reason == "") != delivered {
			t.Errorf("delivered %v was read as %+v", delivered, rep)
		}
		if rep.Message != "c1.7/é" || rep.ProviderID != a.ID || rep.Provider != b.Provider.Name() {
			t.Errorf("it is about %+v, and the message was taken as %q", rep, a.ID)
		}
	}
}

// receive reads a hook, and sees that no error tells a secret, or what a customer wrote.
func (b *Bench) receive(t *testing.T, h Hook) (channel.Received, error) {
	t.Helper()
	r, err := b.Receiver.Receive(h.Request, h.Body)
	if err != nil {
		b.noSecrets(t, err.Error())
		if strings.Contains(err.Error(), "Let me in") {
			t.Errorf("%v: that has the customer's text in it", err)
		}
	}
	return r, err
}
