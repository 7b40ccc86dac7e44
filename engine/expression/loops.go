package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// turns is a loop that is compiled: its list, and an expression for each element.
type turns struct {
	list, body code // body is nil where the elements themselves are meant
	at         int  // of the element on the stack
	cost       int  // of one turn
}

// turns compiles the parts of a call that goes over a list.
func (b *builder) turns(n *ast.BuiltinNode) *turns {
	t := &turns{list: b.node(n.Arguments[0])}
	if len(n.Arguments) == 1 {
		t.cost, t.at = 1, b.take(3)
		b.give(3)
		return t
	}
	body, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		t.list = b.fail("%s needs an expression for each element", n.Name)
		return t
	}
	t.at = b.take(3)
	b.loops = append(b.loops, t.at)
	t.body = b.node(body.Node)
	b.loops = b.loops[:len(b.loops)-1]
	b.give(3)
	var count size
	ast.Walk(&body.Node, &count)
	t.cost = int(count)
	return t
}

// size counts the nodes of a tree.
type size int

func (s *size) Visit(*ast.Node) { *s++ }

// elements is the list of a loop.
func (t *turns) elements(e *Env) []any { return e.list(t.list(e)) }

// turn gives the value of the expression for an element.
func (t *turns) turn(e *Env, i int, elem any) any {
	e.spend(t.cost)
	if t.body == nil {
		return elem
	}
	place := e.stack[e.base+t.at:]
	place[0], place[1] = elem, i
	return t.body(e)
}

// compileAll is for all, none and any: it stops with the contrary at the first element for which the condition is stop.
func compileAll(result, stop bool) func(b *builder, n *ast.BuiltinNode) code {
	return func(b *builder, n *ast.BuiltinNode) code {
		t := b.turns(n)
		return func(e *Env) any {
			for i, elem := range t.elements(e) {
				if e.truth(t.turn(e, i, elem)) == stop {
					return !result
				}
			}
			return result
		}
	}
}

func countTrue(e *Env, t *turns) (n int) {
	for i, elem := range t.elements(e) {
		if e.truth(t.turn(e, i, elem)) {
			n++
		}
	}
	return n
}

func compileOne(b *builder, n *ast.BuiltinNode) code {
	t := b.turns(n)
	return func(e *Env) any { return countTrue(e, t) == 1 }
}

func compileCount(b *builder, n *ast.BuiltinNode) code {
	t := b.turns(n)
	return func(e *Env) any { return countTrue(e, t) }
}

func compileFilter(b *builder, n *ast.BuiltinNode) code {
	t := b.turns(n)
	return func(e *Env) any {
		out := []any{}
		for i, elem := range t.elements(e) {
			if e.truth(t.turn(e, i, elem)) {
				out = append(out, elem)
			}
		}
		return out
	}
}

func compileFind(fromEnd, index bool) func(b *builder, n *ast.BuiltinNode) code {
	return func(b *builder, n *ast.BuiltinNode) code {
		t := b.turns(n)
		return func(e *Env) any {
			list := t.elements(e)
			for step := range list {
				i := step
				if fromEnd {
					i = len(list) - 1 - step
				}
				if !e.truth(t.turn(e, i, list[i])) {
					continue
				}
				if index {
					return i
				}
				return list[i]
			}
			return nil
		}
	}
}

func compileMap(b *builder, n *ast.BuiltinNode) code {
	t := b.turns(n)
	return func(e *Env) any {
		list := t.elements(e)
		out := make([]any, len(list))
		for i, elem := range list {
			out[i] = t.turn(e, i, elem)
		}
		return out
	}
}

func compileSum(b *builder, n *ast.BuiltinNode) code {
	t := b.turns(n)
	return func(e *Env) any {
		var sum any = 0
		for i, elem := range t.elements(e) {
			v := t.turn(e, i, elem)
			if i == 0 {
				e.negate(v)
				sum = v
				continue
			}
			sum = add(e, sum, v)
		}
		return sum
	}
}

func compileGroup(b *builder, n *ast.BuiltinNode) code {
	t := b.turns(n)
	return func(e *Env) any {
		groups := map[string]any{}
		for i, elem := range t.elements(e) {
			key := e.ctx.show(t.turn(e, i, elem))
			e.spend(len(key))
			list, _ := groups[key].([]any)
			groups[key] = append(list, elem)
		}
		return groups
	}
}

func compileSort(b *builder, n *ast.BuiltinNode) code {
	order := constant("asc")
	if len(n.Arguments) > 2 {
		order = b.node(n.Arguments[2])
	}
	t := b.turns(n)
	return func(e *Env) any {
		descending := e.descending(order(e))
		list := t.elements(e)
		type keyed struct{ key, elem any }
		pairs := make([]keyed, len(list))
		for i, elem := range list {
			pairs[i] = keyed{t.turn(e, i, elem), elem}
		}
		slices.SortStableFunc(pairs, func(a, b keyed) int { return e.sorted(a.key, b.key, descending) })
		out := make([]any, len(list))
		for i, p := range pairs {
			out[i] = p.elem
		}
		return out
	}
}

func compileReduce(b *builder, n *ast.BuiltinNode) code {
	var start code
	if len(n.Arguments) > 2 {
		start = b.node(n.Arguments[2])
	}
	t := b.turns(n)
	return func(e *Env) any {
		list, first := t.elements(e), 0
		var acc any
		switch {
		case start != nil:
			acc = start(e)
		case len(list) == 0:
			e.fail("reduce has an empty list and no value to start with")
		default:
			acc, first = list[0], 1
		}
		for i := first; i < len(list); i++ {
			e.stack[e.base+t.at+2] = acc
			acc = t.turn(e, i, list[i])
		}
		return acc
	}
}
