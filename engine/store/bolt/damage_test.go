package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

// every gives a key of a bucket to an edit.
func every(bucket string, edit func(b *bbolt.Bucket, k, v []byte) error) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		k, v := b.Cursor().First()
		return edit(b, bytes.Clone(k), bytes.Clone(v))
	}
}

// secondInLane is something outgoing that waits for what has the key before it.
func secondInLane(tx *bbolt.Tx) (k, v []byte) {
	var lane []byte
	c := tx.Bucket([]byte("outbox")).Cursor()
	for k, v = c.First(); bytes.HasSuffix(k[:18], make([]byte, 8)) || !bytes.Equal(k[:18], lane); k, v = c.Next() {
		lane = k[:18]
	}
	return k, v
}

func gone(b *bbolt.Bucket, k, _ []byte) error { return b.Delete(k) }

func TestCheckFindsDamageOfContacts(t *testing.T) {
	whole := peopled(t, bolt.Options{})
	cases := map[string]struct {
		damage func(*bbolt.Tx) error
		says   string
	}{
		"a contact is gone":               {every("contacts", gone), "has no such key"},
		"a timer is gone":                 {every("wake", gone), "is not in wake"},
		"a timer too many":                {every("wake", func(b *bbolt.Bucket, k, _ []byte) error { k[7]++; return b.Put(k, nil) }), "entries in wake"},
		"a log entry is gone":             {every("log", gone), "as the one before"},
		"the last log entry is gone":      {func(tx *bbolt.Tx) error { b := tx.Bucket([]byte("log")); k, _ := b.Cursor().Last(); return b.Delete(k) }, "as its last log entry"},
		"a chunk of events is gone":       {every("events", gone), "chunk 0 is missing"},
		"a chunk of events too many":      {every("events", func(b *bbolt.Bucket, k, v []byte) error { k[13] = 9; return b.Put(k, v) }), "events"},
		"something outgoing is gone":      {every("outbox", gone), "nothing is there to go out"},
		"the first in a lane isn't ready": {every("ready", gone), "ready says otherwise"},
		"a second in a lane is ready": {func(tx *bbolt.Tx) error {
			k, v := secondInLane(tx)
			return tx.Bucket([]byte("ready")).Put(append(bytes.Clone(v[4:12]), k...), nil)
		}, "ready says otherwise"},
		"the end of a conversation is gone": {func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("ended"))
			return b.ForEach(func(k, _ []byte) error {
				if bytes.HasSuffix(k, []byte("-5")) {
					return b.Delete(bytes.Clone(k))
				}
				return nil
			})
		}, "neither open nor ended"},
		"who is online isn't listed": {every("online", gone), "is online and is not listed"},
		"who waits isn't listed":     {every("waiting", gone), "is waiting and is not listed"},
		"a dead letter is gone":      {every("dead", gone), "dead letters"},
		"an erasure that never was":  {every("erased", func(b *bbolt.Bucket, _, _ []byte) error { return b.Put([]byte{0, 0, 0, 4}, nil) }), "is erased, and is still there"},
		"counts are lost":            {func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("counts")) }, "were counted"},
		"two states change places": {func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("contacts"))
			c := b.Cursor()
			k, v := c.First()
			other, w := c.Next()
			k, v, other, w = bytes.Clone(k), bytes.Clone(v), bytes.Clone(other), bytes.Clone(w)
			return errors.Join(b.Put(k, w), b.Put(other, v))
		}, "contacts"},
	}
	for _, bucket := range []string{"contacts", "events", "log", "outbox", "ended", "started", "points", "dead", "addresses", "audit"} {
		for name, at := range map[string]func([]byte) int{"first": func([]byte) int { return 3 }, "fifth": func([]byte) int { return 4 }, "last": func(v []byte) int { return len(v) - 1 }} {
			cases["the "+name+" byte of a record in "+bucket] = struct {
				damage func(*bbolt.Tx) error
				says   string
			}{every(bucket, func(b *bbolt.Bucket, k, v []byte) error { v[at(v)] ^= 1; return b.Put(k, v) }), bucket}
		}
		cases["a record is cut short in "+bucket] = struct {
			damage func(*bbolt.Tx) error
			says   string
		}{every(bucket, func(b *bbolt.Bucket, k, v []byte) error { return b.Put(k, v[:10]) }), "cut off"}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journey.db")
			copyFile(t, whole, path)
			copyFile(t, bolt.KeysFile(whole), bolt.KeysFile(path))
			change(t, path, c.damage)
			s, err := bolt.OpenStore(path, bolt.Options{})
			if err == nil {
				defer s.Close()
				err = s.Check(context.Background())
			}
			if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v, want ErrCorrupt with %q", err, c.says)
			}
		})
	}
}

func TestCheckFindsDamagedKeys(t *testing.T) {
	path := peopled(t, bolt.Options{})
	keys, err := os.OpenFile(bolt.KeysFile(path), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.WriteAt([]byte("x"), int64(seal.First)*64+20); err != nil {
		t.Fatal(err)
	}
	keys.Close()
	s := openWith(t, path, bolt.Options{})
	if err := s.Check(context.Background()); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "the keys file: ") {
		t.Errorf("Check says %v", err)
	}
}

// Whatever page of the file is damaged, that is found and said, unless nothing is on it; bbolt alone would end the process.
func TestDamagedPages(t *testing.T) {
	whole := peopled(t, bolt.Options{})
	var content bytes.Buffer
	s := openWith(t, whole, bolt.Options{})
	if err := s.Backup(context.Background(), &content); err != nil {
		t.Fatal(err)
	}
	s.Close()
	pageSize := os.Getpagesize()
	check := func(damage func([]byte) []byte) error {
		path := filepath.Join(t.TempDir(), "journey.db")
		if err := os.WriteFile(path, damage(bytes.Clone(content.Bytes())), 0o600); err != nil {
			t.Fatal(err)
		}
		copyFile(t, bolt.KeysFile(whole), bolt.KeysFile(path))
		_, err := bolt.Check(context.Background(), path, bolt.Options{})
		return err
	}
	pages, found := content.Len()/pageSize, 0
	for n := 2; n < pages; n++ {
		for name, damage := range map[string]func(page []byte){
			"zeros":              func(page []byte) { clear(page) },
			"another number":     func(page []byte) { page[0] ^= 1 },
			"another kind":       func(page []byte) { page[8] ^= 3 },
			"more keys":          func(page []byte) { page[11] = 0xff },
			"more pages":         func(page []byte) { page[14] = 1 },
			"a key in the void":  func(page []byte) { binary.NativeEndian.PutUint32(page[20:], 1<<30) },
			"a page in the void": func(page []byte) { binary.NativeEndian.PutUint64(page[24:], 1<<40) },
		} {
			err := check(func(file []byte) []byte { damage(file[n*pageSize : (n+1)*pageSize]); return file })
			if err != nil {
				found++
			}
			if err != nil && !errors.Is(err, store.ErrCorrupt) {
				t.Errorf("page %d has %s: %v", n, name, err)
			}
		}
	}
	if found < pages {
		t.Errorf("only %d times was damage found in %d pages", found, pages)
	}
	for _, length := range []int{content.Len() - 1, content.Len() / 2, 3 * pageSize} {
		err := check(func(file []byte) []byte { return file[:length] })
		if want := fmt.Sprintf("it is cut off: it has %d bytes of %d", length, content.Len()); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), want) {
			t.Errorf("a file that is cut off: %v, want %q", err, want)
		}
	}
}

// Whatever bytes are written over the file, to open and check it gives an error or not, and never ends the process.
func FuzzDamagedFile(f *testing.F) {
	folder := f.TempDir()
	s, err := bolt.OpenStore(filepath.Join(folder, "journey.db"), bolt.Options{})
	if err != nil {
		f.Fatal(err)
	}
	var content bytes.Buffer
	err = errors.Join(
		s.Commit(context.Background(), []*store.Change{storetest.Step(s, "ada", 1), storetest.Step(s, "grace", 2)}),
		s.Backup(context.Background(), &content), s.Close())
	if err != nil {
		f.Fatal(err)
	}
	keys, err := os.ReadFile(filepath.Join(folder, "journey.db.keys"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(4*os.Getpagesize()+8), []byte{1})
	f.Fuzz(func(t *testing.T, at uint32, over []byte) {
		damaged := bytes.Clone(content.Bytes())
		copy(damaged[int(at)%len(damaged):], over)
		path := filepath.Join(t.TempDir(), "journey.db")
		if err := errors.Join(os.WriteFile(path, damaged, 0o600), os.WriteFile(bolt.KeysFile(path), keys, 0o600)); err != nil {
			t.Fatal(err)
		}
		_, err := bolt.Check(context.Background(), path, bolt.Options{})
		if err != nil && bytes.Equal(damaged, content.Bytes()) {
			t.Errorf("nothing was written over, and it says %v", err)
		}
	})
}

func TestSomethingOutgoingThatIsDamagedHoldsUpNothingElse(t *testing.T) {
	path := peopled(t, bolt.Options{})
	ready := func() ([]*store.Outgoing, error) {
		s := openWith(t, path, bolt.Options{})
		defer s.Close()
		return s.Ready(context.Background(), time.Now().AddDate(100, 0, 0), 1000, nil)
	}
	before, err := ready()
	if err != nil || len(before) < 2 {
		t.Fatalf("%d are ready, %v", len(before), err)
	}
	change(t, path, func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("outbox"))
		first, _ := tx.Bucket([]byte("ready")).Cursor().First()
		damaged := bytes.Clone(b.Get(first[8:]))
		damaged[len(damaged)-1] ^= 1
		return b.Put(bytes.Clone(first[8:]), damaged)
	})
	if rest, err := ready(); !errors.Is(err, store.ErrCorrupt) || len(rest) != len(before)-1 {
		t.Errorf("%d of %d are ready, %v", len(rest), len(before), err)
	}
}
