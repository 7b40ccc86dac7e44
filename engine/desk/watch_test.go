package desk_test

import (
	"testing"

	"journey/engine/desk"
)

// Whoever reads too slowly is told so, misses nothing that comes after, and keeps nobody waiting.
func TestFollowersWhoAreSlow(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		slow, hangUp := w.Follow()
		const room = 256
		for range room {
			w.SetAvailable("rita", true)
		}
		if c := <-slow; c.Kind != desk.Presence {
			t.Errorf("one that is behind gets %s first", c.Kind)
		}
		w.SetAvailable("rita", true)
		w.SetAvailable("rita", false) // one too many
		w.SetAvailable("tom", true)
		var got []string
		for len(slow) > 0 {
			c := <-slow
			got = append(got, string(c.Kind)+" "+c.Agent)
		}
		same(t, "one that is too far behind", got, []string{"reload ", "presence tom"})
		hangUp()
		w.SetAvailable("tom", false)
		if len(slow) > 0 {
			t.Errorf("one that hung up gets %s", (<-slow).Kind)
		}
	})
}
