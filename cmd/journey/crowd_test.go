package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/desk"
)

// help is a journey that hands over at once.
const help = `
journey: help
title: Help
owner: desk@shop.example
objective: { goal: helped, why: Customers are helped. }
entry:
  - { on: help.wanted, key: trigger.data.id }
exit:
  - { on: help.over, outcome: over }
fallback: desk
events:
  help.wanted: { data: { id: string, priority: int } }
  help.over: { data: { id: string } }
channels: { prefer: [sms], sms: { purpose: transactional } }
states:
  desk:
    handoff: { queue: help, priority: trigger.data.priority }
    on: { agent.resolved: helped }
    after: { 1d: helped }
  helped: { end: helped }
`

const (
	crowd      = 200
	crowdHands = 10
)

// crowdFor is about how long the agents are busy: go test ./cmd/journey -run AgentsClaim -crowd 1m
var crowdFor = flag.Duration("crowd", 1500*time.Millisecond, "how long agents claim in TestKilledWhileAgentsClaim")

// 200 conversations wait and 10 agents take them at random times, some the next one and some any that they see, while the server is killed twice.
// Each is taken once, none is lost, and whoever was told that they have one has it.
func TestKilledWhileAgentsClaim(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"help.yaml": help}, "")
	s.hire(t)
	c := s.start(t)
	var batch []map[string]any
	for i := range crowd {
		batch = append(batch, event(fmt.Sprint("h", i), "help.wanted", customer(i), map[string]any{"id": fmt.Sprint(i), "priority": i%3 + 1}))
		if len(batch) == 50 {
			s.must(t, "POST", "/v1/events", batch)
			batch = nil
		}
	}
	waiting := s.handoffs(t, "waiting")
	if len(waiting) != crowd {
		t.Fatalf("%d of %d wait", len(waiting), crowd)
	}
	for i := 1; i < len(waiting); i++ {
		if a, b := waiting[i-1], waiting[i]; a.Priority > b.Priority || a.Priority == b.Priority && a.Opened.After(b.Opened) {
			t.Errorf("%s (%d, %s) stands before %s (%d, %s)", a.Contact, a.Priority, a.Opened, b.Contact, b.Priority, b.Opened)
		}
	}
	var mu sync.Mutex
	told := map[string]string{} // who was told that they have it
	var agents sync.WaitGroup
	for a := range crowdHands {
		agents.Go(func() {
			name := agentName(a)
			for {
				time.Sleep(rand.N(*crowdFor * 2 * crowdHands / crowd))
				id, done := s.claimOne(t, name)
				if done {
					return
				}
				mu.Lock()
				if other := told[id]; id != "" && other != "" {
					t.Errorf("%s has %s, and so has %s", name, id, other)
				}
				if id != "" {
					told[id] = name
				}
				mu.Unlock()
			}
		})
	}
	for range 2 {
		time.Sleep(*crowdFor/8 + rand.N(*crowdFor/4))
		c.kill()
		c = s.start(t)
	}
	agents.Wait()
	taken := s.handoffs(t, "claimed")
	if len(taken) != crowd {
		t.Errorf("%d of %d are taken", len(taken), crowd)
	}
	for _, it := range taken {
		if by := told[it.ID]; by != "" && by != it.By {
			t.Errorf("%s was told that they have %s, and %s has it", by, it.ID, it.By)
		}
		delete(told, it.ID)
	}
	for id, by := range told {
		t.Errorf("%s was told that they have %s, which is not there", by, id)
	}
	if err := c.stop(); err != nil {
		t.Errorf("the server did not stop as it should: %v\n%s", err, c.said)
	}
	s.check(t)
}

func agentName(a int) string { return fmt.Sprint("agent", a) }

// hire adds agents, whose tokens are their names, to the configuration.
func (s *site) hire(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	var tokens strings.Builder
	for a := range crowdHands {
		sum := sha256.Sum256([]byte(agentName(a)))
		fmt.Fprintf(&tokens, "{ name: %s, role: agent, sha256: %s }, ", agentName(a), hex.EncodeToString(sum[:]))
	}
	writeFile(t, s.config, strings.Replace(string(text), "tokens: [", "tokens: ["+tokens.String(), 1))
}

// handoffs reads all pages of a list.
func (s *site) handoffs(t *testing.T, state string) (all []desk.Item) {
	t.Helper()
	cursor := ""
	for {
		var page struct {
			Handoffs []desk.Item
			Next     string
		}
		if err := json.Unmarshal(s.must(t, "GET", "/v1/handoffs?limit=60&state="+state+"&cursor="+cursor, nil), &page); err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Handoffs...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

// claimOne takes the next handoff, or any that waits, and gives its id; none where somebody else was quicker, or the server was down. done: none waits.
func (s *site) claimOne(t *testing.T, agent string) (id string, done bool) {
	if rand.IntN(2) == 0 {
		status, body := s.as(agent, "POST", "/v1/handoffs/next", "{}")
		switch status {
		case http.StatusOK:
			return itemID(t, body), false
		case http.StatusNotFound:
			return "", true
		}
		return "", false
	}
	status, body := s.as(agent, "GET", "/v1/handoffs?state=waiting", "")
	var page struct{ Handoffs []desk.Item }
	if status != http.StatusOK || json.Unmarshal(body, &page) != nil {
		return "", false
	}
	if len(page.Handoffs) == 0 {
		return "", true
	}
	any := page.Handoffs[rand.IntN(len(page.Handoffs))].ID
	switch status, _ = s.as(agent, "POST", "/v1/handoffs/"+any+"/claim", ""); status {
	case http.StatusOK:
		return any, false
	case 0, http.StatusConflict, http.StatusServiceUnavailable:
	default:
		t.Errorf("claim: %d", status)
	}
	return "", false
}

func itemID(t *testing.T, body []byte) string {
	var it desk.Item
	if err := json.Unmarshal(body, &it); err != nil {
		t.Error(err)
	}
	return it.ID
}

// as makes a request with an agent's token; status 0: no answer came.
func (s *site) as(agent, method, path, body string) (status int, answer []byte) {
	r, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	r.Header.Set("Authorization", "Bearer "+agent)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	got, err := s.client.Do(r)
	if err != nil {
		return 0, nil
	}
	defer got.Body.Close()
	if answer, err = io.ReadAll(got.Body); err != nil {
		return 0, nil
	}
	return got.StatusCode, answer
}
