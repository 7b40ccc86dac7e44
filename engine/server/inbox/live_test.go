package inbox_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// follow opens the stream of an agent and gives its lines.
func (w *world) follow(agent string) (lines <-chan string, hangUp func()) {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Server.URL+"/inbox/live?agent="+agent, nil)
	if err != nil {
		w.T.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.T.Fatal(err)
	}
	all := make(chan string, 100)
	go func() {
		defer answer.Body.Close()
		defer close(all)
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			all <- s.Text()
		}
	}()
	return all, cancel
}

func TestTheStreamNamesWhatChangesAndNothingThatWasSaid(t *testing.T) {
	w := newWorld(t)
	lines, hangUp := w.follow("Maya")
	if first := <-lines; first != "retry: 2000" {
		t.Fatalf("it begins with %q", first)
	}
	if !w.desk.Agent("Maya").Present {
		t.Error("whoever follows is not there")
	}
	it := w.waits("ada", "I have a problem", "my password is hunter2")
	seen := map[string]bool{}
	for line := range lines {
		if strings.Contains(line, "hunter2") {
			t.Error("the stream has what the customer wrote")
		}
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			seen[name] = true
		}
		if strings.HasPrefix(line, "data: ") && line != "data: {}" && !strings.Contains(line, it.ID) {
			t.Errorf("%s does not name %s", line, it.ID)
		}
		if seen["new"] && seen["changed"] {
			break
		}
	}
	if !seen["new"] {
		t.Error("work that came in is not told")
	}
	hangUp()
	for range lines {
	}
}

func TestTheStreamAsksForAName(t *testing.T) {
	w := newWorld(t)
	if status, body, _ := w.Get("/inbox/live"); status != http.StatusUnprocessableEntity || !strings.HasPrefix(body, "Say who you are first") {
		t.Error(status, body)
	}
}
