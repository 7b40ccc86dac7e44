package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"journey/engine/graph"
	"journey/engine/store"
)

// Check implements store.Store: bbolt's own pages first, then what the buckets say of each other.
func (s *Store) Check(ctx context.Context) error {
	return s.view(ctx, func(tx *bbolt.Tx) error {
		var c checker
		for err := range tx.Check() {
			c.add("the file", err)
		}
		if len(c.found) > 0 {
			return errors.Join(c.found...)
		}
		c.tx = tx
		c.versions()
		c.pointers()
		c.files()
		return errors.Join(c.found...)
	})
}

type checker struct {
	tx    *bbolt.Tx
	found []error
}

func (c *checker) add(what string, err error) {
	c.found = append(c.found, fmt.Errorf("%s: %w: %w", what, store.ErrCorrupt, err))
}

func (c *checker) need(ok bool, format string, args ...any) {
	if !ok {
		c.found = append(c.found, fmt.Errorf("%w: %s", store.ErrCorrupt, fmt.Sprintf(format, args...)))
	}
}

// versions compares each record with its graph, its place in the history, the journeys it runs and its files.
func (c *checker) versions() {
	_ = c.tx.Bucket(bucketVersions).ForEach(func(k, _ []byte) error {
		hash := graph.Hash(k)
		r, err := readRecord(c.tx, hash)
		if err != nil {
			c.add("versions", err)
			return nil
		}
		at := c.tx.Bucket(bucketHistory).Get(historyKey(r.Journey, r.Place))
		c.need(bytes.Equal(at, k), "version %s of %s is not at place %d of the history", hash, r.Journey, r.Place)
		c.need(c.tx.Bucket(bucketActive).Get([]byte(r.Journey)) != nil, "journey %s has no active version", r.Journey)
		for _, f := range r.Files {
			c.need(c.tx.Bucket(bucketFiles).Get([]byte(f.Sum)) != nil, "file %s of version %s is missing", f.Path, hash)
		}
		runs, err := store.VerifyGraph(r.Journey, hash, c.tx.Bucket(bucketGraphs).Get(k))
		if err != nil {
			c.add("graphs", err)
		}
		for _, run := range runs {
			there := c.tx.Bucket(bucketGraphs).Get([]byte(run.Hash)) != nil
			c.need(there, "version %s of %s, which %s runs, is missing", run.Hash, run.Journey, r.Journey)
		}
		return nil
	})
}

// pointers finds graphs, places in the history and active versions that no record stands behind.
func (c *checker) pointers() {
	_ = c.tx.Bucket(bucketGraphs).ForEach(func(hash, _ []byte) error {
		c.need(c.tx.Bucket(bucketVersions).Get(hash) != nil, "graph %s has no record", hash)
		return nil
	})
	_ = c.tx.Bucket(bucketHistory).ForEach(func(place, hash []byte) error {
		r, err := readRecord(c.tx, graph.Hash(hash))
		c.need(err != nil || r != nil && bytes.Equal(place, historyKey(r.Journey, r.Place)), "place %q of the history is not that of version %s", place, hash)
		return nil
	})
	_ = c.tx.Bucket(bucketActive).ForEach(func(journey, hash []byte) error {
		r, err := readRecord(c.tx, graph.Hash(hash))
		c.need(err != nil || r != nil && r.Journey == string(journey), "the active version %s of %s is not one of its versions", hash, journey)
		return nil
	})
}

func (c *checker) files() {
	_ = c.tx.Bucket(bucketFiles).ForEach(func(sum, source []byte) error {
		c.need(sumOf(source) == string(sum), "file %s has other bytes", sum)
		return nil
	})
}
