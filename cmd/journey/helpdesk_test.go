package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"journey/engine/desk"
	"journey/engine/server"
)

// helpdesk stands outside, in the place of a helpdesk that agents have already: it hears of handoffs and does all that agents do over the API.
type helpdesk struct {
	*httptest.Server
	t      *testing.T
	secret string

	mu    sync.Mutex
	down  int // how many requests are answered with 500
	tries int
	seen  map[string]bool // by webhook-id
	told  []server.HandoffTold
}

func newHelpdesk(t *testing.T) *helpdesk {
	h := &helpdesk{t: t, secret: "the-secret-of-the-helpdesk", seen: map[string]bool{}}
	h.Server = httptest.NewServer(http.HandlerFunc(h.hear))
	t.Cleanup(h.Close)
	return h
}

func (h *helpdesk) hear(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Error(err)
	}
	h.tries++
	id := r.Header.Get("webhook-id")
	mac := hmac.New(sha256.New, []byte(h.secret))
	fmt.Fprintf(mac, "%s.%s.%s", id, r.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("webhook-signature") != want {
		h.t.Errorf("the signature of %s is %q, want %q", body, r.Header.Get("webhook-signature"), want)
	}
	if h.down > 0 {
		h.down--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if h.seen[id] {
		return
	}
	h.seen[id] = true
	var one server.HandoffTold
	strict := json.NewDecoder(strings.NewReader(string(body)))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&one); err != nil {
		h.t.Errorf("%s is not as it is described: %v", body, err)
	}
	h.told = append(h.told, one)
}

// heard waits until so much was told, and gives it.
func (h *helpdesk) heard(n int) []server.HandoffTold {
	h.t.Helper()
	var told []server.HandoffTold
	soon(h.t, fmt.Sprint(n, " notices have come"), func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		told = slices.Clone(h.told)
		return len(told) >= n
	})
	return told
}

// asks is a journey whose agents find something out, which it takes back.
const asks = `
journey: asks
title: Asks
owner: desk@shop.example
objective: { goal: helped, why: Customers are helped. }
entry:
  - { on: help.wanted, key: trigger.data.id }
exit:
  - { on: help.over, outcome: over }
fallback: desk
events:
  help.wanted: { data: { id: string } }
  help.over: { data: { id: string } }
data:
  refund: { type: number }
  card: { type: string, sensitive: true, default: "4111" }
channels: { prefer: [sms], sms: { purpose: transactional } }
states:
  begin: { to: [{ when: trigger.data.id == "2", to: guarded }, { to: desk }] }
  guarded: { handoff: { queue: help, recommend: "Charge {{ card ?? '?' }}." }, on: { agent.resolved: helped }, after: { 1d: helped } }
  desk:
    handoff: { queue: help, priority: 2, skills: ['"en"'], recommend: Look it up. }
    on: { agent.resolved: helped, agent.returned: told }
    after: { 1d: helped }
  told: { say: "You get {{ refund ?? 0 }} back.", to: wait }
  wait: { after: { 1d: helped } }
  helped: { end: helped }
`

// A helpdesk outside is told of each handoff, signed, in order, once, though it and the server were down meanwhile; and does over the API what agents do.
func TestHelpdeskOutside(t *testing.T) {
	t.Parallel()
	outside, h := newCarrier(t), newHelpdesk(t)
	h.down = 1
	s := newSite(t, outside, map[string]string{"asks.yaml": asks}, fmt.Sprintf("subscribers: [{ url: %s/hooks, secret: %s, events: [handoff.opened, handoff.claimed, handoff.returned, handoff.resolved] }]\n", h.URL, h.secret))
	s.hire(t)
	c := s.start(t)
	s.customer(t, 0)
	s.must(t, "POST", "/v1/events", event("1", "help.wanted", customer(0), map[string]any{"id": "1"}))
	c.kill()
	c = s.start(t)
	opened := h.heard(1)[0]
	if d := opened.Data; opened.Type != "handoff.opened" || d.Contact != customer(0) || d.Queue != "help" || d.Priority != 2 || !slices.Equal(d.Skills, []string{"en"}) ||
		d.Reason != "help.wanted happened" || d.Recommend != "Look it up." || d.Opened.IsZero() {
		t.Errorf("opened: %+v", opened)
	}
	path := "/v1/handoffs/" + opened.Data.Handoff
	ask := func(method, path string, body any) (answer []byte) {
		t.Helper()
		var text string
		if body != nil {
			b, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		status, answer := s.as("agent0", method, path, text)
		if status/100 != 2 {
			t.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
		return answer
	}
	var p desk.Packet
	if err := json.Unmarshal(ask("GET", path, nil), &p); err != nil || p.Reason != opened.Data.Reason || p.Customer.Phone != phone(0) {
		t.Errorf("the packet: %v %+v", err, p)
	}
	ask("POST", path+"/claim", nil)
	ask("POST", path+"/note", map[string]any{"text": "I look it up"})
	ask("POST", path+"/reply", map[string]any{"text": "One moment, please."})
	ask("POST", path+"/return", map[string]any{"data": map[string]any{"refund": 12.5, "card": "4111"}})
	soon(t, "the customer is answered by both", func() bool {
		said := outside.all()
		return len(said) == 2 && said[0].Body == "One moment, please." && said[1].Body == "You get 12.5 back."
	})
	s.must(t, "POST", "/v1/events", event("2", "help.wanted", customer(0), map[string]any{"id": "2"}))
	guarded := h.heard(4)[3].Data
	if guarded.Recommend != "" {
		t.Errorf("a subscriber is told %q", guarded.Recommend)
	}
	second := guarded.Handoff
	ask("POST", "/v1/handoffs/"+second+"/resolve", map[string]any{"disposition": "solved"})
	told := h.heard(6)
	var kinds []string
	for _, one := range told {
		kinds = append(kinds, strings.TrimPrefix(one.Type, "handoff."))
	}
	if want := []string{"opened", "claimed", "returned", "opened", "claimed", "resolved"}; !slices.Equal(kinds, want) {
		t.Errorf("told %q, want %q", kinds, want)
	}
	if d := told[2].Data; d.By != "agent0" || d.Data["refund"] != 12.5 || d.Data["card"] != nil {
		t.Errorf("returned: %+v", d)
	}
	if d := told[5].Data; d.Handoff != second || d.By != "agent0" || d.Disposition != "solved" {
		t.Errorf("resolved: %+v", d)
	}
	if err := c.stop(); err != nil {
		t.Errorf("the server did not stop as it should: %v\n%s", err, c.said)
	}
	s.check(t)
	if h.tries < len(told)+1 {
		t.Errorf("%d tries: the one that failed is not among them", h.tries)
	}
}
