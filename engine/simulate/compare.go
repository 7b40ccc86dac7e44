package simulate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/machine"
	"journey/engine/policy"
)

func orNone(s string) string {
	if s == "" {
		return "not there"
	}
	return s
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func listed(sent []*machine.Deliver) string {
	var b strings.Builder
	for _, d := range sent {
		fmt.Fprintf(&b, "\n    by %s via %s: %q", d.By, d.Channel, d.Text)
	}
	return b.String()
}

func compareMessage(i int, v *flow.Value, d *machine.Deliver) []string {
	var failed []string
	fields := map[string]string{"via": string(d.Channel), "text": d.Text, "body": d.Body, "by": string(d.By), "subject": d.Subject}
	for _, p := range v.Map {
		name := p.Key.Value
		switch name {
		case "options":
			if want := texts(p.Value); !slices.Equal(want, d.Choices) {
				failed = append(failed, fmt.Sprintf("sent[%d].options are %q, expected %q", i, d.Choices, want))
			}
		case "media":
			if want := texts(p.Value); !slices.Equal(want, d.Media) {
				failed = append(failed, fmt.Sprintf("sent[%d].media are %q, expected %q", i, d.Media, want))
			}
		default:
			if !matches(text(p.Value), fields[name]) {
				failed = append(failed, fmt.Sprintf("sent[%d].%s is %q, expected %q", i, name, fields[name], text(p.Value)))
			}
		}
	}
	return failed
}

// texts are the elements of a list, or the one text that stands for it.
func texts(v *flow.Value) []string {
	if v.Scalar != nil {
		return []string{v.Scalar.Value}
	}
	var list []string
	for _, e := range v.List {
		list = append(list, text(e))
	}
	return list
}

// matches compares a text whole; /…/ is a regular expression.
func matches(want, got string) bool {
	if len(want) >= 2 && want[0] == '/' && want[len(want)-1] == '/' {
		re, err := regexp.Compile("(?s)" + want[1:len(want)-1])
		return err == nil && re.MatchString(got)
	}
	return want == got
}

// same compares an expected value with the actual: maps by the keys that are named, texts as in matches.
func same(want, got any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for k, v := range w {
			if !ok || !same(v, g[k]) {
				return false
			}
		}
		return ok
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !same(w[i], g[i]) {
				return false
			}
		}
		return true
	case string:
		if g, ok := got.(string); ok {
			return matches(w, g)
		}
	}
	return expression.Equal(want, got)
}

// wanted gives an expected value as its type has it, and as it is written where it does not fit: a map may name only some keys.
func wanted(v *flow.Value, t *expression.Type) any {
	if t != nil && v != nil && v.Map == nil {
		if got, err := typed(v, t); err == nil {
			return got
		}
	}
	if t == nil || v == nil || v.Map == nil {
		return v.Plain()
	}
	m := map[string]any{}
	for _, p := range v.Map {
		m[p.Key.Value] = wanted(p.Value, fieldType(t, p.Key.Value))
	}
	return m
}

func fieldType(t *expression.Type, name string) *expression.Type {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return t.Fields[i].Type
		}
	}
	return nil
}

func shown(v any) string {
	if v == nil {
		return "not set"
	}
	return inBraces(expression.Plain(v))
}

// inBraces writes data as a scenario has them: { eta: 2026-03-09, flagged: false }.
func inBraces(v any) string {
	var parts []string
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+": "+inBraces(v[name]))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []any:
		for _, e := range v {
			parts = append(parts, inBraces(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case nil:
		return "nothing"
	}
	return fmt.Sprint(v)
}

func passedOver(passed []policy.Passed) string {
	var b strings.Builder
	for _, p := range passed {
		fmt.Fprintf(&b, "\n    %s: %s", p.Channel, p.Reason)
	}
	return b.String()
}
