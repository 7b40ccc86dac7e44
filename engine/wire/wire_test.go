package wire

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestValue(t *testing.T) {
	for _, v := range []any{
		nil, "", "AB123456", "ñandú", 0, -1, 1 << 40, 0.0, -12.5, true, false,
		time.Date(2026, 3, 6, 9, 0, 0, 123, time.UTC),
		time.Date(2026, 3, 6, 9, 0, 0, 0, time.FixedZone("", -5*3600)),
		90 * time.Second, []any{}, []any{1, "two", nil, []any{3.0}},
		map[string]any{}, map[string]any{"status": "on its way", "lines": []any{map[string]any{"pieces": 2}}},
	} {
		s := &Stream{Writing: true}
		s.Value(&v)
		r := Reader(s.Bytes)
		var got any
		r.Value(&got)
		if err := r.End(); err != nil {
			t.Errorf("%#v: %v", v, err)
		}
		if !equal(v, got) {
			t.Errorf("wrote %#v, read %#v", v, got)
		}
	}
}

func equal(a, b any) bool {
	if x, ok := a.(time.Time); ok {
		y, ok := b.(time.Time)
		return ok && x.Equal(y) && x.Format(time.RFC3339Nano) == y.Format(time.RFC3339Nano)
	}
	return reflect.DeepEqual(a, b)
}

func TestMapsAreWrittenInOneOrder(t *testing.T) {
	var first []byte
	for range 20 {
		m := map[string]any{}
		for _, k := range []string{"e", "b", "a", "d", "c", "f", "g", "h", "i", "j"} {
			m[k] = k
		}
		s := &Stream{Writing: true}
		s.Map(&m)
		if first == nil {
			first = s.Bytes
		}
		if string(first) != string(s.Bytes) {
			t.Fatal("the same map was written in two ways")
		}
	}
}

func TestTruncatedBytesAreAnError(t *testing.T) {
	var v any = map[string]any{"order": map[string]any{"eta": "2026-03-09", "pieces": []any{1, 2.5, time.Unix(0, 0)}}}
	s := &Stream{Writing: true}
	s.Value(&v)
	for n := range s.Bytes {
		r := Reader(s.Bytes[:n])
		var got any
		r.Value(&got)
		if err := r.End(); !errors.Is(err, ErrFormat) {
			t.Errorf("the first %d bytes: got %v, want an error", n, err)
		}
	}
}

func FuzzValue(f *testing.F) {
	var v any = map[string]any{"a": []any{1, "x", 2.5, true, time.Unix(1, 2), time.Second}}
	s := &Stream{Writing: true}
	s.Value(&v)
	f.Add(s.Bytes)
	f.Fuzz(func(t *testing.T, b []byte) {
		r := Reader(b)
		var v any
		r.Value(&v)
		if r.End() != nil {
			return
		}
		w := &Stream{Writing: true}
		w.Value(&v)
		again := Reader(w.Bytes)
		var got any
		again.Value(&got)
		if err := again.End(); err != nil {
			t.Fatalf("what was read and written can't be read: %v", err)
		}
	})
}
