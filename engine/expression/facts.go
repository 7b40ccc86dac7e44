package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// facts are what is known after a condition was true, and after it was false.
func facts(n ast.Node) (yes, no []Fact) {
	switch n := n.(type) {
	case *ast.ChainNode:
		return facts(n.Node)
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			no, yes = facts(n.Node)
			return yes, no
		}
	case *ast.BinaryNode:
		return binaryFacts(n)
	case *ast.IdentifierNode, *ast.MemberNode:
		if p := pathOf(n); p != "" {
			return []Fact{{Path: p, NonNil: true}}, nil
		}
	}
	return nil, nil
}

func binaryFacts(n *ast.BinaryNode) (yes, no []Fact) {
	switch n.Operator {
	case "and", "&&":
		a, _ := facts(n.Left)
		b, _ := facts(n.Right)
		return slices.Concat(a, b), nil
	case "or", "||":
		a, an := facts(n.Left)
		b, bn := facts(n.Right)
		return either(a, b), slices.Concat(an, bn)
	case "==", "!=":
		yes, no = equalFacts(n)
		if n.Operator == "!=" {
			return no, yes
		}
		return yes, no
	case "in":
		return inFacts(n)
	case "not in":
		yes, no = inFacts(n)
		return no, yes
	case "<", ">", "<=", ">=":
		for _, side := range []ast.Node{n.Left, n.Right} {
			if p := pathOf(side); p != "" {
				yes = append(yes, Fact{Path: p, NonNil: true})
			}
		}
		return yes, nil
	}
	return nil, nil
}

// either keeps what both sides say of the same path.
func either(a, b []Fact) []Fact {
	var out []Fact
	for _, x := range a {
		for _, y := range b {
			if x.Path == y.Path {
				f := Fact{Path: x.Path, NonNil: x.NonNil && y.NonNil}
				if x.In != nil && y.In != nil {
					f.In = slices.Concat(x.In, y.In)
				}
				out = append(out, f)
			}
		}
	}
	return out
}

func equalFacts(n *ast.BinaryNode) (yes, no []Fact) {
	left, right := n.Left, n.Right
	if isNil(left) || pathOf(left) == "" {
		left, right = right, left
	}
	path := pathOf(left)
	if path == "" {
		return nil, nil
	}
	if isNil(right) {
		return nil, []Fact{{Path: path, NonNil: true}}
	}
	f := Fact{Path: path, NonNil: true}
	if s, ok := right.(*ast.StringNode); ok {
		f.In = []string{s.Value}
		no = []Fact{{Path: path, NotIn: f.In}}
	}
	return []Fact{f}, no
}

func inFacts(n *ast.BinaryNode) (yes, no []Fact) {
	path := pathOf(n.Left)
	list, ok := n.Right.(*ast.ArrayNode)
	if path == "" || !ok {
		return nil, nil
	}
	var texts []string
	for _, e := range list.Nodes {
		s, ok := e.(*ast.StringNode)
		if !ok {
			return []Fact{{Path: path, NonNil: true}}, nil
		}
		texts = append(texts, s.Value)
	}
	return []Fact{{Path: path, NonNil: true, In: texts}}, []Fact{{Path: path, NotIn: texts}}
}

// constant tells a condition that is always true, or always false.
func constant(n ast.Node) *bool {
	switch n := n.(type) {
	case *ast.BoolNode:
		return &n.Value
	case *ast.UnaryNode:
		if c := constant(n.Node); c != nil && (n.Operator == "not" || n.Operator == "!") {
			v := !*c
			return &v
		}
	case *ast.BinaryNode:
		and := n.Operator == "and" || n.Operator == "&&"
		if !and && n.Operator != "or" && n.Operator != "||" {
			return nil
		}
		l, r := constant(n.Left), constant(n.Right)
		for _, side := range []*bool{l, r} {
			if side != nil && *side != and {
				return side
			}
		}
		if l != nil && r != nil {
			return l
		}
		if opposite(n.Left, n.Right) || opposite(n.Right, n.Left) {
			v := !and
			return &v
		}
	}
	return nil
}

func opposite(a, b ast.Node) bool {
	u, ok := b.(*ast.UnaryNode)
	return ok && (u.Operator == "not" || u.Operator == "!") && u.Node.String() == a.String()
}
