package flow

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

// style is how a scalar is written.
type style uint8

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	literal
	folded
)

func styleOf(n *yaml.Node) style {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted
	case n.Style&yaml.SingleQuotedStyle != 0:
		return singleQuoted
	case n.Style&yaml.LiteralStyle != 0:
		return literal
	case n.Style&yaml.FoldedStyle != 0:
		return folded
	}
	return plain
}

// At is the span of length characters of the value that starts offset characters (runes) into it.
// Where that can't be told it is the span of the whole value.
func (s *Scalar) At(offset, length int) diagnostic.Span {
	if s.source == nil || s.Faulty && s.Value == "" || offset < 0 || length < 0 {
		return s.Span
	}
	chars := s.decode()
	if offset+length > len(chars) || offset == len(chars) && len(chars) == 0 {
		return s.Span
	}
	start := 0
	if offset < len(chars) {
		start = chars[offset].start
	} else {
		start = chars[len(chars)-1].end
	}
	end := start
	if length > 0 {
		end = chars[offset+length-1].end
	}
	return s.source.between(start, end)
}

// char is a character of a value and the bytes that it is written with.
type char struct {
	value      rune
	start, end int
}

// decode reads the scalar from the source once more; nil where the outcome is not its value.
func (s *Scalar) decode() []char {
	d := &decoder{text: s.source.content, pos: s.source.offset(s.Span.Start)}
	switch s.style {
	case plain:
		d.plain(s.Value)
	case singleQuoted:
		d.quoted('\'')
	case doubleQuoted:
		d.quoted('"')
	default:
		return d.block(s.style == folded, s.Value)
	}
	if !d.is(s.Value) {
		return nil
	}
	return d.chars
}

// decoder follows a scalar through the text and notes where each character of its value comes from.
type decoder struct {
	text  []byte
	pos   int
	chars []char
}

func (d *decoder) is(value string) bool {
	i := 0
	for _, c := range value {
		if i == len(d.chars) || d.chars[i].value != c {
			return false
		}
		i++
	}
	return i == len(d.chars)
}

func (d *decoder) more() bool { return d.pos < len(d.text) }

func (d *decoder) peek() byte {
	if d.pos < len(d.text) {
		return d.text[d.pos]
	}
	return 0
}

// take adds the character at hand.
func (d *decoder) take() {
	c, size := utf8.DecodeRune(d.text[d.pos:])
	d.chars = append(d.chars, char{c, d.pos, d.pos + size})
	d.pos += size
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isBreak(c byte) bool { return c == '\n' || c == '\r' }

// lineBreak steps over a line break and returns where it was.
func (d *decoder) lineBreak() (start, end int) {
	start = d.pos
	if d.peek() == '\r' && d.pos+1 < len(d.text) && d.text[d.pos+1] == '\n' {
		d.pos++
	}
	d.pos++
	return start, d.pos
}

// fold reads blanks and line breaks: one break is a space, several are one less.
// Blanks within a line stand for themselves, before and after a break they are nothing.
func (d *decoder) fold() {
	blanks := d.pos
	for d.more() && isBlank(d.peek()) {
		d.pos++
	}
	if !isBreak(d.peek()) {
		end := d.pos
		for d.pos = blanks; d.pos < end; {
			d.take()
		}
		return
	}
	start, end := d.lineBreak()
	d.foldRest(start, end)
}

// foldRest goes on after a first break at start.
func (d *decoder) foldRest(start, end int) {
	more := false
	for d.more() && (isBlank(d.peek()) || isBreak(d.peek())) {
		if isBreak(d.peek()) {
			s, e := d.lineBreak()
			d.chars = append(d.chars, char{'\n', s, e})
			more = true
			continue
		}
		d.pos++
	}
	if !more {
		d.chars = append(d.chars, char{' ', start, end})
	}
}

// plain reads as far as the value goes: where a plain scalar ends depends on what is around it.
func (d *decoder) plain(value string) {
	count := utf8.RuneCountInString(value)
	for d.more() && len(d.chars) < count {
		if isBlank(d.peek()) || isBreak(d.peek()) {
			d.fold()
			continue
		}
		d.take()
	}
}

func (d *decoder) quoted(quote byte) {
	if d.peek() != quote {
		return
	}
	d.pos++
	for d.more() {
		switch c := d.peek(); {
		case c == quote && quote == '\'' && d.pos+1 < len(d.text) && d.text[d.pos+1] == quote:
			d.chars = append(d.chars, char{rune(quote), d.pos, d.pos + 2})
			d.pos += 2
		case c == quote:
			return
		case c == '\\' && quote == '"':
			d.escape()
		case isBlank(c) || isBreak(c):
			d.fold()
		default:
			d.take()
		}
	}
}

// escapes of YAML 1.2 that are a single letter.
var escapes = map[byte]rune{'0': 0, 'a': 7, 'b': 8, 't': 9, '\t': 9, 'n': 10, 'v': 11, 'f': 12, 'r': 13, 'e': 27, ' ': ' ', '"': '"',
	'\'': '\'', '/': '/', '\\': '\\', 'N': 0x85, '_': 0xA0, 'L': 0x2028, 'P': 0x2029}

// hexDigits is how many digits follow an escape that gives a character by its number.
var hexDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

func (d *decoder) escape() {
	start := d.pos
	d.pos++
	c := d.peek()
	if isBreak(c) {
		d.lineBreak()
		d.continued()
		return
	}
	d.pos++
	if digits := hexDigits[c]; digits > 0 && d.pos+digits <= len(d.text) {
		n, _ := strconv.ParseUint(string(d.text[d.pos:d.pos+digits]), 16, 32)
		d.pos += digits
		d.chars = append(d.chars, char{rune(n), start, d.pos})
		return
	}
	d.chars = append(d.chars, char{escapes[c], start, d.pos})
}

// continued goes on after an escaped line break, of which nothing remains; empty lines after it do.
func (d *decoder) continued() {
	for d.more() && (isBlank(d.peek()) || isBreak(d.peek())) {
		if isBreak(d.peek()) {
			s, e := d.lineBreak()
			d.chars = append(d.chars, char{'\n', s, e})
			continue
		}
		d.pos++
	}
}

// block reads a block scalar. An indentation indicator counts from an indentation that is not known here,
// so each is tried for the one that gives the value.
func (d *decoder) block(fold bool, value string) []char {
	chomp, explicit := d.blockHeader()
	body := d.pos
	if !explicit {
		d.blockBody(d.indentation(), fold, chomp)
		if d.is(value) {
			return d.chars
		}
		return nil
	}
	for indent := 1; indent <= len(d.text)-body; indent++ {
		d.pos, d.chars = body, nil
		d.blockBody(indent, fold, chomp)
		if d.is(value) {
			return d.chars
		}
		if d.pos == body {
			break
		}
	}
	return nil
}

// blockHeader steps over the header's line: | or >, an indentation, + or -.
func (d *decoder) blockHeader() (chomp byte, explicit bool) {
	for d.more() && !isBreak(d.peek()) && d.peek() != '#' {
		switch c := d.peek(); {
		case c == '+' || c == '-':
			chomp = c
		case c >= '1' && c <= '9':
			explicit = true
		}
		d.pos++
	}
	for d.more() && !isBreak(d.peek()) {
		d.pos++
	}
	if d.more() {
		d.lineBreak()
	}
	return chomp, explicit
}

// indentation is that of the first line that is not empty.
func (d *decoder) indentation() int {
	rest, most := d.text[d.pos:], 0
	for len(rest) > 0 {
		blanks := len(rest) - len(bytes.TrimLeft(rest, " "))
		if blanks == len(rest) || !isBreak(rest[blanks]) {
			return max(blanks, 1)
		}
		most = max(most, blanks)
		rest = rest[blanks+1:]
	}
	return max(most, 1)
}

// blockBody reads lines that are indented by indent. Breaks wait in breaks until it is known how they fold.
func (d *decoder) blockBody(indent int, fold bool, chomp byte) {
	var breaks []char
	var wasDeeper, begun bool
	for d.more() && d.indented(indent) {
		if isBreak(d.peek()) {
			s, e := d.lineBreak()
			breaks = append(breaks, char{'\n', s, e})
			continue
		}
		if !d.more() {
			break
		}
		deeper := isBlank(d.peek())
		if fold && begun && !deeper && !wasDeeper && len(breaks) > 0 {
			if len(breaks) == 1 {
				breaks[0].value = ' '
			} else {
				breaks = breaks[1:]
			}
		}
		d.chars = append(d.chars, breaks...)
		breaks, wasDeeper, begun = nil, deeper, true
		for d.more() && !isBreak(d.peek()) {
			d.take()
		}
		if d.more() {
			s, e := d.lineBreak()
			breaks = append(breaks, char{'\n', s, e})
		}
	}
	d.chomp(breaks, begun, chomp)
}

// chomp adds what the breaks at the end come to.
func (d *decoder) chomp(breaks []char, begun bool, chomp byte) {
	switch {
	case chomp == '+':
		d.chars = append(d.chars, breaks...)
	case chomp == 0 && begun && len(breaks) > 0:
		d.chars = append(d.chars, breaks[0])
	}
}

// indented steps over a line's indentation; false at a line that no longer belongs to the block.
func (d *decoder) indented(indent int) bool {
	at := d.pos
	for d.pos-at < indent && d.peek() == ' ' {
		d.pos++
	}
	if d.pos-at < indent && !isBreak(d.peek()) && d.more() {
		d.pos = at
		return false
	}
	return true
}

// endOf is where a scalar that begins at start ends, if that is on the same line; otherwise the zero position.
func (s *source) endOf(start diagnostic.Position, n *yaml.Node) diagnostic.Position {
	at := s.offset(start)
	rest := s.content[at:]
	length := 0
	switch styleOf(n) {
	case plain:
		if !bytes.HasPrefix(rest, []byte(n.Value)) {
			return diagnostic.Position{}
		}
		length = utf8.RuneCountInString(n.Value)
	case singleQuoted, doubleQuoted:
		length = quotedLength(rest)
	}
	if length == 0 {
		return diagnostic.Position{}
	}
	return diagnostic.Position{Line: start.Line, Column: start.Column + length}
}

// quotedLength is how many characters a quoted scalar takes with its quotes; 0 where it does not end on its line.
func quotedLength(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	quote := text[0]
	for i := 1; i < len(text) && !isBreak(text[i]); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return utf8.RuneCount(text[:i+1])
		}
	}
	return 0
}

// afterProperties is the place behind an anchor and a tag, where the value itself begins; the same place if that is on another line.
func (s *source) afterProperties(start diagnostic.Position) diagnostic.Position {
	at := s.offset(start)
	for at < len(s.content) && (s.content[at] == '&' || s.content[at] == '!') {
		end := at
		for end < len(s.content) && !strings.ContainsRune(" \t\r\n", rune(s.content[end])) {
			end++
		}
		for end < len(s.content) && isBlank(s.content[end]) {
			end++
		}
		if end == len(s.content) || isBreak(s.content[end]) || s.content[end] == '#' {
			return start
		}
		at = end
	}
	return s.position(at)
}

// followedByColon says that a key is written with a colon after it.
func (s *source) followedByColon(n *yaml.Node, span diagnostic.Span) bool {
	if span.End.Line == 0 {
		return true
	}
	rest := bytes.TrimLeft(s.content[s.offset(span.End):], " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
}
