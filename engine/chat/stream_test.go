package chat_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/chat"
	"journey/engine/runtime"
)

var hello = []string{
	"customer: hi",
	"journey: Hello! What is it about? [My card|Text me|A person] {We keep this chat for 30 days.}",
}

func TestStreamTellsWhatHappens(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada, bob := s.visitor(), s.visitor()
		first, second, other := ada.opens(""), ada.opens(""), bob.opens("")
		ready := []string{"ready"}
		for _, l := range []*line{first, second, other} {
			same(t, "an open stream", l.got(), ready)
		}
		ada.says("hi")
		same(t, "the first page", first.got(), hello)
		same(t, "the second page", second.got(), hello)
		same(t, "somebody else's page", other.got(), nil)
		s.chat.Typing(ada.Visitor)
		same(t, "an agent types", first.got(), []string{`typing {"who":"agent"}`})
		same(t, "which concerns nobody else", other.got(), nil)
	})
}

func TestStreamGoesOnWhereItStopped(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		l := ada.opens("")
		ada.says("hi")
		l.got()
		l.cancel()
		synctest.Wait()
		ada.says("A person")
		missed := []string{"customer: A person", "journey: I am bringing in a colleague."}
		same(t, "after a dropped line", ada.opens(l.place()).got(), append([]string{"ready"}, missed...))
		same(t, "with nothing missed", ada.opens(ada.opens("").place()).got(), []string{"ready"})
		same(t, "from the beginning", ada.opens("0").got(), append(append([]string{"ready"}, hello...), missed...))

		all := ada.history("").Messages
		within := ada.opens(all[0].ID).got()
		same(t, "within one entry of the log", within, append(append([]string{"ready"}, hello[1:]...), missed...))
	})
}

func TestStreamDoesNotSendWithoutBounds(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		for i := range 250 {
			ada.says(fmt.Sprint("message ", i))
			time.Sleep(2 * time.Second)
		}
		late := ada.opens("0")
		same(t, "a page that missed too much", late.got(), []string{"ready", "reload"})
		ada.says("the last one")
		same(t, "after it", late.got(), []string{"customer: the last one"})

		h := ada.history("")
		seen := len(h.Messages)
		for h.Before != "" {
			h = ada.history("?before=" + h.Before)
			seen += len(h.Messages)
		}
		if whole := ada.engineMessages(); seen != whole {
			t.Errorf("the history's pages have %d messages, the log %d", seen, whole)
		}
	})
}

// engineMessages counts what was said, from the log.
func (p *person) engineMessages() (n int) {
	key, err := p.s.engine.Find(context.Background(), runtime.To{Contact: p.Visitor})
	must(p.s.t, err)
	entries, err := p.s.engine.Log(context.Background(), key, 0, 10000)
	must(p.s.t, err)
	for _, e := range entries {
		for _, x := range e.Effects {
			if x.Deliver != nil || x.Heard != nil {
				n++
			}
		}
	}
	return n
}

func TestStreamKeepsIdleLinesAlive(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		l := s.visitor().opens("")
		time.Sleep(time.Hour)
		synctest.Wait()
		if l.isOver() || l.beats < 170 || l.beats > 190 {
			t.Errorf("%d signs of life in an hour, over: %t", l.beats, l.isOver())
		}
	})
}

func TestStreamEndsWithTheToken(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		l := ada.opens("")
		s.jump(91 * 24 * time.Hour)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if !l.isOver() {
			t.Error("the stream is open although its token has expired")
		}
		if a := s.ask("GET", "/v1/chat/history", ada.Token, ""); a.status != http.StatusUnauthorized {
			t.Errorf("an expired token: %d", a.status)
		}
	})
}

func TestSlowAndVanishedClientsAreDropped(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		quick := ada.opens("")
		slow, err := s.dial()
		must(t, err)
		defer slow.Close()
		fmt.Fprintf(slow, "GET /v1/chat/stream HTTP/1.1\r\nHost: chat.example\r\nAuthorization: Bearer %s\r\n\r\n", ada.Token)
		reader := bufio.NewReader(slow)
		for {
			text, err := reader.ReadString('\n')
			must(t, err)
			if strings.HasPrefix(text, "data: ") {
				break // it reads no more from here
			}
		}
		quick.got()
		begun := time.Now()
		ada.says("hi")
		same(t, "somebody quick", quick.got(), hello)
		if took := time.Since(begun); took > 0 {
			t.Errorf("the slow client held things up for %v", took)
		}
		time.Sleep(11 * time.Second)
		if _, err := io.Copy(io.Discard, reader); err == nil {
			_, err = slow.Write([]byte("x"))
			if err == nil {
				t.Error("the slow client is still there")
			}
		}
		quick.cancel()
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		same(t, "both are gone", s.presence(), []string{"chat.joined " + ada.Visitor, "chat.left " + ada.Visitor})
	})
}

func TestStreamsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, newPipes(), func(o *chat.Options) { o.Streams = 3 })
		synctest.Wait()
		ada := s.visitor()
		ada.opens("")
		ada.opens("")
		l := ada.opens("")
		if refused := ada.opens(""); refused.status != http.StatusServiceUnavailable {
			t.Errorf("one too many: %d", refused.status)
		}
		l.cancel()
		synctest.Wait()
		if l := ada.opens(""); l.status != http.StatusOK {
			t.Errorf("after one has gone: %d", l.status)
		}
	})
}

func TestStreamsEndWithTheServer(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		l := ada.opens("")
		s.cancel()
		synctest.Wait()
		if !l.isOver() {
			t.Error("the stream is open although the server has stopped")
		}
		if again := ada.opens(""); again.status != http.StatusServiceUnavailable {
			t.Errorf("a stream after the end: %d", again.status)
		}
		same(t, "nobody has left", s.presence(), []string{"chat.joined " + ada.Visitor})
	})
}

func TestErasedVisitorIsNotMadeAnew(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		l := ada.opens("")
		ada.says("hi")
		l.got()
		key, err := s.engine.Find(context.Background(), runtime.To{Contact: ada.Visitor})
		must(t, err)
		must(t, s.loop.Erase(context.Background(), key, nil))
		if h := ada.history(""); len(h.Messages) > 0 {
			t.Errorf("the history of somebody erased: %v", h)
		}
		l.cancel()
		time.Sleep(5 * time.Minute)
		if _, err := s.engine.Contact(context.Background(), key); err == nil {
			t.Error("a page that closed has made the erased contact anew")
		}
	})
}
