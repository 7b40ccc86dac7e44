package server

import (
	"context"

	"journey/engine/runtime"
	"journey/engine/store"
)

// chunk is how many entries of the log, or conversations, are read at once.
const chunk = 200

// back walks a contact's log backwards from before (0: from its end) until visit has enough.
func (s *Server) back(ctx context.Context, key store.Key, before uint64, visit func(e *runtime.Logged) (more bool)) error {
	for {
		entries, err := s.o.Engine.Log(ctx, key, before, chunk)
		if err != nil {
			return err
		}
		for i := range entries {
			before = entries[i].Seq
			if entries[i].LogEntry != nil && !visit(&entries[i]) {
				return nil
			}
		}
		if len(entries) < chunk {
			return nil
		}
	}
}
