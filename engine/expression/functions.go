package expression

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"journey/engine/schedule"
)

// functions are the language's own, besides expr's.
var functions map[string]function

func init() {
	text := StringType
	functions = map[string]function{
		"link":          {usage: "link(url)", takes: []*Type{text}, gives: text, context: true, run: runLink},
		"duration":      {usage: `duration("2h")`, takes: []*Type{text}, gives: DurationType, run: runDuration},
		"time":          {usage: `time("2026-03-06T09:00:00Z")`, takes: []*Type{text}, gives: TimeType, run: runTime},
		"at":            {usage: "at(date, clock)", takes: []*Type{DateType, ClockType}, gives: TimeType, context: true, run: runAt},
		"date":          {usage: "date(t, layout)", takes: []*Type{momentType, text}, gives: text, context: true, run: runDate},
		"clock":         {usage: "clock(t)", takes: []*Type{momentType}, gives: text, context: true, run: runClock},
		"money":         {usage: "money(amount, currency)", takes: []*Type{NumberType, text}, gives: text, context: true, run: runMoney},
		"plural":        {usage: "plural(n, one, other)", takes: []*Type{NumberType, text, text}, gives: text, run: runPlural},
		"hours_between": {usage: "hours_between(a, b)", takes: []*Type{momentType, momentType}, gives: NumberType, run: runHours},
		"keys":          {usage: "keys(object)", takes: []*Type{AnyType}, gives: &Type{Kind: List, Elem: text}, run: runKeys},
		"values":        {usage: "values(object)", takes: []*Type{AnyType}, gives: &Type{Kind: List, Elem: AnyType}, run: runValues},
		"toPairs":       {usage: "toPairs(object)", takes: []*Type{AnyType}, gives: &Type{Kind: List, Elem: AnyType}, run: runPairs},
		"repeat":        {usage: "repeat(text, n)", takes: []*Type{text, IntType}, gives: text, run: runRepeat},
		"shift":         {usage: "date ± duration", takes: []*Type{DateType, DurationType}, gives: TimeType, context: true, hidden: true, run: runShift},
	}
}

var errNotSet = errors.New("a value is not set")

func textArg(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	if v == nil {
		return "", errNotSet
	}
	return "", fmt.Errorf("%v is no text", v)
}

func runLink(args ...any) (any, error) {
	ctx := args[0].(*Context)
	url, err := textArg(args[1])
	if err != nil || ctx.Link == nil {
		return url, err
	}
	return ctx.Link(url), nil
}

func runDuration(args ...any) (any, error) {
	s, err := textArg(args[0])
	if err != nil {
		return nil, err
	}
	return schedule.ParseDuration(s)
}

func runTime(args ...any) (any, error) {
	s, err := textArg(args[0])
	if err != nil {
		return nil, err
	}
	return time.Parse(time.RFC3339, s)
}

func (c *Context) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

func runAt(args ...any) (any, error) {
	ctx := args[0].(*Context)
	date, err := textArg(args[1])
	if err != nil {
		return nil, err
	}
	text, err := textArg(args[2])
	if err != nil {
		return nil, err
	}
	clock, err := schedule.ParseClock(text)
	if err != nil {
		return nil, err
	}
	return schedule.Local(date, clock, ctx.zone())
}

func runShift(args ...any) (any, error) {
	ctx := args[0].(*Context)
	s, err := textArg(args[1])
	if err != nil {
		return nil, err
	}
	by, ok := args[2].(time.Duration)
	if !ok {
		return nil, errNotSet
	}
	day, err := schedule.ParseDate(s)
	if err != nil {
		return nil, err
	}
	whole := by / (24 * time.Hour)
	start, err := schedule.Local(day.AddDate(0, 0, int(whole)).Format(time.DateOnly), 0, ctx.zone())
	return start.Add(by - whole*24*time.Hour), err
}

// moment is a time, or the first minute of a date, in the contact's zone.
func (c *Context) moment(v any) (time.Time, error) {
	switch v := v.(type) {
	case time.Time:
		return v.In(c.zone()), nil
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return t.In(c.zone()), nil
		}
		return schedule.Local(v, 0, c.zone())
	case nil:
		return time.Time{}, errNotSet
	}
	return time.Time{}, fmt.Errorf("%v is no moment", v)
}

func runDate(args ...any) (any, error) {
	ctx := args[0].(*Context)
	t, err := ctx.moment(args[1])
	if err != nil {
		return nil, err
	}
	layout, err := textArg(args[2])
	if err != nil {
		return nil, err
	}
	return formatDate(t, layout, ctx.Locale), nil
}

func runClock(args ...any) (any, error) {
	ctx := args[0].(*Context)
	var t time.Time
	var err error
	if s, ok := args[1].(string); ok && len(s) == 5 {
		t, err = time.Parse("15:04", s)
	} else {
		t, err = ctx.moment(args[1])
	}
	if err != nil {
		return nil, err
	}
	if ctx.Locale == "en-US" {
		return t.Format("3:04 PM"), nil
	}
	return t.Format("15:04"), nil
}

func numberArg(v any) (float64, error) {
	switch v := v.(type) {
	case int:
		return float64(v), nil
	case float64:
		return v, nil
	case nil:
		return 0, errNotSet
	}
	return 0, fmt.Errorf("%v is no number", v)
}

func runMoney(args ...any) (any, error) {
	ctx := args[0].(*Context)
	amount, err := numberArg(args[1])
	if err != nil {
		return nil, err
	}
	currency, err := textArg(args[2])
	if err != nil {
		return nil, err
	}
	return formatMoney(amount, currency, ctx.Locale), nil
}

func runPlural(args ...any) (any, error) {
	n, err := numberArg(args[0])
	if err != nil {
		return nil, err
	}
	if n == 1 {
		return args[1], nil
	}
	return args[2], nil
}

func runHours(args ...any) (any, error) {
	a, okA := args[0].(time.Time)
	b, okB := args[1].(time.Time)
	if !okA || !okB {
		return nil, errNotSet
	}
	return b.Sub(a).Hours(), nil
}

func sortedKeys(v any) (map[string]any, []string, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, nil, fmt.Errorf("%v is no object", v)
	}
	return m, slices.Sorted(maps.Keys(m)), nil
}

func runKeys(args ...any) (any, error) {
	_, keys, err := sortedKeys(args[0])
	list := make([]any, len(keys))
	for i, k := range keys {
		list[i] = k
	}
	return list, err
}

func runValues(args ...any) (any, error) {
	m, keys, err := sortedKeys(args[0])
	list := make([]any, len(keys))
	for i, k := range keys {
		list[i] = m[k]
	}
	return list, err
}

func runPairs(args ...any) (any, error) {
	m, keys, err := sortedKeys(args[0])
	list := make([]any, len(keys))
	for i, k := range keys {
		list[i] = []any{k, m[k]}
	}
	return list, err
}

// maxText bounds what repeat makes.
const maxText = 100_000

func runRepeat(args ...any) (any, error) {
	s, err := textArg(args[0])
	n, ok := args[1].(int)
	if err != nil || !ok || n < 0 || n > 0 && len(s) > maxText/n {
		return nil, errors.New("repeat makes too long a text")
	}
	return strings.Repeat(s, n), nil
}
