package flow

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

// shape is a kind of map with the keys that it may have.
type shape struct {
	what     string // as a message names it: "a state"
	keys     []string
	required []string
	where    string // how a journey owner finds it, for a key that stands elsewhere: "in a state"
	example  string // the key that a message names where one is wanted; empty: the first one
}

// wanted says of a place what belongs there.
func (s *shape) wanted() string {
	key := s.example
	switch {
	case key != "":
	case len(s.required) > 0:
		key = s.required[0]
	default:
		key = s.keys[0]
	}
	return fmt.Sprintf("keys of its own, such as `%s`", key)
}

// entries are a map's keys and values in the order written, keys that `<<` merges in last.
// Of two keys alike the second is reported and dropped.
func (r *reader) entries(f field, want string) []field {
	n := r.value(f, want)
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.wrongKind(f, n, want)
		return nil
	}
	return r.pairs(n)
}

func (r *reader) pairs(n *yaml.Node) []field {
	list := make([]field, 0, len(n.Content)/2)
	first := keysOf(len(n.Content) / 2)
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := r.follow(n.Content[i]), n.Content[i+1]
		switch {
		case k == nil:
		case k.Tag == "!!merge" && k.Value == "<<":
			merged = append(merged, v)
		case isBraces(n):
			r.report(r.spanOf(n), CodeQuotes, "a text that begins with `{{` wants quotes", `write "{{ … }} …" in double quotes`)
			return list
		case k.Kind != yaml.ScalarNode:
			r.report(r.spanOf(k), CodeWrongKind, "a key wants to be a name, not "+kindOf(k), "")
		case r.cutByComma(n, i):
		default:
			key := r.newScalar(k)
			if known := first.find(list, key.Value); known != nil {
				r.duplicate(key, known)
				continue
			}
			first.add(key)
			list = append(list, field{name: key.Value, key: key, node: v})
		}
	}
	if len(merged) > 0 && first == nil {
		first = keyIndex{}
		for _, f := range list {
			first.add(f.key)
		}
	}
	for _, m := range merged {
		list = r.merge(list, first, m)
	}
	return list
}

// keyIndex finds the keys of a large map; that of a small one is nil, where looking through the list is faster.
type keyIndex map[string]*Scalar

func keysOf(count int) keyIndex {
	if count < 32 {
		return nil
	}
	return make(keyIndex, count)
}

func (k keyIndex) add(key *Scalar) {
	if k != nil {
		k[key.Value] = key
	}
}

func (k keyIndex) find(list []field, name string) *Scalar {
	if k != nil {
		return k[name]
	}
	if f := find(list, name); f != nil {
		return f.key
	}
	return nil
}

func find(list []field, name string) *field {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}

func (r *reader) duplicate(second, first *Scalar) {
	r.report(second.Span, CodeDuplicateKey, fmt.Sprintf("`%s` stands here a second time", second.Value),
		fmt.Sprintf("it is already in line %d: keep one of the two", first.Span.Start.Line),
		diagnostic.Related{Span: first.Span, Message: "the first one"})
}

// merge adds what `<<: *a` or `<<: [*a, *b]` brings and the map does not have itself.
func (r *reader) merge(list []field, first keyIndex, n *yaml.Node) []field {
	n = r.follow(n)
	switch {
	case n == nil:
	case n.Kind == yaml.MappingNode:
		for _, f := range r.pairs(n) {
			if first.find(list, f.name) == nil {
				first.add(f.key)
				list = append(list, f)
			}
		}
	case n.Kind == yaml.SequenceNode:
		for _, m := range n.Content {
			list = r.merge(list, first, m)
		}
	default:
		r.report(r.spanOf(n), CodeWrongKind, "`<<` wants a map of keys, not "+kindOf(n), "name the map to merge: `<<: *defaults`")
	}
	return list
}

// cutByComma reports the key at i of a {…} if it is the rest of a text that an unquoted comma has cut off:
// { yes: Yes, gladly } has the key `gladly` with nothing after it.
func (r *reader) cutByComma(n *yaml.Node, i int) bool {
	if !inFlow(n) || i == 0 || !isNothing(n.Content[i+1]) {
		return false
	}
	before := n.Content[i-1]
	if before.Kind != yaml.ScalarNode || styleOf(before) != plain || isNothing(before) && i < 4 {
		return false
	}
	key := n.Content[i]
	span := r.spanOf(key)
	if r.followedByColon(key, span) {
		return false
	}
	if isNothing(before) {
		return true // a further piece of the same text
	}
	whole := before.Value + ", " + key.Value
	r.report(diagnostic.Span{File: r.path, Start: r.spanOf(before).Start, End: span.End}, CodeComma,
		fmt.Sprintf("the comma ends this text after `%s`", shorten(before.Value)),
		fmt.Sprintf("a text with a comma wants quotes inside {…}: \"%s\"", shorten(whole)))
	return true
}

// fields are the entries of a map that has a fixed set of keys. Others are reported, and so are required ones that lack.
func (r *reader) fields(f field, s *shape) []field {
	n := r.value(f, s.wanted())
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.wrongKind(f, n, s.wanted())
		return nil
	}
	place := r.spanOf(n)
	if f.key != nil {
		place = f.key.Span
	}
	return r.known(r.pairs(n), s, place)
}

// known drops the entries that a shape does not have, but reads a misspelt one as what was probably meant, so that nothing
// more is said of what depends on it. place is where a missing key is reported.
func (r *reader) known(list []field, s *shape, place diagnostic.Span) []field {
	kept := make([]field, 0, len(list))
	for _, f := range list {
		if slices.Contains(s.keys, f.name) {
			kept = append(kept, f)
			continue
		}
		if meant := r.unknownKey(f.key, s); meant != "" && find(list, meant) == nil && find(kept, meant) == nil {
			key := *f.key
			key.Value = meant
			kept = append(kept, field{name: meant, key: &key, node: f.node})
		}
	}
	for _, name := range s.required {
		if find(kept, name) == nil {
			r.report(place, CodeMissingKey, fmt.Sprintf("%s lacks `%s`", s.what, name), headerHints[name])
		}
	}
	return kept
}

// unknownKey reports a key and returns the one that was probably meant.
func (r *reader) unknownKey(key *Scalar, s *shape) string {
	if len(r.findings) >= maxFindings {
		r.errors++
		return ""
	}
	allowed := "allowed here: " + strings.Join(s.keys, ", ")
	meant := diagnostic.Suggest(key.Value, s.keys)
	if other := otherWords[strings.ToLower(key.Value)]; meant == "" && slices.Contains(s.keys, other) {
		meant = other
	}
	if where := belongsTo(key.Value); where != "" && meant == "" {
		r.report(key.Span, CodeMisplacedKey, fmt.Sprintf("`%s` belongs %s, not in %s", key.Value, where, s.what), allowed)
		return ""
	}
	message := fmt.Sprintf("%s has no key `%s`", s.what, key.Value)
	if meant != "" {
		allowed = fmt.Sprintf("did you mean `%s`?", meant)
	}
	r.report(key.Span, CodeUnknownKey, message, allowed)
	return meant
}

// otherWords are what people call a key who do not remember it.
var otherWords = map[string]string{
	"goto": "to", "go": "to", "next": "to", "then": "to", "target": "to", "send": "say", "message": "say", "msg": "say",
	"question": "ask", "prompt": "ask", "buttons": "options", "choices": "options", "answers": "options", "replies": "options",
	"timeout": "after", "delay": "after", "if": "when", "condition": "when", "store": "into", "save": "into", "variable": "into",
	"retries": "attempts", "tries": "attempts", "error": "invalid", "channel": "via", "transfer": "handoff", "agent": "handoff",
	"finish": "end", "stop": "end", "params": "with", "args": "with", "start": "initial", "trigger": "entry", "variables": "data",
	"name": "title", "author": "owner",
}

// belongsTo says where a key has its place, if it has just a few.
func belongsTo(key string) string {
	var places []string
	for _, s := range shapes {
		if s.where != "" && slices.Contains(s.keys, key) && !slices.Contains(places, s.where) {
			places = append(places, s.where)
		}
	}
	if len(places) == 0 || len(places) > 3 {
		return ""
	}
	return strings.Join(places, " or ")
}
