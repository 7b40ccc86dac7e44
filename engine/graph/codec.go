package graph

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"journey/engine/wire"
)

// The stored form of a graph is this line, with the format's version, then two parts, each after its length: the content, which
// is all that a journey does, and the notes, which its version does not depend on (owner, title, migrate, positions).
const magic = "journey graph 1\n"

// Encode writes a sealed graph; the same graph gives the same bytes.
func Encode(j *Journey) []byte {
	content, notes := parts(j)
	s := &wire.Stream{Writing: true, Bytes: make([]byte, 0, len(magic)+len(content)+len(notes)+20)}
	s.Bytes = append(s.Bytes, magic...)
	s.Blob(content)
	s.Blob(notes)
	return s.Bytes
}

// Decode reads what Encode wrote, with Hash and the indexes filled. Foreign or truncated bytes are an error that wraps
// wire.ErrFormat.
func Decode(encoded []byte) (*Journey, error) {
	body, ok := bytes.CutPrefix(encoded, []byte(magic))
	if !ok {
		return nil, fmt.Errorf("read a graph: %w: it does not begin with %q", wire.ErrFormat, magic)
	}
	s := wire.Reader(body)
	content, notes := []byte(s.Part()), []byte(s.Part())
	c := coder{content: wire.Reader(content), notes: wire.Reader(notes)}
	j := &Journey{}
	c.journey(j)
	if err := cmp.Or(s.End(), c.content.End(), c.notes.End()); err != nil {
		return nil, fmt.Errorf("read a graph: %w", err)
	}
	j.Hash = hashOf(content)
	j.makeIndex()
	return j, nil
}

func parts(j *Journey) (content, notes []byte) {
	c := coder{content: &wire.Stream{Writing: true}, notes: &wire.Stream{Writing: true}}
	c.journey(j)
	return c.content.Bytes, c.notes.Bytes
}

func hashOf(content []byte) Hash {
	h := sha256.New()
	h.Write([]byte(magic))
	h.Write(content)
	return Hash(hex.EncodeToString(h.Sum(nil)))
}
