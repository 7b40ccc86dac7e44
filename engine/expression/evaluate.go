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

func (b *builder) name(name string) code {
	for i := len(b.locals) - 1; i >= 0; i-- {
		if b.locals[i].name == name {
			return b.place(b.locals[i].at)
		}
	}
	b.roots[name] = true
	return func(e *Env) any { return e.root(name) }
}

func (b *builder) place(at int) code {
	return func(e *Env) any { return e.stack[e.base+at] }
}

func (b *builder) let(n *ast.VariableDeclaratorNode) code {
	value := b.node(n.Value)
	at := b.take(1)
	b.locals = append(b.locals, slot{n.Name, at})
	body := b.node(n.Expr)
	b.locals = b.locals[:len(b.locals)-1]
	b.give(1)
	return func(e *Env) any {
		v := value(e)
		e.stack[e.base+at] = v
		return body(e)
	}
}

func (b *builder) pointer(n *ast.PointerNode) code {
	if len(b.loops) == 0 {
		return b.fail("# stands outside of a loop")
	}
	at := b.loops[len(b.loops)-1]
	switch n.Name {
	case "":
		return b.place(at)
	case "index":
		return b.place(at + 1)
	case "acc":
		return b.place(at + 2)
	}
	return b.fail("#%s is not known", n.Name)
}

func (b *builder) member(n *ast.MemberNode) code {
	base := b.node(n.Node)
	if name, ok := n.Property.(*ast.StringNode); ok {
		key := name.Value
		return func(e *Env) any {
			if m, ok := base(e).(map[string]any); ok {
				return m[key]
			}
			return nil
		}
	}
	index := b.node(n.Property)
	return func(e *Env) any { return e.element(base(e), index(e)) }
}

// element is one of a list, a field of an object, or a character of a text; nil where there is none.
func (e *Env) element(of, at any) any {
	switch of := of.(type) {
	case nil:
		return nil
	case map[string]any:
		key, _ := at.(string)
		return of[key]
	case []any:
		if i := e.index(at, len(of)); i >= 0 {
			return of[i]
		}
		return nil
	case string:
		e.spend(len(of))
		runes := []rune(of)
		if i := e.index(at, len(runes)); i >= 0 {
			return string(runes[i])
		}
		return nil
	}
	e.fail("%s has no elements", describe(of))
	return nil
}

// index is a place in a list, counted from its end where it is negative; -1 where it is outside.
func (e *Env) index(at any, length int) int {
	i := e.whole(at)
	if i < 0 {
		i += length
	}
	if i < 0 || i >= length {
		return -1
	}
	return i
}

func (b *builder) slice(n *ast.SliceNode) code {
	base, from, to := b.node(n.Node), constant(0), code(nil)
	if n.From != nil {
		from = b.node(n.From)
	}
	if n.To != nil {
		to = b.node(n.To)
	}
	return func(e *Env) any {
		v := base(e)
		length := 0
		var runes []rune
		switch v := v.(type) {
		case nil:
			return nil
		case []any:
			length = len(v)
		case string:
			e.spend(len(v))
			runes = []rune(v)
			length = len(runes)
		default:
			e.fail("%s has no parts", describe(v))
		}
		first, last := e.bound(from(e), length), length
		if to != nil {
			last = e.bound(to(e), length)
		}
		first = min(first, last)
		if list, ok := v.([]any); ok {
			return list[first:last:last]
		}
		return string(runes[first:last])
	}
}

func (e *Env) bound(at any, length int) int {
	i := e.whole(at)
	if i < 0 {
		i += length
	}
	return min(max(i, 0), length)
}

func (b *builder) array(n *ast.ArrayNode) code {
	parts := b.nodes(n.Nodes)
	return func(e *Env) any {
		e.spend(len(parts))
		list := make([]any, len(parts))
		for i, p := range parts {
			list[i] = p(e)
		}
		return list
	}
}

func (b *builder) object(n *ast.MapNode) code {
	keys, values := make([]code, len(n.Pairs)), make([]code, len(n.Pairs))
	for i, p := range n.Pairs {
		pair := p.(*ast.PairNode)
		keys[i], values[i] = b.node(pair.Key), b.node(pair.Value)
	}
	return func(e *Env) any {
		e.spend(len(keys))
		m := make(map[string]any, len(keys))
		for i, key := range keys {
			m[e.text(key(e))] = values[i](e)
		}
		return m
	}
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

func (b *builder) call(n *ast.CallNode) code {
	member, ok := n.Callee.(*ast.MemberNode)
	if !ok {
		name, args := callOf(n)
		return b.function(name, args)
	}
	name, _ := member.Property.(*ast.StringNode)
	if name == nil || methods[name.Value] == nil || len(n.Arguments) > 0 {
		return b.fail("%s can't be called", format(n.Callee))
	}
	m, of := methods[name.Value], b.node(member.Node)
	return func(e *Env) any {
		v := of(e)
		if v == nil {
			return nil
		}
		return m.run(e, v)
	}
}

func (b *builder) function(name string, args []ast.Node) code {
	f := functions[name]
	if f == nil {
		return b.fail("there is no function `%s`", name)
	}
	if !f.accepts(len(args)) {
		return b.fail("`%s` needs %s: %s", name, f.needs(), f.usage)
	}
	if name == "duration" || name == "time" {
		if s, ok := args[0].(*ast.StringNode); ok {
			v, err := Convert(s.Value, f.gives)
			if err != nil {
				return b.fail("%w", err)
			}
			return constant(v)
		}
	}
	parts := b.nodes(args)
	return func(e *Env) any {
		e.spend(1)
		values := make([]any, len(parts))
		for i, p := range parts {
			values[i] = p(e)
		}
		return f.run(e, values)
	}
}

func (b *builder) loop(n *ast.BuiltinNode, f *looping) code {
	if len(n.Arguments) == 0 {
		return b.fail("`%s` needs a list: %s", n.Name, f.usage)
	}
	if len(n.Arguments) == 1 && !f.optional {
		return b.fail("`%s` needs an expression for each element: %s", n.Name, f.usage)
	}
	return f.compile(b, n)
}
