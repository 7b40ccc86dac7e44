package store

import (
	"fmt"

	"journey/engine/graph"
)

// Verify is what every implementation asks of a bundle before it stores it: each graph is the one that its hash names, and each
// journey that it runs is in the bundle or, by stored, in the store.
func Verify(bundle []Version, stored func(graph.Hash) bool) error {
	inBundle := make(map[graph.Hash]bool, len(bundle))
	for i := range bundle {
		inBundle[bundle[i].Hash] = true
	}
	for i := range bundle {
		v := &bundle[i]
		runs, err := VerifyGraph(v.Journey, v.Hash, v.Graph)
		if err != nil {
			return err
		}
		for _, r := range runs {
			if !inBundle[r.Hash] && !stored(r.Hash) {
				return fmt.Errorf("journey %s runs %s in version %s: %w", v.Journey, r.Journey, r.Hash, ErrNotFound)
			}
		}
	}
	return nil
}

// VerifyGraph decodes a graph, compares it with the names it is stored under, and gives the journeys that it runs.
func VerifyGraph(journey string, hash graph.Hash, encoded []byte) ([]graph.Run, error) {
	g, err := graph.Decode(encoded)
	if err != nil {
		return nil, fmt.Errorf("version %s of %s: %w", hash, journey, err)
	}
	if g.Hash != hash || g.ID != journey {
		return nil, fmt.Errorf("version %s of %s: %w: its graph is version %s of %s", hash, journey, ErrCorrupt, g.Hash, g.ID)
	}
	return g.Runs, nil
}

// longestLane is that of a lane's name in bytes.
const longestLane = 255

// few changes are compared one by one, which is faster than a map of them.
const few = 16

// VerifyChanges is what every implementation asks of changes before it makes them: each contact is named once, and lanes are short.
func VerifyChanges(changes []*Change) error {
	var named map[Key]bool
	if len(changes) > few {
		named = make(map[Key]bool, len(changes))
	}
	for i, c := range changes {
		twice := named[c.Key]
		if named != nil {
			named[c.Key] = true
		} else {
			twice = names(changes[:i], c.Key)
		}
		if twice {
			return fmt.Errorf("contact %s: two changes in one commit", c.Key)
		}
		for _, o := range c.Out {
			if len(o.Lane) > longestLane {
				return fmt.Errorf("contact %s: a lane of %d bytes, and %d are the most", c.Key, len(o.Lane), longestLane)
			}
		}
	}
	return nil
}

func names(changes []*Change, key Key) bool {
	for _, c := range changes {
		if c.Key == key {
			return true
		}
	}
	return false
}
