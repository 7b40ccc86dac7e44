package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

// peopled is a closed data file with two contacts, of whom one has so many events that some have moved out of her state.
func peopled(t *testing.T, o bolt.Options) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journey.db")
	s := openWith(t, path, o)
	for n := range 70 {
		commit(t, s, storetest.Step(s, "ada", n))
	}
	commit(t, s, storetest.Step(s, "grace", 2))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func openWith(t *testing.T, path string, o bolt.Options) *bolt.Store {
	t.Helper()
	s, err := bolt.OpenStore(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func commit(t *testing.T, s *bolt.Store, changes ...*store.Change) {
	t.Helper()
	if err := s.Commit(context.Background(), changes); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheTwoFilesBelongTogether(t *testing.T) {
	for name, c := range map[string]struct {
		breaks func(t *testing.T, path string)
		opens  bolt.Options
		wraps  error
		says   string
	}{
		"the keys file is missing": {func(t *testing.T, path string) { os.Remove(bolt.KeysFile(path)) }, bolt.Options{EncryptionKey: "secret"}, nil, "is missing"},
		"the data file is missing": {func(t *testing.T, path string) { os.Remove(path) }, bolt.Options{EncryptionKey: "secret"}, nil, "belongs to data that is missing"},
		"the keys file is another's": {func(t *testing.T, path string) {
			copyFile(t, bolt.KeysFile(peopled(t, bolt.Options{})), bolt.KeysFile(path))
		}, bolt.Options{}, nil, "belongs to other data"},
		"the keys file is cut off":      {func(t *testing.T, path string) { os.Truncate(bolt.KeysFile(path), 4*64) }, bolt.Options{EncryptionKey: "secret"}, store.ErrCorrupt, "slots"},
		"the encryption key is another": {func(*testing.T, string) {}, bolt.Options{EncryptionKey: "other"}, seal.ErrWrongKey, "does not fit"},
		"the encryption key is missing": {func(*testing.T, string) {}, bolt.Options{}, seal.ErrWrongKey, "none was given"},
		"the keys file is a directory":  {func(t *testing.T, path string) { os.Remove(bolt.KeysFile(path)); os.Mkdir(bolt.KeysFile(path), 0o700) }, bolt.Options{}, nil, "is a directory"},
		"the keys file can't be written": {func(t *testing.T, path string) {
			os.Remove(path)
			os.Remove(bolt.KeysFile(path))
			os.Mkdir(path, 0o700)
		}, bolt.Options{}, nil, "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			path := peopled(t, bolt.Options{EncryptionKey: "secret"})
			c.breaks(t, path)
			s, err := bolt.OpenStore(path, c.opens)
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if c.wraps != nil && !errors.Is(err, c.wraps) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("%q does not say %q with the path, or wrap %v", err, c.says, c.wraps)
			}
		})
	}
}

// Nothing that a contact said is in the files as it was said.
func TestNothingIsReadableInTheFiles(t *testing.T) {
	path := peopled(t, bolt.Options{EncryptionKey: "secret"})
	for _, file := range []string{path, bolt.KeysFile(path)} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range []string{"state ", "conversation ", "entry", "message", "sms", "link", "letter", "address ", "act ", "orders", "secret"} {
			if bytes.Contains(content, []byte(said)) {
				t.Errorf("%s holds %q", filepath.Base(file), said)
			}
		}
	}
}

// An erasure reaches a copy of the data that was made before it.
func TestErasedInABackupToo(t *testing.T) {
	path := peopled(t, bolt.Options{})
	s := openWith(t, path, bolt.Options{})
	var backup bytes.Buffer
	if err := s.Backup(context.Background(), &backup); err != nil {
		t.Fatal(err)
	}
	ada := s.KeyOf(store.OfContact, "ada")
	if err := s.Erase(context.Background(), ada); err != nil {
		t.Fatal(err)
	}
	commit(t, s, storetest.Step(s, "joan", 1))
	s.Close()
	if err := os.WriteFile(path, backup.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}

	s = openWith(t, path, bolt.Options{})
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	counts, err := s.Counts(context.Background())
	if err != nil || counts.Contacts != 1 || counts.Outgoing != 2 {
		t.Errorf("counts %+v, error %v", counts, err)
	}
	snapshots, err := s.Load(context.Background(), []store.Ask{{Contact: ada}, {Contact: s.KeyOf(store.OfContact, "grace")}})
	if err != nil || snapshots[0].Contact != nil || snapshots[1].Contact == nil {
		t.Errorf("ada and grace: %+v, error %v", snapshots, err)
	}
	entries, err := s.Log(context.Background(), 0, 1000)
	if err != nil || len(entries) != 142 {
		t.Errorf("%d entries, error %v", len(entries), err)
	}
	for _, e := range entries {
		if (e.Contact == ada) != (e.Bytes == nil) {
			t.Errorf("entry %d of %s: %q", e.Seq, e.Contact, e.Bytes)
		}
	}
}

// An erasure is made up for where an older keys file is put back.
func TestErasedWithAnOlderKeysFile(t *testing.T) {
	path := peopled(t, bolt.Options{})
	older := filepath.Join(t.TempDir(), "keys")
	copyFile(t, bolt.KeysFile(path), older)
	s := openWith(t, path, bolt.Options{})
	if err := s.Erase(context.Background(), s.KeyOf(store.OfContact, "ada")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	copyFile(t, older, bolt.KeysFile(path))
	s = openWith(t, path, bolt.Options{})
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if entries, err := s.Log(context.Background(), 0, 1); err != nil || entries[0].Bytes != nil {
		t.Errorf("the first entry: %v, error %v", entries, err)
	}
}

// A file of the first layout had graphs only.
func TestUpgrade(t *testing.T) {
	path := filled(t)
	change(t, path, func(tx *bbolt.Tx) error {
		for _, name := range []string{"contacts", "wake", "events", "log", "outbox", "ready", "ended", "started", "points", "dead", "online", "waiting", "addresses", "audit", "erased"} {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		meta := tx.Bucket([]byte("meta"))
		return errors.Join(meta.Delete([]byte("keys")), meta.Put([]byte("format"), []byte("1")))
	})
	os.Remove(bolt.KeysFile(path))
	for range 2 {
		s := openWith(t, path, bolt.Options{})
		commit(t, s, storetest.Step(s, "ada", 0))
		if ids, err := s.Journeys(context.Background()); err != nil || len(ids) != 2 {
			t.Errorf("journeys %q, error %v", ids, err)
		}
		if err := s.Check(context.Background()); err != nil {
			t.Error(err)
		}
		s.Close()
	}
}

// What a newer version of the program may have stored is not half read by an older one, and who does not look into it may copy it.
func TestNewerContents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	for _, c := range []struct {
		reads int
		says  string // empty: it is opened
	}{{1, ""}, {1, ""}, {3, ""}, {1, "its contents have format 3, and this program reads format 1: a newer version of journey wrote them"}, {0, ""}, {3, ""}} {
		s, err := bolt.OpenStore(path, bolt.Options{Contents: c.reads})
		switch {
		case err != nil && (c.says == "" || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path)):
			t.Errorf("who reads format %d: %v", c.reads, err)
		case err == nil && c.says != "":
			t.Errorf("who reads format %d: it was opened", c.reads)
		}
		if err == nil {
			s.Close()
		}
	}
}

// To read and store graphs needs no keys, and makes none.
func TestGraphsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journey.db")
	for range 2 {
		g, err := bolt.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Check(context.Background()); err != nil {
			t.Error(err)
		}
		g.Close()
		if _, err := os.Stat(bolt.KeysFile(path)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the keys file: %v", err)
		}
	}
	s := openWith(t, path, bolt.Options{EncryptionKey: "secret"})
	s.Close()
	g, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
}
