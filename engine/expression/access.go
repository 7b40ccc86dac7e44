package expression

import "github.com/expr-lang/expr/ast"

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
