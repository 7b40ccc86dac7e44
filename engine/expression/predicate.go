package expression

import "github.com/expr-lang/expr/ast"

// looping is a function that goes over a list with an expression for each element, which may stand in braces.
type looping struct {
	usage    string
	test     bool // the expression must be true or false
	optional bool // it may be left out
	gives    func(list, body *Type) *Type
	compile  func(b *builder, n *ast.BuiltinNode) code
}

func always(t *Type) func(list, body *Type) *Type { return func(_, _ *Type) *Type { return t } }

func sameList(list, _ *Type) *Type {
	if list.Kind == List {
		return list
	}
	return &Type{Kind: List, Elem: AnyType}
}

func oneOf(list, _ *Type) *Type { return orAny(list.Elem) }

var loops map[string]*looping

func init() {
	loops = map[string]*looping{
		"all":           {usage: "all(list, condition)", test: true, gives: always(BoolType), compile: compileAll(true, false)},
		"none":          {usage: "none(list, condition)", test: true, gives: always(BoolType), compile: compileAll(true, true)},
		"any":           {usage: "any(list, condition)", test: true, gives: always(BoolType), compile: compileAll(false, true)},
		"one":           {usage: "one(list, condition)", test: true, gives: always(BoolType), compile: compileOne},
		"filter":        {usage: "filter(list, condition)", test: true, gives: sameList, compile: compileFilter},
		"find":          {usage: "find(list, condition)", test: true, gives: oneOf, compile: compileFind(false, false)},
		"findIndex":     {usage: "findIndex(list, condition)", test: true, gives: always(IntType), compile: compileFind(false, true)},
		"findLast":      {usage: "findLast(list, condition)", test: true, gives: oneOf, compile: compileFind(true, false)},
		"findLastIndex": {usage: "findLastIndex(list, condition)", test: true, gives: always(IntType), compile: compileFind(true, true)},
		"count":         {usage: "count(list, condition)", test: true, optional: true, gives: always(IntType), compile: compileCount},
		"map":           {usage: "map(list, value)", gives: func(_, body *Type) *Type { return &Type{Kind: List, Elem: body} }, compile: compileMap},
		"groupBy": {usage: "groupBy(list, value)", gives: func(list, _ *Type) *Type {
			return &Type{Kind: Object, Elem: sameList(list, nil)}
		}, compile: compileGroup},
		"sortBy": {usage: "sortBy(list, value)", gives: sameList, compile: compileSort},
		"sum": {usage: "sum(list, number)", optional: true, gives: func(list, body *Type) *Type {
			if body == nil {
				body = orAny(list.Elem)
			}
			return body
		}, compile: compileSum},
		"reduce": {usage: "reduce(list, value, start)", gives: func(_, body *Type) *Type { return body }, compile: compileReduce},
	}
}

// predicate types a call of one of these functions.
func (c *checker) predicate(n *ast.BuiltinNode) *Type {
	f := loops[n.Name]
	at := n.Location()
	if len(n.Arguments) == 0 {
		c.problemAt(at.From, at.To-at.From, CodeArguments, "", "`%s` needs a list: %s", n.Name, f.usage)
		return AnyType
	}
	list := c.typ(&n.Arguments[0])
	if list.Kind != List && !list.open() {
		c.problem(n.Arguments[0], CodeType, "", "%s goes over a list, and %s", f.usage, isA(n.Arguments[0], list))
		list = AnyType
	}
	start := c.extra(n)
	if len(n.Arguments) == 1 {
		return c.plainLoop(n, f, list)
	}
	body, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		c.problemAt(at.From, at.To-at.From, CodeArguments, "", "`%s` needs an expression for each element: %s", n.Name, f.usage)
		return AnyType
	}
	acc := start
	if n.Name == "reduce" && acc == nil {
		acc = orAny(list.Elem)
	}
	c.loops = append(c.loops, loop{orAny(list.Elem), acc})
	t := c.body(n, f, body)
	c.loops = c.loops[:len(c.loops)-1]
	if n.Name == "reduce" {
		return common(acc, t)
	}
	return f.gives(list, t)
}

func (c *checker) body(n *ast.BuiltinNode, f *looping, body *ast.PredicateNode) *Type {
	if f.test {
		c.condition(&body.Node, nil, "the condition of "+f.usage)
		return BoolType
	}
	t := c.typ(&body.Node)
	switch n.Name {
	case "sum":
		c.summable(body.Node, t)
	case "sortBy":
		if !orderable.has(t) && !t.open() {
			c.problem(body.Node, CodeType, "", "a list is sorted by numbers, texts, dates or times, and %s", isA(body.Node, t))
		}
	case "groupBy":
		if t.Kind == List || t.Kind == Object {
			c.problem(body.Node, CodeType, "", "a list is grouped by texts, numbers or the like, and %s", isA(body.Node, t))
		}
	}
	return t
}

// extra types what comes after the expression: the order of sortBy, the start of reduce.
func (c *checker) extra(n *ast.BuiltinNode) *Type {
	if len(n.Arguments) < 3 {
		return nil
	}
	t := c.typ(&n.Arguments[2])
	if n.Name == "sortBy" {
		if !t.textual() && !t.open() {
			c.problem(n.Arguments[2], CodeType, `write "asc" or "desc"`, "%s and no order", isA(n.Arguments[2], t))
		}
		checkOrder(c, n.Arguments)
	}
	return t
}

// plainLoop is for count and sum of the elements themselves.
func (c *checker) plainLoop(n *ast.BuiltinNode, f *looping, list *Type) *Type {
	elem := orAny(list.Elem)
	if n.Name == "sum" {
		c.summable(n.Arguments[0], elem)
	} else if elem.Kind != Bool && !elem.open() {
		at := n.Location()
		c.problemAt(at.From, at.To-at.From, CodeArguments, "the number of elements is len("+format(n.Arguments[0])+")", "`count` needs a condition: %s", f.usage)
	}
	return f.gives(list, nil)
}

func (c *checker) summable(n ast.Node, t *Type) {
	if !t.numeric() && t.Kind != Duration && !t.open() {
		c.problem(n, CodeType, "", "`sum` adds numbers, and here they are: %s", article(t))
	}
}
