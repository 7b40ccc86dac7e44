package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// chatty is a journey that answers in the chat, and tells there whatever the shop says.
const chatty = `
journey: chatty
title: A chat
owner: desk@shop.example
objective: { goal: talked, why: Visitors are answered. }
entry:
  - on: chat.message
exit:
  - { on: shop.closes, outcome: over }
fallback: desk
events:
  shop.closes: { data: { at: string } }
  shop.says: { data: { text: string } }
channels: { prefer: [chat] }
states:
  start:
    say: "Hello."
    on:
      chat.message: { say: "Go on." }
      shop.says: { say: "{{ event.data.text }}" }
    after: { 1d: talked }
  desk: { handoff: { queue: desk }, on: { agent.resolved: talked }, after: { 1d: talked } }
  talked: { end: talked }
`

// visitor is somebody in the chat.
type visitor struct {
	s              *site
	Token, Visitor string
	wrote          int
}

func (s *site) visits(t *testing.T) *visitor {
	t.Helper()
	v := &visitor{s: s}
	unmarshal(t, s.must(t, "POST", "/v1/chat/sessions", map[string]any{}), v)
	return v
}

func (v *visitor) ask(t *testing.T, method, path string, body any) []byte {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(method, "http://"+v.s.address+"/v1/chat/"+path, strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+v.Token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := v.s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %d %s %v", method, path, answer.StatusCode, got, err)
	}
	return got
}

func (v *visitor) says(t *testing.T, text string) {
	t.Helper()
	v.wrote++
	v.ask(t, "POST", "messages", map[string]string{"id": fmt.Sprint("m", v.wrote), "text": text})
}

func (v *visitor) history(t *testing.T) (lines []string) {
	t.Helper()
	var h struct{ Messages []struct{ Who, Text string } }
	unmarshal(t, v.ask(t, "GET", "history", nil), &h)
	for _, m := range h.Messages {
		lines = append(lines, m.Who+": "+m.Text)
	}
	return lines
}

// connects opens a stream over a socket of its own, and reads that it is open.
func (v *visitor) connects(t *testing.T) net.Conn {
	t.Helper()
	line, err := net.Dial("tcp", v.s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { line.Close() })
	if err := line.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(line, "GET /v1/chat/stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", v.s.address, v.Token)
	first, err := bufio.NewReader(line).ReadString('\n')
	if err != nil || !strings.Contains(first, "200 OK") {
		t.Fatalf("%q %v", first, err)
	}
	return line
}

// A page that reads nothing, and one that has vanished without a word, hold up neither the server nor other visitors: the first is let go once
// nothing more has fitted on its line for a while, and who comes back has missed nothing.
func TestSlowAndVanishedChat(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"chatty.yaml": chatty}, "")
	c := s.start(t)
	slow, gone, other := s.visits(t), s.visits(t), s.visits(t)
	slow.connects(t)
	slow.says(t, "hi")
	dropped := gone.connects(t)
	gone.says(t, "hi")
	dropped.Close()

	const size, count = 60_000, 150 // more than a system keeps for a line
	for i := range count {
		s.must(t, "POST", "/v1/events", event(fmt.Sprint("e", i), "shop.says", slow.Visitor, map[string]any{"text": strings.Repeat("x", size)}))
	}
	begun := time.Now()
	other.says(t, "hi")
	soon(t, "another visitor is answered", func() bool { return len(other.history(t)) == 2 })
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("another visitor waited %v", took)
	}
	if got := gone.history(t); len(got) != 2 {
		t.Errorf("who comes back after the line dropped finds %q", got)
	}
	soon(t, "both pages are let go", func() bool {
		return strings.Contains(string(s.must(t, "GET", "/metrics", nil)), `journey_http_requests_total{method="GET",route="/v1/chat/stream",status="200"} 2`)
	})
	if got := slow.history(t); got[len(got)-1] != "journey: "+strings.Repeat("x", size) {
		t.Errorf("who comes back after being slow finds not what came last")
	}
	if err := c.stop(); err != nil {
		t.Errorf("the server did not stop as it should: %v\n%s", err, c.said)
	}
}
