package bolt_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"journey/engine/graph"
	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/store/storetest"
)

// A child process does nothing but write to the data file that one variable names, what the other says.
const (
	killVariable = "JOURNEY_TEST_WRITE_TO"
	kindVariable = "JOURNEY_TEST_WRITE"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(killVariable); path != "" {
		write := map[string]func(string) error{"graphs": writeGraphs, "contacts": writeContacts}[os.Getenv(kindVariable)]
		fmt.Fprintln(os.Stderr, write(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeGraphs stores bundle after bundle, and prints the hash of each that PutVersions said was stored.
func writeGraphs(path string) error {
	s, err := bolt.Open(path)
	if err != nil {
		return err
	}
	known, err := s.Versions(context.Background(), "parent")
	for i := len(known); err == nil; i++ {
		child := storetest.Version("child", fmt.Sprint(i))
		parent := storetest.Version("parent", fmt.Sprint(i), child)
		if err = s.PutVersions(context.Background(), time.Unix(int64(i), 0), []store.Version{child, parent}); err == nil {
			fmt.Println(parent.Hash)
		}
	}
	return err
}

// A process that is killed in the middle of a write loses nothing that it was told is stored, and damages nothing.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journey.db")
	var promised []graph.Hash
	for round := range 25 {
		for _, line := range killAfter(t, "graphs", path, 1+round%5) {
			promised = append(promised, graph.Hash(line))
		}
		readAll(t, path, promised)
	}
}

// killAfter kills the writer when it has printed some lines and is at the next, and gives all that it printed by then.
func killAfter(t *testing.T, kind, path string, n int) (printed []string) {
	t.Helper()
	writer := exec.Command(os.Args[0])
	writer.Env = append(os.Environ(), killVariable+"="+path, kindVariable+"="+kind)
	writer.Stderr = os.Stderr
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		printed = append(printed, lines.Text())
		if len(printed) == n {
			if err := writer.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = writer.Wait() // it always says that it was killed
	if len(printed) < n {
		t.Fatalf("the writer ended by itself after %d lines", len(printed))
	}
	return printed
}

func readAll(t *testing.T, path string, promised []graph.Hash) {
	t.Helper()
	s := open(t, path)
	defer s.Close()
	if err := s.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	infos, err := s.Versions(context.Background(), "parent")
	if err != nil {
		t.Fatal(err)
	}
	there := map[graph.Hash]bool{}
	for _, i := range infos {
		there[i.Hash] = true
		if _, err := s.Graph(context.Background(), i.Hash); err != nil {
			t.Error(err)
		}
		if _, err := s.Files(context.Background(), i.Hash); err != nil {
			t.Error(err)
		}
	}
	for _, hash := range promised {
		if !there[hash] {
			t.Errorf("version %s was stored, and is gone", hash)
		}
	}
}
