package server

import (
	"context"

	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/transcript"
)

// back walks a contact's log backwards from before (0: from its end) until visit has enough.
func (s *Server) back(ctx context.Context, key store.Key, before uint64, visit func(e *runtime.Logged) (more bool)) error {
	return transcript.Walk(ctx, s.o.Engine, key, before, visit)
}
