package expression

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
)

// FuzzLikeExpr: what means the same in expr's own machine has the same value there and here.
func FuzzLikeExpr(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	scope, values := shop(), shopValues()
	env := newYork(values)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := &generator{rand.New(rand.NewPCG(seed, 1)), 0}
		src := g.value([]Kind{Bool, Int, Number, String, List}[seed%5], 4)
		want, err := expr.Eval(src, map[string]any(values))
		if err != nil {
			return // reads what is not set, or divides by zero
		}
		c := Check(src, scope)
		if len(c.Problems) > 0 {
			t.Fatalf("%s: %+v", src, c.Problems)
		}
		p, err := Compile(c.Source)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Eval(env)
		if err != nil && (strings.Contains(err.Error(), "by zero") || strings.Contains(err.Error(), "too large")) {
			return // expr has infinity, and numbers that run over
		}
		if err != nil || !alike(want, got) {
			t.Fatalf("%s: expr gives %#v, we give %#v, %v", src, want, got, err)
		}
		if !isOf(got, c.Type) {
			t.Fatalf("%s is %#v, and should be %s", src, got, c.Type)
		}
		if c.Constant != nil && got != *c.Constant {
			t.Fatalf("%s is %v, and should always be %v", src, got, *c.Constant)
		}
	})
}

// generator grows expressions of a type, of the part of expr that we have unchanged.
type generator struct {
	*rand.Rand
	loops int // predicates over lists of whole numbers around
}

// leaves and branches are how a value of a kind is written; %b %i %n %s %l are values of a kind, %p is an expression for each element.
var leaves = map[Kind][]string{
	Bool:   {"late", "true", "false", "order.flagged", "contact.verified"},
	Int:    {"pieces", "0", "3", "7", "len(tags)", "trigger.data.days", "contact.attributes.tier ?? 0"},
	Number: {"rate", "order.total", "2.5", "intent.confidence", "pieces"},
	String: {"order_id", `"new"`, "'gift'", "order.status", `tags[0]`, `order?.shelf ?? "B2"`},
	List:   {"[1, 2, 3]", "1..4", "[pieces, 9]", "[]"},
}

var branches = map[Kind][]string{
	Bool: {"%b and %b", "%b || %b", "not %b", "!(%b)", "%i == %i", "%n != %n", "%n < %n", "%i >= %n", "%s == %s", "%s contains %s", "%s startsWith %s",
		"%s endsWith %s", "%i in %l", "%s in tags", "%s not in [%s, %s]", "any(%l, {%pb})", "all(%l, {%pb})", "none(%l, {%pb})", "one(%l, {%pb})",
		"(%b ? %b : %b)", "(%s matches '^[a-z]+$')", "hasPrefix(%s, %s)", "%s < %s", "let x = %b; x and %b"},
	Int: {"%i + %i", "%i - %i", "%i * %i", "-%i", "len(%s)", "len(%l)", "count(%l, {%pb})", "sum(%l)", "(%b ? %i : %i)", "(%l[0] ?? %i)",
		"reduce(%l, #acc + #, 0)", "bitand(%i, %i)", "abs(%i)", "sum(%l, {%pi})", "if %b { %i } else { %i }", "(let x = %i; x * %i)", "max(%i, %i)"},
	Number: {"%n + %n", "%n * %i", "%n / %n", "%i / %i", "(%b ? %n : %i)", "min(%n, %n)", "mean(%l)", "%i ** 2", "-%n", "abs(%n)"},
	String: {"%s + %s", "upper(%s)", "lower(%s)", "(%b ? %s : %s)", "trim(%s)", "replace(%s, %s, %s)", "join(tags, %s)", "%s | upper()", "trimPrefix(%s, %s)"},
	List: {"filter(%l, {%pb})", "map(%l, {%pi})", "sort(%l)", "reverse(%l)", "concat(%l, %l)", "uniq(%l)", "(%b ? %l : %l)", "sortBy(%l, {%pi})", "take(%l, 2)",
		"%l[1:]", "%l | filter({%pb})", "flatten([%l, %l])"},
}

var kindOf = map[byte]Kind{'b': Bool, 'i': Int, 'n': Number, 's': String, 'l': List}

func (g *generator) value(k Kind, depth int) string {
	forms := leaves[k]
	if depth > 0 && g.IntN(5) > 0 {
		forms = branches[k]
	} else if g.loops > 0 && k == Int && g.IntN(2) == 0 {
		return "#"
	}
	form := forms[g.IntN(len(forms))]
	var b strings.Builder
	for i := 0; i < len(form); i++ {
		if form[i] != '%' || i+1 == len(form) || kindOf[form[i+1]] == Any && form[i+1] != 'p' {
			b.WriteByte(form[i])
			continue
		}
		i++
		if form[i] == 'p' {
			i++
			g.loops++
			b.WriteString(g.value(kindOf[form[i]], depth-2))
			g.loops--
			continue
		}
		fmt.Fprintf(&b, "(%s)", g.value(kindOf[form[i]], depth-1))
	}
	return b.String()
}

// alike compares with what expr gives, which has slices of other types, and infinities.
func alike(want, got any) bool {
	if r := reflect.ValueOf(want); r.Kind() == reflect.Slice {
		list, ok := got.([]any)
		if !ok || len(list) != r.Len() {
			return false
		}
		for i := range list {
			if !alike(r.Index(i).Interface(), list[i]) {
				return false
			}
		}
		return true
	}
	x, ok := want.(float64)
	y, also := Float(got)
	if ok && also {
		return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9*math.Abs(x)
	}
	return Equal(want, got)
}
