package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (c *checker) pointer(n *ast.PointerNode) *Type {
	if len(c.loops) == 0 {
		return c.problem(n, CodeSyntax, "", "`#` stands for an element of a list only inside any, filter, map and the like")
	}
	in := c.loops[len(c.loops)-1]
	switch n.Name {
	case "":
		return in.elem
	case "index":
		return IntType
	case "acc":
		if in.acc != nil {
			return in.acc
		}
		return c.problem(n, CodeSyntax, "", "`#acc` stands only inside reduce")
	}
	return c.problem(n, CodeUnknownName, didYouMean(n.Name, []string{"index", "acc"}), "`#%s` is not known: # is the element, #index its place", n.Name)
}

func (c *checker) slice(n *ast.SliceNode) *Type {
	t := c.typ(&n.Node)
	for _, at := range []*ast.Node{&n.From, &n.To} {
		if *at == nil {
			continue
		}
		if i := c.typ(at); i.Kind != Int && !i.open() {
			c.problem(*at, CodeType, "", "a part is asked for by whole numbers, from 0, and %s", isA(*at, i))
		}
	}
	switch {
	case t.Kind == List, t.open():
		return t
	case t.textual():
		return StringType
	}
	return c.problem(n.Node, CodeType, "", "%s and has no parts", isA(n.Node, t))
}

func (c *checker) array(n *ast.ArrayNode) *Type {
	elem := nilType
	for i := range n.Nodes {
		t := c.typ(&n.Nodes[i])
		c.remember(n.Nodes[i], t)
		elem = common(elem, t)
	}
	if elem.Kind == Nil {
		elem = AnyType
	}
	return &Type{Kind: List, Elem: elem}
}

func (c *checker) object(n *ast.MapNode) *Type {
	t := &Type{Kind: Object}
	for _, p := range n.Pairs {
		pair := p.(*ast.PairNode)
		value := c.typ(&pair.Value)
		c.remember(pair.Value, value)
		key, plain := pair.Key.(*ast.StringNode)
		if !plain {
			if k := c.typ(&pair.Key); !k.textual() && !k.open() {
				c.problem(pair.Key, CodeType, "", "the name of a field is a text, and %s", isA(pair.Key, k))
			}
			t.Elem = AnyType
			continue
		}
		if t.field(key.Value) != nil {
			c.problem(key, CodeSyntax, "", "the field `%s` is written twice", key.Value)
			continue
		}
		t.Fields = append(t.Fields, Field{Name: key.Value, Type: value})
	}
	slices.SortFunc(t.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return t
}

// literal is the value of a node that is written out; nil where it is not.
func literal(n ast.Node) any {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.IntegerNode:
		return n.Value
	case *ast.FloatNode:
		return n.Value
	case *ast.BoolNode:
		return n.Value
	case *ast.UnaryNode:
		switch v := literal(n.Node).(type) {
		case int:
			if n.Operator == "-" {
				return -v
			}
		case float64:
			if n.Operator == "-" {
				return -v
			}
		}
	}
	return nil
}
