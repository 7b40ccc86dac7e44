package simulate

import (
	"sync"

	"journey/engine/graph"
	"journey/engine/runtime"
	"journey/engine/understand"
)

// Classifiers keeps each version's classifier, trained once and shared by all cases.
type Classifiers struct {
	mu      sync.Mutex
	trained map[graph.Hash]understand.Classifier
}

func (c *Classifiers) of(g *graph.Journey) understand.Classifier {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.trained[g.Hash]; ok {
		return t
	}
	if c.trained == nil {
		c.trained = map[graph.Hash]understand.Classifier{}
	}
	t := runtime.Train(g)
	c.trained[g.Hash] = t
	return t
}
