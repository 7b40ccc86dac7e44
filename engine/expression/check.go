package expression

import (
	"fmt"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// Check types an expression.
func Check(src string, scope *Scope) *Checked { return check(src, scope, nil, CodeType) }

// CheckBool types an expression that must be true or false.
func CheckBool(src string, scope *Scope) *Checked { return check(src, scope, BoolType, CodeNotBool) }

// CheckAs types an expression whose value must be of a type. A text that is written out and looks right is taken as a date,
// time, clock, duration, phone, email, url or a value of an enum.
func CheckAs(src string, scope *Scope, want *Type) *Checked { return check(src, scope, want, CodeType) }

func check(src string, scope *Scope, want *Type, code string) *Checked {
	out := &Checked{Type: AnyType}
	tree, problem := parse(src, maxSource)
	if problem != nil {
		out.Problems = []Problem{*problem}
		return out
	}
	c := &checker{scope: scope, out: out, last: utf8.RuneCountInString(src)}
	x := c.node(&tree)
	if want != nil {
		x.typ = c.fit(&tree, x.typ, want, code)
	}
	out.Type, out.WhenTrue, out.WhenFalse = x.typ, x.yes, x.no
	out.Literal = literal(tree)
	out.Constant = c.constant(tree)
	if len(out.Problems) > 0 {
		return out
	}
	out.Source = format(tree)
	if len(out.Source) > maxSource {
		if _, problem := parse(out.Source, maxNormalised); problem != nil {
			out.Source, out.Problems = "", []Problem{*tooLong()}
		}
	}
	return out
}

// checker walks a tree once, from the leaves up, and rewrites what depends on types.
type checker struct {
	scope  *Scope
	out    *Checked
	last   int                 // runes in the source
	given  []Fact              // hold at the node that is looked at
	guard  int                 // inside something that reckons with a value that is not set
	locals []local             // variables of let, innermost last
	loops  []loop              // predicates around, innermost last
	types  map[ast.Node]*Type  // of parts that are looked at again where another type is wanted
	events map[string][]string // the types that an event at a path may have
	never  map[ast.Node]bool   // comparisons that can't come true
}

type local struct {
	name string
	typ  *Type
}

// loop is what # and #acc are in a predicate.
type loop struct{ elem, acc *Type }

// operand is a node that was looked at: its type, and what is known after it was true or false.
type operand struct {
	typ     *Type
	yes, no []Fact
}

func of(t *Type) operand { return operand{typ: t} }

// problem reports something at a node. Its type is then unknown, so that one mistake is reported once.
func (c *checker) problem(n ast.Node, code, hint, form string, args ...any) *Type {
	from, to := bounds(n)
	c.problemAt(from, max(to-from, 1), code, hint, form, args...)
	return AnyType
}

func (c *checker) problemAt(offset, length int, code, hint, form string, args ...any) {
	offset = min(offset, max(c.last-1, 0))
	c.out.Problems = append(c.out.Problems, Problem{Code: code, Offset: offset, Length: min(length, c.last-offset), Message: fmt.Sprintf(form, args...), Hint: hint})
}

// node types a node, and may put another in its place.
func (c *checker) node(p *ast.Node) operand {
	switch n := (*p).(type) {
	case *ast.NilNode:
		return of(nilType)
	case *ast.IntegerNode:
		return of(IntType)
	case *ast.FloatNode:
		return of(NumberType)
	case *ast.BoolNode:
		return of(BoolType)
	case *ast.StringNode:
		if !utf8.ValidString(n.Value) {
			return of(c.problem(n, CodeSyntax, "", "this text holds bytes that are no characters"))
		}
		return of(StringType)
	case *ast.BytesNode:
		return of(c.problem(n, CodeSyntax, "leave out the b before the quote", "a text is written in quotes alone"))
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.path(*p)
	case *ast.ChainNode:
		return c.node(&n.Node)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(p, n)
	case *ast.SliceNode:
		return of(c.slice(n))
	case *ast.CallNode:
		return of(c.call(n))
	case *ast.BuiltinNode:
		return of(c.builtin(n))
	case *ast.PointerNode:
		return of(c.pointer(n))
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.VariableDeclaratorNode:
		return c.let(n)
	case *ast.SequenceNode:
		var x operand
		for i := range n.Nodes {
			x = c.node(&n.Nodes[i])
		}
		return x
	case *ast.ArrayNode:
		return of(c.array(n))
	case *ast.MapNode:
		return of(c.object(n))
	}
	return of(AnyType)
}

// typ types a node whose facts don't matter.
func (c *checker) typ(p *ast.Node) *Type { return c.node(p).typ }

// remember keeps the type of a part for fit.
func (c *checker) remember(n ast.Node, t *Type) {
	if c.types == nil {
		c.types = map[ast.Node]*Type{}
	}
	c.types[n] = t
}

// under looks at a node where facts are known.
func (c *checker) under(known []Fact, p *ast.Node) operand {
	old := c.given
	c.given = both(old, known)
	x := c.node(p)
	c.given = old
	return x
}

// guarded looks at a node inside something that reckons with a value that is not set.
func (c *checker) guarded(p *ast.Node) operand {
	c.guard++
	x := c.node(p)
	c.guard--
	return x
}

// condition looks at a node that must be true or false.
func (c *checker) condition(p *ast.Node, known []Fact, where string) operand {
	x := c.under(known, p)
	if x.typ.Kind != Bool && !x.typ.open() {
		c.problem(*p, CodeType, comparison(x.typ), "%s must be true or false, and %s", where, isA(*p, x.typ))
		x.typ = BoolType
	}
	return x
}

// comparison is a hint for a value that stands where a condition must.
func comparison(t *Type) string {
	switch {
	case t.numeric():
		return "compare it, for example x > 0"
	case t.textual():
		return `compare it, for example x == "yes"`
	case t.Kind == List:
		return "ask for its length, for example len(x) > 0"
	case t.open():
		return ""
	}
	return "compare it, for example x != nil"
}

func (c *checker) unary(n *ast.UnaryNode) operand {
	if spell(n.Operator) == "not" {
		x := c.condition(&n.Node, nil, "what follows `not`")
		return operand{BoolType, x.no, x.yes}
	}
	t := c.typ(&n.Node)
	if t.numeric() || t.Kind == Duration || t.open() {
		return of(t)
	}
	return of(c.problem(n.Node, CodeType, "", "`%s` can't stand before it: %s", n.Operator, isA(n.Node, t)))
}

func (c *checker) conditional(n *ast.ConditionalNode) operand {
	cond := c.condition(&n.Cond, nil, "the condition")
	a := c.under(cond.yes, &n.Exp1)
	b := c.under(cond.no, &n.Exp2)
	c.remember(n.Exp1, a.typ)
	c.remember(n.Exp2, b.typ)
	return operand{
		c.joined(&n.Exp1, &n.Exp2, a.typ, b.typ),
		either(both(cond.yes, a.yes), both(cond.no, b.yes)),
		either(both(cond.yes, a.no), both(cond.no, b.no)),
	}
}

// joined is the type of a value that comes from one of two nodes; a text that is written out is what the other is, where it can be.
func (c *checker) joined(p, q *ast.Node, a, b *Type) *Type {
	if looksLike(*q, a) {
		c.take(q, a)
		return a
	}
	if looksLike(*p, b) {
		c.take(p, b)
		return b
	}
	return common(a, b)
}

func (c *checker) let(n *ast.VariableDeclaratorNode) operand {
	t := c.typ(&n.Value)
	c.locals = append(c.locals, local{n.Name, t})
	x := c.node(&n.Expr)
	c.locals = c.locals[:len(c.locals)-1]
	return x
}

func (c *checker) local(name string) (*Type, bool) {
	for i := len(c.locals) - 1; i >= 0; i-- {
		if c.locals[i].name == name {
			return c.locals[i].typ, true
		}
	}
	return nil, false
}
