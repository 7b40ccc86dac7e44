// Package bolt keeps a store in one bbolt file. It is the only package that imports bbolt.
//
// The buckets, each key as text unless said otherwise:
//
//	meta      "format" → the layout's number
//	graphs    hash → encoded graph
//	versions  hash → record in JSON: journey, place in its history, created, files
//	history   journey, a zero byte, place as eight bytes → hash
//	active    journey → hash
//	files     SHA-256 of a source file → its bytes, once however many versions were compiled from it
package bolt

import (
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"journey/engine/store"
)

const layout = "1"

var (
	bucketMeta     = []byte("meta")
	bucketGraphs   = []byte("graphs")
	bucketVersions = []byte("versions")
	bucketHistory  = []byte("history")
	bucketActive   = []byte("active")
	bucketFiles    = []byte("files")

	keyFormat = []byte("format")
)

// Store is a store in one file, which it holds locked while it is open.
type Store struct{ db *bbolt.DB }

var _ store.Store = (*Store)(nil)

// Open opens a data file, or makes one, readable by its owner only. A file that another process holds is an error after a second.
func Open(path string) (*Store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("opening %s: another process is using it", path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return &Store{db}, nil
}

// prepare makes the buckets of a new file, and refuses one with another layout.
func prepare(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketMeta, bucketGraphs, bucketVersions, bucketHistory, bucketActive, bucketFiles} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	switch found := meta.Get(keyFormat); {
	case found == nil:
		return meta.Put(keyFormat, []byte(layout))
	case string(found) != layout:
		return fmt.Errorf("it has layout %s, this program reads layout %s", found, layout)
	}
	return nil
}

// Close lets go of the file.
func (s *Store) Close() error { return s.db.Close() }
