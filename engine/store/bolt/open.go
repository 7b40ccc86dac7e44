// Package bolt keeps a store in one bbolt file, and the keys that it is sealed with in a small one beside it. It is the only package
// that imports bbolt.
//
// The buckets of graphs, each key as text unless said otherwise:
//
//	meta      "format"   → the layout's number
//	          "contents" → the newest format of what was stored in it
//	          "keys"     → the id of the keys file
//	          "counts"   → how many contacts, outgoing things and dead letters there are, and the first slot that was never used
//	graphs    hash → encoded graph
//	versions  hash → record in JSON: journey, place in its history, created, files
//	history   journey, a zero byte, place as eight bytes → hash
//	active    journey → hash
//	files     SHA-256 of a source file → its bytes, once however many versions were compiled from it
//
// The buckets of contacts. Numbers and times are big-endian, eight bytes unless said otherwise, so that keys sort by them. Slot, of four bytes,
// is where the key that a record is sealed with stands in the keys file; what stands between braces is sealed, and what is not is
// vouched for by the seal together with the record's key and its bucket.
//
//	contacts   contact → slot, wake, {last log entry, recent events, their chunks, online, waiting, state, open conversations}
//	wake       wake, contact → nothing, for each contact that has one
//	events     contact, chunk as four bytes → slot, {fingerprints of events, which are more than its state holds}
//	log        number → slot, contact, number of this contact's entry before, {entry}
//	outbox     contact, hash of a lane, number → slot, next attempt, {lane, history, bytes}
//	ready      next attempt, key in outbox → nothing, for the first in each lane and all that have none
//	ended      contact, id of a conversation → slot, {conversation}
//	started    number → slot, contact, {time, journey, id of a conversation}
//	points     key of a link or a receipt → slot, contact, {bytes}
//	dead       number → slot, contact, {dead letter}
//	online     contact → nothing
//	waiting    contact → nothing
//	addresses  key of an address → slot of no contact's, {record}
//	audit      number → slot of no contact's, {act}
//	erased     slot → nothing, for each contact that was erased
//
// A commit writes to random places for the states of its contacts and what is looked up by a hash; everything else has rising keys
// and so shares few pages, which is what keeps a commit as fast with a million contacts as with a thousand.
package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"journey/engine/seal"
	"journey/engine/store"
)

const (
	layout       = "2"
	layoutGraphs = "1" // had no contacts, and is otherwise the same
)

var (
	bucketMeta     = []byte("meta")
	bucketGraphs   = []byte("graphs")
	bucketVersions = []byte("versions")
	bucketHistory  = []byte("history")
	bucketActive   = []byte("active")
	bucketFiles    = []byte("files")

	keyFormat   = []byte("format")
	keyContents = []byte("contents")
	keyKeys     = []byte("keys")
	keyCounts   = []byte("counts")
)

// How much of the file is mapped from the start, in bytes. To map more, a commit waits until nobody reads, and all who come to read wait
// for it: a backup under way would hold everybody up. What is mapped and not in the file costs nothing but numbers of addresses,
// which a system may be short of.
const (
	roomy  = 1 << 36
	narrow = 1 << 30
)

// Graphs is the part of a data file that is not sealed. It holds the file locked while it is open.
type Graphs struct{ db *bbolt.DB }

// Store is a data file with its keys file, which it holds locked while it is open.
type Store struct {
	Graphs
	keys    *seal.Keys
	erasing sync.Mutex                // held from when the data says that a key is to go until it is gone
	owed    map[store.Key][]seal.Slot // contacts that are forgotten, with keys that could not be discarded yet
}

var (
	_ store.Graphs = (*Graphs)(nil)
	_ store.Store  = (*Store)(nil)
)

// Options are how a data file is opened.
type Options struct {
	// EncryptionKey is any text, under which the keys of contacts are wrapped; empty: they lie in the keys file as they are. It is
	// the same for as long as the data lives.
	EncryptionKey string

	// Contents is the newest format that the caller reads of what it stores; 0: the caller does not look into it. A file in which something
	// newer may be stored is not opened.
	Contents int
}

// KeysFile is the path of the keys file that belongs to a data file.
func KeysFile(path string) string { return path + ".keys" }

// Open opens a data file for its graphs, or makes one, readable by its owner only; it needs no keys. A file that another process
// holds is an error that wraps ErrInUse after a second.
func Open(path string) (*Graphs, error) {
	db, err := openFile(path)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return &Graphs{db}, nil
}

// ErrInUse is wrapped where another process holds the data file.
var ErrInUse = errors.New("another process is using it")

// openFile makes an error of it when bbolt panics, as it does where keys are not in their order.
func openFile(path string) (db *bbolt.DB, err error) {
	defer func() {
		if p := recover(); p != nil {
			db, err = nil, fmt.Errorf("%w: %v", store.ErrCorrupt, p)
		}
	}()
	o := bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: roomy}
	if err = follow(path); err == nil {
		db, err = bbolt.Open(path, 0o600, &o)
	}
	if errors.Is(err, syscall.ENOMEM) {
		o.InitialMmapSize = narrow
		db, err = bbolt.Open(path, 0o600, &o)
	}
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		err = ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		err = fmt.Errorf("this is no data file of journey, or its beginning is damaged (%w)", err)
	}
	return db, err
}

// OpenStore opens a data file and the keys file beside it, or makes them. One of the two without the other is an error, and so is an
// encryption key that is not the one they were made with: that wraps seal.ErrWrongKey.
func OpenStore(path string, o Options) (*Store, error) {
	g, err := Open(path)
	if err != nil {
		return nil, err
	}
	s := &Store{Graphs: *g, owed: map[store.Key][]seal.Slot{}}
	if err := s.openKeys(path, o); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
	}
	if err := s.holdsAtMost(o.Contents); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
	}
	if err := s.reconcile(); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), s.Close())
	}
	return s, nil
}

// openKeys makes the keys file in the transaction that names it, so that a crash between the two leaves one that nothing was sealed
// with, and that is taken the next time.
func (s *Store) openKeys(path string, o Options) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		var err error
		meta := tx.Bucket(bucketMeta)
		s.keys, err = seal.Open(KeysFile(path), o.EncryptionKey)
		named := meta.Get(keyKeys)
		switch {
		case errors.Is(err, fs.ErrNotExist) && named != nil:
			return fmt.Errorf("the keys file %s is missing, without which nobody can read the data", KeysFile(path))
		case errors.Is(err, fs.ErrNotExist):
			if s.keys, err = seal.Create(KeysFile(path), o.EncryptionKey); err != nil {
				return err
			}
			if err := seal.SyncFolder(filepath.Dir(path)); err != nil {
				return err
			}
		case err != nil:
			return err
		case named == nil && s.keys.Slots() > seal.First:
			return fmt.Errorf("the keys file %s belongs to data that is missing", KeysFile(path))
		}
		id := s.keys.ID()
		if named == nil {
			return meta.Put(keyKeys, id[:])
		}
		if !bytes.Equal(named, id[:]) {
			return fmt.Errorf("the keys file %s belongs to other data", KeysFile(path))
		}
		if used := readCounts(tx).slots; used > s.keys.Slots() {
			return fmt.Errorf("the keys file %s: %w: it has %d slots, and %d are in use", KeysFile(path), store.ErrCorrupt, s.keys.Slots(), used)
		}
		return nil
	})
}

// holdsAtMost refuses contents in a newer format than the caller's, and notes that there may be some in the caller's from now on.
func (s *Store) holdsAtMost(format int) error {
	if format == 0 {
		return nil
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if text := meta.Get(keyContents); text != nil {
			found, err := strconv.Atoi(string(text))
			if err != nil {
				return fmt.Errorf("%w: the format of its contents is %q", store.ErrCorrupt, text)
			}
			if found > format {
				return fmt.Errorf("its contents have format %d, and this program reads format %d: a newer version of journey wrote them", found, format)
			}
		}
		return meta.Put(keyContents, strconv.AppendInt(nil, int64(format), 10))
	})
}

// prepare makes the buckets of a new file, adds those that an older layout has not, and refuses a layout that it doesn't know.
func prepare(tx *bbolt.Tx) error {
	names := [][]byte{bucketMeta, bucketGraphs, bucketVersions, bucketHistory, bucketActive, bucketFiles}
	for _, t := range tables {
		names = append(names, []byte(t.name))
	}
	if meta := tx.Bucket(bucketMeta); meta != nil {
		found := string(meta.Get(keyFormat))
		switch found {
		case layout:
			return nil
		case layoutGraphs, "":
		default:
			return fmt.Errorf("it has layout %s, this program reads layout %s: a newer version of journey made it", found, layout)
		}
	} else if first, _ := tx.Cursor().First(); first != nil {
		return errors.New("this is no data file of journey, but of another program that uses bbolt")
	}
	for _, name := range names {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keyFormat, []byte(layout))
}

// Close lets go of the file.
func (s *Graphs) Close() error { return s.db.Close() }

// Close lets go of both files.
func (s *Store) Close() (err error) {
	if s.keys != nil {
		err = s.keys.Close()
	}
	return errors.Join(err, s.db.Close())
}
