package eventstream_test

import (
	"bufio"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/eventstream"
)

func TestStream(t *testing.T) {
	w := httptest.NewRecorder()
	s := eventstream.New(w)
	s.Event("ready", "", "{}")
	s.Event("step", "7", "<p>one</p>\r\n<p>two</p>")
	s.Beat()
	s.Event("empty", "", "")
	want := "retry: 2000\n\n" +
		"event: ready\ndata: {}\n\n" +
		"event: step\nid: 7\ndata: <p>one</p>\ndata: <p>two</p>\n\n" +
		": \n\n" +
		"event: empty\ndata: \n\n"
	if got := w.Body.String(); got != want {
		t.Errorf("it is\n%q, want\n%q", got, want)
	}
	if got := w.Header().Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("it is %s", got)
	}
	if s.Err() != nil {
		t.Error(s.Err())
	}
}

// stuck is a line whose reader takes nothing any more, with the deadline that was set when it was written to last.
type stuck struct {
	*httptest.ResponseRecorder
	deadline, met time.Time
	writes        int
}

var errStuck = errors.New("it takes nothing")

func (w *stuck) SetWriteDeadline(t time.Time) error { w.deadline = t; return nil }

func (w *stuck) WriteString(text string) (int, error) { return w.Write([]byte(text)) }

func (w *stuck) Write(b []byte) (int, error) {
	w.writes, w.met = w.writes+1, w.deadline
	if w.writes > 1 {
		return 0, errStuck
	}
	return len(b), nil
}

func TestOneWhoTakesNothingIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &stuck{ResponseRecorder: httptest.NewRecorder()}
		s := eventstream.New(w)
		for range 3 {
			if err := s.Beat(); !errors.Is(err, errStuck) || !errors.Is(s.Err(), errStuck) {
				t.Errorf("a beat gives %v, and the stream %v", err, s.Err())
			}
		}
		if w.writes != 2 {
			t.Errorf("it was written to %d times, want 2", w.writes)
		}
		if left := time.Until(w.met); left != 10*time.Second || !w.deadline.IsZero() {
			t.Errorf("a write may take %s, and the deadline afterwards is %v", left, w.deadline)
		}
	})
}

// A server's timeouts are for answers that end.
func TestAStreamOutlivesTheServersTimeouts(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := eventstream.New(w)
		select {
		case <-time.After(200 * time.Millisecond):
			s.Event("late", "", "{}")
		case <-r.Context().Done():
		}
	}))
	server.Config.ReadTimeout, server.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	server.Start()
	defer server.Close()
	got, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	for lines := bufio.NewScanner(got.Body); lines.Scan(); {
		if lines.Text() == "event: late" {
			return
		}
	}
	t.Error("the stream ended before it was over")
}

// A browser reads what was written, whatever it is.
func FuzzEvent(f *testing.F) {
	f.Add("{}")
	f.Add("a\r\nb\n")
	f.Add("\n\nevent: forged\n")
	f.Add("a\revent: forged")
	f.Fuzz(func(t *testing.T, data string) {
		w := httptest.NewRecorder()
		s := eventstream.New(w)
		before := w.Body.Len()
		s.Event("e", "", data)
		var read []string
		ends := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		for line := range strings.SplitSeq(strings.TrimSuffix(ends.Replace(w.Body.String()[before:]), "\n\n"), "\n") {
			name, value, _ := strings.Cut(line, ": ")
			switch {
			case name == "data":
				read = append(read, value)
			case line != "event: e":
				t.Fatalf("%q is a line of its own in %q", line, w.Body)
			}
		}
		if want := ends.Replace(data); strings.Join(read, "\n") != want {
			t.Errorf("%q is read as %q", want, read)
		}
	})
}
