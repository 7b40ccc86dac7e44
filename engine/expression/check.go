package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
)

// Bounds of what is parsed; no expression that a person writes comes near them.
const (
	maxSource = 10_000 // characters
	maxDepth  = 200
)

// Check types an expression.
func Check(src string, scope *Scope) *Checked { return check(src, scope, nil, false) }

// CheckBool types an expression that must be true or false.
func CheckBool(src string, scope *Scope) *Checked { return check(src, scope, BoolType, true) }

// CheckAs types an expression whose value must be of a type. A text that is written out and looks right is taken as a date, time,
// clock, duration, phone, email, url or a value of an enum.
func CheckAs(src string, scope *Scope, want *Type) *Checked { return check(src, scope, want, false) }

func check(src string, scope *Scope, want *Type, guard bool) *Checked {
	out := &Checked{Type: AnyType}
	tree, problem := parse(src)
	if problem != nil {
		out.Problems = []Problem{*problem}
		return out
	}
	c := &checker{src: []rune(src), scope: scope, out: out}
	out.Type = c.node(&tree)
	if want != nil && len(out.Problems) == 0 {
		out.Type = c.wanted(&tree, out.Type, want, guard)
	}
	out.WhenTrue, out.WhenFalse = facts(tree)
	out.Constant = constant(tree)
	if len(out.Problems) == 0 {
		out.Source = tree.String()
	}
	return out
}

// disabled are expr's own functions that go by the wall clock or in map order; ours stand in their place.
var disabled = []string{"now", "date", "duration", "timezone", "keys", "values", "toPairs", "repeat"}

func parse(src string) (ast.Node, *Problem) {
	switch {
	case strings.TrimSpace(src) == "":
		return nil, &Problem{Code: CodeSyntax, Message: "there is no expression here"}
	case len(src) > maxSource:
		return nil, &Problem{Code: CodeSyntax, Message: fmt.Sprintf("this expression is longer than %d characters", maxSource)}
	case nesting(src) > maxDepth:
		return nil, &Problem{Code: CodeSyntax, Message: "this expression is nested too deeply"}
	}
	config := conf.CreateNew()
	for _, name := range disabled {
		config.Disabled[name] = true
	}
	tree, err := parser.ParseWithConfig(src, config)
	if err != nil {
		return nil, syntaxProblem(src, err)
	}
	return tree.Node, nil
}

// nesting bounds how deeply a source can nest, by its brackets and prefix operators.
func nesting(src string) int {
	depth, most, run := 0, 0, 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '(', '[', '{', '?':
			depth++
		case ')', ']', '}':
			depth--
		case '!', '-', '+':
			run++
			most = max(most, depth+run)
			continue
		}
		run = 0
		most = max(most, depth)
	}
	return max(most, strings.Count(src, "not ")+depth)
}

type checker struct {
	src   []rune
	scope *Scope
	out   *Checked
	given []Fact
	guard int     // inside something that reckons with a value that is not set
	elems []*Type // `#` of the predicates around, innermost last
	vars  []variable
}

type variable struct {
	name string
	typ  *Type
}

func (c *checker) problem(n ast.Node, code, hint, format string, args ...any) *Type {
	from, to := extent(n)
	to = min(max(to, from+1), len(c.src))
	c.out.Problems = append(c.out.Problems, Problem{Code: code, Offset: from, Length: max(to-from, 1), Message: fmt.Sprintf(format, args...), Hint: hint})
	return AnyType
}

// text is what was written for a node.
func (c *checker) text(n ast.Node) string {
	from, to := extent(n)
	if from < 0 || to > len(c.src) || from >= to {
		return n.String()
	}
	return strings.TrimSpace(string(c.src[from:to]))
}

// extent is where a node stands: expr gives most nodes the place of their operator.
func extent(n ast.Node) (from, to int) {
	from, to = n.Location().From, n.Location().To
	for _, child := range children(n) {
		if child == nil {
			continue
		}
		f, t := extent(child)
		from, to = min(from, f), max(to, t)
	}
	return from, to
}

func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.SliceNode:
		return present(n.Node, n.From, n.To)
	case *ast.CallNode:
		return append([]ast.Node{n.Callee}, n.Arguments...)
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.VariableDeclaratorNode:
		return []ast.Node{n.Value, n.Expr}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Key, n.Value}
	}
	return nil
}

func present(nodes ...ast.Node) []ast.Node {
	return slices.DeleteFunc(nodes, func(n ast.Node) bool { return n == nil })
}

// node types a node, and may put another in its place.
func (c *checker) node(p *ast.Node) *Type {
	switch n := (*p).(type) {
	case *ast.NilNode:
		return nilType
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.IntegerNode:
		return IntType
	case *ast.FloatNode:
		return NumberType
	case *ast.BoolNode:
		return BoolType
	case *ast.StringNode:
		return StringType
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(p, n)
	case *ast.ChainNode:
		return c.node(&n.Node)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.CallNode:
		return c.call(p, n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.VariableDeclaratorNode:
		c.vars = append(c.vars, variable{n.Name, c.node(&n.Value)})
		t := c.node(&n.Expr)
		c.vars = c.vars[:len(c.vars)-1]
		return t
	case *ast.SequenceNode:
		t := AnyType
		for i := range n.Nodes {
			t = c.node(&n.Nodes[i])
		}
		return t
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.MapNode:
		return c.object(n)
	}
	return AnyType
}

func (c *checker) identifier(n *ast.IdentifierNode) *Type {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if c.vars[i].name == n.Value {
			return c.vars[i].typ
		}
	}
	t, ok := c.scope.Lookup(n.Value)
	if !ok {
		if isFunction(n.Value) {
			return c.problem(n, CodeUnknownName, "write "+functions[n.Value].usage, "`%s` is a function and wants its brackets", n.Value)
		}
		return c.problem(n, CodeUnknownName, didYouMean(n.Value, c.scope.all()), "there is no name `%s` here", n.Value)
	}
	c.read(n, n.Value)
	return t
}

// read keeps that a path is read. A longer path takes the place of the shorter one that it begins with.
func (c *checker) read(n ast.Node, path string) {
	from, to := extent(n)
	if last := len(c.out.Reads) - 1; last >= 0 {
		if r := c.out.Reads[last]; r.Offset == from && strings.HasPrefix(path, r.Path+".") {
			c.out.Reads = c.out.Reads[:last]
		}
	}
	c.out.Reads = append(c.out.Reads, Read{Path: path, Offset: from, Length: to - from, Given: slices.Clip(c.given), Guarded: c.guard > 0})
}

// pathOf is the dotted path of a node, empty where it is none.
func pathOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.ChainNode:
		return pathOf(n.Node)
	case *ast.MemberNode:
		if s, ok := n.Property.(*ast.StringNode); ok {
			if p := pathOf(n.Node); p != "" {
				return p + "." + s.Value
			}
		}
	}
	return ""
}

func (c *checker) member(n *ast.MemberNode) *Type {
	if c.guard > 0 {
		n.Optional = true
	}
	if n.Optional {
		c.guard++
	}
	of := c.node(&n.Node)
	if n.Optional {
		c.guard--
	}
	name, constant := n.Property.(*ast.StringNode)
	if !constant {
		index := c.node(&n.Property)
		if of.Kind == List {
			if !index.numeric() && !index.open() {
				return c.problem(n.Property, CodeType, "", "a list is asked for its elements by number, from 0")
			}
			return orAny(of.Elem)
		}
		return AnyType
	}
	t, optional := c.fieldOf(n, of, name)
	if path := pathOf(n); path != "" {
		c.guarded(n.Optional, func() { c.read(n, path) })
		_ = optional
	}
	return t
}

func (c *checker) guarded(yes bool, do func()) {
	if yes {
		c.guard++
		defer func() { c.guard-- }()
	}
	do()
}

func orAny(t *Type) *Type {
	if t == nil {
		return AnyType
	}
	return t
}

func (c *checker) fieldOf(n *ast.MemberNode, of *Type, name *ast.StringNode) (t *Type, optional bool) {
	switch {
	case of.open():
		return AnyType, false
	case of.Kind == Event:
		return c.eventField(n, of, name), false
	case of.Kind == Object:
		if f := of.field(name.Value); f != nil {
			return orAny(f.Type), f.Optional
		}
		if of.Elem != nil || len(of.Fields) == 0 && of == ObjectType {
			return orAny(of.Elem), true
		}
		return c.problem(name, CodeUnknownField, didYouMean(name.Value, of.fieldNames()), "%s has no field `%s`; it has %s",
			tick(c.text(n.Node)), name.Value, listOf(of.fieldNames())), false
	}
	return c.problem(name, CodeUnknownField, "", "%s is %s and has no fields", tick(c.text(n.Node)), article(of)), false
}

func (c *checker) eventField(n *ast.MemberNode, of *Type, name *ast.StringNode) *Type {
	switch name.Value {
	case "id":
		return StringType
	case "type":
		types := make([]string, len(of.Variants))
		for i, v := range of.Variants {
			types[i] = v.Type
		}
		return &Type{Kind: Enum, Values: types}
	case "time":
		return TimeType
	case "data":
		return of.Data()
	}
	fields := []string{"id", "type", "time", "data"}
	hint := didYouMean(name.Value, fields)
	if of.Data().field(name.Value) != nil {
		hint = fmt.Sprintf("did you mean `%s.data.%s`?", c.text(n.Node), name.Value)
	}
	return c.problem(name, CodeUnknownField, hint, "%s has no field `%s`; it has id, type, time, data", tick(c.text(n.Node)), name.Value)
}

func (c *checker) slice(n *ast.SliceNode) *Type {
	t := c.node(&n.Node)
	for _, at := range []*ast.Node{&n.From, &n.To} {
		if *at != nil {
			c.node(at)
		}
	}
	return t
}

func (c *checker) pointer(n *ast.PointerNode) *Type {
	if n.Name == "index" {
		return IntType
	}
	if n.Name != "" || len(c.elems) == 0 {
		return AnyType
	}
	return orAny(c.elems[len(c.elems)-1])
}

func (c *checker) conditional(n *ast.ConditionalNode) *Type {
	c.boolean(&n.Cond, "the condition")
	yes, no := facts(n.Cond)
	a := c.under(yes, &n.Exp1)
	b := c.under(no, &n.Exp2)
	return common(a, b)
}

// under types a node where facts are known.
func (c *checker) under(known []Fact, p *ast.Node) *Type {
	old := c.given
	c.given = append(slices.Clip(old), known...)
	t := c.node(p)
	c.given = old
	return t
}

func (c *checker) array(n *ast.ArrayNode) *Type {
	elem := nilType
	for i := range n.Nodes {
		elem = common(elem, c.node(&n.Nodes[i]))
	}
	if elem.Kind == Nil {
		elem = AnyType
	}
	return &Type{Kind: List, Elem: elem}
}

func (c *checker) object(n *ast.MapNode) *Type {
	t := &Type{Kind: Object}
	for i := range n.Pairs {
		p := n.Pairs[i].(*ast.PairNode)
		v := c.node(&p.Value)
		if k, ok := p.Key.(*ast.StringNode); ok {
			t.Fields = append(t.Fields, Field{Name: k.Value, Type: v})
			continue
		}
		c.node(&p.Key)
		t.Elem = AnyType
	}
	slices.SortFunc(t.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return t
}

// boolean types a node that must be true or false.
func (c *checker) boolean(p *ast.Node, what string) {
	if t := c.node(p); t.Kind != Bool && !t.open() {
		c.problem(*p, CodeType, "", "%s must be true or false, and %s is %s", what, tick(c.text(*p)), article(t))
	}
}

func (c *checker) unary(n *ast.UnaryNode) *Type {
	switch n.Operator {
	case "!", "not":
		c.boolean(&n.Node, "what `not` stands before")
		return BoolType
	}
	t := c.node(&n.Node)
	if !t.numeric() && t.Kind != Duration && !t.open() {
		return c.problem(n, CodeType, "", "%s is %s and has no sign", tick(c.text(n.Node)), article(t))
	}
	return t
}
