package chat_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/chat"
	"journey/engine/machine"
	"journey/engine/store"
)

// presence is what was raised of chat.joined and chat.left.
func (s *site) presence() []string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

func TestPresence(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		joined, left := "chat.joined "+ada.Visitor, "chat.left "+ada.Visitor

		page := ada.opens("")
		same(t, "the first page", s.presence(), []string{joined})
		second := ada.opens("")
		page.cancel()
		time.Sleep(10 * time.Minute)
		same(t, "one of two pages closes", s.presence(), []string{joined})

		second.cancel()
		time.Sleep(119 * time.Second)
		page = ada.opens("")
		time.Sleep(10 * time.Minute)
		same(t, "back within two minutes", s.presence(), []string{joined})

		page.cancel()
		time.Sleep(119 * time.Second)
		same(t, "not early", s.presence(), []string{joined})
		time.Sleep(3 * time.Second)
		same(t, "gone for two minutes", s.presence(), []string{joined, left})
		time.Sleep(time.Hour)
		same(t, "once", s.presence(), []string{joined, left})

		ada.opens("")
		same(t, "back later", s.presence(), []string{joined, left, joined})
	})
}

func TestWritingWithoutAStreamIsPresence(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		ada.says("hi")
		time.Sleep(90 * time.Second)
		ada.says("A person")
		time.Sleep(90 * time.Second)
		same(t, "still there", s.presence(), nil)
		time.Sleep(time.Minute)
		same(t, "gone", s.presence(), []string{"chat.left " + ada.Visitor})
	})
}

func TestPresenceWaitsForABusyEngine(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		s.setBusy(true)
		page := ada.opens("")
		time.Sleep(time.Minute)
		same(t, "while it is busy", s.presence(), nil)
		s.setBusy(false)
		time.Sleep(2 * time.Second)
		same(t, "after it", s.presence(), []string{"chat.joined " + ada.Visitor})
		page.cancel()
		s.setBusy(true)
		time.Sleep(5 * time.Minute)
		s.setBusy(false)
		time.Sleep(2 * time.Second)
		same(t, "the end too", s.presence(), []string{"chat.joined " + ada.Visitor, "chat.left " + ada.Visitor})
	})
}

func TestPresenceOverARestart(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada, bob := s.visitor(), s.visitor()
		ada.opens("")
		bob.opens("")
		synctest.Wait()
		s.cancel()
		s.http.Close()
		s.events = nil
		time.Sleep(time.Hour)

		s.open(newPipes(), func(o *chat.Options) {})
		time.Sleep(time.Minute)
		ada.opens("")
		time.Sleep(time.Hour)
		same(t, "after the restart", s.presence(), []string{"chat.left " + bob.Visitor})
	})
}

// unreadable is an engine to which one contact is damaged.
type unreadable struct {
	chat.Engine
	contact store.Key
}

func (u unreadable) Contact(ctx context.Context, key store.Key) (*machine.Contact, error) {
	if key == u.contact {
		return nil, fmt.Errorf("contact %s: %w", key, store.ErrCorrupt)
	}
	return u.Engine.Contact(ctx, key)
}

func TestADamagedVisitorDoesNotStopTheChat(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada, bob := s.visitor(), s.visitor()
		ada.opens("")
		bob.opens("")
		synctest.Wait()
		s.cancel()
		s.http.Close()
		s.events = nil

		s.open(newPipes(), func(o *chat.Options) { o.Engine = unreadable{o.Engine, s.store.KeyOf(store.OfContact, ada.Visitor)} })
		time.Sleep(time.Hour)
		same(t, "after the restart", s.presence(), []string{"chat.left " + bob.Visitor})
	})
}
