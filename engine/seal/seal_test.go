package seal_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"journey/engine/seal"
)

const unit = 64

func create(t *testing.T, encryptionKey string) (*seal.Keys, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journey.db.keys")
	k, err := seal.Create(path, encryptionKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k, path
}

func open(t *testing.T, path, encryptionKey string) *seal.Keys {
	t.Helper()
	k, err := seal.Open(path, encryptionKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func sealed(t *testing.T, k *seal.Keys, slot seal.Slot, about, plain string) []byte {
	t.Helper()
	record, err := k.Seal(nil, slot, []byte(about), []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func wraps(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want one that wraps %q", err, want)
	}
}

func TestSealedAndOpened(t *testing.T) {
	for name, encryptionKey := range map[string]string{"plain keys": "", "wrapped keys": "a long secret"} {
		t.Run(name, func(t *testing.T) {
			k, path := create(t, encryptionKey)
			ada, err := k.Add(2)
			if err != nil || ada != seal.First {
				t.Fatalf("first slot %d, error %v", ada, err)
			}
			record := sealed(t, k, ada, "log 1", "hello")
			if len(record) != len("hello")+seal.Overhead || bytes.Contains(record, []byte("hello")) {
				t.Errorf("sealed: %q", record)
			}
			if bytes.Equal(record, sealed(t, k, ada, "log 1", "hello")) {
				t.Error("the same text is sealed the same twice")
			}
			hash := k.Hash("contact", "ada")
			k.Close()

			k = open(t, path, encryptionKey)
			if k.Hash("contact", "ada") != hash {
				t.Error("the keyed hash changed")
			}
			if plain, err := k.Open(ada, []byte("log 1"), record); err != nil || string(plain) != "hello" {
				t.Errorf("opened: %q, error %v", plain, err)
			}
			for name, open := range map[string]func() ([]byte, error){
				"with another's key": func() ([]byte, error) { return k.Open(ada+1, []byte("log 1"), record) },
				"as another record":  func() ([]byte, error) { return k.Open(ada, []byte("log 2"), record) },
				"cut short":          func() ([]byte, error) { return k.Open(ada, []byte("log 1"), record[:20]) },
				"with a flipped byte": func() ([]byte, error) {
					return k.Open(ada, []byte("log 1"), append([]byte{record[0] ^ 1}, record[1:]...))
				},
				"with no key": func() ([]byte, error) { return k.Open(9999, []byte("log 1"), record) },
			} {
				_, err := open()
				if err == nil {
					t.Errorf("it was opened %s", name)
				}
				wraps(t, err, seal.ErrDamaged)
			}
			if next, err := k.Add(1); err != nil || next < ada+2 {
				t.Errorf("next slot %d, error %v", next, err)
			}
		})
	}
}

func TestHashKeepsKindsApart(t *testing.T) {
	k, _ := create(t, "")
	other, _ := create(t, "")
	if k.Hash("contact", "ada") == k.Hash("address", "ada") || k.Hash("contact", "ada") == k.Hash("contact", "bob") {
		t.Error("different things share a hash")
	}
	if k.Hash("contact", "ada") == other.Hash("contact", "ada") {
		t.Error("another file has the same hash")
	}
}

func TestErased(t *testing.T) {
	k, path := create(t, "secret")
	ada, err := k.Add(3)
	if err != nil {
		t.Fatal(err)
	}
	record := sealed(t, k, ada+1, "log 1", "hello")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Erase(ada + 1); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := int(ada+1) * unit
	if !bytes.Equal(after[at+1:at+unit], make([]byte, unit-1)) {
		t.Error("the erased key is still in the file")
	}
	if !bytes.Equal(after[:at], before[:at]) || !bytes.Equal(after[at+unit:], before[at+unit:]) {
		t.Error("another key changed")
	}
	for range 2 {
		_, err = k.Open(ada+1, []byte("log 1"), record)
		wraps(t, err, seal.ErrErased)
		_, err = k.Seal(nil, ada+1, nil, nil)
		wraps(t, err, seal.ErrErased)
		erased, err := k.Erased()
		if err != nil || len(erased) != 1 || erased[0] != ada+1 {
			t.Errorf("erased: %v, error %v", erased, err)
		}
		k.Close()
		k = open(t, path, "secret")
	}
	for _, slot := range []seal.Slot{0, 1, seal.Own, 9999} {
		if k.Erase(slot) == nil {
			t.Errorf("slot %d, which is no contact's, was erased", slot)
		}
	}
}

func TestCreateReplacesNothing(t *testing.T) {
	_, path := create(t, "")
	_, err := seal.Create(path, "")
	wraps(t, err, fs.ErrExist)
	if others, _ := filepath.Glob(path + "?*"); len(others) > 0 {
		t.Errorf("left behind: %q", others)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	_, plain := create(t, "")
	_, wrapped := create(t, "secret")
	damaged := func(damage func([]byte) []byte) string {
		content, err := os.ReadFile(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(path, damage(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	flip := func(at int) string { return damaged(func(b []byte) []byte { b[at] ^= 1; return b }) }
	for name, c := range map[string]struct {
		path, key string
		wraps     error
		says      string
	}{
		"no file":                    {plain + "x", "", fs.ErrNotExist, ""},
		"no encryption key":          {wrapped, "", seal.ErrWrongKey, "none was given"},
		"another encryption key":     {wrapped, "Secret", seal.ErrWrongKey, "not the one that the file was made with"},
		"an encryption key too many": {plain, "secret", seal.ErrWrongKey, "made without one"},
		"an empty file":              {damaged(func(b []byte) []byte { return nil }), "secret", seal.ErrDamaged, "no keys file"},
		"another program's file":     {damaged(func(b []byte) []byte { return bytes.Repeat([]byte("x"), 999) }), "secret", seal.ErrDamaged, "no keys file"},
		"a file cut off":             {damaged(func(b []byte) []byte { return b[:2*unit+5] }), "secret", seal.ErrDamaged, "cut off"},
		"another file's id":          {flip(32), "secret", seal.ErrWrongKey, ""},
		"a flipped bit":              {flip(unit + 10), "secret", seal.ErrDamaged, "key 1"},
		"a newer version":            {flip(16), "secret", nil, "version 0"},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := seal.Open(c.path, c.key)
			if err == nil {
				k.Close()
				t.Fatal("it was opened")
			}
			if c.wraps != nil {
				wraps(t, err, c.wraps)
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("%q does not say %q with the path", err, c.says)
			}
		})
	}
}

// A slot that a crash left half written was never used, and is written over.
func TestHalfASlotIsWrittenOver(t *testing.T) {
	k, path := create(t, "")
	if _, err := k.Add(1); err != nil {
		t.Fatal(err)
	}
	k.Close()
	if err := os.Truncate(path, int64(seal.First)*unit+20); err != nil {
		t.Fatal(err)
	}
	k = open(t, path, "")
	slot, err := k.Add(1)
	if err != nil || slot != seal.First {
		t.Fatalf("slot %d, error %v", slot, err)
	}
	if err := k.Check(slot); err != nil {
		t.Error(err)
	}
}

func TestManyContactsAtTheSameTime(t *testing.T) {
	k, _ := create(t, "")
	const n = 20_000 // more than are cached
	first, err := k.Add(n)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := w; i < n; i += 2 {
				record, err := k.Seal(nil, first+seal.Slot(i), nil, []byte("x"))
				if err == nil {
					_, err = k.Open(first+seal.Slot(i), nil, record)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkSeal(b *testing.B) {
	k, err := seal.Create(filepath.Join(b.TempDir(), "keys"), "")
	if err != nil {
		b.Fatal(err)
	}
	defer k.Close()
	slot, err := k.Add(1)
	if err != nil {
		b.Fatal(err)
	}
	plain, record := make([]byte, 600), []byte(nil)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		if record, err = k.Seal(record[:0], slot, nil, plain); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever is in a keys file, opening it and reading its keys gives an error or a key, and never fails otherwise.
func FuzzOpen(f *testing.F) {
	for _, encryptionKey := range []string{"", "secret"} {
		path := filepath.Join(f.TempDir(), "keys")
		k, err := seal.Create(path, encryptionKey)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := k.Add(1); err != nil {
			f.Fatal(err)
		}
		k.Close()
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, encryptionKey)
	}
	f.Fuzz(func(t *testing.T, content []byte, encryptionKey string) {
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := seal.Open(path, encryptionKey)
		if err != nil {
			return
		}
		defer k.Close()
		for slot := seal.Own; slot < k.Slots(); slot++ {
			record, err := k.Seal(nil, slot, nil, nil)
			if err != nil {
				continue
			}
			if _, err := k.Open(slot, nil, record); err != nil {
				t.Error(err)
			}
		}
		if _, err := k.Erased(); err != nil {
			t.Error(err)
		}
	})
}
