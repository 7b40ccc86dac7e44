package inbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// datum is a value that was collected, with the input in which it may be changed.
type datum struct {
	Name, Label string
	Value       string // empty: not set
	Masked      bool
	Editable    bool
	Choices     []string
	Input       string // an input's type in HTML
	Step        string
	Min, Max    string
}

// fill says how a datum is typed. What is a structure is shown, and not edited.
func (d *datum) fill(g *graph.Datum) {
	d.Input, d.Editable = "text", true
	if g.Min != nil {
		d.Min = strconv.FormatFloat(*g.Min, 'f', -1, 64)
	}
	if g.Max != nil {
		d.Max = strconv.FormatFloat(*g.Max, 'f', -1, 64)
	}
	switch g.Type.Kind {
	case expression.Bool:
		d.Choices = []string{"true", "false"}
	case expression.Enum:
		d.Choices = g.Type.Values
	case expression.Int:
		d.Input, d.Step = "number", "1"
	case expression.Number:
		d.Input, d.Step = "number", "any"
	case expression.Date:
		d.Input = "date"
	case expression.Clock:
		d.Input = "time"
	case expression.Phone:
		d.Input = "tel"
	case expression.Email:
		d.Input = "email"
	case expression.URL:
		d.Input = "url"
	case expression.Object, expression.List:
		d.Editable = false
	}
}

// written makes of what was typed the JSON that fits a datum's type.
func written(g *graph.Datum, text string) (any, error) {
	switch g.Type.Kind {
	case expression.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("it is true or false, not %q", text)
		}
		return v, nil
	case expression.Int, expression.Number:
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("it is a number, not %q", text)
		}
		return json.Number(text), nil
	}
	return text, nil
}

// plain shows a value as people write it; a structure as its fields.
func plain(v any) string {
	switch v := expression.Plain(v).(type) {
	case nil:
		return ""
	case string:
		return v
	case map[string]any:
		var list []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			list = append(list, label(name)+": "+plain(v[name]))
		}
		return strings.Join(list, ", ")
	case []any:
		var list []string
		for _, one := range v {
			list = append(list, plain(one))
		}
		return strings.Join(list, "; ")
	default:
		encoded, err := json.Marshal(v)
		if err != nil {
			return "not shown"
		}
		return string(encoded)
	}
}
