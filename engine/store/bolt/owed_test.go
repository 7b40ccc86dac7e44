package bolt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"journey/engine/store"
	"journey/engine/store/bolt"
)

// An erasure whose key could not be overwritten is finished when it is asked for again, and not when the server starts again.
func TestAnErasureThatFailedIsFinished(t *testing.T) {
	path := peopled(t, bolt.Options{})
	s := openWith(t, path, bolt.Options{})
	ada := s.KeyOf(store.OfContact, "ada")
	mend := readOnly(t, bolt.KeysFile(path))
	for range 2 {
		if err := s.Erase(context.Background(), ada); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Fatalf("while the keys can't be written: %v", err)
		}
		snapshots, err := s.Load(context.Background(), []store.Ask{{Contact: ada}})
		if err != nil || snapshots[0].Contact != nil {
			t.Errorf("ada is %+v, error %v", snapshots, err)
		}
	}
	mend()
	if err := s.Erase(context.Background(), s.KeyOf(store.OfContact, "grace")); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if err := s.Check(context.Background()); err == nil {
		t.Error("nothing misses the erasure of ada's key")
	}
	if err := s.Erase(context.Background(), ada); err != nil {
		t.Errorf("once they can be: %v", err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if err := s.Erase(context.Background(), ada); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("once more: %v", err)
	}
}

// readOnly has this process no longer write to a file that it has open, until mend.
func readOnly(t *testing.T, path string) (mend func()) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Skip("this system does not tell which files are open")
	}
	open := -1
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && to == path {
			open, _ = strconv.Atoi(filepath.Base(link))
		}
	}
	saved, err := syscall.Dup(open)
	if err != nil {
		t.Fatalf("%s is not open: %v", path, err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	put := func(fd int) {
		if err := syscall.Dup3(fd, open, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
	}
	put(int(file.Fd()))
	return func() {
		put(saved)
		if err := syscall.Close(saved); err != nil {
			t.Error(err)
		}
	}
}
