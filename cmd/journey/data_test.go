package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"journey/engine/store"
	"journey/engine/store/bolt"
)

// contactData is an open data file with a contact, whose keys are wrapped.
func contactData(t *testing.T) (*bolt.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journey.db")
	s, err := bolt.OpenStore(path, bolt.Options{EncryptionKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	change := &store.Change{Key: s.KeyOf(store.OfContact, "ada"), Contact: []byte("state"), Log: [][]byte{[]byte("one"), []byte("two")}}
	if err := s.Commit(context.Background(), []*store.Change{change}); err != nil {
		t.Fatal(err)
	}
	return s, path
}

func says(t *testing.T, wantCode int, want string, args ...string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code := run(args, terminal{in: strings.NewReader(""), out: &out, err: &complaints})
	if said := out.String() + complaints.String(); code != wantCode || !strings.Contains(said, want) {
		t.Errorf("%v: exit code %d, want %d; it says %q, want %q", args, code, wantCode, said, want)
	}
}

func TestDataOfARunningServer(t *testing.T) {
	s, path := contactData(t)
	says(t, exitMisuse, "stop it first", "data", "check", "--data", path)
	says(t, exitMisuse, "stop it first", "data", "compact", "--data", path)
	copied := filepath.Join(t.TempDir(), "copy.db")
	says(t, exitMisuse, "with --server URL", "data", "backup", copied, "--data", path)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/base/v1/data/backup":
			http.NotFound(w, r)
		case r.Header.Get("Authorization") != "Bearer token":
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte(`{"title":"Forbidden","detail":"a token of the role admin is needed"}`))
		default:
			if err := s.Backup(r.Context(), w); err != nil {
				t.Error(err)
			}
		}
	}))
	defer server.Close()
	says(t, exitMisuse, "403 Forbidden: a token of the role admin is needed", "data", "backup", copied, "--server", server.URL+"/base", "--token", "other")
	says(t, exitMisuse, "404 Not Found", "data", "backup", copied, "--server", server.URL)
	if _, err := os.Stat(copied); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy that failed: %v", err)
	}
	t.Setenv("JOURNEY_TOKEN", "token")
	says(t, exitClean, "the keys file is not in it", "data", "backup", copied, "--server", server.URL+"/base/")

	t.Setenv("JOURNEY_KEY", "secret")
	says(t, exitMisuse, "the keys file "+copied+".keys is missing", "data", "check", "--data", copied)
	keys, err := os.ReadFile(bolt.KeysFile(path))
	if err == nil {
		err = os.WriteFile(bolt.KeysFile(copied), keys, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	says(t, exitClean, "is in order: 1 contact,", "data", "check", "--data", copied)
}

// A backup that breaks off leaves no file.
func TestBackupThatBreaksOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte("half"))
	}))
	defer server.Close()
	folder := t.TempDir()
	says(t, exitMisuse, "unexpected EOF", "data", "backup", filepath.Join(folder, "copy.db"), "--server", server.URL)
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDataCheckFindsDamage(t *testing.T) {
	s, path := contactData(t)
	s.Close()
	t.Setenv("JOURNEY_KEY", "other")
	says(t, exitMisuse, "the encryption key does not fit", "data", "check", "--data", path)
	t.Setenv("SHOP_KEY", "secret")
	says(t, exitClean, "is in order", "data", "check", "--data", path, "--key-env", "SHOP_KEY")

	keys, err := os.OpenFile(bolt.KeysFile(path), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.WriteAt([]byte("damage"), 3*64+10); err != nil {
		t.Fatal(err)
	}
	keys.Close()
	says(t, exitFindings, "the keys file: ", "data", "check", "--data", path, "--key-env", "SHOP_KEY")
}
