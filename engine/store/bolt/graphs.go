package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/graph"
	"journey/engine/store"
)

// record is what is kept of a version beside its graph.
type record struct {
	Journey string      `json:"journey"`
	Place   uint64      `json:"place"` // in the history, counted over all journeys
	Created time.Time   `json:"created"`
	Files   []reference `json:"files,omitempty"`
}

// reference is a source file by the hash of its bytes.
type reference struct {
	Path string `json:"path"`
	Sum  string `json:"sum"`
}

// PutVersions implements store.Graphs. The bundle is verified before it is written, for to roll back a write is to read the whole file;
// no version is ever removed in between.
func (s *Graphs) PutVersions(ctx context.Context, created time.Time, bundle []store.Version) error {
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		return store.Verify(bundle, func(h graph.Hash) bool { return tx.Bucket(bucketVersions).Get([]byte(h)) != nil })
	})
	if err != nil {
		return err
	}
	return s.update(ctx, func(tx *bbolt.Tx) error {
		for i := range bundle {
			if err := putVersion(tx, created.UTC(), &bundle[i]); err != nil {
				return fmt.Errorf("storing %s: %w", bundle[i].Journey, err)
			}
		}
		return nil
	})
}

func putVersion(tx *bbolt.Tx, created time.Time, v *store.Version) error {
	r, err := readRecord(tx, v.Hash)
	if err != nil {
		return err
	}
	if r == nil {
		if r, err = newRecord(tx, created, v); err != nil {
			return err
		}
	}
	if r.Files, err = putFiles(tx, v.Files); err != nil {
		return err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := tx.Bucket(bucketVersions).Put([]byte(v.Hash), line); err != nil {
		return err
	}
	if err := tx.Bucket(bucketGraphs).Put([]byte(v.Hash), v.Graph); err != nil {
		return err
	}
	return tx.Bucket(bucketActive).Put([]byte(v.Journey), []byte(v.Hash))
}

// newRecord gives a version that is stored first its place in the history.
func newRecord(tx *bbolt.Tx, created time.Time, v *store.Version) (*record, error) {
	history := tx.Bucket(bucketHistory)
	place, err := history.NextSequence()
	if err != nil {
		return nil, err
	}
	return &record{v.Journey, place, created, nil}, history.Put(historyKey(v.Journey, place), []byte(v.Hash))
}

func putFiles(tx *bbolt.Tx, files []store.File) ([]reference, error) {
	var refs []reference
	for _, f := range files {
		sum := sumOf(f.Source)
		if err := tx.Bucket(bucketFiles).Put([]byte(sum), f.Source); err != nil {
			return nil, err
		}
		refs = append(refs, reference{f.Path, sum})
	}
	return refs, nil
}

// Graph implements store.Graphs.
func (s *Graphs) Graph(ctx context.Context, hash graph.Hash) (encoded []byte, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		encoded = bytes.Clone(tx.Bucket(bucketGraphs).Get([]byte(hash)))
		if encoded == nil {
			return fmt.Errorf("version %s: %w", hash, store.ErrNotFound)
		}
		return nil
	})
	return encoded, err
}

// Files implements store.Graphs.
func (s *Graphs) Files(ctx context.Context, hash graph.Hash) (files []store.File, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		r, err := mustRecord(tx, hash)
		if err != nil {
			return err
		}
		for _, ref := range r.Files {
			source := tx.Bucket(bucketFiles).Get([]byte(ref.Sum))
			files = append(files, store.File{Path: ref.Path, Source: bytes.Clone(source)})
		}
		return nil
	})
	return files, err
}

// Versions implements store.Graphs.
func (s *Graphs) Versions(ctx context.Context, journey string) (infos []store.Info, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		prefix := historyPrefix(journey)
		c := tx.Bucket(bucketHistory).Cursor()
		for k, hash := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, hash = c.Next() {
			info, err := infoOf(tx, graph.Hash(hash))
			if err != nil {
				return err
			}
			infos = append(infos, info)
		}
		return nil
	})
	return infos, err
}

// Active implements store.Graphs.
func (s *Graphs) Active(ctx context.Context, journey string) (info store.Info, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		hash := tx.Bucket(bucketActive).Get([]byte(journey))
		if hash == nil {
			return fmt.Errorf("journey %s: %w", journey, store.ErrNotFound)
		}
		info, err = infoOf(tx, graph.Hash(hash))
		return err
	})
	return info, err
}

// Journeys implements store.Graphs.
func (s *Graphs) Journeys(ctx context.Context) (ids []string, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketActive).ForEach(func(id, _ []byte) error {
			ids = append(ids, string(id))
			return nil
		})
	})
	return ids, err
}

func infoOf(tx *bbolt.Tx, hash graph.Hash) (store.Info, error) {
	r, err := mustRecord(tx, hash)
	if err != nil {
		return store.Info{}, err
	}
	active := string(tx.Bucket(bucketActive).Get([]byte(r.Journey))) == string(hash)
	return store.Info{Journey: r.Journey, Hash: hash, Created: r.Created, Active: active}, nil
}

func mustRecord(tx *bbolt.Tx, hash graph.Hash) (*record, error) {
	r, err := readRecord(tx, hash)
	if err == nil && r == nil {
		err = fmt.Errorf("version %s: %w", hash, store.ErrNotFound)
	}
	return r, err
}

// readRecord gives nil where the version is not stored.
func readRecord(tx *bbolt.Tx, hash graph.Hash) (*record, error) {
	line := tx.Bucket(bucketVersions).Get([]byte(hash))
	if line == nil {
		return nil, nil
	}
	r := &record{}
	if err := json.Unmarshal(line, r); err != nil {
		return nil, fmt.Errorf("version %s: %w: %w", hash, store.ErrCorrupt, err)
	}
	return r, nil
}

func historyPrefix(journey string) []byte { return append([]byte(journey), 0) }

func historyKey(journey string, place uint64) []byte {
	return binary.BigEndian.AppendUint64(historyPrefix(journey), place)
}

func sumOf(source []byte) string {
	sum := sha256.Sum256(source)
	return hex.EncodeToString(sum[:])
}

func (s *Graphs) view(ctx context.Context, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.db.View(f)
}

func (s *Graphs) update(ctx context.Context, f func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.db.Update(f)
}
