package pages

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// patience is how long a viewer has to take what is written.
const patience = 10 * time.Second

// Stream writes server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
type Stream struct {
	w       *bufio.Writer
	control *http.ResponseController
	err     error
}

// NewStream begins an answer that is a stream. A browser that loses it comes back after two seconds.
func NewStream(w http.ResponseWriter) *Stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	s := &Stream{w: bufio.NewWriter(w), control: http.NewResponseController(w)}
	io.WriteString(s.w, "retry: 2000\n")
	s.flush()
	return s
}

// Err is why nothing can be written any more; nil as long as it can.
func (s *Stream) Err() error { return s.err }

// Event writes an event; an empty id leaves the last one standing.
func (s *Stream) Event(name, id, data string) {
	if id != "" {
		fmt.Fprintf(s.w, "id: %s\n", id)
	}
	fmt.Fprintf(s.w, "event: %s\n", name)
	for _, l := range strings.Split(data, "\n") {
		fmt.Fprintf(s.w, "data: %s\n", strings.TrimRight(l, "\r"))
	}
	s.flush()
}

// Beat writes what nobody reads, so that a line that has gone is noticed.
func (s *Stream) Beat() {
	io.WriteString(s.w, ":\n")
	s.flush()
}

func (s *Stream) flush() {
	s.w.WriteByte('\n')
	// A writer without deadlines is one in a test, or behind something that has its own.
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	if s.err = s.w.Flush(); s.err == nil {
		s.err = s.control.Flush()
	}
}
