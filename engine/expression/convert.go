package expression

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"journey/engine/schedule"
)

// ValueError says what is wrong with a value, and where in it; Path is empty for the value itself.
type ValueError struct {
	Path    string
	Message string
}

func (e *ValueError) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

func wrong(format string, args ...any) error {
	return &ValueError{Message: fmt.Sprintf(format, args...)}
}

// under puts a value's place before an error's.
func under(path string, err error) error {
	e := err.(*ValueError)
	if e.Path != "" && !strings.HasPrefix(e.Path, "[") {
		path += "."
	}
	return &ValueError{Path: path + e.Path, Message: e.Message}
}

// Convert makes a run-time value of a type from decoded YAML or JSON.
func Convert(v any, t *Type) (any, error) {
	if t.open() {
		return loose(v), nil
	}
	if v == nil {
		return nil, wrong("it is not set, and %s is wanted", article(t))
	}
	switch t.Kind {
	case Int:
		return convertInt(v)
	case Number:
		return convertNumber(v)
	case Bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case Duration:
		if d, ok := v.(time.Duration); ok {
			return d, nil
		}
		if s, ok := v.(string); ok {
			d, err := schedule.ParseDuration(s)
			if err != nil {
				return nil, wrong("%v", err)
			}
			return d, nil
		}
	case Time:
		return convertTime(v)
	case List:
		return convertList(v, t)
	case Object:
		return convertObject(v, t)
	default:
		return convertString(v, t)
	}
	return nil, wrong("%s is not %s", describe(v), article(t))
}

func convertInt(v any) (any, error) {
	switch v := v.(type) {
	case int:
		return v, nil
	case int64:
		return int(v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v), nil
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n), nil
		}
		if f, err := v.Float64(); err == nil {
			return convertInt(f)
		}
	}
	return nil, wrong("%s is no whole number (int)", describe(v))
}

func convertNumber(v any) (any, error) {
	switch v := v.(type) {
	case int:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return f, nil
		}
	}
	return nil, wrong("%s is no number", describe(v))
}

func convertTime(v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		return v, nil
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return t, nil
		}
	}
	return nil, wrong("%s is no time such as 2026-03-06T09:00:00Z", describe(v))
}

func convertString(v any, t *Type) (any, error) {
	if m, ok := v.(time.Time); ok && t.Kind == Date {
		return m.Format(time.DateOnly), nil
	}
	s, ok := v.(string)
	if !ok {
		return nil, wrong("%s is not %s", describe(v), article(t))
	}
	switch t.Kind {
	case Date:
		if d, err := schedule.ParseDate(s); err == nil {
			return d.Format(time.DateOnly), nil
		}
		if m, err := time.Parse(time.RFC3339, s); err == nil {
			return m.Format(time.DateOnly), nil
		}
		return nil, wrong("%s is no date such as 2026-03-06", s)
	case Clock:
		c, err := schedule.ParseClock(s)
		if err != nil {
			return nil, wrong("%v", err)
		}
		return c.String(), nil
	case Phone:
		if !strings.HasPrefix(s, "+") || len(s) < 8 || strings.Trim(s[1:], "0123456789") != "" {
			return nil, wrong("%s is no phone number such as +14155550101", s)
		}
	case Email:
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			return nil, wrong("%s is no email address", s)
		}
	case URL:
		if u, err := url.Parse(s); err != nil || u.Scheme == "" || u.Host == "" {
			return nil, wrong("%s is no url such as https://www.example.com", s)
		}
	case Enum:
		if !slices.Contains(t.Values, s) {
			return nil, wrong("%s is not one of %s", s, listOf(t.Values))
		}
	}
	return s, nil
}

func convertList(v any, t *Type) (any, error) {
	in, ok := v.([]any)
	if !ok {
		return nil, wrong("%s is no list", describe(v))
	}
	out := make([]any, len(in))
	for i, e := range in {
		c, err := Convert(e, t.Elem)
		if err != nil {
			return nil, under(fmt.Sprintf("[%d]", i), err)
		}
		out[i] = c
	}
	return out, nil
}

func convertObject(v any, t *Type) (any, error) {
	in, ok := v.(map[string]any)
	if !ok {
		return nil, wrong("%s is no object", describe(v))
	}
	if len(t.Fields) == 0 && t.Elem == nil {
		return loose(in), nil
	}
	out := make(map[string]any, len(in))
	for _, name := range slices.Sorted(maps.Keys(in)) {
		e, f := in[name], t.field(name)
		switch {
		case f == nil && t.Elem == nil:
			message := fmt.Sprintf("there is no such field; it has %s", listOf(t.fieldNames()))
			if s := Suggest(name, t.fieldNames()); s != "" {
				message = fmt.Sprintf("there is no such field, did you mean `%s`?", s)
			}
			return nil, &ValueError{Path: name, Message: message}
		case f == nil:
			out[name] = loose(e)
			continue
		case e == nil && f.Optional:
			continue
		}
		c, err := Convert(e, f.Type)
		if err != nil {
			return nil, under(name, err)
		}
		out[name] = c
	}
	for _, f := range t.Fields {
		if _, ok := in[f.Name]; !ok && !f.Optional {
			return nil, &ValueError{Path: f.Name, Message: "it is missing"}
		}
	}
	return out, nil
}

// loose makes run-time values of decoded ones that have no type.
func loose(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		f, _ := v.Float64()
		return f
	case int64:
		return int(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = loose(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = loose(e)
		}
		return out
	}
	return v
}

// Plain makes a value that JSON can hold: moments by RFC 3339, lengths of time as the language writes them.
func Plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.RFC3339)
	case time.Duration:
		return schedule.FormatDuration(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = Plain(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = Plain(e)
		}
		return out
	}
	return v
}

// Equal compares values: numbers by value, moments by instant.
func Equal(a, b any) bool {
	switch x := a.(type) {
	case int:
		y, ok := b.(float64)
		return ok && float64(x) == y || a == b
	case float64:
		y, ok := b.(int)
		return ok && x == float64(y) || a == b
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, Equal)
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			if w, ok := y[k]; !ok || !Equal(v, w) {
				return false
			}
		}
		return true
	}
	switch b.(type) {
	case []any, map[string]any:
		return false
	}
	return a == b
}
