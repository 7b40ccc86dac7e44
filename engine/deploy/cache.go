package deploy

import (
	"container/list"
	"sync"

	"journey/engine/graph"
)

// cached is how many versions are held ready, beside the live ones.
const cached = 256

// cache makes something of versions once, and keeps what was used last. The zero value is ready.
type cache[T any] struct {
	mu    sync.Mutex
	known map[graph.Hash]*list.Element
	order list.List // of *entry[T], what was used last in front
}

// entry is made by whoever asks for it first, while the others that ask for it wait.
type entry[T any] struct {
	hash  graph.Hash
	once  sync.Once
	value T
	err   error
}

// get gives what make makes of a version. An error is not kept.
func (c *cache[T]) get(hash graph.Hash, make func() (T, error)) (T, error) {
	e := c.entry(hash)
	e.once.Do(func() { e.value, e.err = make() })
	if e.err != nil {
		c.forget(e)
	}
	return e.value, e.err
}

func (c *cache[T]) entry(hash graph.Hash) *entry[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.known[hash]; ok {
		c.order.MoveToFront(at)
		return at.Value.(*entry[T])
	}
	if c.known == nil {
		c.known = map[graph.Hash]*list.Element{}
	}
	e := &entry[T]{hash: hash}
	c.known[hash] = c.order.PushFront(e)
	if c.order.Len() > cached {
		oldest := c.order.Remove(c.order.Back()).(*entry[T])
		delete(c.known, oldest.hash)
	}
	return e
}

// drop has a version made anew when it is next asked for.
func (c *cache[T]) drop(hash graph.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.known[hash]; ok {
		c.order.Remove(at)
		delete(c.known, hash)
	}
}

func (c *cache[T]) forget(e *entry[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.known[e.hash]; ok && at.Value == e {
		c.order.Remove(at)
		delete(c.known, e.hash)
	}
}
