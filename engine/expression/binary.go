package expression

import (
	"regexp"

	"github.com/expr-lang/expr/ast"
)

func (c *checker) binary(p *ast.Node, n *ast.BinaryNode) operand {
	switch spell(n.Operator) {
	case "and":
		a := c.condition(&n.Left, nil, "what stands before `and`")
		b := c.condition(&n.Right, a.yes, "what stands after `and`")
		return operand{BoolType, both(a.yes, b.yes), either(a.no, both(a.yes, b.no))}
	case "or":
		a := c.condition(&n.Left, nil, "what stands before `or`")
		b := c.condition(&n.Right, a.no, "what stands after `or`")
		return operand{BoolType, either(a.yes, both(a.no, b.yes)), both(a.no, b.no)}
	case "??":
		return c.coalesce(n)
	case "==", "!=":
		return c.equality(n)
	case "<", ">", "<=", ">=":
		c.ordering(n)
		yes, no := compared(n.Operator, n.Left, n.Right)
		return operand{BoolType, yes, no}
	case "in":
		return c.membership(n)
	case "contains", "startsWith", "endsWith", "matches":
		return c.textTest(n)
	case "..":
		for _, side := range []*ast.Node{&n.Left, &n.Right} {
			if t := c.typ(side); t.Kind != Int && !t.open() {
				c.problem(*side, CodeType, "", "`..` goes from one whole number to another, and %s", isA(*side, t))
			}
		}
		return of(&Type{Kind: List, Elem: IntType})
	}
	return of(c.arithmetic(p, n))
}

func (c *checker) coalesce(n *ast.BinaryNode) operand {
	a := c.guarded(&n.Left)
	b := c.typ(&n.Right)
	c.remember(n.Left, a.typ)
	c.remember(n.Right, b)
	x := of(c.joined(&n.Left, &n.Right, a.typ, b))
	if v, ok := literal(n.Right).(bool); ok && a.typ.Kind == Bool {
		if path := pathOf(n.Left); v {
			x.no = set(path)
		} else {
			x.yes = set(path)
		}
	}
	return x
}

func (c *checker) membership(n *ast.BinaryNode) operand {
	l := c.typ(&n.Left)
	list, written := n.Right.(*ast.ArrayNode)
	if !written {
		return c.memberOf(n, l)
	}
	impossible := 0
	for i := range list.Nodes {
		side := &ast.BinaryNode{Operator: "==", Left: n.Left, Right: list.Nodes[i]}
		e := c.coerce(&list.Nodes[i], c.typ(&list.Nodes[i]), l, side)
		if c.never[side] {
			impossible++
		}
		if !comparable(l, e) {
			c.problem(list.Nodes[i], CodeType, "", "%s and never %s", isA(n.Left, l), article(e))
		}
	}
	if impossible == len(list.Nodes) {
		c.impossible(n)
	}
	yes, no := memberOf(n.Left, list)
	return operand{BoolType, yes, no}
}

// memberOf is for `in` with a list that is not written out, or an object's field names.
func (c *checker) memberOf(n *ast.BinaryNode, l *Type) operand {
	r := c.typ(&n.Right)
	switch {
	case r.open():
	case r.Kind == Object:
		if !l.textual() && !l.open() {
			c.problem(n.Left, CodeType, "", "`in` looks for the name of a field, and %s", isA(n.Left, l))
		}
	case r.Kind == List:
		elem := orAny(r.Elem)
		if l = c.coerce(&n.Left, l, elem, n); !comparable(l, elem) {
			c.problem(n, CodeType, "", "%s and never in a list of %s", isA(n.Left, l), elem)
		}
	case r.textual():
		c.problem(n.Right, CodeType, "write "+format(n.Right)+" contains "+format(n.Left), "`in` looks into a list, and %s", isA(n.Right, r))
	default:
		c.problem(n.Right, CodeType, `write the list in brackets, ["a", "b"]`, "`in` looks into a list, and %s", isA(n.Right, r))
	}
	return operand{BoolType, set(pathOf(n.Left)), nil}
}

func (c *checker) textTest(n *ast.BinaryNode) operand {
	for _, side := range []*ast.Node{&n.Left, &n.Right} {
		t := c.typ(side)
		switch {
		case t.textual() || t.open():
		case t.Kind == List && n.Operator == "contains":
			c.problem(*side, CodeType, "write "+format(n.Right)+" in "+format(n.Left), "`contains` looks into a text, and %s", isA(*side, t))
		default:
			c.problem(*side, CodeType, "", "`%s` is for texts, and %s", n.Operator, isA(*side, t))
		}
	}
	if s, ok := n.Right.(*ast.StringNode); ok && n.Operator == "matches" {
		if _, err := regexp.Compile(s.Value); err != nil {
			c.problem(s, CodeValue, "", "%q is not a regular expression: %s", s.Value, regexpProblem(err))
		}
	}
	return operand{BoolType, set(pathOf(n.Left)), nil}
}
