package bolt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "journey.db")) })
}

func open(t *testing.T, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.OpenStore(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// filled is a closed data file with a journey and one that it runs.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journey.db")
	s := open(t, path)
	child := storetest.Version("child", "")
	if err := s.PutVersions(context.Background(), time.Unix(0, 0), []store.Version{storetest.Version("parent", "", child), child}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReopen(t *testing.T) {
	s := open(t, filled(t))
	defer s.Close()
	ids, err := s.Journeys(context.Background())
	if err != nil || strings.Join(ids, " ") != "child parent" {
		t.Errorf("journeys %q, error %v", ids, err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	foreign := filepath.Join(folder, "foreign.db")
	if err := os.WriteFile(foreign, []byte(strings.Repeat("this is no data file\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	others := filepath.Join(folder, "others.db")
	change(t, others, func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	})
	held := filled(t)
	holder := open(t, held)
	defer holder.Close()
	newer := filled(t)
	change(t, newer, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte("99")) })

	for name, c := range map[string]struct{ path, says string }{
		"a file of another program": {foreign, "no data file of journey"},
		"a folder":                  {folder, "is a directory"},
		"another program's data":    {others, "another program"},
		"a file in use":             {held, "another process is using it"},
		"a newer layout":            {newer, "layout 99"},
	} {
		if s, err := bolt.Open(c.path); err == nil {
			t.Errorf("%s was opened", name)
			s.Close()
		} else if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %q does not say %q with the path", name, err, c.says)
		}
	}
}

// change edits a data file behind the store's back.
func change(t *testing.T, path string, edit func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(edit), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	child := storetest.Version("child", "")
	hash := []byte(child.Hash)
	in := func(bucket string, edit func(*bbolt.Bucket) error) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return edit(tx.Bucket([]byte(bucket))) }
	}
	first := func(edit func(b *bbolt.Bucket, key []byte) error) func(*bbolt.Bucket) error {
		return func(b *bbolt.Bucket) error {
			key, _ := b.Cursor().First()
			return edit(b, key)
		}
	}
	remove := (*bbolt.Bucket).Delete
	cases := []struct {
		name   string
		damage func(*bbolt.Tx) error
		says   string
	}{
		{"a graph is gone", in("graphs", func(b *bbolt.Bucket) error { return remove(b, hash) }), "which parent runs, is missing"},
		{"a graph is cut short", in("graphs", func(b *bbolt.Bucket) error { return b.Put(hash, child.Graph[:40]) }), "cut off"},
		{"a graph is another's", in("graphs", func(b *bbolt.Bucket) error { return b.Put(hash, storetest.Version("child", "x").Graph) }), "its graph is version"},
		{"a graph too many", in("graphs", func(b *bbolt.Bucket) error { return b.Put([]byte("extra"), child.Graph) }), "graph extra has no record"},
		{"a record is gone", in("versions", func(b *bbolt.Bucket) error { return remove(b, hash) }), "has no record"},
		{"a record is garbled", in("versions", func(b *bbolt.Bucket) error { return b.Put(hash, []byte("{")) }), "versions"},
		{"a place is gone", in("history", first(remove)), "of the history"},
		{"a place too many", in("history", func(b *bbolt.Bucket) error { return b.Put([]byte("child\x00........"), hash) }), "is not that of version"},
		{"an active version is gone", in("active", func(b *bbolt.Bucket) error { return remove(b, []byte("child")) }), "no active version"},
		{"an active version is another's", in("active", func(b *bbolt.Bucket) error { return b.Put([]byte("parent"), hash) }), "is not one of its versions"},
		{"a file is gone", in("files", first(remove)), "is missing"},
		{"a file was edited", in("files", first(func(b *bbolt.Bucket, key []byte) error { return b.Put(key, []byte("other")) })), "has other bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filled(t)
			change(t, path, c.damage)
			s := open(t, path)
			defer s.Close()
			err := s.Check(context.Background())
			if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Check says %v, want ErrCorrupt with %q", err, c.says)
			}
		})
	}
}
