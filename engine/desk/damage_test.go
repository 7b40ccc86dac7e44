package desk_test

import (
	"context"
	"fmt"
	"testing"

	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// unreadable is an engine to which records of two contacts are damaged: the one itself, and the other's log.
type unreadable struct {
	desk.Engine
	contact, log store.Key
}

func (u unreadable) Open(ctx context.Context, key store.Key) ([]*machine.Conversation, error) {
	if key == u.contact {
		return nil, fmt.Errorf("contact %s: %w", key, store.ErrCorrupt)
	}
	return u.Engine.Open(ctx, key)
}

func (u unreadable) Log(ctx context.Context, key store.Key, before uint64, limit int) ([]runtime.Logged, error) {
	if key == u.log {
		return nil, fmt.Errorf("log of contact %s: %w", key, store.ErrCorrupt)
	}
	return u.Engine.Log(ctx, key, before, limit)
}

func TestADamagedCustomerDoesNotStopTheDesk(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		for _, name := range []string{"ada", "bob", "eve"} {
			w.opens(name, want{})
		}
		w.stop()
		key := func(name string) store.Key { return w.store.KeyOf(store.OfContact, name) }
		w.reads = unreadable{w.engine, key("ada"), key("bob")}
		w.start()
		if list, _, err := w.List(desk.Filter{}); len(list) != 2 || err != nil {
			t.Errorf("%d wait, want bob and eve; %v", len(list), err)
		}
	})
}
