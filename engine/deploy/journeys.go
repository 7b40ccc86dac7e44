// Package deploy brings journeys into use: files become a bundle, a bundle without errors is stored, and its journeys are from then on
// the ones that new conversations start on. Conversations that are under way go on with the version that they began with, also when
// their journey is no longer in any file. A bundle with an error changes nothing.
package deploy

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/runtime"
	"journey/engine/store"
	"journey/engine/understand"
)

// ErrRejected is returned for a bundle that has errors, or no journey. Nothing was changed.
var ErrRejected = errors.New("the bundle is rejected")

// Journeys are the compiled journeys that a server uses. Its methods may be called from several goroutines; none of those that give
// something waits for a bundle that is being published.
type Journeys struct {
	store       store.Graphs
	now         func() time.Time
	live        atomic.Pointer[live]
	pinned      cache[*graph.Journey]
	classifiers cache[understand.Classifier]

	publishing sync.Mutex
	content    [sha256.Size]byte // of the files that were published or rejected last
}

var _ runtime.Versions = (*Journeys)(nil)

// live is what new conversations start on. It is not changed once it is there.
type live struct {
	journeys []*graph.Journey // by id
	by       map[graph.Hash]*graph.Journey
	events   map[string]*expression.Type
	names    []string // of the events, sorted
}

// Open takes the versions that the store has as active ones. now gives the time at which versions are stored.
func Open(ctx context.Context, s store.Graphs, now func() time.Time) (*Journeys, error) {
	j := &Journeys{store: s, now: now}
	ids, err := s.Journeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the journeys: %w", err)
	}
	var graphs []*graph.Journey
	for _, id := range ids {
		info, err := s.Active(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the journey %s: %w", id, err)
		}
		g, err := j.load(ctx, info.Hash)
		if err != nil {
			return nil, err
		}
		graphs = append(graphs, g)
	}
	j.use(graphs)
	return j, nil
}

// use makes versions the live ones, all at once.
func (j *Journeys) use(graphs []*graph.Journey) {
	l := &live{journeys: graphs, by: map[graph.Hash]*graph.Journey{}, events: map[string]*expression.Type{}}
	slices.SortFunc(l.journeys, func(a, b *graph.Journey) int { return strings.Compare(a.ID, b.ID) })
	for _, g := range l.journeys {
		l.by[g.Hash] = g
		for _, e := range g.Events {
			if l.events[e.Type] == nil {
				l.events[e.Type] = e.Data
				l.names = append(l.names, e.Type)
			}
		}
	}
	slices.Sort(l.names)
	j.live.Store(l)
}

// load decodes a stored version.
func (j *Journeys) load(ctx context.Context, h graph.Hash) (*graph.Journey, error) {
	encoded, err := j.store.Graph(ctx, h)
	if err != nil {
		return nil, fmt.Errorf("read the version %s: %w", h, err)
	}
	g, err := graph.Decode(encoded)
	if err != nil {
		return nil, fmt.Errorf("read the version %s: %w", h, err)
	}
	return g, nil
}

// Publish makes the journeys of some files the live ones. With ErrRejected the findings say why, and nothing has changed; without an error
// they are warnings and notes. It may not be called for files that belong to different bundles one after the other: what the later one
// doesn't have is no longer live.
func (j *Journeys) Publish(ctx context.Context, inputs []flow.Input) ([]diagnostic.Finding, error) {
	b := Analyse(inputs)
	j.publishing.Lock()
	defer j.publishing.Unlock()
	err := j.publish(ctx, b)
	if err == nil || errors.Is(err, ErrRejected) {
		j.content = contentOf(inputs)
	}
	return b.Findings, err
}

func (j *Journeys) publish(ctx context.Context, b *Bundle) error {
	switch {
	case b.HasErrors():
		return ErrRejected
	case len(b.Compiled.Units) == 0:
		return fmt.Errorf("%w: there is no journey in it", ErrRejected)
	}
	versions := b.Versions()
	graphs, err := decoded(versions)
	if err != nil {
		return err
	}
	if err := j.store.PutVersions(ctx, j.now(), versions); err != nil {
		return fmt.Errorf("store the bundle: %w", err)
	}
	j.use(graphs)
	for _, g := range graphs {
		j.pinned.drop(g.Hash) // the same version may have other notes now
	}
	return nil
}

// tried is a hash over the files that were published, or rejected, last.
func (j *Journeys) tried() [sha256.Size]byte {
	j.publishing.Lock()
	defer j.publishing.Unlock()
	return j.content
}

// decoded reads versions back from what is stored, so that they are what they will be after a restart.
func decoded(versions []store.Version) ([]*graph.Journey, error) {
	graphs := make([]*graph.Journey, len(versions))
	for i, v := range versions {
		g, err := graph.Decode(v.Graph)
		if err != nil {
			return nil, fmt.Errorf("the journey %s: %w", v.Journey, err)
		}
		graphs[i] = g
	}
	return graphs, nil
}

// ErrAwaits is wrapped where versions would have to be approved first. Nothing was changed.
var ErrAwaits = errors.New("waits for approval")

// Await is Publish where a new version has to be approved before it serves: it finds what is wrong with the files, and names the
// journeys of which they hold another version than the live one.
func (j *Journeys) Await(_ context.Context, inputs []flow.Input) ([]diagnostic.Finding, error) {
	b := Analyse(inputs)
	if b.HasErrors() {
		return b.Findings, ErrRejected
	}
	var changed []string
	for _, u := range b.Compiled.Units {
		if j.live.Load().by[u.Graph.Hash] == nil {
			changed = append(changed, u.Graph.ID)
		}
	}
	if len(changed) > 0 {
		return b.Findings, fmt.Errorf("a new version of %s %w", strings.Join(changed, ", "), ErrAwaits)
	}
	return b.Findings, nil
}

// Live gives the journeys that new conversations start on, by id. They are not to be changed.
func (j *Journeys) Live() []*graph.Journey { return j.live.Load().journeys }

// Graph gives any version that is stored, nil where there is none.
func (j *Journeys) Graph(hash graph.Hash) *graph.Journey {
	if g := j.live.Load().by[hash]; g != nil {
		return g
	}
	g, err := j.pinned.get(hash, func() (*graph.Journey, error) { return j.load(context.Background(), hash) })
	if err != nil {
		return nil
	}
	return g
}

// Classifier gives what understands messages to a version, nil where there is no such version. It is trained when it is first asked for.
func (j *Journeys) Classifier(hash graph.Hash) understand.Classifier {
	c, err := j.classifiers.get(hash, func() (understand.Classifier, error) {
		g := j.Graph(hash)
		if g == nil {
			return nil, store.ErrNotFound
		}
		return runtime.Train(g), nil
	})
	if err != nil {
		return nil
	}
	return c
}

// Event gives the type of a business event's data, an object, as the live journeys declare it.
func (j *Journeys) Event(name string) (data *expression.Type, known bool) {
	data, known = j.live.Load().events[name]
	return data, known
}

// EventNames are the business events that the live journeys declare, sorted.
func (j *Journeys) EventNames() []string { return slices.Clone(j.live.Load().names) }

// Operation gives an operation as a version declares it; where the version does not, or there is none, as the live journeys do. Nil where
// nobody does.
func (j *Journeys) Operation(version graph.Hash, name string) *graph.Operation {
	if g := j.Graph(version); g != nil {
		if op := operation(g, name); op != nil {
			return op
		}
	}
	for _, g := range j.Live() {
		if op := operation(g, name); op != nil {
			return op
		}
	}
	return nil
}

func operation(g *graph.Journey, name string) *graph.Operation {
	i, found := slices.BinarySearchFunc(g.Operations, name, func(o graph.Operation, name string) int { return strings.Compare(o.Name, name) })
	if !found {
		return nil
	}
	return &g.Operations[i]
}
