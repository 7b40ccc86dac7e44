package expression

import "github.com/expr-lang/expr/ast"

func writtenAs(t *Type) string {
	switch t.Kind {
	case Date:
		return "write it like 2026-03-09"
	case Time:
		return "write it like 2026-03-09T09:00:00Z"
	case Clock:
		return "write it like 09:30"
	case Duration:
		return "write it like 90s, 10m, 24h, 7d or 1h30m"
	case Phone:
		return "write it like +14155550101"
	case Email:
		return "write it like ada@example.com"
	case URL:
		return "write it like https://www.example.com"
	}
	return ""
}

// looksLike tells whether a node is a text that is written out and is a value of a type.
func looksLike(n ast.Node, t *Type) bool {
	s, ok := n.(*ast.StringNode)
	if !ok || t == nil {
		return false
	}
	switch t.Kind {
	case Date, Time, Clock, Duration, Phone, Email, URL, Enum:
		_, err := Convert(s.Value, t)
		return err == nil
	}
	return false
}

// take puts in the place of a text that is written out what makes it a value of a type, if it is one.
func (c *checker) take(p *ast.Node, t *Type) bool {
	if !looksLike(*p, t) {
		return false
	}
	s := (*p).(*ast.StringNode)
	switch t.Kind {
	case Time:
		*p = call("time", s)
	case Duration:
		*p = call("duration", s)
	case Date, Clock:
		v, _ := Convert(s.Value, t)
		*p = &ast.StringNode{Value: v.(string)}
	}
	(*p).SetLocation(s.Location())
	return true
}

func call(name string, args ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}
