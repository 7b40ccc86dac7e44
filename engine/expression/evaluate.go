package expression

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// code is a compiled node. It panics with a failure where it has no value.
//
// expr's own machine is not used: it bounds neither the steps of loops nor the length of texts, reads the wall clock, and goes
// through reflection. The tests run both side by side.
type code func(e *Env) any

// builder compiles a tree. Variables and loops have places on the stack, which it hands out.
type builder struct {
	roots  map[string]bool
	locals []slot // variables of let, innermost last
	loops  []int  // where the element of each predicate around stands; its index and its sum stand behind it
	slots  int
	most   int
	err    error
}

type slot struct {
	name string
	at   int
}

func (b *builder) fail(form string, args ...any) code {
	if b.err == nil {
		b.err = fmt.Errorf(form, args...)
	}
	return func(*Env) any { return nil }
}

// take hands out places on the stack; give takes them back.
func (b *builder) take(n int) int {
	at := b.slots
	b.slots += n
	b.most = max(b.most, b.slots)
	return at
}

func (b *builder) give(n int) { b.slots -= n }

func constant(v any) code { return func(*Env) any { return v } }

func (b *builder) node(n ast.Node) code {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nil)
	case *ast.IntegerNode:
		return constant(n.Value)
	case *ast.FloatNode:
		return constant(n.Value)
	case *ast.BoolNode:
		return constant(n.Value)
	case *ast.StringNode:
		return constant(n.Value)
	case *ast.IdentifierNode:
		return b.name(n.Value)
	case *ast.ChainNode:
		return b.node(n.Node)
	case *ast.MemberNode:
		return b.member(n)
	case *ast.UnaryNode:
		return b.unary(n)
	case *ast.BinaryNode:
		return b.binary(n)
	case *ast.SliceNode:
		return b.slice(n)
	case *ast.CallNode:
		return b.call(n)
	case *ast.BuiltinNode:
		if f := loops[n.Name]; f != nil {
			return b.loop(n, f)
		}
		return b.function(n.Name, n.Arguments)
	case *ast.PointerNode:
		return b.pointer(n)
	case *ast.ConditionalNode:
		cond, yes, no := b.node(n.Cond), b.node(n.Exp1), b.node(n.Exp2)
		return func(e *Env) any {
			if e.truth(cond(e)) {
				return yes(e)
			}
			return no(e)
		}
	case *ast.VariableDeclaratorNode:
		return b.let(n)
	case *ast.SequenceNode:
		parts := b.nodes(n.Nodes)
		return func(e *Env) (v any) {
			for _, p := range parts {
				v = p(e)
			}
			return v
		}
	case *ast.ArrayNode:
		return b.array(n)
	case *ast.MapNode:
		return b.object(n)
	}
	return b.fail("it holds something that expressions of journeys don't have")
}

func (b *builder) nodes(list []ast.Node) []code {
	out := make([]code, len(list))
	for i, n := range list {
		out[i] = b.node(n)
	}
	return out
}

func (b *builder) unary(n *ast.UnaryNode) code {
	of := b.node(n.Node)
	switch spell(n.Operator) {
	case "not":
		return func(e *Env) any { return !e.truth(of(e)) }
	case "-":
		return func(e *Env) any { return e.negate(of(e)) }
	}
	return func(e *Env) any {
		v := of(e)
		e.number(v)
		return v
	}
}

func (b *builder) binary(n *ast.BinaryNode) code {
	op := spell(n.Operator)
	if op == "==" || op == "!=" {
		return b.equality(n, op == "==")
	}
	if op == "in" {
		return b.membership(n)
	}
	x, y := b.node(n.Left), b.node(n.Right)
	switch op {
	case "and":
		return func(e *Env) any { return e.truth(x(e)) && e.truth(y(e)) }
	case "or":
		return func(e *Env) any { return e.truth(x(e)) || e.truth(y(e)) }
	case "??":
		return func(e *Env) any {
			if v := x(e); v != nil {
				return v
			}
			return y(e)
		}
	case "<", ">", "<=", ">=":
		return func(e *Env) any {
			a, b := x(e), y(e)
			order, ok := e.compare(a, b)
			return ok && ordered(op, order)
		}
	case "matches":
		return b.matches(n, x, y)
	case "contains", "startsWith", "endsWith":
		return func(e *Env) any { return e.textTest(op, x(e), y(e)) }
	case "..":
		return func(e *Env) any { return e.span(x(e), y(e)) }
	}
	calculate, ok := calculations[op]
	if !ok {
		return b.fail("`%s` is not known", op)
	}
	return func(e *Env) any {
		a, b := x(e), y(e)
		return calculate(e, a, b)
	}
}

// equality compares with a text that is written out without going through all kinds of values.
func (b *builder) equality(n *ast.BinaryNode, want bool) code {
	x, y := b.node(n.Left), b.node(n.Right)
	if s, ok := n.Right.(*ast.StringNode); ok {
		text := s.Value
		return func(e *Env) any {
			a := x(e)
			if v, ok := a.(string); ok {
				return (v == text) == want
			}
			return e.equal(a, text) == want
		}
	}
	return func(e *Env) any {
		a, b := x(e), y(e)
		return e.equal(a, b) == want
	}
}

func (b *builder) membership(n *ast.BinaryNode) code {
	x := b.node(n.Left)
	if list, ok := n.Right.(*ast.ArrayNode); ok {
		parts := b.nodes(list.Nodes)
		return func(e *Env) any {
			v := x(e)
			for _, p := range parts {
				if e.equal(v, p(e)) {
					return true
				}
			}
			return false
		}
	}
	y := b.node(n.Right)
	return func(e *Env) any {
		v := x(e)
		switch in := y(e).(type) {
		case nil:
			return false
		case []any:
			e.spend(len(in))
			return slices.ContainsFunc(in, func(x any) bool { return e.equal(v, x) })
		case map[string]any:
			key, ok := v.(string)
			_, found := in[key]
			return ok && found
		default:
			e.fail("%s is no list", describe(in))
		}
		return false
	}
}

func (b *builder) matches(n *ast.BinaryNode, x, y code) code {
	if s, ok := n.Right.(*ast.StringNode); ok {
		r, err := compilePattern(s.Value)
		if err != nil {
			return b.fail("%q is not a regular expression: %s", s.Value, regexpProblem(err))
		}
		return func(e *Env) any { return e.matches(x(e), r) }
	}
	return func(e *Env) any {
		v, p := x(e), y(e)
		if v == nil || p == nil {
			return false
		}
		source := e.text(p)
		e.spend(newPattern)
		if len(source) > maxPattern {
			e.fail("the regular expression is too long")
		}
		r, err := compilePattern(source)
		if err != nil {
			e.fail("%q is not a regular expression: %s", source, regexpProblem(err))
		}
		return e.matches(v, r)
	}
}
