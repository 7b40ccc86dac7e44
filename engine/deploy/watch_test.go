package deploy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/store"
)

// told notes what a watch says.
type told struct {
	mu    sync.Mutex
	lines []string
}

// since gives what was said since it was asked last.
func (t *told) since() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := t.lines
	t.lines = nil
	return lines
}

func (t *told) hear(_ []flow.Input, findings []diagnostic.Finding, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
		t.lines = append(t.lines, "live")
	case errors.Is(err, ErrRejected):
		t.lines = append(t.lines, "rejected: "+findings[0].Code)
	default:
		t.lines = append(t.lines, "error: "+err.Error())
	}
}

// Changes of the files are published when they have settled, once each; what is wrong changes nothing.
func TestWatch(t *testing.T) {
	folder := t.TempDir()
	hello := string(written("ant", "Hello").Source)
	write(t, folder, "ant.yaml", hello)
	touched := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	touch := func(name string) {
		touched = touched.Add(time.Second)
		if err := os.Chtimes(filepath.Join(folder, name), touched, touched); err != nil {
			t.Fatal(err)
		}
	}
	touch("ant.yaml")
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		j := open(t, &store.Memory{})
		inputs, err := Sources(ctx, []string{folder})
		if err != nil {
			t.Fatal(err)
		}
		publish(t, j, inputs...)
		var heard told
		go j.Watch(ctx, []string{folder}, time.Second, heard.hear)
		time.Sleep(time.Second / 2) // between two looks at the files
		before := strings.Replace(hello, "Hello", "Howdy", 1)
		for _, step := range []struct {
			name string
			do   func()
			tell string // what is heard
			live string
		}{
			{"nothing", func() {}, "", "ant"},
			{"touched", func() { touch("ant.yaml") }, "", "ant"},
			{"a journey more", func() { write(t, folder, "bee.yaml", string(written("bee", "Hello").Source)) }, "live", "ant bee"},
			{"a mistake", func() {
				write(t, folder, "ant.yaml", strings.Replace(hello, "to: tell", "to: tel", 1))
				touch("ant.yaml")
			}, "rejected: unknown-state", "ant bee"},
			{"and still the mistake", func() { touch("ant.yaml") }, "", "ant bee"},
			{"mended", func() { write(t, folder, "ant.yaml", hello); touch("ant.yaml") }, "live", "ant bee"},
			{"same size, another text", func() { write(t, folder, "ant.yaml", before); touch("ant.yaml") }, "live", "ant bee"},
			{"a hidden file", func() { write(t, folder, ".ant.yaml.swp", "x") }, "", "ant bee"},
			{"a journey less", func() { remove(t, folder, "bee.yaml") }, "live", "ant"},
			{"no journey at all", func() { remove(t, folder, "ant.yaml") }, "error: " + folder + ": no *.yaml or *.yml file in this folder", "ant"},
			{"and back as it was", func() { write(t, folder, "ant.yaml", before); touch("ant.yaml") }, "live", "ant"},
			{"no journey once more", func() { remove(t, folder, "ant.yaml") }, "error: " + folder + ": no *.yaml or *.yml file in this folder", "ant"},
			{"and back with another text", func() { write(t, folder, "ant.yaml", hello); touch("ant.yaml") }, "live", "ant"},
		} {
			step.do()
			time.Sleep(5 * time.Second)
			if got := strings.Join(heard.since(), ", "); got != step.tell {
				t.Errorf("%s: heard %q, want %q", step.name, got, step.tell)
			}
			if liveOf(j) != step.live {
				t.Errorf("%s: live are %s, want %s", step.name, liveOf(j), step.live)
			}
		}

		for i := range 5 { // a file that is being written is left alone
			write(t, folder, "ant.yaml", hello+strings.Repeat("#\n", i+1))
			touch("ant.yaml")
			time.Sleep(time.Second)
			if lines := heard.since(); len(lines) != 0 {
				t.Errorf("heard %v while the file is being written", lines)
			}
		}
		time.Sleep(2 * time.Second)
		if lines := heard.since(); len(lines) != 1 {
			t.Errorf("heard %v after the file was written", lines)
		}
		stop()
	})
}

func remove(t *testing.T, folder, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(folder, name)); err != nil {
		t.Fatal(err)
	}
}

func TestSources(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"b.yaml", "a.yml", ".hidden.yaml", "notes.txt"} {
		write(t, folder, name, name)
	}
	if err := os.MkdirAll(filepath.Join(folder, "in", ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, folder, "in/c.yaml", "c")
	write(t, folder, "in/.git/d.yaml", "d")
	inputs, err := Sources(context.Background(), []string{folder, filepath.Join(folder, "b.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, in := range inputs {
		name, _ := filepath.Rel(folder, in.Path)
		names = append(names, name)
	}
	if got := strings.Join(names, " "); got != "a.yml b.yaml in/c.yaml" {
		t.Error(got)
	}
	link := filepath.Join(t.TempDir(), ".linked")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	if linked, err := Sources(context.Background(), []string{link}); err != nil || len(linked) != 3 || linked[0].Path != filepath.Join(link, "a.yml") {
		t.Errorf("by a link: %v, %v", linked, err)
	}
	if _, err := Sources(context.Background(), []string{filepath.Join(folder, "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Sources(context.Background(), []string{filepath.Join(folder, "in", ".git")}); err != nil {
		t.Error("a hidden folder that is named is not read:", err)
	}
	if err := os.Mkdir(filepath.Join(folder, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Sources(context.Background(), []string{filepath.Join(folder, "empty")}); err == nil || !strings.Contains(err.Error(), "no *.yaml") {
		t.Error(err)
	}
}
