package store

import (
	"cmp"
	"context"
	"slices"
)

// History implements Contacts.
func (m *Memory) History(ctx context.Context, contact Key, before uint64, limit int) (entries []Entry, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	p := m.known[contact]
	if p == nil {
		return nil, ctx.Err()
	}
	at := len(p.log)
	if before > 0 {
		at, _ = slices.BinarySearch(p.log, before)
	}
	for at--; at >= 0 && len(entries) < limit; at-- {
		entries = append(entries, m.log[p.log[at]-1])
	}
	return entries, ctx.Err()
}

// Log implements Contacts.
func (m *Memory) Log(ctx context.Context, after uint64, limit int) ([]Entry, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if after >= uint64(len(m.log)) || limit <= 0 {
		return nil, ctx.Err()
	}
	rest := m.log[after:]
	return slices.Clone(rest[:min(limit, len(rest))]), ctx.Err()
}

// Started implements Contacts.
func (m *Memory) Started(ctx context.Context, before uint64, limit int) ([]Start, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	there := func(s Start) bool { return s.ID != "" }
	return newestFirst(m.started, func(s Start) uint64 { return s.Seq }, before, limit, there), ctx.Err()
}

// Dead implements Contacts.
func (m *Memory) Dead(ctx context.Context, before uint64, limit int) ([]Letter, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return newestFirst(m.dead, func(l Letter) uint64 { return l.Seq }, before, limit, nil), ctx.Err()
}

// Online implements Contacts.
func (m *Memory) Online(ctx context.Context) ([]Key, error) {
	return m.listed(ctx, func(p *person) bool { return p.online })
}

// Waiting implements Contacts.
func (m *Memory) Waiting(ctx context.Context) ([]Key, error) {
	return m.listed(ctx, func(p *person) bool { return p.waiting })
}

func (m *Memory) listed(ctx context.Context, is func(*person) bool) (list []Key, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for key, p := range m.known {
		if is(p) {
			list = append(list, key)
		}
	}
	slices.SortFunc(list, compareKeys)
	return list, ctx.Err()
}

// Audit implements Contacts.
func (m *Memory) Audit(ctx context.Context, before uint64, limit int) ([]Act, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return newestFirst(m.acts, func(a Act) uint64 { return a.Seq }, before, limit, nil), ctx.Err()
}

// newestFirst gives the part of a list, sorted by rising numbers, that ends before a number (0: at its end).
func newestFirst[E any](list []E, seq func(E) uint64, before uint64, limit int, wanted func(E) bool) (part []E) {
	at := len(list)
	if before > 0 {
		at, _ = slices.BinarySearchFunc(list, before, func(e E, b uint64) int { return cmp.Compare(seq(e), b) })
	}
	for at--; at >= 0 && len(part) < limit; at-- {
		if wanted == nil || wanted(list[at]) {
			part = append(part, list[at])
		}
	}
	return part
}
