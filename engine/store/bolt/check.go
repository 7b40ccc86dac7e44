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

// Check reads everything and gives every contradiction found, joined, each wrapping store.ErrCorrupt.
func (s *Graphs) Check(ctx context.Context) error {
	c := checker{}
	if err := c.pages(ctx, s); err != nil {
		return err
	}
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c.tx = tx
		c.graphs()
		return nil
	})
	return errors.Join(append(c.found, err)...)
}

type checker struct {
	tx    *bbolt.Tx
	found []error
}

// pages looks at bbolt's own pages; where they are wrong nothing else can be told. Nobody commits meanwhile, for the list of free pages is not
// a transaction's own. The transaction, which changes nothing, is not rolled back: that would have bbolt trust the pages.
func (c *checker) pages(ctx context.Context, s *Graphs) error {
	err := s.update(ctx, func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			c.add("the file", err)
		}
		return nil
	})
	return errors.Join(append(c.found, err)...)
}

func (c *checker) graphs() {
	c.versions()
	c.pointers()
	c.files()
}

func (c *checker) add(what string, err error) {
	c.report(fmt.Errorf("%s: %w: %w", what, store.ErrCorrupt, err))
}

func (c *checker) need(ok bool, format string, args ...any) {
	if !ok {
		c.report(fmt.Errorf("%w: %s", store.ErrCorrupt, fmt.Sprintf(format, args...)))
	}
}

// mostFound is how many contradictions are told apart; what comes after them says nothing new.
const mostFound = 1000

func (c *checker) report(err error) {
	if len(c.found) < mostFound {
		c.found = append(c.found, err)
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
