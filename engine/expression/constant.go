package expression

import (
	"math"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// impossible notes that a comparison is never true.
func (c *checker) impossible(n *ast.BinaryNode) {
	if c.never == nil {
		c.never = map[ast.Node]bool{}
	}
	c.never[n] = true
}

// constant tells a condition that is always true, or always false, whatever the data are; nil for any other.
func (c *checker) constant(n ast.Node) *bool {
	switch n := n.(type) {
	case *ast.BoolNode:
		return &n.Value
	case *ast.ChainNode:
		return c.constant(n.Node)
	case *ast.UnaryNode:
		if x := c.constant(n.Node); x != nil && spell(n.Operator) == "not" {
			return truth(!*x)
		}
	case *ast.ConditionalNode:
		a, b := c.constant(n.Exp1), c.constant(n.Exp2)
		if x := c.constant(n.Cond); x != nil {
			if *x {
				return a
			}
			return b
		}
		if a != nil && b != nil && *a == *b {
			return a
		}
	case *ast.BinaryNode:
		switch op := spell(n.Operator); op {
		case "and", "or":
			return c.constantChain(n, op)
		default:
			return c.constantComparison(n, op)
		}
	}
	return nil
}

func truth(b bool) *bool { return &b }

// constantChain looks at a and b and c: constant parts, and parts that contradict each other. An or is true whenever the ands of the
// contraries are false.
func (c *checker) constantChain(n *ast.BinaryNode, op string) *bool {
	decisive := op == "or"
	parts := flatten(n, op, nil)
	open := false
	seen := atoms{}
	for _, p := range parts {
		x := c.constant(p)
		if x != nil && *x == decisive {
			return x
		}
		open = open || x == nil
		if seen.contradicts(p, decisive) {
			return truth(decisive)
		}
	}
	if !open {
		return truth(!decisive)
	}
	return nil
}

func flatten(n ast.Node, op string, into []ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && spell(b.Operator) == op {
		return flatten(b.Right, op, flatten(b.Left, op, into))
	}
	return append(into, n)
}

func (c *checker) constantComparison(n *ast.BinaryNode, op string) *bool {
	if c.never[n] {
		return truth(op == "!=")
	}
	if a, b := literal(n.Left), literal(n.Right); a != nil && b != nil && opposite(op) != "" {
		if holds, known := compareLiterals(op, a, b); known {
			return &holds
		}
	}
	return c.constantType(n, op)
}

// constantType compares an event's type with texts: it is never one that can't come here.
func (c *checker) constantType(n *ast.BinaryNode, op string) *bool {
	yes, no := compared(op, n.Left, n.Right)
	if op == "in" {
		yes, no = memberOf(n.Left, n.Right)
	}
	always := func(facts []Fact) bool {
		return slices.ContainsFunc(facts, func(f Fact) bool {
			types := c.events[eventOf(f.Path)]
			return len(types) > 0 && f.In != nil && !slices.ContainsFunc(f.In, func(t string) bool { return slices.Contains(types, t) })
		})
	}
	switch {
	case always(yes):
		return truth(false)
	case always(no):
		return truth(true)
	}
	return nil
}

func eventOf(path string) string {
	const suffix = ".type"
	if n := len(path) - len(suffix); n > 0 && path[n:] == suffix {
		return path[:n]
	}
	return ""
}

// atoms is what the parts of a chain of ands say so far.
type atoms struct {
	said   map[string]bool // conditions, as written in one form, and whether they hold
	bounds map[string]*interval
	texts  map[string][]string
}

type interval struct {
	low, high         float64
	openLow, openHigh bool
}

func (i interval) empty() bool {
	return i.low > i.high || i.low == i.high && (i.openLow || i.openHigh)
}

// contradicts adds a part, negated where the chain is one of ors, and tells whether it can't hold beside the others.
func (a *atoms) contradicts(n ast.Node, negated bool) bool {
	for {
		u, ok := n.(*ast.UnaryNode)
		if !ok || spell(u.Operator) != "not" {
			break
		}
		n, negated = u.Node, !negated
	}
	if b, ok := n.(*ast.BinaryNode); ok && opposite(b.Operator) != "" {
		return a.comparison(b, negated)
	}
	return a.says(format(n), !negated)
}

func (a *atoms) says(condition string, holds bool) bool {
	if a.said == nil {
		a.said = map[string]bool{}
	}
	if old, ok := a.said[condition]; ok && old != holds {
		return true
	}
	a.said[condition] = holds
	return false
}

func (a *atoms) comparison(n *ast.BinaryNode, negated bool) bool {
	left, op, right := n.Left, n.Operator, n.Right
	if literal(left) != nil {
		left, op, right = right, mirrored(op), left
	}
	if negated {
		op = opposite(op)
	}
	path := format(left)
	switch v := literal(right).(type) {
	case int:
		return a.within(path, op, float64(v)) || a.differs(path, op, right)
	case float64:
		return a.within(path, op, v) || a.differs(path, op, right)
	case string:
		if op == "==" {
			if a.texts == nil {
				a.texts = map[string][]string{}
			}
			old := a.texts[path]
			a.texts[path] = append(old, v)
			if len(old) > 0 && old[0] != v {
				return true
			}
		}
	}
	return a.differs(path, op, right)
}

// differs keeps == and != apart from each other, and < from >=.
func (a *atoms) differs(path, op string, right ast.Node) bool {
	holds := op == "==" || op == "<" || op == ">"
	if !holds {
		op = opposite(op)
	}
	return a.says(path+" "+op+" "+format(right), holds)
}

func (a *atoms) within(path, op string, v float64) bool {
	if a.bounds == nil {
		a.bounds = map[string]*interval{}
	}
	i := a.bounds[path]
	if i == nil {
		i = &interval{low: math.Inf(-1), high: math.Inf(1)}
		a.bounds[path] = i
	}
	if (op == ">" || op == ">=" || op == "==") && (v > i.low || v == i.low && op == ">") {
		i.low, i.openLow = v, op == ">"
	}
	if (op == "<" || op == "<=" || op == "==") && (v < i.high || v == i.high && op == "<") {
		i.high, i.openHigh = v, op == "<"
	}
	return i.empty()
}
