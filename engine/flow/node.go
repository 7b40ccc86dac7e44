package flow

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

// reader turns the nodes of one file into its tree.
type reader struct {
	*source
	findings []diagnostic.Finding
	errors   int
	refused  map[*yaml.Node]bool // aliases that may not be followed, reported
}

// field is a value with what it is called: its key, or its list's key for an element.
type field struct {
	name string
	key  *Scalar // where its absence shows; of an element nil
	node *yaml.Node
}

// maxFindings is how many are made of one file: past that it is no journey, and nobody reads on.
const maxFindings = 1000

func (r *reader) report(span diagnostic.Span, code, message, hint string, related ...diagnostic.Related) {
	r.errors++
	if len(r.findings) >= maxFindings {
		return
	}
	r.findings = append(r.findings, diagnostic.Finding{Span: span, Code: code, Message: message, Hint: hint, Related: related})
}

// watch tells afterwards whether anything was reported since.
func (r *reader) watch() func() bool {
	before := r.errors
	return func() bool { return r.errors > before }
}

// follow is the node that an alias stands for; nil where it was refused.
func (r *reader) follow(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		if r.refused[n] {
			return nil
		}
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// isNothing says that nothing at all is written, as opposed to null or ~.
func isNothing(n *yaml.Node) bool { return isNull(n) && n.Value == "" }

func inFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// isBraces says that a node is {{ … }}, which was meant as the start of a text.
func isBraces(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && inFlow(n) && len(n.Content) > 0 &&
		n.Content[0].Kind == yaml.MappingNode && inFlow(n.Content[0])
}

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.MappingNode:
		return "a map of keys"
	case isNull(n):
		return "nothing"
	default:
		return "`" + shorten(n.Value) + "`"
	}
}

func shorten(text string) string {
	const most = 40
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// spanOf is the place of a node: a scalar's text, or where a collection begins.
func (r *reader) spanOf(n *yaml.Node) diagnostic.Span {
	start := diagnostic.Position{Line: n.Line, Column: n.Column}
	if n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		start = r.afterProperties(start)
	}
	span := diagnostic.Span{File: r.path, Start: start}
	if n.Kind == yaml.ScalarNode {
		span.End = r.endOf(start, n)
	}
	return span
}

// value finds the node of a field, or reports that there is none. want says what belongs there: "a text".
func (r *reader) value(f field, want string) *yaml.Node {
	n := r.follow(f.node)
	switch {
	case n == nil:
		return nil
	case isNull(n):
		span := r.spanOf(n)
		if f.key != nil {
			span = f.key.Span
		}
		hint := "it wants " + want
		if strings.HasPrefix(want, "keys of its own") {
			hint += ", on the lines below it and indented further than it"
		}
		r.report(span, CodeMissingValue, fmt.Sprintf("`%s` has no value", f.name), hint)
		return nil
	case isBraces(n):
		r.report(r.spanOf(n), CodeQuotes, "a text that begins with `{{` wants quotes", `write "{{ … }} …" in double quotes`)
		return nil
	}
	return n
}

func (r *reader) wrongKind(f field, n *yaml.Node, want string) {
	hint := ""
	switch of, list := strings.CutPrefix(want, "a list of "); {
	case n.Kind == yaml.ScalarNode && list && !strings.Contains(of, "`") && formOf(n.Value) == Text:
		hint = fmt.Sprintf("write it as a list: `%s: [%s]`", f.name, shorten(n.Value))
	case n.Kind == yaml.SequenceNode && !list && !inFlow(n) && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode:
		hint = "leave out the dashes, and indent its keys alike"
	}
	r.report(r.spanOf(n), CodeWrongKind, fmt.Sprintf("`%s` wants %s, not %s", f.name, want, kindOf(n)), hint)
}

// scalar reads a single value. Where there is none, what it returns is Faulty.
func (r *reader) scalar(f field, want string) *Scalar {
	n := r.value(f, want)
	if n != nil && n.Kind == yaml.ScalarNode {
		return r.newScalar(n)
	}
	if n != nil {
		r.wrongKind(f, n, want)
	}
	return r.faulty(f)
}

func (r *reader) text(f field) *Scalar       { return r.scalar(f, "a text") }
func (r *reader) name(f field) *Scalar       { return r.scalar(f, "a name") }
func (r *reader) expression(f field) *Scalar { return r.scalar(f, "an expression") }

// faulty stands for a value that was refused.
func (r *reader) faulty(f field) *Scalar {
	return &Scalar{Faulty: true, Span: r.spanOf(f.node), source: r.source}
}

func (r *reader) newScalar(n *yaml.Node) *Scalar {
	style := styleOf(n)
	s := &Scalar{Value: restoreBreaks(n.Value), Quoted: style == doubleQuoted || style == singleQuoted,
		Span: r.spanOf(n), source: r.source, style: style}
	if style == plain {
		s.Form = formOf(s.Value)
	}
	return s
}

// list reads a list's elements, each named after the list.
func (r *reader) list(f field, of string) []field {
	n := r.value(f, "a list of "+of)
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.wrongKind(f, n, "a list of "+of)
		return nil
	}
	return r.elements(f, n)
}

func (r *reader) elements(f field, n *yaml.Node) []field {
	list := make([]field, len(n.Content))
	for i, c := range n.Content {
		list[i] = field{name: f.name, node: c}
	}
	return list
}

// scalars reads a list of single values.
func (r *reader) scalars(f field, of string) []*Scalar {
	var list []*Scalar
	for _, e := range r.list(f, of) {
		list = append(list, r.scalar(e, "a list of "+of))
	}
	return list
}

// oneOrMore reads a single value or a list of them.
func (r *reader) oneOrMore(f field, of string) []*Scalar {
	if n := r.follow(f.node); n != nil && n.Kind == yaml.SequenceNode {
		return r.scalars(f, of)
	}
	return []*Scalar{r.scalar(f, "one or a list of "+of)}
}
