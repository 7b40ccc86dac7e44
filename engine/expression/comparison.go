package expression

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
)

func (c *checker) equality(n *ast.BinaryNode) operand {
	if isNil(n.Left) || isNil(n.Right) {
		c.guarded(&n.Left)
		c.guarded(&n.Right)
	} else if l, r := c.pair(n); !comparable(l, r) {
		c.incomparable(n, l, r)
	}
	yes, no := compared(n.Operator, n.Left, n.Right)
	return operand{BoolType, yes, no}
}

func (c *checker) ordering(n *ast.BinaryNode) {
	l, r := c.pair(n)
	for _, side := range []struct {
		node ast.Node
		typ  *Type
	}{{n.Left, l}, {n.Right, r}} {
		switch side.typ.Kind {
		case Bool, List, Object, Event:
			c.problem(side.node, CodeType, comparison(side.typ), "`%s` compares what is more or less, and %s", n.Operator, isA(side.node, side.typ))
			return
		case Nil:
			c.problem(n, CodeType, "write x != nil to ask whether it is set", "nothing is more or less than nil")
			return
		}
	}
	if !comparable(l, r) {
		c.incomparable(n, l, r)
	}
}

func (c *checker) incomparable(n *ast.BinaryNode, l, r *Type) {
	at, than, t := n.Left, n.Right, r
	typ := l
	if literal(at) != nil && literal(than) == nil {
		at, than, typ, t = than, at, r, l
	}
	hint := ""
	if s, ok := literal(than).(string); ok && s == "" {
		hint = "to ask whether it is set, write " + format(at) + " " + n.Operator + " nil"
	}
	if s, ok := literal(than).(string); ok && (typ.Kind == Int || typ.Kind == Number) {
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			hint = "a number is written without quotes: " + s
		}
	}
	what := article(t)
	if literal(than) == nil {
		what = quoted(than) + ", " + what
	}
	from, to := bounds(n)
	c.problemAt(from, to-from, CodeType, hint, "%s and can't be compared with %s", isA(at, typ), what)
}

// pair types two sides that are compared, and makes a text that is written out what the other side is.
func (c *checker) pair(n *ast.BinaryNode) (l, r *Type) {
	l, r = c.typ(&n.Left), c.typ(&n.Right)
	if _, both := n.Left.(*ast.StringNode); both && r.Kind == String {
		return l, r
	}
	r = c.coerce(&n.Right, r, l, n)
	l = c.coerce(&n.Left, l, r, n)
	return l, r
}

// comparable tells whether values of two types can be equal at all. A date is compared with a time as its first minute.
func comparable(a, b *Type) bool {
	switch {
	case a.open() || b.open(), a.numeric() && b.numeric(), a.textual() && b.textual():
		return true
	case a.Kind == Date && b.Kind == Time, a.Kind == Time && b.Kind == Date:
		return true
	case a.Kind == List && b.Kind == List:
		return comparable(orAny(a.Elem), orAny(b.Elem))
	case a.Kind == Object && b.Kind == Object, a.Kind == Event && b.Kind == Event:
		return true
	}
	return a.Kind == b.Kind
}

// coerce makes a text that is written out, and compared in n, a value of the other side's type.
func (c *checker) coerce(p *ast.Node, t, other *Type, n *ast.BinaryNode) *Type {
	s, ok := (*p).(*ast.StringNode)
	if !ok || t.Kind != String {
		return t
	}
	switch other.Kind {
	case Enum:
		if !slices.Contains(other.Values, s.Value) {
			c.impossible(n)
			c.problem(s, CodeEnumCompare, didYouMean(s.Value, other.Values), "`%s` is not one of %s", s.Value, listOf(other.Values))
		}
		return other
	case Date, Time, Clock, Duration:
		if !c.take(p, other) {
			if s.Value == "" || !digit(s.Value) {
				return t // the sides are told to be of different types
			}
			c.problem(s, CodeValue, writtenAs(other), "%q is not %s", s.Value, article(other))
		}
		return other
	}
	return t
}

func digit(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return '0' <= r && r <= '9' })
}
