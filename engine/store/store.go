// Package store says what is persisted, in interfaces that name things and not keys or tables: how they are laid out is each
// implementation's own. All of them pass the one suite in storetest. Times are passed in; nothing here reads a clock.
package store

import (
	"context"
	"errors"
	"time"

	"journey/engine/graph"
)

var (
	// ErrNotFound is wrapped where a version or a journey is not in the store.
	ErrNotFound = errors.New("not found")
	// ErrCorrupt is wrapped where what is stored contradicts itself.
	ErrCorrupt = errors.New("the data is damaged")
)

// File is a source file as it was compiled: its path, as findings name it, and its bytes.
type File struct {
	Path   string
	Source []byte
}

// Version is one compiled version of a journey with the files it was compiled from.
type Version struct {
	Journey string
	Hash    graph.Hash
	Graph   []byte // encoded
	Files   []File
}

// Info is what is known of a stored version without its graph and source.
type Info struct {
	Journey string
	Hash    graph.Hash
	Created time.Time // when it was stored first, in UTC
	Active  bool      // new conversations start on it
}

// Graphs keeps compiled journeys by hash. A version is stored for good: conversations pin it. Every method may be called
// from several goroutines.
type Graphs interface {
	// PutVersions stores the versions of a bundle in one transaction and makes them the active ones. A version that is there already
	// keeps its Created and takes the newer encoding and files, which can differ in notes only. The journeys that a version
	// runs are in the bundle or in the store, else nothing is stored.
	PutVersions(ctx context.Context, created time.Time, bundle []Version) error

	// Graph gives the encoded graph of a version, or ErrNotFound.
	Graph(ctx context.Context, hash graph.Hash) ([]byte, error)

	// Files gives the source of a version, in the order it was stored, or ErrNotFound.
	Files(ctx context.Context, hash graph.Hash) ([]File, error)

	// Versions gives the versions of a journey in the order in which they were stored first; none is no error.
	Versions(ctx context.Context, journey string) ([]Info, error)

	// Active gives the version on which new conversations of a journey start, or ErrNotFound.
	Active(ctx context.Context, journey string) (Info, error)

	// Journeys gives the ids of all journeys, sorted.
	Journeys(ctx context.Context) ([]string, error)
}

// Store is everything that is persisted.
type Store interface {
	Graphs
	Contacts

	// Check reads everything and gives every contradiction found, joined, each wrapping ErrCorrupt.
	Check(ctx context.Context) error

	Close() error
}
