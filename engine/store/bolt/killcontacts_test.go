package bolt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

// regulars are in every commit of the writer; with them comes somebody new each time, of whom every third is erased at once.
var regulars = []string{"ada", "grace", "joan"}

// writeContacts commits step after step and prints the number of each that Commit said was made, and whom Erase said was erased.
func writeContacts(path string) error {
	ctx := context.Background()
	s, err := bolt.OpenStore(path, bolt.Options{EncryptionKey: "secret"})
	if err != nil {
		return err
	}
	n, err := lastStep(s)
	for err == nil {
		n++
		stranger := fmt.Sprint("stranger ", n)
		changes := []*store.Change{storetest.Step(s, stranger, n)}
		for _, name := range regulars {
			changes = append(changes, storetest.Step(s, name, n))
		}
		if err = s.Commit(ctx, changes); err != nil {
			break
		}
		fmt.Println(n)
		if n%3 == 0 {
			if err = s.Erase(ctx, s.KeyOf(store.OfContact, stranger)); err == nil {
				fmt.Println("erased", n)
			}
		}
	}
	return err
}

// lastStep reads the number of the last step that a regular contact knows of.
func lastStep(s *bolt.Store) (n int, err error) {
	snapshots, err := s.Load(context.Background(), []store.Ask{{Contact: s.KeyOf(store.OfContact, regulars[0])}})
	if err != nil || snapshots[0].Contact == nil {
		return 0, err
	}
	_, err = fmt.Sscanf(string(snapshots[0].Contact), "state %d", &n)
	return n, err
}

// A process that is killed while it commits and erases loses no step that it was told is made, makes none in part or twice, and
// gives nobody back who was erased.
func TestKilledWhileCommitting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journey.db")
	var promised []string
	for round := range 25 {
		promised = append(promised, killAfter(t, "contacts", path, 1+round%7)...)
		keepsPromises(t, path, promised)
	}
}

func keepsPromises(t *testing.T, path string, promised []string) {
	t.Helper()
	ctx := context.Background()
	s, err := bolt.OpenStore(path, bolt.Options{EncryptionKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
	last, err := lastStep(s)
	if err != nil {
		t.Fatal(err)
	}
	highest := 0
	for _, line := range promised {
		if erased, ok := strings.CutPrefix(line, "erased "); ok {
			snapshots, err := s.Load(ctx, []store.Ask{{Contact: s.KeyOf(store.OfContact, "stranger "+erased)}})
			if err != nil || snapshots[0].Contact != nil {
				t.Errorf("stranger %s was erased, and is %+v, error %v", erased, snapshots, err)
			}
			continue
		}
		n, err := strconv.Atoi(line)
		if err != nil {
			t.Fatal(err)
		}
		highest = max(highest, n)
	}
	if last < highest || last > highest+1 {
		t.Errorf("step %d was promised, and the last is %d", highest, last)
	}
	for _, name := range regulars {
		ask := store.Ask{Contact: s.KeyOf(store.OfContact, name)}
		for n := range last + 1 {
			ask.Events = append(ask.Events, fmt.Sprint("event ", n+1))
		}
		snapshots, err := s.Load(ctx, []store.Ask{ask})
		if err != nil {
			t.Fatal(err)
		}
		for n, seen := range snapshots[0].Seen {
			if seen != (n < last) {
				t.Errorf("%s: event %d was handled: %v, and the last is %d", name, n+1, seen, last)
			}
		}
		if history, err := s.History(ctx, ask.Contact, 0, 1<<20); err != nil || len(history) != 2*last {
			t.Errorf("%s: %d entries, error %v, want %d", name, len(history), err, 2*last)
		}
	}
}
