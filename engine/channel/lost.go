package channel

import "sync"

// maxLost is how many lost messages are remembered; of older ones all providers are asked.
const maxLost = 4096

// lostBy remembers which provider lost the answer to a message: that one alone may have it.
type lostBy struct {
	mu    sync.Mutex
	route map[string]*route // by the message's id
	order []string          // of the ids, oldest first; some may be forgotten
}

func (l *lostBy) add(id string, r *route) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.route == nil {
		l.route = map[string]*route{}
	}
	l.route[id] = r
	if l.order = append(l.order, id); len(l.order) > maxLost {
		delete(l.route, l.order[0])
		l.order = l.order[1:]
	}
}

func (l *lostBy) by(id string) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.route[id]
}

func (l *lostBy) forget(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.route, id)
}
