package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/store"
)

// follow reads all pages that a data file's root leads to, and gives an error that wraps store.ErrCorrupt where they don't hold together. bbolt
// follows them too when it opens a file, but trusts them: a page that is not what it should be, or lies behind the file's end, ends the
// process. What pages hold is not looked at. A file that is not there yet, or empty, is in order.
//
// The format is that of go.etcd.io/bbolt/internal/common: numbers as the machine has them, a page's head of 16 bytes (id, flags, count,
// overflow), then one element of 16 bytes for each of its keys.
func follow(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	// Opened for reading only, bbolt looks at no page but the two heads, and its lock keeps writers away.
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	defer db.Close()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := walker{file: file, pageSize: db.Info().PageSize}
	root, err := w.readHeads()
	if err != nil {
		return err
	}
	if size := int64(w.end) * int64(w.pageSize); info.Size() < size {
		return fmt.Errorf("%w: it is cut off: it has %d bytes of %d", store.ErrCorrupt, info.Size(), size)
	}
	w.seen = make([]bool, w.end)
	return w.page(root)
}

const (
	pageHead    = 16
	elementSize = 16
	bucketHead  = 16

	branchPage = 0x01
	leafPage   = 0x02

	magicNumber = 0xED0CDAED
	metaSize    = 64
)

type walker struct {
	file     io.ReaderAt
	pageSize int
	end      uint64 // the first page that was never used
	seen     []bool
}

// readHeads reads the newer of the two heads that is whole, of which bbolt has found one, and gives the page of the root bucket.
func (w *walker) readHeads() (root uint64, err error) {
	var newest uint64
	for n := range 2 {
		b := make([]byte, metaSize)
		if _, err := w.file.ReadAt(b, int64(n*w.pageSize+pageHead)); err != nil {
			return 0, err
		}
		sum := fnv.New64a()
		sum.Write(b[:56])
		number := func(at int) uint64 { return binary.NativeEndian.Uint64(b[at:]) }
		whole := binary.NativeEndian.Uint32(b) == magicNumber && number(56) == sum.Sum64()
		if txid := number(48); whole && txid >= newest {
			newest, root, w.end = txid, number(16), number(40)
		}
	}
	return root, nil
}

func (w *walker) page(id uint64) error {
	damaged := func(what string) error { return fmt.Errorf("%w: page %d: %s", store.ErrCorrupt, id, what) }
	if id < 2 || id >= w.end {
		return damaged("it is not in the file")
	}
	if w.seen[id] {
		return damaged("two pages lead to it")
	}
	b := make([]byte, w.pageSize)
	if err := w.read(b, id); err != nil {
		return err
	}
	own, overflow := binary.NativeEndian.Uint64(b), uint64(binary.NativeEndian.Uint32(b[12:]))
	if own != id || overflow >= w.end-id {
		return damaged("it is another's")
	}
	for n := id; n <= id+overflow; n++ {
		w.seen[n] = true
	}
	if overflow > 0 {
		b = make([]byte, int(overflow+1)*w.pageSize)
		if err := w.read(b, id); err != nil {
			return err
		}
	}
	return w.elements(b, damaged)
}

func (w *walker) read(b []byte, id uint64) error {
	_, err := w.file.ReadAt(b, int64(id)*int64(w.pageSize))
	return err
}

// elements follows those of a page that lead to others.
func (w *walker) elements(page []byte, damaged func(string) error) error {
	flags, count := binary.NativeEndian.Uint16(page[8:]), int(binary.NativeEndian.Uint16(page[10:]))
	leaf := flags == leafPage
	switch {
	case !leaf && flags != branchPage:
		return damaged("it has an unknown kind")
	case pageHead+count*elementSize > len(page) || !leaf && count == 0:
		return damaged(fmt.Sprintf("it can't have %d keys", count))
	}
	for i := range count {
		at := pageHead + i*elementSize
		e := page[at:]
		field := func(n int) uint64 { return uint64(binary.NativeEndian.Uint32(e[n:])) }
		if !leaf {
			if field(0)+field(4) > uint64(len(e)) {
				return damaged("a key is cut off")
			}
			if err := w.page(binary.NativeEndian.Uint64(e[8:])); err != nil {
				return err
			}
			continue
		}
		start, end := field(4)+field(8), field(4)+field(8)+field(12)
		if end > uint64(len(e)) {
			return damaged("a record is cut off")
		}
		if field(0) != 0 {
			if err := w.bucket(e[start:end], damaged); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket follows a bucket to its page, which is in the record itself where it is small.
func (w *walker) bucket(record []byte, damaged func(string) error) error {
	if len(record) < bucketHead {
		return damaged("a bucket is cut off")
	}
	if root := binary.NativeEndian.Uint64(record); root != 0 {
		return w.page(root)
	}
	if len(record) < bucketHead+pageHead {
		return damaged("a bucket is cut off")
	}
	return w.elements(record[bucketHead:], damaged)
}
