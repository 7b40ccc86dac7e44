package expression

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/expr-lang/expr/ast"

	"journey/engine/schedule"
)

func (c *checker) binary(p *ast.Node, n *ast.BinaryNode) *Type {
	switch n.Operator {
	case "and", "&&":
		c.boolean(&n.Left, "what stands before `and`")
		yes, _ := facts(n.Left)
		old := c.given
		c.given = append(slices.Clip(old), yes...)
		c.boolean(&n.Right, "what stands after `and`")
		c.given = old
		return BoolType
	case "or", "||":
		c.boolean(&n.Left, "what stands before `or`")
		_, no := facts(n.Left)
		old := c.given
		c.given = append(slices.Clip(old), no...)
		c.boolean(&n.Right, "what stands after `or`")
		c.given = old
		return BoolType
	case "??":
		c.guard++
		left := c.node(&n.Left)
		c.guard--
		return common(left, c.node(&n.Right))
	case "==", "!=":
		return c.equality(n)
	case "<", ">", "<=", ">=":
		return c.ordering(n)
	case "in", "not in":
		return c.membership(n)
	case "contains", "startsWith", "endsWith", "matches":
		return c.textTest(n)
	case "..":
		c.node(&n.Left)
		c.node(&n.Right)
		return &Type{Kind: List, Elem: IntType}
	}
	return c.arithmetic(p, n)
}

func isNil(n ast.Node) bool {
	_, ok := n.(*ast.NilNode)
	return ok
}

func (c *checker) equality(n *ast.BinaryNode) *Type {
	if isNil(n.Left) || isNil(n.Right) {
		c.guard++
		c.node(&n.Left)
		c.node(&n.Right)
		c.guard--
		return BoolType
	}
	c.pair(n)
	return BoolType
}

func (c *checker) ordering(n *ast.BinaryNode) *Type {
	l, r := c.pair(n)
	for _, t := range []*Type{l, r} {
		if t.Kind == Bool || t.Kind == List || t.Kind == Object {
			c.problem(n, CodeType, "", "%s has no order: %s", article(t), tick(c.text(n)))
			return BoolType
		}
	}
	return BoolType
}

// pair types two sides that are compared, and makes texts that are written out what the other side is.
func (c *checker) pair(n *ast.BinaryNode) (l, r *Type) {
	l, r = c.node(&n.Left), c.node(&n.Right)
	r = c.coerce(&n.Right, r, l)
	l = c.coerce(&n.Left, l, r)
	if l.Kind == Date && r.Kind == Time {
		n.Left, l = midnight(n.Left), TimeType
	}
	if l.Kind == Time && r.Kind == Date {
		n.Right, r = midnight(n.Right), TimeType
	}
	if !comparable(l, r) && len(c.out.Problems) == 0 {
		c.problem(n, CodeType, "", "%s is %s and can't be compared with %s, which is %s", tick(c.text(n.Left)), article(l), tick(c.text(n.Right)), article(r))
	}
	return l, r
}

func comparable(a, b *Type) bool {
	switch {
	case a.open() || b.open(), a.numeric() && b.numeric(), a.textual() && b.textual():
		return true
	}
	return a.Kind == b.Kind
}

// coerce makes a text that is written out a value of another type, where it looks like one; a text that is no member of an enum is a
// problem.
func (c *checker) coerce(p *ast.Node, t, want *Type) *Type {
	s, ok := (*p).(*ast.StringNode)
	if !ok || t.Kind != String {
		return t
	}
	to, err := convertText(s.Value, want)
	switch {
	case to == nil && err == nil:
		return t
	case err != nil && want.Kind == Enum:
		return c.problem(s, CodeEnumCompare, didYouMean(s.Value, want.Values), "`%s` is not one of %s", s.Value, listOf(want.Values))
	case err != nil:
		return c.problem(s, CodeValue, err.Error(), "`%s` is no %s", s.Value, want)
	}
	place := s.Location()
	*p = to
	(*p).SetLocation(place)
	return want
}

// convertText is the node for a text that is written out where a type is wanted; nil where texts are nothing special to the type.
func convertText(text string, want *Type) (ast.Node, error) {
	var err error
	switch want.Kind {
	case Date, Clock, Phone, Email, URL, Enum:
		_, err = Convert(text, want)
		return &ast.StringNode{Value: text}, err
	case Time:
		_, err = time.Parse(time.RFC3339, text)
		if err != nil {
			err = fmt.Errorf("write a time like 2026-03-06T09:00:00Z")
		}
		return call("time", &ast.StringNode{Value: text}), err
	case Duration:
		_, err = schedule.ParseDuration(text)
		return call("duration", &ast.StringNode{Value: text}), err
	}
	return nil, nil
}

func call(name string, args ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}

// midnight is the first minute of a date in the contact's zone.
func midnight(n ast.Node) ast.Node {
	m := call("at", n, &ast.StringNode{Value: "00:00"})
	m.SetLocation(n.Location())
	return m
}

func (c *checker) membership(n *ast.BinaryNode) *Type {
	l := c.node(&n.Left)
	if list, ok := n.Right.(*ast.ArrayNode); ok {
		for i := range list.Nodes {
			e := c.node(&list.Nodes[i])
			e = c.coerce(&list.Nodes[i], e, l)
			if !comparable(l, e) && len(c.out.Problems) == 0 {
				c.problem(list.Nodes[i], CodeType, "", "%s is %s and never %s", tick(c.text(n.Left)), article(l), article(e))
			}
		}
		return BoolType
	}
	r := c.node(&n.Right)
	switch {
	case r.open(), r.Kind == Object:
	case r.Kind == List:
		if !comparable(l, orAny(r.Elem)) {
			c.problem(n, CodeType, "", "%s is %s, and %s holds %s", tick(c.text(n.Left)), article(l), tick(c.text(n.Right)), article(orAny(r.Elem)))
		}
	default:
		c.problem(n.Right, CodeType, "`in` looks into a list such as [\"a\", \"b\"]", "%s is %s and no list", tick(c.text(n.Right)), article(r))
	}
	return BoolType
}

func (c *checker) textTest(n *ast.BinaryNode) *Type {
	for _, side := range []*ast.Node{&n.Left, &n.Right} {
		if t := c.node(side); !t.textual() && !t.open() {
			c.problem(*side, CodeType, "", "`%s` works on texts, and %s is %s", n.Operator, tick(c.text(*side)), article(t))
			return BoolType
		}
	}
	if s, ok := n.Right.(*ast.StringNode); ok && n.Operator == "matches" {
		if _, err := regexp.Compile(s.Value); err != nil {
			c.problem(s, CodeValue, err.Error(), "`%s` is no regular expression", s.Value)
		}
	}
	return BoolType
}

func (c *checker) arithmetic(p *ast.Node, n *ast.BinaryNode) *Type {
	l, r := c.node(&n.Left), c.node(&n.Right)
	if l.open() || r.open() {
		if l.numeric() || r.numeric() {
			return NumberType
		}
		return AnyType
	}
	plus, minus := n.Operator == "+", n.Operator == "-"
	switch {
	case l.numeric() && r.numeric():
		if n.Operator == "/" || n.Operator == "**" || n.Operator == "^" || l.Kind == Number || r.Kind == Number {
			return NumberType
		}
		return IntType
	case plus && l.textual() && r.textual():
		return StringType
	case (plus || minus) && l.Kind == Time && r.Kind == Duration, plus && l.Kind == Duration && r.Kind == Time:
		return TimeType
	case (plus || minus) && l.Kind == Date && r.Kind == Duration:
		by := n.Right
		if minus {
			by = &ast.UnaryNode{Operator: "-", Node: by}
		}
		*p = call("shift", n.Left, by)
		(*p).SetLocation(n.Location())
		return TimeType
	case minus && l.Kind == Date && (r.Kind == Date || r.Kind == Time), minus && l.Kind == Time && r.Kind == Date:
		for _, side := range []struct {
			node *ast.Node
			kind Kind
		}{{&n.Left, l.Kind}, {&n.Right, r.Kind}} {
			if side.kind == Date {
				*side.node = midnight(*side.node)
			}
		}
		return DurationType
	case minus && l.Kind == Time && r.Kind == Time, (plus || minus) && l.Kind == Duration && r.Kind == Duration:
		return DurationType
	case n.Operator == "*" && (l.Kind == Duration && r.Kind == Int || l.Kind == Int && r.Kind == Duration):
		return DurationType
	}
	if len(c.out.Problems) > 0 {
		return AnyType
	}
	hint := ""
	if plus && (l.textual() || r.textual()) {
		hint = "in a text, write {{ … }} for each part; in an expression, string(x) makes a text"
	}
	return c.problem(n, CodeType, hint, "`%s` does not go with %s (%s) and %s (%s)", n.Operator, tick(c.text(n.Left)), article(l), tick(c.text(n.Right)), article(r))
}

// wanted checks an expression's value against the type that is wanted.
func (c *checker) wanted(p *ast.Node, t, want *Type, guard bool) *Type {
	if cond, ok := (*p).(*ast.ConditionalNode); ok && !guard {
		a := c.coerce(&cond.Exp1, literalType(cond.Exp1, t), want)
		b := c.coerce(&cond.Exp2, literalType(cond.Exp2, t), want)
		if _, isText := cond.Exp1.(*ast.StringNode); isText || a != t || b != t {
			t = common(a, b)
		}
	}
	if n, ok := (*p).(*ast.BinaryNode); ok && n.Operator == "??" {
		if _, text := n.Right.(*ast.StringNode); text && want.Kind != String && want.Kind != Any {
			if r := c.coerce(&n.Right, StringType, want); r != StringType {
				t = want
			}
		}
	}
	t = c.coerce(p, t, want)
	if Assignable(t, want) || len(c.out.Problems) > 0 {
		return t
	}
	if guard {
		return c.problem(*p, CodeNotBool, "compare it with something, such as x > 0 or x == \"…\"", "a condition must be true or false, and %s is %s", tick(c.text(*p)), article(t))
	}
	return c.problem(*p, CodeType, "", "%s is wanted here, and %s is %s", article(want), tick(c.text(*p)), article(t))
}

func literalType(n ast.Node, otherwise *Type) *Type {
	if _, ok := n.(*ast.StringNode); ok {
		return StringType
	}
	return otherwise
}
