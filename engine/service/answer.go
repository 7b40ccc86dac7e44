package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"journey/engine/expression"
	"journey/engine/graph"
)

// answer reads what came back.
func (e *exchange) answer(res *http.Response, body []byte) (map[string]any, error) {
	if returnsNothing(e.op.Returns) {
		return map[string]any{}, nil
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, failed("the answer of %s is empty", e.op.Name)
	}
	if kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return nil, failed("the answer of %s is not JSON by its Content-Type", e.op.Name)
	}
	value, err := decode(body)
	if err != nil {
		return nil, failed("the answer of %s is not JSON", e.op.Name)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, failed("the answer of %s is %s, and an object is wanted", e.op.Name, kindOf(value))
	}
	return fit(e.op, object)
}

func returnsNothing(t *expression.Type) bool {
	return t == nil || len(t.Fields) == 0 && t.Elem == nil
}

// decode reads one JSON value, with numbers as they are written.
func decode(body []byte) (value any, err error) {
	if !utf8.Valid(body) {
		return nil, errors.New("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return value, nil
}

// fit makes a typed value of an answer. Fields that are not declared are left out: a service may learn new ones.
func fit(op *graph.Operation, answer map[string]any) (map[string]any, error) {
	if returnsNothing(op.Returns) {
		return map[string]any{}, nil
	}
	typed, err := expression.Convert(prune(answer, op.Returns), op.Returns)
	if err != nil {
		var v *expression.ValueError
		if !errors.As(err, &v) {
			return nil, failed("the answer of %s doesn't fit", op.Name)
		}
		return nil, failed("the answer of %s doesn't fit: %s: %s", op.Name, v.Path, problem(answer, v))
	}
	return typed.(map[string]any), nil
}

// prune leaves out what a type does not declare, and what is null.
func prune(v any, t *expression.Type) any {
	switch v := v.(type) {
	case []any:
		if t.Kind != expression.List || t.Elem == nil {
			return v
		}
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = prune(e, t.Elem)
		}
		return list
	case map[string]any:
		if t.Kind != expression.Object || len(t.Fields) == 0 {
			return v
		}
		m := make(map[string]any, len(t.Fields))
		for _, f := range t.Fields {
			if e, ok := v[f.Name]; ok {
				m[f.Name] = prune(e, f.Type)
			}
		}
		return m
	}
	return v
}

// problem is what is wrong with a value of an answer, in which no more of it is shown than a short text or a number.
func problem(answer any, v *expression.ValueError) string {
	at, ok := find(answer, v.Path)
	if !ok {
		return v.Message
	}
	for _, written := range []string{fmt.Sprintf("%q", at), fmt.Sprint(at)} {
		if _, rest, found := strings.Cut(v.Message, written); found {
			return shown(at) + rest
		}
	}
	return v.Message
}

// find follows a path such as slots[0].starts.
func find(v any, path string) (any, bool) {
	for _, step := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		switch c := v.(type) {
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(c) {
				return nil, false
			}
			v = c[i]
		case map[string]any:
			next, ok := c[step]
			if !ok {
				return nil, false
			}
			v = next
		default:
			return nil, false
		}
	}
	return v, true
}

func shown(v any) string {
	const most = 24
	text, ok := v.(string)
	switch {
	case !ok && kindOf(v) != "a single value":
		return kindOf(v)
	case !ok:
		return fmt.Sprint(v)
	case utf8.RuneCountInString(text) > most:
		return "a long text"
	default:
		return strconv.Quote(text)
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return "a single value"
	}
}
