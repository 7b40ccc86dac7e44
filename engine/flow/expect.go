package flow

import "gopkg.in/yaml.v3"

func (r *reader) expect(f field) *Value {
	v := &Value{Span: r.spanOf(f.node)}
	for _, f := range r.fields(f, expectShape) {
		v.Map = append(v.Map, &Pair{Key: f.key, Value: r.expected(f)})
	}
	return v
}

func (r *reader) expected(f field) *Value {
	switch f.name {
	case "sent":
		return r.expectedList(f, "messages", sentShape)
	case "emitted":
		return r.expectedList(f, "events", emittedShape)
	case "blocked":
		if n := r.follow(f.node); n != nil && n.Kind == yaml.SequenceNode {
			return r.expectedList(f, "channels with reasons", blockedShape)
		}
		return r.expectedMap(f, blockedShape)
	case "handoff":
		return r.expectedMap(f, expectHandoffShape)
	case "contact":
		return r.expectedMap(f, contactShape)
	case "consent":
		return r.consentRecords(f)
	case "data":
		return r.mapOf(f, "names with values")
	}
	return r.expectedWord(f)
}

func (r *reader) expectedWord(f field) *Value {
	s := r.text(f)
	switch f.name {
	case "status":
		r.oneOf(s, "status", statuses)
	case "channel", "via":
		r.channel(s)
	case "by":
		r.oneOf(s, "sender", senders)
	}
	return &Value{Scalar: s, Span: s.Span}
}

func (r *reader) expectedList(f field, of string, s *shape) *Value {
	v := &Value{IsList: true, Span: r.spanOf(f.node)}
	for _, e := range r.list(f, of) {
		v.List = append(v.List, r.expectedMap(e, s))
	}
	return v
}

// expectedMap reads a map of a shape, in which words with a fixed choice are checked.
func (r *reader) expectedMap(f field, s *shape) *Value {
	v := &Value{Span: r.spanOf(f.node)}
	for _, f := range r.fields(f, s) {
		pair := &Pair{Key: f.key}
		switch {
		case f.name == "via" || f.name == "channel" || f.name == "by":
			pair.Value = r.expectedWord(f)
		case f.name == "reason" && s == blockedShape:
			word := r.oneOf(r.name(f), "reason to pass a channel over", blockedFor)
			pair.Value = &Value{Scalar: word, Span: word.Span}
		default:
			pair.Value = r.free(f)
		}
		v.Map = append(v.Map, pair)
	}
	return v
}
