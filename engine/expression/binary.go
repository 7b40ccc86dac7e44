package expression

import (
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"

	"journey/engine/schedule"
)

func (c *checker) binary(p *ast.Node, n *ast.BinaryNode) operand {
	switch spell(n.Operator) {
	case "and":
		a := c.condition(&n.Left, nil, "what stands before `and`")
		b := c.condition(&n.Right, a.yes, "what stands after `and`")
		return operand{BoolType, both(a.yes, b.yes), either(a.no, both(a.yes, b.no))}
	case "or":
		a := c.condition(&n.Left, nil, "what stands before `or`")
		b := c.condition(&n.Right, a.no, "what stands after `or`")
		return operand{BoolType, either(a.yes, both(a.no, b.yes)), both(a.no, b.no)}
	case "??":
		return c.coalesce(n)
	case "==", "!=":
		return c.equality(n)
	case "<", ">", "<=", ">=":
		c.ordering(n)
		yes, no := compared(n.Operator, n.Left, n.Right)
		return operand{BoolType, yes, no}
	case "in":
		return c.membership(n)
	case "contains", "startsWith", "endsWith", "matches":
		return c.textTest(n)
	case "..":
		for _, side := range []*ast.Node{&n.Left, &n.Right} {
			if t := c.typ(side); t.Kind != Int && !t.open() {
				c.problem(*side, CodeType, "", "`..` goes from one whole number to another, and %s", isA(*side, t))
			}
		}
		return of(&Type{Kind: List, Elem: IntType})
	}
	return of(c.arithmetic(p, n))
}

func (c *checker) coalesce(n *ast.BinaryNode) operand {
	a := c.guarded(&n.Left)
	b := c.typ(&n.Right)
	c.remember(n.Left, a.typ)
	c.remember(n.Right, b)
	x := of(c.joined(&n.Left, &n.Right, a.typ, b))
	if v, ok := literal(n.Right).(bool); ok && a.typ.Kind == Bool {
		if path := pathOf(n.Left); v {
			x.no = set(path)
		} else {
			x.yes = set(path)
		}
	}
	return x
}

func (c *checker) equality(n *ast.BinaryNode) operand {
	if isNil(n.Left) || isNil(n.Right) {
		c.guarded(&n.Left)
		c.guarded(&n.Right)
	} else if l, r := c.pair(n); !comparable(l, r) {
		c.incomparable(n, l, r)
	}
	yes, no := compared(n.Operator, n.Left, n.Right)
	return operand{BoolType, yes, no}
}

func (c *checker) ordering(n *ast.BinaryNode) {
	l, r := c.pair(n)
	for _, side := range []struct {
		node ast.Node
		typ  *Type
	}{{n.Left, l}, {n.Right, r}} {
		switch side.typ.Kind {
		case Bool, List, Object, Event:
			c.problem(side.node, CodeType, comparison(side.typ), "`%s` compares what is more or less, and %s", n.Operator, isA(side.node, side.typ))
			return
		case Nil:
			c.problem(n, CodeType, "write x != nil to ask whether it is set", "nothing is more or less than nil")
			return
		}
	}
	if !comparable(l, r) {
		c.incomparable(n, l, r)
	}
}

func (c *checker) incomparable(n *ast.BinaryNode, l, r *Type) {
	at, than, t := n.Left, n.Right, r
	typ := l
	if literal(at) != nil && literal(than) == nil {
		at, than, typ, t = than, at, r, l
	}
	hint := ""
	if s, ok := literal(than).(string); ok && s == "" {
		hint = "to ask whether it is set, write " + format(at) + " " + n.Operator + " nil"
	}
	what := article(t)
	if literal(than) == nil {
		what = quoted(than) + ", " + what
	}
	from, to := bounds(n)
	c.problemAt(from, to-from, CodeType, hint, "%s and can't be compared with %s", isA(at, typ), what)
}

// pair types two sides that are compared, and makes a text that is written out what the other side is.
func (c *checker) pair(n *ast.BinaryNode) (l, r *Type) {
	l, r = c.typ(&n.Left), c.typ(&n.Right)
	if _, both := n.Left.(*ast.StringNode); both && r.Kind == String {
		return l, r
	}
	r = c.coerce(&n.Right, r, l, n)
	l = c.coerce(&n.Left, l, r, n)
	return l, r
}

// comparable tells whether values of two types can be equal at all. A date is compared with a time as its first minute.
func comparable(a, b *Type) bool {
	switch {
	case a.open() || b.open(), a.numeric() && b.numeric(), a.textual() && b.textual():
		return true
	case a.Kind == Date && b.Kind == Time, a.Kind == Time && b.Kind == Date:
		return true
	case a.Kind == List && b.Kind == List:
		return comparable(orAny(a.Elem), orAny(b.Elem))
	case a.Kind == Object && b.Kind == Object, a.Kind == Event && b.Kind == Event:
		return true
	}
	return a.Kind == b.Kind
}

// coerce makes a text that is written out, and compared in n, a value of the other side's type.
func (c *checker) coerce(p *ast.Node, t, other *Type, n *ast.BinaryNode) *Type {
	s, ok := (*p).(*ast.StringNode)
	if !ok || t.Kind != String {
		return t
	}
	switch other.Kind {
	case Enum:
		if !slices.Contains(other.Values, s.Value) {
			c.impossible(n)
			c.problem(s, CodeEnumCompare, didYouMean(s.Value, other.Values), "`%s` is not one of %s", s.Value, listOf(other.Values))
		}
		return other
	case Date, Time, Clock, Duration:
		if !c.take(p, other) {
			if s.Value == "" || !digit(s.Value) {
				return t // the sides are told to be of different types
			}
			c.problem(s, CodeValue, writtenAs(other), "%q is not %s", s.Value, article(other))
		}
		return other
	}
	return t
}

func digit(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return '0' <= r && r <= '9' })
}

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

func (c *checker) membership(n *ast.BinaryNode) operand {
	l := c.typ(&n.Left)
	list, written := n.Right.(*ast.ArrayNode)
	if !written {
		return c.memberOf(n, l)
	}
	impossible := 0
	for i := range list.Nodes {
		side := &ast.BinaryNode{Operator: "==", Left: n.Left, Right: list.Nodes[i]}
		e := c.coerce(&list.Nodes[i], c.typ(&list.Nodes[i]), l, side)
		if c.never[side] {
			impossible++
		}
		if !comparable(l, e) {
			c.problem(list.Nodes[i], CodeType, "", "%s and never %s", isA(n.Left, l), article(e))
		}
	}
	if impossible == len(list.Nodes) {
		c.impossible(n)
	}
	yes, no := memberOf(n.Left, list)
	return operand{BoolType, yes, no}
}

// memberOf is for `in` with a list that is not written out, or an object's field names.
func (c *checker) memberOf(n *ast.BinaryNode, l *Type) operand {
	r := c.typ(&n.Right)
	switch {
	case r.open():
	case r.Kind == Object:
		if !l.textual() && !l.open() {
			c.problem(n.Left, CodeType, "", "`in` looks for the name of a field, and %s", isA(n.Left, l))
		}
	case r.Kind == List:
		elem := orAny(r.Elem)
		if l = c.coerce(&n.Left, l, elem, n); !comparable(l, elem) {
			c.problem(n, CodeType, "", "%s and never in a list of %s", isA(n.Left, l), elem)
		}
	case r.textual():
		c.problem(n.Right, CodeType, "write "+format(n.Right)+" contains "+format(n.Left), "`in` looks into a list, and %s", isA(n.Right, r))
	default:
		c.problem(n.Right, CodeType, `write the list in brackets, ["a", "b"]`, "`in` looks into a list, and %s", isA(n.Right, r))
	}
	return operand{BoolType, set(pathOf(n.Left)), nil}
}

func (c *checker) textTest(n *ast.BinaryNode) operand {
	for _, side := range []*ast.Node{&n.Left, &n.Right} {
		t := c.typ(side)
		switch {
		case t.textual() || t.open():
		case t.Kind == List && n.Operator == "contains":
			c.problem(*side, CodeType, "write "+format(n.Right)+" in "+format(n.Left), "`contains` looks into a text, and %s", isA(*side, t))
		default:
			c.problem(*side, CodeType, "", "`%s` is for texts, and %s", n.Operator, isA(*side, t))
		}
	}
	if s, ok := n.Right.(*ast.StringNode); ok && n.Operator == "matches" {
		if _, err := regexp.Compile(s.Value); err != nil {
			c.problem(s, CodeValue, "", "%q is not a regular expression: %s", s.Value, regexpProblem(err))
		}
	}
	return operand{BoolType, set(pathOf(n.Left)), nil}
}

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
