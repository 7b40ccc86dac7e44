package transcript

import (
	"context"

	"journey/engine/runtime"
	"journey/engine/store"
)

// Log reads a contact's log; *runtime.Engine does.
type Log interface {
	Log(ctx context.Context, key store.Key, before uint64, limit int) ([]runtime.Logged, error)
}

// chunk is how many entries of the log are read at once.
const chunk = 200

// Walk walks a contact's log backwards from before (0: from its end) until visit has enough.
func Walk(ctx context.Context, log Log, key store.Key, before uint64, visit func(e *runtime.Logged) (more bool)) error {
	for {
		entries, err := log.Log(ctx, key, before, chunk)
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
