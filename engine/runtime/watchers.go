package runtime

import "sync"

// Watchers are told of things as they happen. The zero value is nobody.
type Watchers[T any] struct {
	mu   sync.RWMutex
	next int
	all  map[int]func(T)
}

// Add has f told from now on. It is told no more once cancel has returned.
func (w *Watchers[T]) Add(f func(T)) (cancel func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[int]func(T){}
	}
	w.next++
	id := w.next
	w.all[id] = f
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, id)
	}
}

// Tell tells all of them, one after the other.
func (w *Watchers[T]) Tell(thing T) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for _, f := range w.all {
		f(thing)
	}
}
