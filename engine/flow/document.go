package flow

import (
	"fmt"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

// ReadDocument reads a YAML file that is not of the language, such as a configuration: by the same rules, with the same words for what
// is wrong with it, and without a word on what its keys mean. The value is a map; it is nil where the file has none in it, which
// for an empty file is no mistake. Findings are unsorted.
func ReadDocument(in Input) (*Value, []diagnostic.Finding) {
	r := &reader{source: newSource(in.Path, in.Source)}
	root := r.document()
	if root == nil {
		return nil, r.findings
	}
	v := &Value{Span: r.spanOf(root)}
	for _, f := range r.pairs(root) {
		v.Map = append(v.Map, &Pair{Key: f.key, Value: r.free(f)})
	}
	return v, r.findings
}

// document makes the file's document into nodes; nil where it is empty or that fails, which is then reported, once.
func (r *reader) document() *yaml.Node {
	if !r.readable() {
		return nil
	}
	var document yaml.Node
	if err := unmarshal(maskBreaks(r.firstDocument()), &document); err != nil {
		r.reportSyntax(err)
		return nil
	}
	if document.Kind == 0 || isNull(document.Content[0]) {
		return nil
	}
	root := document.Content[0]
	r.checkAliases(root)
	if root = r.follow(root); root != nil && root.Kind != yaml.MappingNode {
		r.report(r.spanOf(root), CodeWrongKind, "this file wants keys, not "+kindOf(root), "write `key: value`, a line each")
		return nil
	}
	return root
}

// readable refuses what is too long, or no text.
func (r *reader) readable() bool {
	switch {
	case len(r.content) > maxSize:
		r.report(r.first(), CodeFileTooLarge, fmt.Sprintf("this file has %d MB, a file may have %d", len(r.content)>>20, maxSize>>20), "")
	case !utf8.Valid(r.content):
		r.reportNotUTF8()
	default:
		return true
	}
	return false
}
