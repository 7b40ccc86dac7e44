package flow

import (
	"bytes"
	"sort"
	"unicode/utf8"

	"journey/engine/diagnostic"
)

// maxSize bounds a file. A long journey has some thousand lines, a hundredth of this.
const maxSize = 4 << 20

// source is a file's text and where its lines begin.
type source struct {
	path    string
	content []byte // without a byte-order mark
	lines   []int  // the offset at which each line begins
}

func newSource(path string, text []byte) *source {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	s := &source{path: path, content: text, lines: make([]int, 1, len(text)/32+2)}
	for i, c := range text {
		if c == '\n' || c == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// line is the text of a line, counted from 1, without its line break.
func (s *source) line(number int) []byte {
	if number < 1 || number > len(s.lines) {
		return nil
	}
	end := len(s.content)
	if number < len(s.lines) {
		end = s.lines[number]
	}
	return bytes.TrimRight(s.content[s.lines[number-1]:end], "\r\n")
}

// offset is the byte at a position; a position past its line's end is that end.
func (s *source) offset(p diagnostic.Position) int {
	if p.Line < 1 || p.Line > len(s.lines) {
		return len(s.content)
	}
	at := s.lines[p.Line-1]
	for range p.Column - 1 {
		if at >= len(s.content) || s.content[at] == '\n' {
			break
		}
		_, size := utf8.DecodeRune(s.content[at:])
		at += size
	}
	return at
}

// position is the place of a byte.
func (s *source) position(offset int) diagnostic.Position {
	line := sort.SearchInts(s.lines, offset+1)
	return diagnostic.Position{Line: line, Column: utf8.RuneCount(s.content[s.lines[line-1]:offset]) + 1}
}

// between is the span of the bytes from start up to and without end.
func (s *source) between(start, end int) diagnostic.Span {
	return diagnostic.Span{File: s.path, Start: s.position(start), End: s.position(end)}
}

// first is the place of what a file lacks.
func (s *source) first() diagnostic.Span {
	return diagnostic.Span{File: s.path, Start: diagnostic.Position{Line: 1, Column: 1}}
}
