package wire

import (
	"maps"
	"slices"
	"time"
)

// The kinds of a run-time value.
const (
	kindNil = iota
	kindString
	kindInt
	kindFloat
	kindTrue
	kindFalse
	kindTime
	kindDuration
	kindList
	kindMap
	kinds
)

// Value writes or reads a run-time value of an expression: nil, string, int, float64, bool, time.Time, time.Duration, []any or
// map[string]any, maps in the order of their keys.
func (s *Stream) Value(v *any) {
	switch s.Choice(kindOf(*v), kinds) {
	case kindNil:
		if !s.Writing {
			*v = nil
		}
	case kindString:
		hold(s, v, func(x *string) { Text(s, x) })
	case kindInt:
		hold(s, v, func(x *int) { Integer(s, x) })
	case kindFloat:
		hold(s, v, s.Float)
	case kindTrue:
		hold(s, v, func(x *bool) { *x = true })
	case kindFalse:
		hold(s, v, func(x *bool) { *x = false })
	case kindTime:
		hold(s, v, s.Time)
	case kindDuration:
		hold(s, v, func(x *time.Duration) { Integer(s, x) })
	case kindList:
		s.Nested(func() {
			hold(s, v, func(x *[]any) {
				List(s, x, s.Value)
				if *x == nil {
					*x = []any{}
				}
			})
		})
	case kindMap:
		s.Nested(func() { hold(s, v, s.Map) })
	}
}

func hold[T any](s *Stream, v *any, do func(*T)) {
	var x T
	if s.Writing {
		x = (*v).(T)
	}
	do(&x)
	if !s.Writing {
		*v = x
	}
}

func kindOf(v any) int {
	switch v := v.(type) {
	case string:
		return kindString
	case int:
		return kindInt
	case float64:
		return kindFloat
	case bool:
		if v {
			return kindTrue
		}
		return kindFalse
	case time.Time:
		return kindTime
	case time.Duration:
		return kindDuration
	case []any:
		return kindList
	case map[string]any:
		return kindMap
	}
	return kindNil
}

// Map writes or reads a map of values, in the order of its keys. An empty one is read as an empty one, nil as nil.
func (s *Stream) Map(m *map[string]any) {
	there := *m != nil
	s.Flag(&there)
	if s.Writing {
		if there {
			s.Count(len(*m))
			s.writeMap(*m)
		}
		return
	}
	if !there {
		*m = nil
		return
	}
	n := s.Count(0)
	*m = make(map[string]any, min(n, 64))
	for range n {
		var key string
		var v any
		Text(s, &key)
		s.Value(&v)
		if s.err != nil {
			return
		}
		(*m)[key] = v
	}
}

func (s *Stream) writeMap(m map[string]any) {
	var few [8]string
	keys := slices.AppendSeq(few[:0], maps.Keys(m))
	slices.Sort(keys)
	for _, k := range keys {
		Text(s, &k)
		v := m[k]
		s.Value(&v)
	}
}

// Time writes or reads a moment with its zone's offset; the zero time stays zero.
func (s *Stream) Time(t *time.Time) {
	zero := t.IsZero()
	s.Flag(&zero)
	if zero {
		if !s.Writing {
			*t = time.Time{}
		}
		return
	}
	var seconds, nanos int64
	var offset int
	if s.Writing {
		seconds, nanos = t.Unix(), int64(t.Nanosecond())
		_, offset = t.Zone()
	}
	s.Signed(&seconds)
	s.Signed(&nanos)
	Integer(s, &offset)
	if s.Writing {
		return
	}
	if nanos < 0 || nanos > 999999999 || offset < -24*3600 || offset > 24*3600 {
		s.Fail("a time that is none")
		return
	}
	*t = time.Unix(seconds, nanos).In(zone(offset))
}

func zone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}
