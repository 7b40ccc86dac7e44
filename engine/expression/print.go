package expression

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser/operator"
)

// format writes a tree in one form only: words for the logical operators, and parentheses only where the tree needs them or where
// a reader would.
func format(n ast.Node) string {
	var p printer
	p.node(n)
	return p.String()
}

type printer struct{ strings.Builder }

var spelling = map[string]string{"&&": "and", "||": "or", "!": "not", "^": "**"}

func spell(operator string) string {
	if s, ok := spelling[operator]; ok {
		return s
	}
	return operator
}

func (p *printer) node(n ast.Node) {
	switch n := n.(type) {
	case nil:
	case *ast.NilNode:
		p.WriteString("nil")
	case *ast.IdentifierNode:
		p.WriteString(n.Value)
	case *ast.IntegerNode:
		p.WriteString(strconv.Itoa(n.Value))
	case *ast.FloatNode:
		p.float(n.Value)
	case *ast.BoolNode:
		p.WriteString(strconv.FormatBool(n.Value))
	case *ast.StringNode:
		p.WriteString(strconv.Quote(n.Value))
	case *ast.UnaryNode:
		p.unary(n)
	case *ast.BinaryNode:
		p.binary(n)
	case *ast.ChainNode:
		p.node(n.Node)
	case *ast.MemberNode:
		p.member(n)
	case *ast.SliceNode:
		p.base(n.Node)
		p.WriteByte('[')
		p.argument(n.From)
		p.WriteByte(':')
		p.argument(n.To)
		p.WriteByte(']')
	case *ast.CallNode:
		p.node(n.Callee)
		p.arguments(n.Arguments)
	case *ast.BuiltinNode:
		p.WriteString(n.Name)
		p.arguments(n.Arguments)
	case *ast.PredicateNode:
		p.predicate(n.Node)
	case *ast.PointerNode:
		p.WriteString("#" + n.Name)
	case *ast.ConditionalNode:
		p.branch(n.Cond)
		p.WriteString(" ? ")
		p.branch(n.Exp1)
		p.WriteString(" : ")
		p.branch(n.Exp2)
	case *ast.VariableDeclaratorNode:
		p.WriteString("let " + n.Name + " = ")
		p.argument(n.Value)
		p.WriteString("; ")
		p.node(n.Expr)
	case *ast.SequenceNode:
		for i, part := range n.Nodes {
			if i > 0 {
				p.WriteString("; ")
			}
			p.argument(part)
		}
	case *ast.ArrayNode:
		p.WriteByte('[')
		p.list(n.Nodes)
		p.WriteByte(']')
	case *ast.MapNode:
		p.WriteByte('{')
		p.list(n.Pairs)
		p.WriteByte('}')
	case *ast.PairNode:
		if key, ok := n.Key.(*ast.StringNode); ok {
			p.node(key)
		} else {
			p.WriteByte('(')
			p.node(n.Key)
			p.WriteByte(')')
		}
		p.WriteString(": ")
		p.argument(n.Value)
	}
}

// float keeps a number with a fraction apart from a whole one, which matters to nothing but the type.
func (p *printer) float(f float64) {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	p.WriteString(s)
}

func (p *printer) member(n *ast.MemberNode) {
	name, plain := n.Property.(*ast.StringNode)
	plain = plain && isName(name.Value)
	if in, ok := n.Node.(*ast.PointerNode); ok && in.Name == "" && plain && !n.Optional {
		p.WriteString("." + name.Value)
		return
	}
	p.base(n.Node)
	switch {
	case n.Optional && plain:
		p.WriteString("?." + name.Value)
	case plain:
		p.WriteString("." + name.Value)
	default:
		if n.Optional {
			p.WriteString("?.")
		}
		p.WriteByte('[')
		p.argument(n.Property)
		p.WriteByte(']')
	}
}

// base is what a field, an index or a call follows.
func (p *printer) base(n ast.Node) {
	switch n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode, *ast.CallNode, *ast.BuiltinNode, *ast.PointerNode, *ast.SliceNode,
		*ast.ArrayNode, *ast.StringNode:
		p.node(n)
	default:
		p.wrapped(n, true)
	}
}

func (p *printer) unary(n *ast.UnaryNode) {
	word := spell(n.Operator)
	p.WriteString(word)
	if word == "not" {
		p.WriteByte(' ')
	}
	switch of := n.Node.(type) {
	case *ast.BinaryNode:
		p.wrapped(of, operator.Binary[of.Operator].Precedence < operator.Unary[n.Operator].Precedence)
	case *ast.UnaryNode:
		p.wrapped(of, true)
	default:
		p.branch(of)
	}
}

func (p *printer) binary(n *ast.BinaryNode) {
	p.side(n, n.Left, true)
	p.WriteString(" " + spell(n.Operator) + " ")
	p.side(n, n.Right, false)
}

// side writes what stands beside an operator. Comparisons are never chained: a < b < c means something else to the parser.
func (p *printer) side(n *ast.BinaryNode, of ast.Node, left bool) {
	outer := operator.Binary[n.Operator]
	switch of := of.(type) {
	case *ast.UnaryNode:
		p.wrapped(of, left && operator.Unary[of.Operator].Precedence < outer.Precedence)
	case *ast.BinaryNode:
		inner := operator.Binary[of.Operator]
		wrap := inner.Precedence < outer.Precedence || of.Operator == "??" ||
			inner.Precedence == outer.Precedence && (left == (outer.Associativity == operator.Right) || outer.Precedence == comparisons) ||
			operator.IsBoolean(of.Operator) && spell(of.Operator) != spell(n.Operator)
		p.wrapped(of, wrap)
	default:
		p.branch(of)
	}
}

// comparisons is the precedence of ==, <, in, contains and the like.
var comparisons = operator.Binary["=="].Precedence

func (p *printer) wrapped(n ast.Node, wrap bool) {
	if !wrap {
		p.node(n)
		return
	}
	p.WriteByte('(')
	p.node(n)
	p.WriteByte(')')
}

// branch writes a part of a condition, or of an operator, that is no operator itself.
func (p *printer) branch(n ast.Node) {
	switch n.(type) {
	case *ast.ConditionalNode, *ast.VariableDeclaratorNode, *ast.SequenceNode:
		p.wrapped(n, true)
	default:
		p.node(n)
	}
}

// predicate is in braces only where it must be.
func (p *printer) predicate(n ast.Node) {
	switch n.(type) {
	case *ast.VariableDeclaratorNode, *ast.SequenceNode, *ast.MapNode:
		p.WriteByte('{')
		p.node(n)
		p.WriteByte('}')
	default:
		p.node(n)
	}
}

func (p *printer) argument(n ast.Node) {
	switch n.(type) {
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		p.wrapped(n, true)
	default:
		p.node(n)
	}
}

func (p *printer) arguments(list []ast.Node) {
	p.WriteByte('(')
	p.list(list)
	p.WriteByte(')')
}

func (p *printer) list(nodes []ast.Node) {
	for i, n := range nodes {
		if i > 0 {
			p.WriteString(", ")
		}
		p.argument(n)
	}
}

// isName tells whether a field can be written after a dot.
func isName(s string) bool {
	for i, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
