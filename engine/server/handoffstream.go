package server

import (
	"encoding/json"
	"net/http"
	"time"

	"journey/engine/desk"
	"journey/engine/eventstream"
)

// streamLife bounds a stream, so that who may no longer follow does not for long.
const streamLife = time.Hour

// streamHandoffs follows the desk until the caller hangs up, the desk stops, or the stream has lived long enough.
func (s *Server) streamHandoffs(w http.ResponseWriter, r *http.Request) error {
	changes, cancel := s.o.Desk.Follow()
	defer cancel()
	if by := s.actor(r); requestOf(r).caller.May(agents...) {
		defer s.o.Desk.Enter(by.Name)()
	}
	out := eventstream.New(w)
	out.Event("ready", "", "{}")
	beat, end := time.NewTicker(eventstream.Heartbeat), time.NewTimer(streamLife)
	defer beat.Stop()
	defer end.Stop()
	for out.Err() == nil {
		select {
		case c := <-changes:
			if sendChange(out, c) != nil {
				return nil // nobody reads on
			}
		case <-beat.C:
			out.Beat()
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

func sendChange(out *eventstream.Stream, c desk.Change) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return out.Event(string(c.Kind), "", string(data))
}
