package flow

import (
	"strconv"
	"strings"
)

// Plain is a written value as data: int, float64, bool, string, nil, []any or map[string]any. A nil value gives nil.
func (v *Value) Plain() any {
	switch {
	case v == nil:
		return nil
	case v.Scalar != nil:
		return v.Scalar.plain()
	case v.IsList:
		list := make([]any, len(v.List))
		for i, e := range v.List {
			list[i] = e.Plain()
		}
		return list
	}
	m := make(map[string]any, len(v.Map))
	for _, p := range v.Map {
		m[p.Key.Value] = p.Value.Plain()
	}
	return m
}

func (s *Scalar) plain() any {
	switch s.Form {
	case Null:
		return nil
	case Bool:
		return strings.EqualFold(s.Value, "true")
	case Integer:
		if n, err := strconv.ParseInt(s.Value, 0, 64); err == nil {
			return int(n)
		}
	case Float:
		if f, err := strconv.ParseFloat(s.Value, 64); err == nil {
			return f
		}
	}
	return s.Value
}
