package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// parcels is a journey that says what it hears of its own texts.
const parcels = `
journey: parcels
title: Your parcel
owner: depot@shop.example
objective: { goal: told, why: Customers know where their parcel is. }
entry:
  - { on: parcel.near, key: trigger.data.id }
exit:
  - { on: parcel.lost, outcome: over }
fallback: desk
events:
  parcel.lost: { data: { id: string } }
  parcel.near: { data: { id: string } }
data:
  heard: { type: int, default: 0 }
channels: { prefer: [sms], sms: { purpose: transactional } }
states:
  start:
    say: "Parcel {{ trigger.data.id }} is near. Reply STOP to opt out."
    on:
      message.delivered: { when: heard == 0, set: { heard: heard + 1 }, say: "It was delivered." }
      message.failed: { say: "It has failed." }
      sms.message: { say: "You wrote {{ reply.text }}." }
    after: { 1d: told }
  desk: { handoff: { queue: depot }, on: { agent.resolved: told }, after: { 1d: told } }
  told: { end: told }
`

// hook posts a form as Twilio would, signed with a token; status 0: no answer came.
func (s *site) hook(address, token string, form url.Values) int {
	text := address
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text += name + form.Get(name)
	}
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(text))
	r, err := http.NewRequest("POST", address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(h.Sum(nil)))
	answer, err := s.client.Do(r)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

// status is a report of what became of a text.
func status(m sms, is string) url.Values {
	return url.Values{"MessageSid": {m.SID}, "MessageStatus": {is}, "AccountSid": {accountSID}, "To": {m.To}, "From": {m.From}}
}

// bodies are the texts that were sent, in order.
func (c *carrier) bodies() (bodies []string) {
	for _, m := range c.all() {
		bodies = append(bodies, strings.TrimSuffix(m.Body, " Reply STOP to opt out."))
	}
	return bodies
}

// Webhooks come in any order, several times, from others than the provider, and again after the server was killed: each is heard once, what
// was delivered has not failed, and nobody else is heard.
func TestWebhooksInAnyOrder(t *testing.T) {
	t.Parallel()
	outside := newCarrier(t)
	s := newSite(t, outside, map[string]string{"parcels.yaml": parcels}, "")
	c := s.start(t)
	s.customer(t, 0)

	early := make(chan int, 1)
	outside.first = func(m sms) { early <- s.hook(m.callback, authToken, status(m, "delivered")) } // before the server has its answer
	s.must(t, "POST", "/v1/events", event("1", "parcel.near", customer(0), map[string]any{"id": "P1"}))
	if got := <-early; got != http.StatusNoContent {
		t.Errorf("a report that comes before the answer: %d", got)
	}
	sent := []string{"Parcel P1 is near.", "It was delivered."}
	soon(t, "the journey hears that its text was delivered", func() bool { return slices.Equal(outside.bodies(), sent) })
	first := outside.all()[0]

	inbound := "http://" + s.address + "/v1/channels/sms/twilio"
	wrote := func(id, text string) url.Values {
		return url.Values{"MessageSid": {id}, "From": {phone(0)}, "To": {ourNumber}, "Body": {text}, "NumMedia": {"0"}}
	}
	for _, h := range []struct {
		what    string
		address string
		token   string
		form    url.Values
		want    int
		sent    []string // besides what was
	}{
		{"sent, after delivered", first.callback, authToken, status(first, "sent"), 204, nil},
		{"queued, after delivered", first.callback, authToken, status(first, "queued"), 204, nil},
		{"delivered, again", first.callback, authToken, status(first, "delivered"), 204, nil},
		{"failed, after delivered", first.callback, authToken, status(first, "undelivered"), 204, nil},
		{"a report in nobody's format", first.callback, authToken, status(first, "teleported"), 400, nil},
		{"a report on a message that is not ours", inbound + "/status?message=nobody", authToken, status(first, "delivered"), 404, nil},
		{"a forged report", first.callback, "another token", status(first, "undelivered"), 403, nil},
		{"a report that was signed for another message", strings.Replace(first.callback, "message=", "message=x", 1) + "#" + first.callback, authToken, status(first, "delivered"), 403, nil},
		{"a text", inbound, authToken, wrote("SMa", "Hello"), 200, []string{"You wrote Hello."}},
		{"the same text again", inbound, authToken, wrote("SMa", "Hello"), 200, nil},
		{"a forged text", inbound, "", wrote("SMb", "STOP"), 403, nil},
		{"a text from no number", inbound, authToken, url.Values{"MessageSid": {"SMc"}, "From": {"Bank"}, "Body": {"Hi"}}, 400, nil},
		{"another text", inbound, authToken, wrote("SMd", "Bye"), 200, []string{"You wrote Bye."}},
	} {
		if got := s.hook(h.address, h.token, h.form); got != h.want {
			t.Errorf("%s: %d, want %d", h.what, got, h.want)
		}
		sent = append(sent, h.sent...)
		soon(t, h.what+": "+strings.Join(h.sent, ", "), func() bool { return len(outside.bodies()) >= len(sent) })
	}
	c.kill()
	c = s.start(t)
	for _, form := range []url.Values{status(first, "delivered"), status(first, "failed")} {
		if got := s.hook(first.callback, authToken, form); got != 204 {
			t.Errorf("again, after the server was killed: %d", got)
		}
	}
	if got := s.hook(inbound, authToken, wrote("SMa", "Hello")); got != 200 {
		t.Errorf("a text again, after the server was killed: %d", got)
	}

	second := outside.all()[1]
	if got := s.hook(second.callback, authToken, status(second, "failed")); got != 204 {
		t.Errorf("another text has failed: %d", got)
	}
	sent = append(sent, "It has failed.")
	soon(t, "the journey hears that another text has failed", func() bool { return len(outside.bodies()) >= len(sent) })
	if got := outside.bodies(); !slices.Equal(got, sent) {
		t.Errorf("sent was %q, want %q", got, sent)
	}

	var conversation struct {
		Transcript []struct {
			Text     string
			Delivery *struct{ Status string }
		}
	}
	unmarshal(t, s.must(t, "GET", "/v1/conversations/"+s.conversations(t, customer(0))[0], nil), &conversation)
	became := map[string]string{}
	for _, m := range conversation.Transcript {
		if m.Delivery != nil {
			became[m.Text] = m.Delivery.Status
		}
	}
	if became["Parcel P1 is near."] != "delivered" && became["Parcel P1 is near. Reply STOP to opt out."] != "delivered" || became["It was delivered."] != "failed" {
		t.Errorf("what became of the texts: %v", became)
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	s.check(t)
}

func unmarshal(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// A provider that takes a text and never answers holds up nobody else, and the text is not sent twice.
func TestProviderHangs(t *testing.T) {
	t.Parallel()
	outside := newCarrier(t)
	var hangs atomic.Bool
	outside.becomes(func() mood {
		if hangs.Load() {
			return late
		}
		return well
	})
	s := newSite(t, outside, map[string]string{"parcels.yaml": parcels}, "")
	c := s.start(t)
	for i := range 3 {
		s.customer(t, i)
	}
	hangs.Store(true)
	s.must(t, "POST", "/v1/events", event("1", "parcel.near", customer(0), map[string]any{"id": "P0"}))
	soon(t, "the provider has it", func() bool { return len(outside.all()) == 1 })
	hangs.Store(false)
	begun := time.Now()
	s.must(t, "POST", "/v1/events", event("2", "parcel.near", customer(1), map[string]any{"id": "P1"}))
	soon(t, "the others are served", func() bool { return len(outside.all()) == 2 })
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("another customer waited %v", took)
	}
	c.kill()
	c = s.start(t)
	s.must(t, "POST", "/v1/events", event("3", "parcel.near", customer(2), map[string]any{"id": "P2"}))
	soon(t, "the text is found in the provider's list", func() bool {
		metrics := string(s.must(t, "GET", "/metrics", nil))
		return strings.Contains(metrics, `journey_deliveries_total{channel="sms",provider="twilio",result="accepted"} 2`)
	})
	want := []string{"Parcel P0 is near.", "Parcel P1 is near.", "Parcel P2 is near."}
	if got := slices.Sorted(slices.Values(outside.bodies())); !slices.Equal(got, want) {
		t.Errorf("sent was %q, want %q", got, want)
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
}
