package machine

import (
	"fmt"
	"strconv"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/understand"
)

// answer is a reply that was read as a value.
type answer struct {
	value any
	form  bool // the reply as a whole is an answer by its form: an option, yes or no, or a value that free text would not fit
	free  bool // free text: anything fits
}

// read reads a reply as the question's options or type want it.
func (s *step) read(t *thread, text string) (answer, bool) {
	a := t.state().Ask
	if a.Message.Options != nil {
		return s.readChoice(t, a, text)
	}
	got, free, ok := s.parse(a, text)
	if !ok || !within(a, got.Value) {
		return answer{}, false
	}
	return answer{value: got.Value, form: got.Whole && !free, free: free}, true
}

func (s *step) readChoice(t *thread, a *graph.Ask, text string) (answer, bool) {
	choices := []Choice(nil)
	if t.Question != nil {
		choices = t.Question.Choices
	}
	if choices == nil {
		choices = s.choices(a.Message.Options)
	}
	i, ok := understand.Choose(options(choices), text)
	if !ok {
		return answer{}, false
	}
	return answer{value: choices[i].Value, form: true}, true
}

func options(choices []Choice) []understand.Option {
	list := make([]understand.Option, len(choices))
	for i, c := range choices {
		list[i] = understand.Option{Value: fmt.Sprint(c.Value), Label: c.Label}
	}
	return list
}

// parse reads a reply as a type. free tells that any text would do.
func (s *step) parse(a *graph.Ask, text string) (got understand.Answer, free, ok bool) {
	set := understand.Setting{Now: s.now, Zone: s.location(), Locale: s.locale(), Region: s.region()}
	kind := expression.String
	if a.Type != nil {
		kind = a.Type.Kind
	}
	switch kind {
	case expression.Bool:
		got, ok = understand.Bool(text)
	case expression.Int:
		got, ok = understand.Int(text)
	case expression.Number:
		got, ok = understand.Number(text)
	case expression.Date:
		got, ok = understand.Date(text, set)
	case expression.Clock:
		got, ok = understand.Clock(text, set)
	case expression.Time:
		got, ok = understand.Time(text, set)
	case expression.Duration:
		got, ok = understand.Duration(text)
	case expression.Phone:
		got, ok = understand.Phone(text, set)
	case expression.Email:
		got, ok = understand.Email(text)
	case expression.URL:
		got, ok = understand.URL(text)
	case expression.Enum:
		got, ok = chooseValue(a.Type.Values, text)
	default:
		if a.Pattern != "" {
			got, ok = understand.Pattern(a.Pattern, text)
			return got, false, ok
		}
		return understand.Answer{Value: text, Whole: true}, true, text != ""
	}
	return got, false, ok
}

func chooseValue(values []string, text string) (understand.Answer, bool) {
	list := make([]understand.Option, len(values))
	for i, v := range values {
		list[i] = understand.Option{Value: v, Label: v}
	}
	i, ok := understand.Choose(list, text)
	if !ok {
		return understand.Answer{}, false
	}
	return understand.Answer{Value: values[i], Whole: true}, true
}

func within(a *graph.Ask, v any) bool {
	n, ok := v.(float64)
	if i, isInt := v.(int); isInt {
		n, ok = float64(i), true
	}
	return !ok || (a.Min == nil || n >= *a.Min) && (a.Max == nil || n <= *a.Max)
}

// fit makes an option's value one of the datum's type: options are written as texts.
func fit(value any, to *expression.Type) any {
	if to == nil {
		return value
	}
	if text, ok := value.(string); ok {
		value = written(text, to.Kind)
	}
	if v, err := expression.Convert(value, to); err == nil {
		return v
	}
	return value
}

// written is the value of a kind that an option's text stands for; the text itself where it stands for none.
func written(text string, kind expression.Kind) any {
	switch kind {
	case expression.Bool:
		if yes, ok := understand.YesNo(text); ok {
			return yes
		}
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case expression.Int, expression.Number:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	}
	return text
}

// region is the country that numbers without a country code are taken for.
func (s *step) region() string {
	if l := s.contact.Locale; len(l) == 5 && l[2] == '-' {
		return l[3:]
	}
	return "US"
}

// moment is the time that a value of `at` or `callback` means: a date is its first minute in the contact's zone.
func (s *step) moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		d, err := time.ParseInLocation(time.DateOnly, v, s.location())
		return d, err == nil
	}
	return time.Time{}, false
}
