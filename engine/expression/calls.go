package expression

import "github.com/expr-lang/expr/ast"

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
