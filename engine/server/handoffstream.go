package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"journey/engine/desk"
)

// Of a stream: how often it gives a sign of life, how much may wait for a slow reader, and how long one write may take.
const (
	streamBeat   = 15 * time.Second
	streamBuffer = 256
	streamWrite  = 30 * time.Second
)

// streamHandoffs follows the desk until the caller hangs up, the desk stops, or the stream has lived long enough.
func (s *Server) streamHandoffs(w http.ResponseWriter, r *http.Request) error {
	changes := make(chan desk.Change, streamBuffer)
	missed := make(chan struct{}, 1)
	cancel := s.o.Desk.Watch(func(c desk.Change) {
		select {
		case changes <- c:
		default:
			select {
			case missed <- struct{}{}:
			default:
			}
		}
	})
	defer cancel()
	if by := s.actor(r); requestOf(r).caller.May(agents...) {
		defer s.o.Desk.Enter(by.Name)()
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	out := &events{w: w, control: http.NewResponseController(w)}
	out.send("ready", struct{}{})
	beat, end := time.NewTicker(streamBeat), time.NewTimer(streamLife)
	defer beat.Stop()
	defer end.Stop()
	for out.err == nil {
		select {
		case c := <-changes:
			out.send(string(c.Kind), c)
		case <-missed:
			for len(changes) > 0 {
				<-changes
			}
			out.send("reload", struct{}{})
		case <-beat.C:
			out.write(": here\n\n")
		case <-end.C:
			return nil
		case <-s.o.Desk.Stopped():
			return nil
		case <-r.Context().Done():
			return nil
		}
	}
	return nil
}

// events writes server-sent events until one can't be written.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

func (e *events) send(name string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		e.err = err
		return
	}
	e.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, b))
}

func (e *events) write(text string) {
	_ = e.control.SetWriteDeadline(time.Now().Add(streamWrite)) // not every ResponseWriter has deadlines; the server's has
	if _, e.err = e.w.Write([]byte(text)); e.err == nil {
		e.err = e.control.Flush()
	}
}
