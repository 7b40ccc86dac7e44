package bolt

import (
	"bytes"
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
// process. What records hold is not looked at. A file that is not there yet, or empty, is in order; what is no file
// is for bbolt to refuse.
//
// The format is that of go.etcd.io/bbolt/internal/common: numbers as the machine has them, a page's head of 16 bytes (id, flags, count,
// overflow), then one element of 16 bytes for each of its keys.
func follow(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (info.Size() == 0 || !info.Mode().IsRegular()) {
		return nil
	}
	if err != nil {
		return err
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
	_, err = w.page(root, nil, nil)
	return err
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

// page follows a page whose keys are not before from and before to, and gives the last of them; nil bounds nothing.
func (w *walker) page(id uint64, from, to []byte) (last []byte, err error) {
	b, err := w.read(id)
	if err != nil {
		return nil, err
	}
	return w.elements(id, b, from, to)
}

func damaged(page uint64, format string, args ...any) error {
	return fmt.Errorf("%w: page %d: %s", store.ErrCorrupt, page, fmt.Sprintf(format, args...))
}

// read gives a page with those that it flows over into, each of which belongs to it alone.
func (w *walker) read(id uint64) ([]byte, error) {
	if id < 2 || id >= w.end {
		return nil, damaged(id, "it is not in the file")
	}
	b := make([]byte, w.pageSize)
	at := int64(id) * int64(w.pageSize)
	if _, err := w.file.ReadAt(b, at); err != nil {
		return nil, err
	}
	own, overflow := binary.NativeEndian.Uint64(b), uint64(binary.NativeEndian.Uint32(b[12:]))
	if own != id || overflow >= w.end-id {
		return nil, damaged(id, "it is another's")
	}
	for n := id; n <= id+overflow; n++ {
		if w.seen[n] {
			return nil, damaged(n, "two pages lead to it")
		}
		w.seen[n] = true
	}
	if overflow == 0 {
		return b, nil
	}
	b = make([]byte, int(overflow+1)*w.pageSize)
	_, err := w.file.ReadAt(b, at)
	return b, err
}

// elements follows those of a page that lead to others.
func (w *walker) elements(id uint64, page, from, to []byte) (last []byte, err error) {
	flags, count := binary.NativeEndian.Uint16(page[8:]), int(binary.NativeEndian.Uint16(page[10:]))
	if flags != leafPage && flags != branchPage {
		return nil, damaged(id, "it has an unknown kind")
	}
	if pageHead+count*elementSize > len(page) || flags == branchPage && count == 0 {
		return nil, damaged(id, "it can't have %d keys", count)
	}
	elements := make([]element, count)
	for i := range elements {
		e, ok := readElement(page[pageHead+i*elementSize:], flags == leafPage)
		if !ok {
			return nil, damaged(id, "a record is cut off")
		}
		elements[i] = e
	}
	last = from
	for i, e := range elements {
		if order := bytes.Compare(last, e.key); order > 0 || order == 0 && i > 0 || to != nil && bytes.Compare(e.key, to) >= 0 {
			return nil, damaged(id, "its keys are not in order")
		}
		last = e.key
		switch {
		case flags == branchPage:
			end := to
			if i+1 < count {
				end = elements[i+1].key
			}
			last, err = w.page(e.page, e.key, end)
		case e.bucket:
			err = w.bucket(id, e.value)
		}
		if err != nil {
			return nil, err
		}
	}
	return last, nil
}

// element is a key on a page: with the page that it leads to, or with a value, which may be a bucket.
type element struct {
	key, value []byte
	page       uint64
	bucket     bool
}

// readElement reads one from where it begins; its key and value lie behind it on the page.
func readElement(b []byte, leaf bool) (e element, ok bool) {
	field := func(n int) uint64 { return uint64(binary.NativeEndian.Uint32(b[n:])) }
	if leaf {
		start, middle := field(4), field(4)+field(8)
		end := middle + field(12)
		if end > uint64(len(b)) {
			return e, false
		}
		return element{key: b[start:middle], value: b[middle:end], bucket: field(0) != 0}, true
	}
	start, end := field(0), field(0)+field(4)
	if end > uint64(len(b)) {
		return e, false
	}
	return element{key: b[start:end], page: binary.NativeEndian.Uint64(b[8:])}, true
}

// bucket follows a bucket to its page, which is in the record itself where it is small.
func (w *walker) bucket(id uint64, record []byte) (err error) {
	if len(record) < bucketHead {
		return damaged(id, "a bucket is cut off")
	}
	if root := binary.NativeEndian.Uint64(record); root != 0 {
		_, err = w.page(root, nil, nil)
		return err
	}
	if len(record) < bucketHead+pageHead {
		return damaged(id, "a bucket is cut off")
	}
	_, err = w.elements(id, record[bucketHead:], nil, nil)
	return err
}
