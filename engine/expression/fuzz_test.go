package expression

import (
	"strings"
	"testing"
	"time"
)

var seeds = []string{
	`order.status == "lost"`, `any(order.lines, .pieces > 10)`, `order?.eta ?? "2026-01-01"`, `late and not late`, `plan in ["small", "large"]`,
	`order.lines | map(.price * .pieces) | sum()`, `let k = pieces + 1; k * 2`, `if late { 1 } else { 2 }`, `date(order.eta, 'Mon 2 Jan')`,
	`order.eta - duration("2d")`, `paid_at + pause`, `{a: [1, 2.5, "x"]}.a[1:]`, `reduce(1..5, #acc + #, 0)`, `(late ? order : order).eta`,
	`trigger.type == "order.lost" and trigger.data.sum > 3`, `now.Hour() + 1`, `tags[0] matches "^n"`, `-pieces ** 2 % 3`, `"é" + 'x' + ` + "`y`",
	`sortBy(order.lines, .name, "desc")`, `groupBy(order.lines, .pieces > 3)`, `money(order.total, "EUR")`, `(((((`, `a ? b : `, `x["a"]?.[1]`, `"\u00e9\x41"`,
	`1e308 * 10`, `9223372036854775807 + 1`, `not (not late)`, `order_id[0:2]`, `a = b`, `{{`, `#`, `1 .. 3`, `fromJSON('{"a": 1}').a`,
}

// FuzzCheck: checking never panics, places its problems inside the source, and what it normalises checks and means the same.
func FuzzCheck(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	scope := shop()
	f.Fuzz(func(t *testing.T, src string) {
		c := Check(src, scope)
		length := len([]rune(src))
		for _, p := range c.Problems {
			if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > max(length, p.Offset+1) || p.Offset > length || p.Message == "" || p.Code == "" {
				t.Fatalf("%q: problem %+v of %d characters", src, p, length)
			}
		}
		for _, r := range c.Reads {
			if r.Offset < 0 || r.Length <= 0 || r.Offset+r.Length > length {
				t.Fatalf("%q: read %+v of %d characters", src, r, length)
			}
		}
		CheckBool(src, scope)
		for _, want := range []*Type{DateType, NumberType, {Kind: Enum, Values: []string{"small"}}, {Kind: List, Elem: DurationType}, ObjectType} {
			CheckAs(src, scope, want)
		}
		if len(c.Problems) > 0 {
			return
		}
		again := Check(c.Source, scope)
		if len(again.Problems) > 0 || again.Source != c.Source || again.Type.String() != c.Type.String() {
			t.Fatalf("%q became %q, which checks as %s, %q, %+v", src, c.Source, again.Type, again.Source, again.Problems)
		}
	})
}

// FuzzEval: evaluation ends within its budget, with a value or an error, and gives what the type says.
func FuzzEval(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	scope, env := shop(), newYork(shopValues())
	env.ctx.Budget = 20_000
	f.Fuzz(func(t *testing.T, src string) {
		c := Check(src, scope)
		if len(c.Problems) > 0 {
			Compile(src)
			return
		}
		p, err := Compile(c.Source)
		if err != nil {
			t.Fatalf("%q: %v", c.Source, err)
		}
		v, err := p.Eval(env)
		if err != nil {
			if strings.Contains(err.Error(), "interface conversion") || strings.Contains(err.Error(), "runtime error") {
				t.Fatalf("%q: %v", src, err)
			}
			return
		}
		if !isOf(v, c.Type) {
			t.Fatalf("%q is %#v, and should be %s", src, v, c.Type)
		}
		if c.Constant != nil && v != *c.Constant && v != nil {
			t.Fatalf("%q is %v, and should always be %v", src, v, *c.Constant)
		}
	})
}

// isOf tells whether a run-time value is one of a type; anything may be unset.
func isOf(v any, t *Type) bool {
	if v == nil || t.open() {
		return true
	}
	switch v := v.(type) {
	case string:
		return t.textual() || t.Kind == Date || t.Kind == Clock
	case int:
		return t.numeric()
	case float64:
		return t.Kind == Number
	case bool:
		return t.Kind == Bool
	case time.Time:
		return t.Kind == Time
	case time.Duration:
		return t.Kind == Duration
	case []any:
		for _, e := range v {
			if t.Kind != List || !isOf(e, orAny(t.Elem)) {
				return false
			}
		}
		return t.Kind == List
	case map[string]any:
		return t.Kind == Object || t.Kind == Event
	}
	return false
}

// FuzzText: a text is its parts, and renders.
func FuzzText(f *testing.F) {
	for _, s := range []string{"Order {{ order_id }} is {{order.status}}.", "{{", "}}", "a {{ }} b", `{{ "}}" }}`, "{{ {a: {b: 1}} }}", "{{ 'x }} y", "{{ {{ }} }}", "é {{ orderid }}"} {
		f.Add(s)
	}
	scope, env := shop(), newYork(shopValues())
	f.Fuzz(func(t *testing.T, text string) {
		c := CheckText(text, scope)
		length := len([]rune(text))
		for _, p := range c.Problems {
			if p.Offset < 0 || p.Offset > length || p.Message == "" {
				t.Fatalf("%q: %+v", text, p)
			}
		}
		if len(c.Problems) > 0 {
			return
		}
		compiled, err := CompileText(c.Parts)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		out, err := compiled.Render(env)
		if err == nil && !strings.Contains(text, "{{") && out != text {
			t.Fatalf("%q became %q", text, out)
		}
	})
}
