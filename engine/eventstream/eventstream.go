// Package eventstream writes server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) to one reader, who may be
// slow or gone without a word. It knows nothing of what the events say, and starts nothing: whoever writes also beats.
package eventstream

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Heartbeat is how often a stream on which nothing happens is to beat: often enough for proxies not to cut it, and for a reader who has gone
// to be noticed.
const Heartbeat = 15 * time.Second

// patience is how long a reader has to take what is written.
const patience = 10 * time.Second

// comeBack is after how long a browser tries again that has lost its stream.
const comeBack = 2 * time.Second

// Stream is an answer that goes on. One goroutine writes it. Once something could not be written nothing is any more.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

// New begins a stream; headers of the caller's own are set before.
func New(w http.ResponseWriter) *Stream {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would keep the events back
	s := &Stream{w: w, control: http.NewResponseController(w)}
	// A writer without deadlines is one in a test, or behind something that has its own.
	_ = s.control.SetReadDeadline(time.Time{}) // the server's own is for requests that end
	s.write(fmt.Sprintf("retry: %d\n\n", comeBack.Milliseconds()))
	return s
}

// Err is why nothing can be written any more; nil as long as it can.
func (s *Stream) Err() error { return s.err }

// Event writes an event at once. A reader who comes back names the last id; an empty one leaves it standing.
func (s *Stream) Event(name, id, data string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "event: %s\n", name)
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	for line := range strings.SplitSeq(lineEnds.Replace(data), "\n") {
		fmt.Fprintf(&b, "data: %s\n", line)
	}
	b.WriteByte('\n')
	return s.write(b.String())
}

// lineEnds makes one of all that end a line for a reader: what a customer wrote can't begin a field of its own.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Beat writes what no reader sees.
func (s *Stream) Beat() error { return s.write(": \n\n") }

// write has no deadline between writes, which HTTP/2 would hold against a stream that rests.
func (s *Stream) write(text string) error {
	if s.err != nil {
		return s.err
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	if _, s.err = io.WriteString(s.w, text); s.err == nil {
		s.err = s.control.Flush()
	}
	_ = s.control.SetWriteDeadline(time.Time{})
	return s.err
}
