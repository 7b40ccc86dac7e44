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

// killVariable names the data file to a child process that does nothing but write to it.
const killVariable = "JOURNEY_TEST_WRITE_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(killVariable); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled stores bundle after bundle, and prints the hash of each that PutVersions said was stored.
func writeUntilKilled(path string) {
	s, err := bolt.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	known, err := s.Versions(context.Background(), "parent")
	for i := len(known); err == nil; i++ {
		child := storetest.Version("child", fmt.Sprint(i))
		parent := storetest.Version("parent", fmt.Sprint(i), child)
		if err = s.PutVersions(context.Background(), time.Unix(int64(i), 0), []store.Version{child, parent}); err == nil {
			fmt.Println(parent.Hash)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// A process that is killed in the middle of a write loses nothing that it was told is stored, and damages nothing.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journey.db")
	var promised []graph.Hash
	for round := range 25 {
		promised = append(promised, killAfter(t, path, 1+round%5)...)
		readAll(t, path, promised)
	}
}

// killAfter kills the writer when it has stored some bundles and is at the next, and gives all that it promised by then.
func killAfter(t *testing.T, path string, bundles int) (promised []graph.Hash) {
	t.Helper()
	writer := exec.Command(os.Args[0])
	writer.Env = append(os.Environ(), killVariable+"="+path)
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
		promised = append(promised, graph.Hash(lines.Text()))
		if len(promised) == bundles {
			if err := writer.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = writer.Wait() // it always says that it was killed
	if len(promised) < bundles {
		t.Fatalf("the writer ended by itself after %d bundles", len(promised))
	}
	return promised
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
