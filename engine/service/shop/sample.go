package shop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
)

// MadeUp is the kind of the records that answer operations which the shop does not know.
const MadeUp = "made up"

// madeUp answers an operation of somebody else's journey, from a record that is made when it is first called. Where the operation has
// another type since, the record is made anew.
func (s *Shop) madeUp(op *graph.Operation) map[string]any {
	if op.Returns == nil || len(op.Returns.Fields) == 0 && op.Returns.Elem == nil {
		return map[string]any{}
	}
	r := s.get(MadeUp, op.Name, func() []Field { return []Field{{Name: "answer", JSON: true}} })
	f := r.field("answer")
	f.Type = op.Returns
	v, err := f.typed()
	if err != nil {
		f.Value = write(s.sample("answer", op.Returns))
		v, err = f.typed()
	}
	m, ok := v.(map[string]any)
	if err != nil || !ok {
		return map[string]any{}
	}
	return m
}

func write(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return "{}"
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// parseJSON reads JSON as a value of a type.
func parseJSON(text string, t *expression.Type) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it is no JSON: something follows it")
	}
	return expression.Convert(v, t)
}

// sample is a value of a type that shows it is made up.
func (s *Shop) sample(name string, t *expression.Type) any {
	switch t.Kind {
	case expression.Int:
		return 1
	case expression.Number:
		return 1.5
	case expression.Bool:
		return true
	case expression.Time:
		return s.at(1, 15).Format(time.RFC3339)
	case expression.Date:
		return s.at(1, 15).Format(time.DateOnly)
	case expression.Clock:
		return "10:00"
	case expression.Duration:
		return "1h"
	case expression.Phone:
		return "+14155550100"
	case expression.Email:
		return "sample@shop.example"
	case expression.URL:
		return "https://www.shop.example/sample"
	case expression.Enum:
		return t.Values[0]
	case expression.List:
		if t.Elem == nil {
			return []any{}
		}
		return []any{s.sample(name, t.Elem)}
	case expression.Object:
		m := map[string]any{}
		for _, f := range t.Fields {
			m[f.Name] = s.sample(f.Name, f.Type)
		}
		return m
	}
	return "sample " + name
}
