package expression

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"journey/engine/schedule"
)

// kinds is a set of kinds that an argument may have.
type kinds uint32

func kindsOf(list ...Kind) (s kinds) {
	for _, k := range list {
		s |= 1 << k
	}
	return s
}

const anything = ^kinds(0)

var (
	texts     = kindsOf(String, Phone, Email, URL, Enum)
	numbers   = kindsOf(Int, Number)
	ints      = kindsOf(Int)
	lists     = kindsOf(List)
	objects   = kindsOf(Object, Event)
	moments   = kindsOf(Time, Date)
	clocks    = kindsOf(Time, Clock)
	orderable = texts | numbers | kindsOf(Time, Date, Clock, Duration)
)

// described is what a set of kinds is called in "takes …".
func (s kinds) described() string {
	switch s {
	case texts:
		return "a text"
	case numbers:
		return "a number"
	case ints:
		return "a whole number"
	case lists:
		return "a list"
	case objects:
		return "an object"
	case moments:
		return "a time or a date"
	case clocks:
		return "a time or a time of day (clock)"
	case kindsOf(Date):
		return "a date"
	case kindsOf(Clock):
		return "a time of day (clock)"
	case texts | lists | objects:
		return "a list, a text or an object"
	case numbers | texts:
		return "a number or a text"
	case numbers | kindsOf(Duration):
		return "a number or a duration"
	case orderable | lists, orderable:
		return "numbers or other values that have an order"
	case numbers | lists:
		return "numbers or a list of numbers"
	}
	return "something else"
}

// written says how a value of one of the kinds is written out.
func (s kinds) written() string {
	for _, t := range []*Type{ClockType, DateType, TimeType, DurationType} {
		if s&(1<<t.Kind) != 0 {
			return writtenAs(t)
		}
	}
	return ""
}

func (s kinds) has(t *Type) bool { return s&(1<<t.Kind) != 0 || t.Kind == Any }

// function is one that an expression may call. Its arguments at run time are what the check lets through, or nil, or anything
// where a type is not known: run fails with e.fail where it can't do its work.
type function struct {
	usage    string
	takes    []kinds
	optional int  // how many of the last may be left out
	repeats  bool // the last may stand any number of times
	gives    *Type
	infer    func(args []*Type) *Type // in place of gives
	checks   func(c *checker, args []ast.Node)
	run      func(e *Env, args []any) any
}

// callOf takes a call apart; expr has a node of its own for the functions that it knows.
func callOf(n ast.Node) (name string, args []ast.Node) {
	switch n := n.(type) {
	case *ast.BuiltinNode:
		return n.Name, n.Arguments
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			return id.Value, n.Arguments
		}
	}
	return "", nil
}

func functionNames() []string {
	return slices.Sorted(maps.Keys(functions))
}

func (c *checker) call(n *ast.CallNode) *Type {
	switch callee := n.Callee.(type) {
	case *ast.IdentifierNode:
		return c.callNamed(callee, callee.Value, n.Arguments)
	case *ast.MemberNode:
		return c.method(n, callee)
	}
	c.each(n.Arguments)
	return c.problem(n.Callee, CodeUnknownFunction, "", "%s can't be called", quoted(n.Callee))
}

func (c *checker) builtin(n *ast.BuiltinNode) *Type {
	if loops[n.Name] != nil {
		return c.predicate(n)
	}
	at := &ast.IdentifierNode{Value: n.Name}
	at.SetLocation(n.Location())
	return c.callNamed(at, n.Name, n.Arguments)
}

func (c *checker) each(args []ast.Node) (types []*Type) {
	for i := range args {
		types = append(types, c.typ(&args[i]))
	}
	return types
}

// callNamed types the call of a function by its name, which stands at a place.
func (c *checker) callNamed(at ast.Node, name string, args []ast.Node) *Type {
	f := functions[name]
	if f == nil {
		c.each(args)
		return c.unknownFunction(at, name)
	}
	if name == "get" && len(args) > 0 {
		c.guard++
		defer func() { c.guard-- }()
	}
	types := c.each(args)
	if !f.accepts(len(args)) {
		return c.problem(at, CodeArguments, "", "`%s` needs %s: %s", name, f.needs(), f.usage)
	}
	for i := range args {
		takes := f.takes[min(i, len(f.takes)-1)]
		types[i] = c.argument(name, f, &args[i], types[i], takes)
	}
	if f.checks != nil {
		f.checks(c, args)
	}
	if f.infer != nil {
		return f.infer(types)
	}
	return f.gives
}

func (f *function) accepts(n int) bool {
	return n >= len(f.takes)-f.optional && (f.repeats || n <= len(f.takes))
}

func (f *function) needs() string {
	least := counted(len(f.takes) - f.optional)
	switch {
	case f.repeats:
		return least + " or more"
	case f.optional > 0:
		return least + " or " + counted(len(f.takes))
	}
	return least
}

func (c *checker) argument(name string, f *function, p *ast.Node, t *Type, takes kinds) *Type {
	if takes.has(t) {
		return t
	}
	for _, as := range []*Type{DateType, ClockType, DurationType, TimeType} {
		if takes&(1<<as.Kind) != 0 && t.Kind == String && c.take(p, as) {
			return as
		}
	}
	if t.Kind == Nil && takes == anything {
		return t
	}
	hint := ""
	if _, ok := (*p).(*ast.StringNode); ok {
		hint = takes.written()
	}
	return c.problem(*p, CodeType, hint, "`%s` takes %s here, and %s", f.usage, takes.described(), isA(*p, t))
}

func (c *checker) unknownFunction(at ast.Node, name string) *Type {
	hint := didYouMean(name, functionNames())
	if _, ok := c.scope.Lookup(name); ok && hint == "" {
		hint = "`" + name + "` is a value: leave out the parentheses"
	}
	if name == "timezone" {
		hint = "date and clock write a time in the contact's own time zone"
	}
	return c.problem(at, CodeUnknownFunction, hint, "there is no function `%s`", name)
}

// method types x.Year() and the like.
func (c *checker) method(n *ast.CallNode, callee *ast.MemberNode) *Type {
	name, _ := callee.Property.(*ast.StringNode)
	if name != nil && methods[name.Value] == nil && functions[name.Value] != nil {
		c.typ(&callee.Node)
		c.each(n.Arguments)
		args := []string{format(callee.Node)}
		for _, a := range n.Arguments {
			args = append(args, format(a))
		}
		return c.problem(name, CodeUnknownFunction, "write "+name.Value+"("+strings.Join(args, ", ")+")", "`%s` is no part of a value", name.Value)
	}
	of := c.typ(&callee.Node)
	args := c.each(n.Arguments)
	if name == nil || methods[name.Value] == nil {
		at := ast.Node(callee)
		what := format(callee)
		hint := ""
		if name != nil {
			at, what = name, name.Value
			hint = didYouMean(name.Value, slices.Sorted(maps.Keys(methods)))
		}
		return c.problem(at, CodeUnknownFunction, hint, "there is no function `%s`", what)
	}
	m := methods[name.Value]
	if !m.of.has(of) {
		return c.problem(callee.Node, CodeType, "", "`%s()` is for %s, and %s", name.Value, m.described, isA(callee.Node, of))
	}
	if len(args) > 0 {
		return c.problem(name, CodeArguments, "", "`%s()` takes nothing in its parentheses", name.Value)
	}
	return m.gives
}

// checkDuration looks at a duration that is written out.
func checkDuration(c *checker, args []ast.Node) {
	s, ok := args[0].(*ast.StringNode)
	if !ok {
		return
	}
	if _, err := schedule.ParseDuration(s.Value); err != nil {
		e := err.(*schedule.Error)
		c.problem(s, CodeValue, e.Hint, "%q %s", s.Value, e.Problem)
	}
}

// checkTime looks at a time that is written out.
func checkTime(c *checker, args []ast.Node) {
	if s, ok := args[0].(*ast.StringNode); ok && !looksLike(s, TimeType) {
		c.problem(s, CodeValue, writtenAs(TimeType), "%q is not a time", s.Value)
	}
}

// checkLayout looks at a layout that is written out: one that shows nothing of a date is of another language.
func checkLayout(c *checker, args []ast.Node) {
	s, ok := args[1].(*ast.StringNode)
	if !ok {
		return
	}
	a, b := time.Date(2001, 10, 13, 17, 48, 59, 0, time.UTC), time.Date(2026, 3, 9, 9, 5, 7, 0, time.UTC)
	if a.Format(s.Value) == b.Format(s.Value) {
		c.problem(s, CodeValue, `write the layout with the day Mon 2 Jan 2006, for example "Mon 2 Jan" or "02/01/2006"`, "%q shows nothing of a date", s.Value)
	}
}

// checkCurrency looks at a currency that is written out.
func checkCurrency(c *checker, args []ast.Node) {
	if s, ok := args[1].(*ast.StringNode); ok && !isCurrency(s.Value) {
		c.problem(s, CodeValue, "write its three letters, for example USD or EUR", "%q is not a currency", s.Value)
	}
}

// checkOrder looks at the direction of a sort.
func checkOrder(c *checker, args []ast.Node) {
	last := args[len(args)-1]
	if s, ok := last.(*ast.StringNode); ok && len(args) > 1 && s.Value != "asc" && s.Value != "desc" {
		c.problem(s, CodeValue, `write "asc" or "desc"`, "%q is not an order", s.Value)
	}
}
