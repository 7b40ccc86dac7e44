package bolt_test

import (
	"context"
	"path/filepath"
	"testing"

	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

// reopened is a store whose files are closed and opened again after everything that changes them.
type reopened struct {
	*bolt.Store
	t    *testing.T
	path string
	o    bolt.Options
}

func TestReopenedAfterEveryStep(t *testing.T) {
	for name, o := range map[string]bolt.Options{"plain keys": {}, "wrapped keys": {EncryptionKey: "secret"}} {
		t.Run(name, func(t *testing.T) {
			storetest.RunSteps(t, func(t *testing.T) store.Store {
				r := &reopened{t: t, path: filepath.Join(t.TempDir(), "journey.db"), o: o}
				r.open()
				return r
			})
		})
	}
}

func (r *reopened) open() {
	r.t.Helper()
	var err error
	if r.Store, err = bolt.OpenStore(r.path, r.o); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reopened) again(err error) error {
	r.t.Helper()
	if err := r.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.open()
	return err
}

func (r *reopened) Commit(ctx context.Context, changes []*store.Change) error {
	return r.again(r.Store.Commit(ctx, changes))
}

func (r *reopened) Erase(ctx context.Context, contact store.Key) error {
	return r.again(r.Store.Erase(ctx, contact))
}

func (r *reopened) Record(ctx context.Context, act []byte) error {
	return r.again(r.Store.Record(ctx, act))
}
