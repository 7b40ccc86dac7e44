package expression

import (
	"github.com/expr-lang/expr/ast"

	"journey/engine/schedule"
)

func (c *checker) arithmetic(p *ast.Node, n *ast.BinaryNode) *Type {
	l, r := c.typ(&n.Left), c.typ(&n.Right)
	c.operandOf(&n.Left, &l, r, n.Operator)
	c.operandOf(&n.Right, &r, l, n.Operator)
	if isNil(n.Left) || isNil(n.Right) {
		return c.problem(n, CodeType, "", "nothing can be calculated with nil")
	}
	if l.open() || r.open() {
		return anyResult(n.Operator, l, r)
	}
	if t := resultOf(n.Operator, l, r); t != nil {
		return t
	}
	if t := c.aroundDate(n, l, r); t != nil {
		return t
	}
	return c.noSum(n, l, r)
}

// operandOf makes a text that is written out a duration or a date where the other side calls for one.
func (c *checker) operandOf(p *ast.Node, t **Type, other *Type, operator string) {
	var as []*Type
	switch other.Kind {
	case Time, Date:
		as = []*Type{DurationType}
		if operator == "-" {
			as = []*Type{DurationType, DateType, TimeType}
		}
	case Duration:
		as = []*Type{DurationType, DateType, TimeType}
	}
	for _, want := range as {
		if c.take(p, want) {
			*t = want
			return
		}
	}
}

// anyResult is what an operator gives where the type of a side is not known.
func anyResult(operator string, l, r *Type) *Type {
	known := l
	if l.open() {
		known = r
	}
	switch operator = spell(operator); {
	case operator == "**":
		return NumberType
	case operator == "%":
		return IntType
	case operator == "+" && known.textual():
		return StringType
	}
	return AnyType
}

// resultOf is the type of a calculation; nil where there is none of this kind.
func resultOf(operator string, l, r *Type) *Type {
	if l.numeric() && r.numeric() {
		return numberResult(operator, l, r)
	}
	switch operator {
	case "+":
		switch {
		case l.textual() && r.textual():
			return StringType
		case l.Kind == Duration && r.Kind == Duration:
			return DurationType
		case l.Kind == Time && r.Kind == Duration, l.Kind == Duration && r.Kind == Time:
			return TimeType
		}
	case "-":
		moments := (l.Kind == Time || l.Kind == Date) && (r.Kind == Time || r.Kind == Date)
		switch {
		case moments, l.Kind == Duration && r.Kind == Duration:
			return DurationType
		case l.Kind == Time && r.Kind == Duration:
			return TimeType
		}
	case "*":
		if l.Kind == Duration && r.numeric() || l.numeric() && r.Kind == Duration {
			return DurationType
		}
	case "/":
		switch {
		case l.Kind == Duration && r.numeric():
			return DurationType
		case l.Kind == Duration && r.Kind == Duration:
			return NumberType
		}
	}
	return nil
}

func numberResult(operator string, l, r *Type) *Type {
	ints := l.Kind == Int && r.Kind == Int
	switch spell(operator) {
	case "/", "**":
		return NumberType
	case "%":
		if !ints {
			return nil
		}
	}
	if ints {
		return IntType
	}
	return NumberType
}

// aroundDate types a date and a duration: whole days that are written out lead to another date, any other to a moment, which is
// then counted from the date's first minute.
func (c *checker) aroundDate(n *ast.BinaryNode, l, r *Type) *Type {
	date, by := &n.Left, n.Right
	switch {
	case l.Kind == Date && r.Kind == Duration && (n.Operator == "+" || n.Operator == "-"):
	case l.Kind == Duration && r.Kind == Date && n.Operator == "+":
		date, by = &n.Right, n.Left
	default:
		return nil
	}
	if wholeDays(by) {
		return DateType
	}
	at := call("at", *date, &ast.StringNode{Value: "00:00"})
	at.SetLocation((*date).Location())
	*date = at
	return TimeType
}

func wholeDays(n ast.Node) bool {
	name, args := callOf(n)
	if name != "duration" || len(args) != 1 {
		return false
	}
	s, ok := args[0].(*ast.StringNode)
	if !ok {
		return false
	}
	d, err := schedule.ParseDuration(s.Value)
	return err == nil && d%day == 0
}

func (c *checker) noSum(n *ast.BinaryNode, l, r *Type) *Type {
	hint := ""
	switch {
	case n.Operator == "+" && l.textual():
		hint = "make it a text with string(" + format(n.Right) + ")"
	case n.Operator == "+" && r.textual():
		hint = "make it a text with string(" + format(n.Left) + ")"
	case n.Operator == "+" && l.Kind == List && r.Kind == List:
		hint = "write concat(" + format(n.Left) + ", " + format(n.Right) + ")"
	case n.Operator == "%":
		hint = "% is for whole numbers"
	case (l.Kind == Time || l.Kind == Date) && r.numeric():
		hint = `write how long it is, for example duration("2d")`
	}
	from, to := bounds(n)
	c.problemAt(from, to-from, CodeType, hint, "%s and %s: they can't be %s", isA(n.Left, l), isA(n.Right, r), done[spell(n.Operator)])
	return AnyType
}

// done is what an operator does to its sides.
var done = map[string]string{"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided", "%": "divided with %", "**": "raised to a power"}
