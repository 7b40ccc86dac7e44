package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// fit checks a node of a type where another is wanted, and makes texts that are written out what is wanted.
func (c *checker) fit(p *ast.Node, t, want *Type, code string) *Type {
	if want.open() || t.Kind == Any {
		return t
	}
	if want.Kind == Bool {
		return c.fitPlain(*p, t, want, code)
	}
	switch n := (*p).(type) {
	case *ast.StringNode:
		return c.fitText(p, n, want, code)
	case *ast.ConditionalNode:
		c.fit(&n.Exp1, c.known(n.Exp1, t), want, code)
		c.fit(&n.Exp2, c.known(n.Exp2, t), want, code)
		return want
	case *ast.BinaryNode:
		if n.Operator == "??" {
			c.fit(&n.Left, c.known(n.Left, t), want, code)
			c.fit(&n.Right, c.known(n.Right, t), want, code)
			return want
		}
	case *ast.VariableDeclaratorNode:
		return c.fit(&n.Expr, t, want, code)
	case *ast.ArrayNode:
		if want.Kind == List {
			for i := range n.Nodes {
				c.fit(&n.Nodes[i], c.known(n.Nodes[i], AnyType), orAny(want.Elem), CodeType)
			}
			return want
		}
	case *ast.MapNode:
		if want.Kind == Object {
			return c.fitObject(n, t, want)
		}
	}
	return c.fitPlain(*p, t, want, code)
}

func (c *checker) fitPlain(n ast.Node, t, want *Type, code string) *Type {
	if t.Kind == Nil && code == CodeNotBool || !Assignable(t, want) {
		return c.misfit(n, t, want, code)
	}
	return t
}

func (c *checker) known(n ast.Node, otherwise *Type) *Type {
	if t := c.types[n]; t != nil {
		return t
	}
	return otherwise
}

func (c *checker) fitText(p *ast.Node, s *ast.StringNode, want *Type, code string) *Type {
	switch want.Kind {
	case String:
		return StringType
	case Enum:
		if !slices.Contains(want.Values, s.Value) {
			return c.problem(s, CodeValue, didYouMean(s.Value, want.Values), "`%s` is not one of %s", s.Value, listOf(want.Values))
		}
		return want
	case Date, Time, Clock, Duration, Phone, Email, URL:
		if !c.take(p, want) {
			return c.problem(s, CodeValue, writtenAs(want), "%q is not %s", s.Value, article(want))
		}
		return want
	}
	return c.misfit(s, StringType, want, code)
}

func (c *checker) fitObject(n *ast.MapNode, t, want *Type) *Type {
	before := len(c.out.Problems)
	for _, x := range n.Pairs {
		pair := x.(*ast.PairNode)
		key, ok := pair.Key.(*ast.StringNode)
		if !ok {
			continue
		}
		switch f := want.field(key.Value); {
		case f != nil:
			c.fit(&pair.Value, c.known(pair.Value, AnyType), orAny(f.Type), CodeType)
		case want.Elem == nil:
			c.problem(key, CodeUnknownField, didYouMean(key.Value, want.fieldNames()), "there is no field `%s`; it has %s", key.Value, listOf(want.fieldNames()))
		}
	}
	for _, f := range want.Fields {
		if !f.Optional && t.field(f.Name) == nil && t.Elem == nil && len(c.out.Problems) == before {
			c.problem(n, CodeType, "", "the field `%s` is missing", f.Name)
		}
	}
	return want
}

func (c *checker) misfit(n ast.Node, t, want *Type, code string) *Type {
	hint := ""
	switch {
	case code == CodeNotBool && literal(n) != nil:
		return c.problem(n, code, "", "a condition must be true or false, and %s", isA(n, t))
	case code == CodeNotBool:
		return c.problem(n, code, comparison(t), "a condition must be true or false, and %s", isA(n, t))
	case want.Kind == Int && t.Kind == Number:
		hint = "make it a whole number with int(…) or round(…)"
	case want.Kind == String && t.numeric():
		hint = "make it a text with string(…)"
	case want.numeric() && t.textual():
		hint = "where the text is a number, write " + map[Kind]string{Int: "int(…)", Number: "float(…)"}[want.Kind]
	case want.Kind == Date && t.Kind == Time, want.Kind == Clock && t.Kind == Time:
		hint = "the two are different types: a time is a moment"
	}
	if s, ok := n.(*ast.StringNode); ok {
		return c.problem(s, code, hint, "%q is a text, and %s is wanted here", s.Value, wanted(want))
	}
	if t.Kind == Object && want.Kind == Object {
		return c.problem(n, code, hint, "%s does not have the fields that are wanted here: %s", quoted(n), listOf(want.fieldNames()))
	}
	return c.problem(n, code, hint, "%s, and %s is wanted here", isA(n, t), wanted(want))
}

// wanted is a type in "… is wanted here", where a number and a whole number must be told apart.
func wanted(t *Type) string {
	if t.Kind == Int {
		return "a whole number (int)"
	}
	return article(t)
}
