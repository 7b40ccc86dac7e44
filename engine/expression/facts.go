package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// Bounds of what is remembered of a condition; what is beyond them is not known.
const (
	maxFacts = 32 // paths
	maxTexts = 64 // that a path is, or is not, one of
)

// both joins facts that hold together, one for each path.
func both(a, b []Fact) []Fact {
	if len(a) == 0 || len(b) == 0 {
		return append(slices.Clip(a), b...)
	}
	out := slices.Clone(a)
	for _, f := range b {
		i := slices.IndexFunc(out, func(x Fact) bool { return x.Path == f.Path })
		switch {
		case i >= 0:
			out[i] = together(out[i], f)
		case len(out) < maxFacts:
			out = append(out, f)
		}
	}
	return out
}

func together(x, y Fact) Fact {
	x.NonNil = x.NonNil || y.NonNil
	switch {
	case x.In == nil:
		x.In = y.In
	case y.In != nil:
		x.In = slices.DeleteFunc(slices.Clone(x.In), func(s string) bool { return !slices.Contains(y.In, s) })
	}
	not := slices.Concat(x.NotIn, missing(y.NotIn, x.NotIn))
	x.NotIn = not[:min(len(not), maxTexts)]
	return x
}

// either keeps what holds in both of two cases.
func either(a, b []Fact) []Fact {
	var out []Fact
	for _, x := range a {
		i := slices.IndexFunc(b, func(y Fact) bool { return x.Path == y.Path })
		if i < 0 {
			continue
		}
		y := b[i]
		f := Fact{Path: x.Path, NonNil: x.NonNil && y.NonNil}
		if x.In != nil && y.In != nil && len(x.In)+len(y.In) <= maxTexts {
			f.In = slices.Concat(x.In, missing(y.In, x.In))
		}
		f.NotIn = slices.DeleteFunc(slices.Clone(x.NotIn), func(s string) bool { return !slices.Contains(y.NotIn, s) })
		if f.NonNil || f.In != nil || len(f.NotIn) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// compared are the facts of left operator right, after it was true and after it was false.
func compared(operator string, left, right ast.Node) (yes, no []Fact) {
	if isNil(left) || pathOf(left) == "" && literal(left) != nil {
		left, right, operator = right, left, mirrored(operator)
	}
	switch operator {
	case "!=":
		yes, no = compared("==", left, right)
		return no, yes
	case "==":
		if isNil(right) {
			return nil, set(pathOf(left))
		}
	}
	yes, no = fallback(operator, left, right)
	for _, side := range []ast.Node{left, right} {
		if operator != "==" || literal(other(side, left, right)) != nil {
			yes = both(yes, set(pathOf(side)))
		}
	}
	if text, ok := literal(right).(string); ok && operator == "==" && pathOf(left) != "" {
		yes = both(yes, []Fact{{Path: pathOf(left), NonNil: true, In: []string{text}}})
		no = both(no, []Fact{{Path: pathOf(left), NotIn: []string{text}}})
	}
	return yes, no
}

func other(side, left, right ast.Node) ast.Node {
	if side == left {
		return right
	}
	return left
}

func set(path string) []Fact {
	if path == "" {
		return nil
	}
	return []Fact{{Path: path, NonNil: true}}
}

// fallback learns from (path ?? literal) compared with a literal: where the one written out would not pass, the path was set.
func fallback(operator string, left, right ast.Node) (yes, no []Fact) {
	path, instead := withDefault(left)
	limit := literal(right)
	if path == "" || instead == nil || limit == nil {
		return nil, nil
	}
	holds, known := compareLiterals(operator, instead, limit)
	switch {
	case !known:
		return nil, nil
	case holds:
		return nil, set(path)
	}
	return set(path), nil
}

// withDefault takes path ?? literal apart.
func withDefault(n ast.Node) (path string, instead any) {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "??" {
		return pathOf(b.Left), literal(b.Right)
	}
	return "", nil
}

// memberOf are the facts of left in right.
func memberOf(left, right ast.Node) (yes, no []Fact) {
	path := pathOf(left)
	list, ok := right.(*ast.ArrayNode)
	if path == "" || !ok {
		return nil, nil
	}
	var texts []string
	for _, n := range list.Nodes {
		switch v := literal(n).(type) {
		case string:
			texts = append(texts, v)
		case nil:
			return nil, nil
		}
	}
	if len(texts) < len(list.Nodes) {
		return set(path), nil
	}
	if len(texts) > maxTexts {
		return set(path), nil
	}
	return []Fact{{Path: path, NonNil: true, In: texts}}, []Fact{{Path: path, NotIn: texts}}
}

func isNil(n ast.Node) bool {
	_, ok := n.(*ast.NilNode)
	return ok
}

// mirrored is the operator that says the same with the sides exchanged.
func mirrored(operator string) string {
	switch operator {
	case "<":
		return ">"
	case ">":
		return "<"
	case "<=":
		return ">="
	case ">=":
		return "<="
	}
	return operator
}

// opposite is the operator that says the contrary.
func opposite(operator string) string {
	return map[string]string{"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}[operator]
}

func compareLiterals(operator string, a, b any) (holds, known bool) {
	x, aNumber := Float(a)
	y, bNumber := Float(b)
	switch {
	case aNumber && bNumber:
		return ordered(operator, compareFloats(x, y)), true
	case operator == "==" || operator == "!=":
		return Equal(a, b) == (operator == "=="), true
	}
	s, aText := a.(string)
	t, bText := b.(string)
	if aText && bText {
		return ordered(operator, compareTexts(s, t)), true
	}
	return false, false
}
