package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// pathOf is the dotted path of a node, "" where it is none: order?.eta is order.eta.
func pathOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.ChainNode:
		return pathOf(n.Node)
	case *ast.MemberNode:
		name, ok := n.Property.(*ast.StringNode)
		if !ok {
			return ""
		}
		if p := pathOf(n.Node); p != "" {
			return p + "." + name.Value
		}
	}
	return ""
}

// path types a name, a field or an element. One read is kept for the longest path of names.
func (c *checker) path(n ast.Node) operand {
	path := pathOf(n)
	root := rootOf(n)
	if path == "" || root == nil {
		return of(c.member(n))
	}
	if t, ok := c.local(root.Value); ok {
		return of(c.fields(n, t))
	}
	t, ok := c.scope.Lookup(root.Value)
	if !ok {
		return of(c.unknownName(root))
	}
	t = c.fields(n, orAny(t))
	c.read(n, path)
	if t.Kind == Bool {
		return operand{typ: t, yes: []Fact{{Path: path, NonNil: true}}}
	}
	return of(t)
}

func rootOf(n ast.Node) *ast.IdentifierNode {
	for {
		switch m := n.(type) {
		case *ast.IdentifierNode:
			return m
		case *ast.ChainNode:
			n = m.Node
		case *ast.MemberNode:
			n = m.Node
		default:
			return nil
		}
	}
}

// fields types a path whose root has a type.
func (c *checker) fields(n ast.Node, root *Type) *Type {
	switch n := n.(type) {
	case *ast.ChainNode:
		return c.fields(n.Node, root)
	case *ast.MemberNode:
		return c.field(n, c.fields(n.Node, root), n.Property.(*ast.StringNode))
	}
	return root
}

// read keeps that a path is read, at its last name.
func (c *checker) read(n ast.Node, path string) {
	root := rootOf(n)
	at, optional, first := root.Location(), false, false
	for m := n; m != ast.Node(root); {
		switch x := m.(type) {
		case *ast.ChainNode:
			m = x.Node
		case *ast.MemberNode:
			if at == root.Location() {
				at = x.Property.Location()
			}
			optional, first = optional || x.Optional, x.Optional
			m = x.Node
		}
	}
	c.keep(Read{Path: path, Offset: at.From, Length: at.To - at.From, Guarded: c.guard > 0 || optional})
	if optional && !first && c.guard == 0 { // ?. further on does not reckon with the first being unset
		at = root.Location()
		c.keep(Read{Path: root.Value, Offset: at.From, Length: at.To - at.From})
	}
}

func (c *checker) keep(r Read) {
	r.Given = c.given
	c.out.Reads = append(c.out.Reads, r)
}

func (c *checker) unknownName(n *ast.IdentifierNode) *Type {
	if f := functions[n.Value]; f != nil {
		return c.problem(n, CodeUnknownName, "write "+f.usage, "`%s` is a function and needs its parentheses", n.Value)
	}
	names := c.scope.all()
	for _, v := range c.locals {
		names = append(names, v.name)
	}
	hint := didYouMean(n.Value, names)
	if hint == "" {
		hint = c.elsewhere(n.Value)
	}
	if hint == "" {
		hint = `a text goes in quotes: "` + n.Value + `"`
	}
	return c.problem(n, CodeUnknownName, hint, "there is no `%s` here", n.Value)
}

// elsewhere finds a name among the fields of what can be read.
func (c *checker) elsewhere(name string) string {
	for _, root := range []string{"trigger", "event", "contact", "reply", "conversation"} {
		t, ok := c.scope.Lookup(root)
		switch {
		case !ok:
		case t.Kind == Event && t.Data().field(name) != nil:
			return "did you mean `" + root + ".data." + name + "`?"
		case t.Kind == Object && t.field(name) != nil:
			return "did you mean `" + root + "." + name + "`?"
		}
	}
	return ""
}

// member types a field or an element of something that is no path of names.
func (c *checker) member(n ast.Node) *Type {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return AnyType
	}
	if m.Optional {
		c.guard++
	}
	base := c.typ(&m.Node)
	if m.Optional {
		c.guard--
	}
	if name, ok := m.Property.(*ast.StringNode); ok {
		return c.field(m, base, name)
	}
	index := c.typ(&m.Property)
	switch {
	case base.open():
		return AnyType
	case base.Kind == Object:
		if !index.textual() && !index.open() {
			c.problem(m.Property, CodeType, "", "a field is asked for by its name, and %s", isA(m.Property, index))
		}
		return AnyType
	case base.Kind != List && !base.textual():
		return c.problem(m.Property, CodeType, "", "%s and has no elements", isA(m.Node, base))
	case index.Kind != Int && !index.open():
		c.problem(m.Property, CodeType, "", "an element is asked for by a whole number, from 0, and %s", isA(m.Property, index))
	}
	if base.Kind == List {
		return orAny(base.Elem)
	}
	return StringType
}

func orAny(t *Type) *Type {
	if t == nil {
		return AnyType
	}
	return t
}

// field is the type of a field of a value.
func (c *checker) field(n *ast.MemberNode, base *Type, name *ast.StringNode) *Type {
	switch {
	case base.open():
		return AnyType
	case base.Kind == Event:
		return c.eventField(n, base, name)
	case base.Kind == Object:
		if f := base.field(name.Value); f != nil {
			return orAny(f.Type)
		}
		if base.Elem != nil {
			return base.Elem
		}
		return c.unknownField(n, name, base.fieldNames())
	case base.Kind == List:
		return c.problem(name, CodeUnknownField, "ask for one element, "+format(n.Node)+"[0]."+name.Value+", or for all, map("+format(n.Node)+", ."+name.Value+")",
			"%s, and `%s` would be a field of its elements", isA(n.Node, base), name.Value)
	case methods[name.Value] != nil:
		return c.problem(name, CodeUnknownField, "write "+name.Value+"()", "`%s` needs its parentheses", name.Value)
	}
	return c.problem(name, CodeUnknownField, "", "%s and has no field `%s`", isA(n.Node, base), name.Value)
}

func (c *checker) unknownField(n *ast.MemberNode, name *ast.StringNode, has []string) *Type {
	if path := pathOf(n.Node); strings.HasSuffix(path, ".data") {
		if _, event := c.events[strings.TrimSuffix(path, ".data")]; event && len(has) == 0 {
			return c.problem(name, CodeUnknownField, "", "`%s` has no field `%s`: the event carries no data", path, name.Value)
		}
	}
	whose := quoted(n.Node)
	if _, ok := n.Node.(*ast.PointerNode); ok {
		whose = "an element of the list"
	}
	if len(has) == 0 {
		return c.problem(name, CodeUnknownField, "", "%s has no field `%s`: it has no fields", whose, name.Value)
	}
	return c.problem(name, CodeUnknownField, didYouMean(name.Value, has), "%s has no field `%s`; it has %s", whose, name.Value, listOf(has))
}

var eventFields = []string{"id", "type", "time", "data"}

func (c *checker) eventField(n *ast.MemberNode, event *Type, name *ast.StringNode) *Type {
	path := pathOf(n.Node)
	if c.events == nil {
		c.events = map[string][]string{}
	}
	types := make([]string, len(event.Variants))
	for i, v := range event.Variants {
		types[i] = v.Type
	}
	c.events[path] = types
	switch name.Value {
	case "id", "type":
		return StringType
	case "time":
		return TimeType
	case "data":
		return c.eventData(event, path)
	}
	if event.Data().field(name.Value) != nil {
		return c.problem(name, CodeUnknownField, "did you mean `"+path+".data."+name.Value+"`?", "`%s` has no field `%s`; it has %s", path, name.Value, listOf(eventFields))
	}
	return c.unknownField(n, name, eventFields)
}

// eventData is the type of an event's data: of those events that it may still be, where its type was tested.
func (c *checker) eventData(event *Type, path string) *Type {
	left := event.Variants
	for _, f := range c.given {
		if f.Path != path+".type" {
			continue
		}
		left = slices.DeleteFunc(slices.Clone(left), func(v Variant) bool {
			return f.In != nil && !slices.Contains(f.In, v.Type) || slices.Contains(f.NotIn, v.Type)
		})
	}
	if len(left) == 0 || len(left) == len(event.Variants) {
		return event.Data()
	}
	if len(left) == 1 && left[0].Data != nil {
		return left[0].Data
	}
	return EventOf(left).Data()
}
