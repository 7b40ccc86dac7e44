package bolt_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

func TestBackupWhileCommitting(t *testing.T) {
	path := peopled(t, bolt.Options{})
	s := openWith(t, path, bolt.Options{})
	copied := filepath.Join(t.TempDir(), "journey.db")
	file, err := os.Create(copied)
	if err != nil {
		t.Fatal(err)
	}
	// Each piece that is written lets a commit happen before the next.
	n := 100
	pieces := writer(func(p []byte) (int, error) {
		n++
		commit(t, s, storetest.Step(s, "ada", n))
		return file.Write(p)
	})
	if err := errors.Join(s.Backup(context.Background(), pieces), file.Close()); err != nil {
		t.Fatal(err)
	}
	copyFile(t, bolt.KeysFile(path), bolt.KeysFile(copied))
	backup := openWith(t, copied, bolt.Options{})
	if err := backup.Check(context.Background()); err != nil {
		t.Error(err)
	}
	snapshots, err := backup.Load(context.Background(), []store.Ask{{Contact: s.KeyOf(store.OfContact, "ada")}})
	if err != nil || string(snapshots[0].Contact) != "state 69 of ada" || n == 100 {
		t.Errorf("ada as of the start: %q, error %v; %d commits meanwhile", snapshots[0].Contact, err, n-100)
	}

	over, cancel := context.WithCancel(context.Background())
	stops := writer(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if err := s.Backup(over, stops); !errors.Is(err, context.Canceled) {
		t.Errorf("a backup whose context ended: %v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestCompact(t *testing.T) {
	path := peopled(t, bolt.Options{})
	if err := os.WriteFile(path+".compacting", []byte("left behind by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after, err := bolt.Compact(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || after >= before || info.Size() != after {
		t.Errorf("%d bytes before, %d after, error %v", before, after, err)
	}
	s := openWith(t, path, bolt.Options{})
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path + ".compacting"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the temporary file: %v", err)
	}
	commit(t, s, storetest.Step(s, "ada", 70)) // numbers go on where they were
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if _, _, err := bolt.Compact(path); !errors.Is(err, bolt.ErrInUse) {
		t.Errorf("an open file: %v", err)
	}
	missing := filepath.Join(t.TempDir(), "none.db")
	if _, _, err := bolt.Compact(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}
