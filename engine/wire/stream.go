// Package wire is the binary form that graphs, conversations and contacts share: one Stream writes or reads, by its direction,
// so that each field of a format is named once and can't differ between the two. It knows nothing of what it carries.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Stream writes into Bytes or reads from a text. After the first error it reads zeros. What is written is not touched, so that
// several streams may write what they share at the same time.
type Stream struct {
	Writing bool
	Bytes   []byte // what was written
	text    string // what is read; texts are cut out of it
	at      int
	depth   int
	err     error
}

// ErrFormat is wrapped by every error of reading.
var ErrFormat = errors.New("not in this format")

// Reader reads what a Stream wrote.
func Reader(encoded []byte) *Stream { return &Stream{text: string(encoded)} }

// maxDepth bounds nested types and values; no file that flow accepts comes near it.
const maxDepth = 1000

func (s *Stream) Fail(what string) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: %s at byte %d", ErrFormat, what, s.at)
	}
	s.at = len(s.text)
}

// End gives the first error; bytes that are left over are one.
func (s *Stream) End() error {
	if s.err == nil && s.at != len(s.text) {
		s.Fail("bytes left over")
	}
	return s.err
}

func (s *Stream) Blob(b []byte) {
	s.Bytes = binary.AppendUvarint(s.Bytes, uint64(len(b)))
	s.Bytes = append(s.Bytes, b...)
}

func (s *Stream) Part() string {
	n := s.Unsigned()
	if n > uint64(len(s.text)-s.at) {
		s.Fail("a part that is cut off")
		return ""
	}
	from := s.at
	s.at += int(n)
	return s.text[from:s.at]
}

// Unsigned reads a varint in its shortest form.
func (s *Stream) Unsigned() uint64 {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		if s.at >= len(s.text) {
			s.Fail("a number that is cut off")
			return 0
		}
		b := s.text[s.at]
		s.at++
		if shift == 63 && b > 1 || b == 0 && shift > 0 {
			break
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	s.Fail("a number that is too long")
	return 0
}

func (s *Stream) Signed(v *int64) {
	if s.Writing {
		s.Bytes = binary.AppendVarint(s.Bytes, *v)
		return
	}
	u := s.Unsigned()
	*v = int64(u>>1) ^ -int64(u&1)
}

func (s *Stream) Float(v *float64) {
	if s.Writing {
		s.Bytes = binary.BigEndian.AppendUint64(s.Bytes, math.Float64bits(*v))
		return
	}
	if len(s.text)-s.at < 8 {
		s.Fail("a number that is cut off")
		*v = 0
		return
	}
	var bits uint64
	for range 8 {
		bits = bits<<8 | uint64(s.text[s.at])
		s.at++
	}
	*v = math.Float64frombits(bits)
}

func (s *Stream) Flag(v *bool) {
	n := 0
	if *v {
		n = 1
	}
	if there := s.Choice(n, 2) == 1; !s.Writing {
		*v = there
	}
}

// Choice is one of a few: a number below n.
func (s *Stream) Choice(v, n int) int {
	if s.Writing {
		s.Bytes = append(s.Bytes, byte(v))
		return v
	}
	if s.at >= len(s.text) {
		s.Fail("a choice that is cut off")
		return 0
	}
	v = int(s.text[s.at])
	if v >= n {
		s.Fail("an unknown choice")
		return 0
	}
	s.at++
	return v
}

// Count is the length of what follows; each of its elements takes at least one byte.
func (s *Stream) Count(n int) int {
	if s.Writing {
		s.Bytes = binary.AppendUvarint(s.Bytes, uint64(n))
		return n
	}
	u := s.Unsigned()
	if u > uint64(len(s.text)-s.at) {
		s.Fail("a list that is cut off")
		return 0
	}
	return int(u)
}

// Nested runs f one level deeper.
func (s *Stream) Nested(f func()) {
	s.depth++
	if s.depth > maxDepth {
		s.Fail("too deeply nested")
	} else {
		f()
	}
	s.depth--
}

func Text[T ~string](s *Stream, v *T) {
	if s.Writing {
		s.Bytes = binary.AppendUvarint(s.Bytes, uint64(len(*v)))
		s.Bytes = append(s.Bytes, *v...)
		return
	}
	*v = T(s.Part())
}

func Integer[T ~int | ~int64 | ~uint8 | ~uint32 | ~uint64](s *Stream, v *T) {
	n := int64(*v)
	s.Signed(&n)
	if s.Writing {
		return
	}
	*v = T(n)
	if int64(*v) != n {
		s.Fail("a number out of range")
		*v = 0
	}
}

// List writes or reads a slice. An empty one is read as nil.
func List[T any](s *Stream, v *[]T, item func(*T)) {
	n := s.Count(len(*v))
	if s.Writing {
		for i := range *v {
			item(&(*v)[i])
		}
		return
	}
	// What a count claims is not worth more than a few kilobytes before its elements have been seen.
	*v = slices.Grow([]T(nil), min(n, 64))
	for range n {
		if s.err != nil {
			return
		}
		var zero T
		*v = append(*v, zero)
		item(&(*v)[len(*v)-1])
	}
}

func Texts[T ~string](s *Stream, v *[]T) {
	List(s, v, func(t *T) { Text(s, t) })
}

// Optional writes or reads what may not be there.
func Optional[T any](s *Stream, v **T, item func(*T)) {
	there := *v != nil
	s.Flag(&there)
	if !s.Writing {
		*v = nil
		if there {
			*v = new(T)
		}
	}
	if there {
		item(*v)
	}
}
