package flow

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"journey/engine/diagnostic"
)

// fault is what a text shows to be wrong with it.
type fault struct {
	span                diagnostic.Span
	code, message, hint string
}

// diagnose looks for what commonly keeps a text from being YAML. It is asked only about a text that the YAML package
// has refused, so it may take for wrong what there is mostly right; nil where it finds nothing.
func diagnose(s *source) *fault {
	d := &diagnosis{source: s, anchors: map[string]bool{}}
	for d.row = 1; d.row <= len(s.lines) && d.found == nil; d.row++ {
		d.block()
	}
	return d.found
}

type diagnosis struct {
	*source
	row     int
	indents []int // the columns of the collections around the line
	open    bool  // the last key or dash had nothing after it, so a deeper line may follow
	anchors map[string]bool
	found   *fault
}

func (d *diagnosis) fail(start, end int, code, message, hint string) {
	if d.found == nil {
		d.found = &fault{d.between(start, end), code, message, hint}
	}
}

// block looks at a line outside of quotes, brackets and block scalars.
func (d *diagnosis) block() {
	text := d.line(d.row)
	rest := bytes.TrimLeft(text, " ")
	at := d.lines[d.row-1] + len(text) - len(rest)
	switch {
	case len(bytes.TrimSpace(rest)) == 0 || rest[0] == '#' || bytes.HasPrefix(text, []byte("---")) || bytes.HasPrefix(text, []byte("%")):
		return
	case rest[0] == '\t':
		d.fail(at, at+1, CodeTab, "a tab indents this line", "indent with spaces")
		return
	}
	column, begin := len(text)-len(rest), at
	d.indent(column, at, len(bytes.TrimRight(rest, " \t")))
	for d.found == nil && (bytes.HasPrefix(rest, []byte("- ")) || len(rest) == 1 && rest[0] == '-') {
		d.push(column)
		inner := bytes.TrimLeft(rest[1:], " ")
		column += len(rest) - len(inner)
		at += len(rest) - len(inner)
		rest, d.open = inner, len(inner) == 0
	}
	if d.found != nil || len(rest) == 0 {
		return
	}
	if key := keyLength(rest); key > 0 {
		if dashWord.Match(rest) {
			d.fail(at, at+1, CodeSyntax, "a `-` that begins an element of a list wants a space after it", "write `- "+string(rest[1:key])+": …`")
			return
		}
		d.push(column)
		value := bytes.TrimLeft(rest[key+1:], " \t")
		d.value(at+len(rest)-len(value), column)
		return
	}
	row := d.row
	if d.value(at, column-1); d.found != nil && d.found.span.Start.Line > row && at == begin {
		d.colonless(at, rest)
	}
}

var (
	dashWord = regexp.MustCompile(`^-[A-Za-z_]`)
	keyWord  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*`)
)

// colonless looks at a text that a line with a key seems to go on with: it was probably meant to be a key itself.
func (d *diagnosis) colonless(at int, rest []byte) {
	rest = bytes.TrimRight(rest, " \t")
	word := string(keyWord.Find(rest))
	if word == "" {
		return
	}
	message := fmt.Sprintf("`%s` lacks its colon", word)
	if bytes.HasPrefix(rest[len(word):], []byte(":")) {
		message = fmt.Sprintf("the colon after `%s` wants a space behind it", word)
	}
	d.found = nil
	d.fail(at, at+len(rest), CodeSyntax, message, fmt.Sprintf("a key is written `%s: …`", word))
}

// indent compares a line's column with those of the collections that it may go on with.
func (d *diagnosis) indent(column, at, length int) {
	for len(d.indents) > 0 && d.indents[len(d.indents)-1] > column {
		d.indents = d.indents[:len(d.indents)-1]
		d.open = false
	}
	if n := len(d.indents); n > 0 && d.indents[n-1] < column && !d.open {
		d.fail(at, at+length, CodeSyntax, "this line is indented unlike the lines that it belongs to", "keys of one map, and elements of one list, stand exactly under each other")
	}
}

func (d *diagnosis) push(column int) {
	if n := len(d.indents); n == 0 || d.indents[n-1] < column {
		d.indents = append(d.indents, column)
	}
}

// keyLength is where the colon of `key: value` stands; 0 where a line is no such thing.
func keyLength(text []byte) int {
	i := 0
	if n := quotedBytes(text); n > 0 {
		i = n
	}
	for ; i < len(text); i++ {
		switch {
		case text[i] == ':' && (i+1 == len(text) || isBlank(text[i+1])):
			return i
		case text[i] == '#' && i > 0 && isBlank(text[i-1]), i == 0 && (text[0] == '{' || text[0] == '['):
			return 0
		}
	}
	return 0
}

// quotedBytes is the length of a quoted text that ends on its line, or 0.
func quotedBytes(text []byte) int {
	if len(text) == 0 || text[0] != '"' && text[0] != '\'' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == text[0] && text[0] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return 0
}

// value looks at what stands after a key or a dash at column.
func (d *diagnosis) value(at, column int) {
	rest := d.rest(at)
	for len(rest) > 0 && (rest[0] == '&' || rest[0] == '!') {
		word, _, _ := bytes.Cut(rest, []byte(" "))
		if rest[0] == '&' {
			d.anchors[string(word[1:])] = true
		}
		at += len(word)
		rest = d.rest(at)
		trimmed := bytes.TrimLeft(rest, " ")
		at += len(rest) - len(trimmed)
		rest = trimmed
	}
	d.open = len(rest) == 0 || rest[0] == '#'
	if d.open {
		return
	}
	switch rest[0] {
	case '"', '\'':
		d.after(d.quoted(at), "the text goes on after its closing quote")
	case '{', '[':
		d.after(d.flow(at), "the line goes on after its closing bracket")
	case '|', '>':
		d.blockScalar(at, column)
	default:
		if d.start(at, rest) {
			d.plain(at, column)
		}
	}
}

// rest is what a line has from an offset on.
func (d *diagnosis) rest(at int) []byte {
	end := at
	for end < len(d.content) && !isBreak(d.content[end]) {
		end++
	}
	return d.content[at:end]
}

const quoteIt = "put the text in double quotes"

// start looks at the first character of a plain value.
func (d *diagnosis) start(at int, rest []byte) bool {
	end := at + len(bytes.TrimRight(rest, " \t"))
	switch c := rest[0]; {
	case c == '*':
		name := string(rest[1:])
		if i := strings.IndexAny(name, " ,]}"); i >= 0 {
			name = name[:i]
		}
		tail := strings.TrimSpace(string(rest[1+len(name):]))
		if strings.HasSuffix(name, "*") || name == "" || tail != "" && !strings.ContainsAny(tail[:1], "#,]}:") {
			d.fail(at, end, CodeQuotes, "a text that begins with `*` wants quotes", quoteIt)
		} else if !d.anchors[name] {
			hint := "an anchor is set with `&" + name + "` before it is used"
			if meant := didYouMean(name, slices.Sorted(maps.Keys(d.anchors))); meant != "" {
				hint = meant
			}
			d.fail(at, at+1+len(name), CodeUnknownAnchor, fmt.Sprintf("nothing is called `&%s`", name), hint)
		}
	case strings.IndexByte("%@`,]}", c) >= 0:
		d.fail(at, end, CodeQuotes, fmt.Sprintf("a text that begins with `%c` wants quotes", c), quoteIt)
	case bytes.HasPrefix(rest, []byte("- ")):
		d.fail(at, end, CodeSyntax, "a list can't begin on the line of its key", "begin it on the next line, or put a text in quotes")
	}
	return d.found == nil
}

// plain looks at an unquoted text and at the lines on which it goes on.
func (d *diagnosis) plain(at, column int) {
	for {
		rest := d.rest(at)
		if i := bytes.Index(rest, []byte(" #")); i >= 0 {
			rest = rest[:i]
		}
		rest = bytes.TrimRight(rest, " \t")
		if i := bytes.Index(rest, []byte(": ")); i >= 0 || bytes.HasSuffix(rest, []byte(":")) {
			d.fail(at, at+len(rest), CodeQuotes, "an unquoted text can't hold a colon with a space after it", quoteIt+"; if this is a key of its own, look at its indentation")
			return
		}
		if d.row >= len(d.lines) {
			return
		}
		next := d.line(d.row + 1)
		trimmed := bytes.TrimLeft(next, " ")
		if len(trimmed) == 0 || len(next)-len(trimmed) <= column || trimmed[0] == '#' {
			return
		}
		d.row++
		if trimmed[0] == '\t' {
			return
		}
		at = d.lines[d.row-1] + len(next) - len(trimmed)
	}
}

// blockScalar steps over the lines of | or >.
func (d *diagnosis) blockScalar(at, column int) {
	header := d.rest(at)
	if i := bytes.IndexByte(header, '#'); i > 0 {
		header = header[:i]
	}
	if len(bytes.Trim(header[1:], "+-0123456789 \t")) > 0 {
		d.fail(at, at+len(header), CodeQuotes, fmt.Sprintf("a text that begins with `%c` wants quotes", header[0]), quoteIt)
		return
	}
	for d.row < len(d.lines) {
		next := d.line(d.row + 1)
		if trimmed := bytes.TrimLeft(next, " "); len(trimmed) > 0 && len(next)-len(trimmed) <= column {
			return
		}
		d.row++
	}
}

// quoted returns where a quoted text ends, on whichever line, or -1.
func (d *diagnosis) quoted(at int) int {
	quote := d.content[at]
	for i := at + 1; i < len(d.content); i++ {
		switch c := d.content[i]; {
		case c == '\\' && quote == '"':
			i++
			if i < len(d.content) && !isBreak(d.content[i]) && hexDigits[d.content[i]] == 0 {
				if _, known := escapes[d.content[i]]; !known {
					d.fail(i-1, i+1, CodeSyntax, fmt.Sprintf("`%s` means nothing in double quotes", d.content[i-1:i+1]), "write `\\\\`, or put the text in single quotes")
					return -1
				}
			}
		case c == quote && quote == '\'' && i+1 < len(d.content) && d.content[i+1] == quote:
			i++
		case c == quote:
			rest := bytes.TrimLeft(d.rest(i+1), " \t")
			if last := d.position(i).Line; last > d.position(at).Line && len(rest) > 0 && !strings.ContainsRune("#,:]}", rune(rest[0])) {
				d.unclosed(at, "quote")
				return -1
			}
			return i + 1
		}
	}
	d.unclosed(at, "quote")
	return -1
}

func (d *diagnosis) unclosed(at int, what string) {
	d.fail(at, at+1, CodeUnclosed, fmt.Sprintf("this %s is never closed", what), fmt.Sprintf("it opens with `%c`", d.content[at]))
}

// after wants the line to end where a value has ended. A quoted text with a colon behind it is a key, looked at already.
func (d *diagnosis) after(end int, message string) {
	if end < 0 || d.found != nil {
		return
	}
	d.row = d.position(end).Line
	rest := bytes.TrimLeft(d.rest(end), " \t")
	if len(rest) > 0 && rest[0] != '#' {
		at := end + len(d.rest(end)) - len(rest)
		d.fail(at, at+len(rest), CodeSyntax, message, "put the whole text in quotes; a quote inside it is written `\\\"`, or `''` between single ones")
	}
}

// flow returns where a {…} or […] ends, on whichever line, or -1.
func (d *diagnosis) flow(at int) int {
	if bytes.HasPrefix(d.content[at:], []byte("{{")) {
		d.fail(at, at+2, CodeQuotes, "a text that begins with `{{` wants quotes", `write "{{ … }} …" in double quotes`)
		return -1
	}
	closing := map[byte]byte{'{': '}', '[': ']'}[d.content[at]]
	first := d.position(at).Line
	cut := -1 // where a text began that a comma has ended inside its parentheses
	for i := at + 1; i < len(d.content); {
		switch c := d.content[i]; {
		case isBlank(c) || c == ',' || c == ':':
			i++
		case isBreak(c):
			i++
			if d.leaves(i, first) {
				d.unclosed(at, "bracket")
				return -1
			}
		case c == '#':
			i += len(d.rest(i))
		case c == closing:
			return i + 1
		case c == '"' || c == '\'':
			if i = d.quoted(i); i < 0 {
				return -1
			}
			if rest := bytes.TrimLeft(d.rest(i), " \t"); len(rest) > 0 && !strings.ContainsRune("#,:]}", rune(rest[0])) {
				if cut >= 0 {
					d.fail(cut, i, CodeQuotes, "inside {…} and […] a text with a `,` wants quotes", quoteIt)
				}
				d.fail(i, i+len(d.rest(i)), CodeSyntax, "the text goes on after its closing quote", "put a comma between values; a quote inside a text is written `\\\"`")
				return -1
			}
		case c == '{' || c == '[':
			if i = d.flow(i); i < 0 {
				return -1
			}
		case c == '}' || c == ']':
			d.fail(i, i+1, CodeUnclosed, fmt.Sprintf("`%c` closes what `%c` in line %d opens", c, d.content[at], first), fmt.Sprintf("write `%c`", closing))
			return -1
		default:
			from := i
			if i = d.flowPlain(i); i < 0 {
				return -1
			}
			if text := d.content[from:i]; bytes.Count(text, []byte("(")) > bytes.Count(text, []byte(")")) {
				cut = from
			}
		}
	}
	d.unclosed(at, "bracket")
	return -1
}

// leaves says that the line at an offset looks like the next key outside of the brackets that open on line first.
func (d *diagnosis) leaves(at, first int) bool {
	text := d.rest(at)
	rest := bytes.TrimLeft(text, " ")
	opened := d.line(first)
	indent := len(opened) - len(bytes.TrimLeft(opened, " "))
	return len(rest) > 0 && len(text)-len(rest) <= indent && keyLength(rest) > 0
}

// flowPlain looks at an unquoted text inside brackets and returns where it ends, or -1.
func (d *diagnosis) flowPlain(at int) int {
	rest := d.rest(at)
	if rest[0] == '&' || rest[0] == '!' {
		word := rest
		if i := bytes.IndexAny(rest, " ,]}"); i >= 0 {
			word = rest[:i]
		}
		if rest[0] == '&' {
			d.anchors[string(word[1:])] = true
		}
		return at + len(word)
	}
	if !d.start(at, rest) {
		return -1
	}
	colons := 0
	for i, c := range rest {
		next := byte(' ')
		if i+1 < len(rest) {
			next = rest[i+1]
		}
		switch {
		case strings.IndexByte(",]}", c) >= 0, c == '#' && i > 0 && isBlank(rest[i-1]):
			return at + i
		case c == '?' || c == '{' || c == '[':
			d.fail(at, at+i+1, CodeQuotes, fmt.Sprintf("inside {…} and […] a text with a `%c` wants quotes", c), quoteIt)
			return -1
		case c == ':' && (isBlank(next) || strings.IndexByte(",]}", next) >= 0):
			if colons++; colons == 1 && d.isValue(at) {
				d.fail(at, at+i+1, CodeQuotes, "inside {…} a text with a colon and a space wants quotes", quoteIt)
				return -1
			}
			return at + i + 1
		}
	}
	return at + len(rest)
}

// isValue says that what stands at an offset inside {…} comes after a colon.
func (d *diagnosis) isValue(at int) bool {
	before := bytes.TrimRight(d.content[:at], " \t\r\n")
	return len(before) > 0 && before[len(before)-1] == ':'
}
