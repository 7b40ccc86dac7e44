package flow

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

// parse makes the file's document into nodes; nil where that fails, which is then reported, once.
func (r *reader) parse() *yaml.Node {
	if len(r.content) > maxSize {
		r.report(r.first(), CodeFileTooLarge, fmt.Sprintf("this file has %d MB, a file may have %d", len(r.content)>>20, maxSize>>20), "split it into several")
		return nil
	}
	if !utf8.Valid(r.content) {
		r.reportNotUTF8()
		return nil
	}
	text := r.firstDocument()
	var document yaml.Node
	if err := unmarshal(maskBreaks(text), &document); err != nil {
		r.reportSyntax(err)
		return nil
	}
	if document.Kind == 0 || isNull(document.Content[0]) {
		r.report(r.first(), CodeFileKind, "this file is empty", kindHint)
		return nil
	}
	root := document.Content[0]
	r.checkAliases(root)
	root = r.follow(root)
	if root == nil || root.Kind != yaml.MappingNode {
		r.report(r.spanOf(document.Content[0]), CodeFileKind, "nothing says what this file is for", kindHint)
		return nil
	}
	return root
}

// unmarshal keeps a panic of the YAML package from going further.
func unmarshal(text []byte, document *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: %v", p)
		}
	}()
	return yaml.Unmarshal(text, document)
}

func (r *reader) reportNotUTF8() {
	at := 0
	for at < len(r.content) {
		c, size := utf8.DecodeRune(r.content[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	r.report(r.between(at, at), CodeNotUTF8, "a character here is not written in UTF-8", "save the file with the encoding UTF-8")
}

var marker = regexp.MustCompile(`(?m)^(---|\.\.\.)(?:[ \t\r\n]|$)`)

// firstDocument is the text without a second document, which is reported where it begins.
func (r *reader) firstDocument() []byte {
	begun := false
	for number := 1; number <= len(r.lines); number++ {
		line := r.line(number)
		switch {
		case len(line) == 0 || line[0] == '#' || line[0] == '%' && !begun:
		case begun && bytes.HasPrefix(line, []byte("---")) && marker.Match(line):
			at := r.lines[number-1]
			r.report(r.between(at, at+3), CodeSecondDocument, "a second document begins here: a file holds just one", "move it to a file of its own")
			return r.content[:at]
		default:
			begun = begun || len(bytes.TrimSpace(line)) > 0
		}
	}
	return r.content
}

// YAML 1.1 takes these three for line breaks and 1.2 for characters like others, so the YAML package gets to see stand-ins.
var (
	mask   = strings.NewReplacer("\u0085", "\uF8E5", "\u2028", "\uF8E8", "\u2029", "\uF8E9")
	unmask = strings.NewReplacer("\uF8E5", "\u0085", "\uF8E8", "\u2028", "\uF8E9", "\u2029")
)

func maskBreaks(text []byte) []byte {
	if !bytes.Contains(text, []byte("\u0085")) && !bytes.Contains(text, []byte("\u2028")) && !bytes.Contains(text, []byte("\u2029")) {
		return text
	}
	return []byte(mask.Replace(string(text)))
}

func restoreBreaks(value string) string {
	if !strings.Contains(value, "\uF8E5"[:2]) {
		return value
	}
	return unmask.Replace(value)
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// reportSyntax says in plain words what keeps the file from being read: what the file's own text shows,
// or else what the YAML package makes of it.
func (r *reader) reportSyntax(err error) {
	if f := diagnose(r.source); f != nil {
		r.report(f.span, f.code, f.message, f.hint)
		return
	}
	line, problem := 1, err.Error()
	if m := yamlError.FindStringSubmatch(problem); m != nil {
		problem = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = min(n, len(r.lines))
		}
	}
	text := r.line(line)
	column := len(text) - len(bytes.TrimLeft(text, " \t")) + 1
	span := diagnostic.Span{File: r.path, Start: diagnostic.Position{Line: line, Column: column}}
	if strings.Contains(problem, "could not find expected ':'") {
		d := &diagnosis{source: r.source}
		if d.colonless(r.lines[line-1]+column-1, bytes.TrimLeft(text, " \t")); d.found != nil {
			r.report(d.found.span, d.found.code, d.found.message, d.found.hint)
			return
		}
	}
	for _, w := range plainWords {
		if strings.Contains(problem, w.problem) {
			r.report(span, CodeSyntax, w.message, w.hint)
			return
		}
	}
	r.report(span, CodeSyntax, "from here on the file can't be read as YAML", "look at indentation, quotes and brackets around here")
}

// plainWords are the complaints of the YAML package that a look at the text does not explain.
var plainWords = []struct{ problem, message, hint string }{
	{"exceeded max depth", "the file is nested too deeply", "at most 10,000 levels are read"},
	{"control characters", "there is an invisible control character in this file", "delete it, or write it as an escape in double quotes"},
	{"mapping values are not allowed", "a `: ` stands where none is expected", "a text with a `: ` in it wants quotes"},
	{"did not find expected key", "this does not go on as it began", "look at the indentation: keys of one map stand under each other"},
	{"did not find expected '-' indicator", "an element of this list does not begin with `- `", "look at the indentation: elements of one list stand under each other"},
	{"could not find expected ':'", "a key without a `:`", "write `key: value`"},
}

// maxExpansion bounds what aliases multiply a document to, in values.
const maxExpansion = 100_000

// checkAliases walks the document once and reports tags, and aliases that lead into themselves or multiply without measure.
func (r *reader) checkAliases(root *yaml.Node) {
	c := aliasCheck{reader: r, above: map[*yaml.Node]bool{}, size: map[*yaml.Node]int{}}
	c.walk(root)
}

type aliasCheck struct {
	*reader
	above    map[*yaml.Node]bool // anchored nodes around the one looked at
	size     map[*yaml.Node]int  // of anchored nodes, in values
	expanded int
}

func (c *aliasCheck) walk(n *yaml.Node) int {
	if n.Style&yaml.TaggedStyle != 0 {
		c.report(c.between(c.offset(diagnostic.Position{Line: n.Line, Column: n.Column}), c.offset(diagnostic.Position{Line: n.Line, Column: n.Column})), CodeTag,
			fmt.Sprintf("tags such as `%s` are not allowed", shorten(n.Tag)), "a text that begins with `!` wants quotes")
	}
	if n.Kind == yaml.AliasNode {
		return c.alias(n)
	}
	size := 1
	if n.Anchor != "" {
		c.above[n] = true
	}
	for _, child := range n.Content {
		size += c.walk(child)
	}
	if n.Anchor != "" {
		delete(c.above, n)
		c.size[n] = size
	}
	return size
}

func (c *aliasCheck) alias(n *yaml.Node) int {
	size := c.size[n.Alias]
	switch {
	case c.above[n.Alias]:
		c.report(c.spanOf(n), CodeAliasLoop, fmt.Sprintf("`*%s` stands inside what it stands for", n.Value), "an alias repeats what came before it, whole")
	case c.expanded+size > maxExpansion:
		if c.expanded <= maxExpansion {
			c.report(c.spanOf(n), CodeAliasBomb, fmt.Sprintf("`*%s` and other aliases repeat more than %d values", n.Value, maxExpansion), "write out what is meant")
		}
		c.expanded += size
	default:
		c.expanded += size
		return size
	}
	if c.refused == nil {
		c.refused = map[*yaml.Node]bool{}
	}
	c.refused[n] = true
	return 1
}
