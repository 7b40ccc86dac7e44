package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"journey/engine/graph"
)

// Memory is a store that forgets. The zero value is empty and ready.
type Memory struct {
	mu       sync.RWMutex
	versions map[graph.Hash]*Version
	created  map[graph.Hash]time.Time
	history  map[string][]graph.Hash
	active   map[string]graph.Hash
	people
}

var _ Store = (*Memory)(nil)

// PutVersions implements Graphs.
func (m *Memory) PutVersions(ctx context.Context, created time.Time, bundle []Version) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := Verify(bundle, func(h graph.Hash) bool { return m.versions[h] != nil }); err != nil {
		return err
	}
	if m.versions == nil {
		m.versions, m.created = map[graph.Hash]*Version{}, map[graph.Hash]time.Time{}
		m.history, m.active = map[string][]graph.Hash{}, map[string]graph.Hash{}
	}
	for i := range bundle {
		v := bundle[i].clone()
		if m.versions[v.Hash] == nil {
			m.created[v.Hash] = created.UTC()
			m.history[v.Journey] = append(m.history[v.Journey], v.Hash)
		}
		m.versions[v.Hash] = v
		m.active[v.Journey] = v.Hash
	}
	return nil
}

func (v *Version) clone() *Version {
	c := &Version{Journey: v.Journey, Hash: v.Hash, Graph: bytes.Clone(v.Graph)}
	for _, f := range v.Files {
		c.Files = append(c.Files, File{f.Path, bytes.Clone(f.Source)})
	}
	return c
}

// Graph implements Graphs.
func (m *Memory) Graph(ctx context.Context, hash graph.Hash) ([]byte, error) {
	v, err := m.version(ctx, hash)
	if err != nil {
		return nil, err
	}
	return v.clone().Graph, nil
}

// Files implements Graphs.
func (m *Memory) Files(ctx context.Context, hash graph.Hash) ([]File, error) {
	v, err := m.version(ctx, hash)
	if err != nil {
		return nil, err
	}
	return v.clone().Files, nil
}

// Versions implements Graphs.
func (m *Memory) Versions(ctx context.Context, journey string) ([]Info, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var infos []Info
	for _, hash := range m.history[journey] {
		infos = append(infos, m.info(journey, hash))
	}
	return infos, ctx.Err()
}

// Active implements Graphs.
func (m *Memory) Active(ctx context.Context, journey string) (Info, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	hash, ok := m.active[journey]
	if !ok {
		return Info{}, fmt.Errorf("journey %s: %w", journey, ErrNotFound)
	}
	return m.info(journey, hash), ctx.Err()
}

// Journeys implements Graphs.
func (m *Memory) Journeys(ctx context.Context) ([]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.active)), ctx.Err()
}

// Check implements Store.
func (m *Memory) Check(ctx context.Context) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := make([]Version, 0, len(m.versions))
	for _, v := range m.versions {
		all = append(all, *v)
	}
	if err := Verify(all, func(graph.Hash) bool { return false }); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	if err := m.checkPeople(); err != nil {
		return err
	}
	return ctx.Err()
}

// Close implements Store.
func (m *Memory) Close() error { return nil }

func (m *Memory) info(journey string, hash graph.Hash) Info {
	return Info{Journey: journey, Hash: hash, Created: m.created[hash], Active: m.active[journey] == hash}
}

func (m *Memory) version(ctx context.Context, hash graph.Hash) (*Version, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	v := m.versions[hash]
	if v == nil {
		return nil, fmt.Errorf("version %s: %w", hash, ErrNotFound)
	}
	return v, nil
}
