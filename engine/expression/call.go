package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"journey/engine/schedule"
)

// function is one of the language's own; context: it is handed the context first when it runs.
type function struct {
	usage   string
	takes   []*Type
	gives   *Type
	context bool
	hidden  bool // the checker writes it, people don't
	run     func(args ...any) (any, error)
}

var momentType = &Type{Kind: Time}

func isFunction(name string) bool {
	f, ok := functions[name]
	return ok && !f.hidden
}

func functionNames() []string {
	var names []string
	for n, f := range functions {
		if !f.hidden {
			names = append(names, n)
		}
	}
	names = append(names, builtinNames...)
	slices.Sort(names)
	return names
}

func (c *checker) call(p *ast.Node, n *ast.CallNode) *Type {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.node(&n.Callee)
		for i := range n.Arguments {
			c.node(&n.Arguments[i])
		}
		return c.problem(n, CodeUnknownFunction, "", "%s is no function", tick(c.text(n.Callee)))
	}
	f, ok := functions[name.Value]
	if !ok || f.hidden {
		for i := range n.Arguments {
			c.node(&n.Arguments[i])
		}
		return c.problem(name, CodeUnknownFunction, didYouMean(name.Value, functionNames()), "there is no function `%s`", name.Value)
	}
	if len(n.Arguments) != len(f.takes) {
		return c.problem(name, CodeArguments, "write "+f.usage, "`%s` needs %s: %s", name.Value, values(len(f.takes)), f.usage)
	}
	before := len(c.out.Problems)
	for i := range n.Arguments {
		t := c.node(&n.Arguments[i])
		if len(c.out.Problems) > before {
			continue
		}
		c.argument(n, i, t, f, name.Value)
	}
	if len(c.out.Problems) > before {
		return f.gives
	}
	if name.Value == "max" || name.Value == "min" {
		return NumberType
	}
	return f.gives
}

func (c *checker) argument(n *ast.CallNode, i int, t *Type, f function, name string) {
	want := f.takes[i]
	arg := &n.Arguments[i]
	if want == momentType {
		if t.Kind == Date && name == "hours_between" {
			*arg = midnight(*arg)
			return
		}
		if t.Kind == Time || t.open() || t.Kind == Date && name == "date" || t.Kind == Clock && name == "clock" {
			return
		}
		if s, ok := (*arg).(*ast.StringNode); ok {
			c.coerceMoment(arg, s, name)
			return
		}
		c.problem(*arg, CodeType, "", "`%s` wants a moment here, and %s is %s", f.usage, tick(c.text(*arg)), article(t))
		return
	}
	if s, ok := (*arg).(*ast.StringNode); ok && t.Kind == String {
		switch name {
		case "duration":
			if _, err := schedule.ParseDuration(s.Value); err != nil {
				c.problem(s, CodeValue, "", "%v", err)
			}
			return
		case "time":
			c.coerceMoment(arg, s, name)
			return
		}
		c.coerce(arg, t, want)
		return
	}
	if !Assignable(t, want) {
		c.problem(*arg, CodeType, "", "`%s` wants %s here, and %s is %s", f.usage, article(want), tick(c.text(*arg)), article(t))
	}
}

func (c *checker) coerceMoment(arg *ast.Node, s *ast.StringNode, name string) {
	if _, err := Convert(s.Value, TimeType); err == nil {
		if name != "time" {
			*arg = call("time", s)
		}
		return
	}
	for kind, of := range map[*Type]string{DateType: "date", ClockType: "clock"} {
		if _, err := Convert(s.Value, kind); err == nil && of == name {
			return
		}
	}
	c.problem(s, CodeValue, "write a time like 2026-03-06T09:00:00Z", "`%s` is no moment", s.Value)
}

func values(n int) string {
	return []string{"no value", "one value", "two values", "three values", "four values"}[n]
}

// builtinNames are expr's own functions that remain.
var builtinNames = strings.Fields(`all none any one filter map find findIndex findLast findLastIndex count sum groupBy sortBy reduce len type abs
	ceil floor round int float string trim trimPrefix trimSuffix upper lower split splitAfter replace join indexOf lastIndexOf hasPrefix
	hasSuffix max min mean median toJSON fromJSON toBase64 fromBase64 first last get take fromPairs reverse uniq concat flatten sort`)

// builtin types a call of one of expr's own functions.
func (c *checker) builtin(n *ast.BuiltinNode) *Type {
	if len(n.Arguments) == 0 {
		return c.problem(n, CodeArguments, "", "`%s` needs a value", n.Name)
	}
	first := c.node(&n.Arguments[0])
	var body *Type
	for i := 1; i < len(n.Arguments); i++ {
		if p, ok := n.Arguments[i].(*ast.PredicateNode); ok {
			if !first.open() && first.Kind != List {
				return c.problem(n.Arguments[0], CodeType, "", "`%s` goes over a list, and %s is %s", n.Name, tick(c.text(n.Arguments[0])), article(first))
			}
			c.elems = append(c.elems, orAny(first.Elem))
			body = c.node(&p.Node)
			c.elems = c.elems[:len(c.elems)-1]
			continue
		}
		c.node(&n.Arguments[i])
	}
	return c.builtinType(n, first, body)
}

func (c *checker) builtinType(n *ast.BuiltinNode, first, body *Type) *Type {
	list := func(t *Type) *Type { return &Type{Kind: List, Elem: t} }
	switch n.Name {
	case "all", "none", "any", "one", "hasPrefix", "hasSuffix":
		return BoolType
	case "filter", "sortBy", "reverse", "uniq", "sort", "take", "concat":
		if first.Kind == List {
			return first
		}
		return list(AnyType)
	case "map":
		return list(orAny(body))
	case "find", "findLast", "first", "last":
		return orAny(first.Elem)
	case "findIndex", "findLastIndex", "indexOf", "lastIndexOf", "int":
		return IntType
	case "len", "count":
		if n.Name == "len" && !first.open() && !first.textual() && first.Kind != List && first.Kind != Object {
			return c.problem(n.Arguments[0], CodeType, "", "`len` counts a list or a text, and %s is %s", tick(c.text(n.Arguments[0])), article(first))
		}
		return IntType
	case "sum":
		if body != nil {
			return body
		}
		return orAny(first.Elem)
	case "ceil", "floor", "round", "float", "mean", "median":
		return NumberType
	case "abs":
		return first
	case "max", "min":
		if first.numeric() {
			return NumberType
		}
		return AnyType
	case "string", "trim", "trimPrefix", "trimSuffix", "upper", "lower", "replace", "join", "toJSON", "toBase64", "fromBase64", "type":
		return StringType
	case "split", "splitAfter":
		return list(StringType)
	}
	return AnyType
}
