package chat_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"journey/engine/chat"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// person is a visitor of the site.
type person struct {
	s       *site
	Token   string
	Visitor string
	count   int
}

func (s *site) visitor() *person {
	s.t.Helper()
	p := &person{s: s}
	s.ask("POST", "/v1/chat/sessions", "", "{}").into(s.t, p)
	return p
}

// says writes a message, under the id m1, m2, …
func (p *person) says(text string) {
	p.s.t.Helper()
	p.count++
	p.s.jump(time.Second)
	body, _ := json.Marshal(map[string]string{"id": fmt.Sprint("m", p.count), "text": text})
	if a := p.s.ask("POST", "/v1/chat/messages", p.Token, string(body)); a.status != http.StatusAccepted {
		p.s.t.Fatalf("%q: %d %s", text, a.status, a.body)
	}
}

// texts writes from the phone.
func (p *person) texts(text string) {
	p.s.t.Helper()
	_, err := p.s.loop.Do(context.Background(), runtime.Work{To: runtime.To{Contact: p.Visitor},
		Event: &machine.Event{Type: "sms.message", Message: &machine.CustomerMessage{Channel: policy.SMS, Text: text}}})
	if err != nil {
		p.s.t.Fatal(err)
	}
}

// report has a carrier say what became of a message to the visitor.
func (s *site) report(id string, delivered bool) {
	s.t.Helper()
	m, key, err := s.engine.Message(context.Background(), id)
	if err == nil {
		_, err = s.loop.Do(context.Background(), runtime.Work{To: runtime.To{Key: key},
			Event: &machine.Event{Type: "receipt", Report: &machine.DeliveryReport{Message: m, Delivered: delivered}}})
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (p *person) history(query string) (h chat.History) {
	p.s.t.Helper()
	p.s.ask("GET", "/v1/chat/history"+query, p.Token, "").into(p.s.t, &h)
	return h
}

// line is an open stream.
type line struct {
	cancel func()
	status int

	mu     sync.Mutex
	last   string // id
	events []string
	beats  int
	over   bool
}

// opens a stream; after "" is from now on.
func (p *person) opens(after string) *line {
	p.s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, "GET", p.s.base+"/v1/chat/stream", nil)
	r.Header.Set("Authorization", "Bearer "+p.Token)
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	res, err := p.s.client.Do(r)
	if err != nil {
		p.s.t.Fatal(err)
	}
	l := &line{cancel: cancel, status: res.StatusCode}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.read(res.Body)
	}()
	p.s.stop = append(p.s.stop, func() { cancel(); <-ended })
	return l
}

func (l *line) read(body io.ReadCloser) {
	defer body.Close()
	event := ""
	for scan := bufio.NewScanner(body); scan.Scan(); {
		l.mu.Lock()
		switch name, value, _ := strings.Cut(scan.Text(), ": "); name {
		case "":
			if scan.Text() != "" {
				l.beats++
			}
		case "id":
			l.last = value
		case "event":
			event = value
		case "data":
			l.events = append(l.events, shown(event, value))
		}
		l.mu.Unlock()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

func shown(event, data string) string {
	if event == "delivery" {
		var p chat.Progress
		if err := json.Unmarshal([]byte(data), &p); err != nil || p.Ref == "" {
			return fmt.Sprint("a delivery of nothing: ", data)
		}
		return "delivery: " + p.Delivery
	}
	if event != "message" {
		return strings.TrimSpace(event + " " + strings.TrimPrefix(data, "{}"))
	}
	var m chat.Message
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		return err.Error()
	}
	return describe(m)
}

// describe puts a message in a line: "customer: hello", "journey by sms: Your code is hidden".
func describe(m chat.Message) string {
	text := m.Who
	if m.Via != policy.Chat {
		text += " by " + string(m.Via)
	}
	text += ": " + m.Text
	if m.Hidden {
		text += "(hidden)"
	}
	if len(m.Choices) > 0 {
		text += " [" + strings.Join(m.Choices, "|") + "]"
	}
	if m.Delivery != "" {
		text += " " + m.Delivery
	}
	if m.Disclosure != "" {
		text += " {" + m.Disclosure + "}"
	}
	return text
}

// transcript is a history that can be compared.
type transcript struct{ chat.History }

func (h transcript) lines() []string {
	var lines []string
	for _, m := range h.Messages {
		lines = append(lines, describe(m))
	}
	return lines
}

// got gives what came since it was last asked.
func (l *line) got() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.events
	l.events = nil
	return events
}

// place is the id of the last event.
func (l *line) place() string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *line) isOver() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}
