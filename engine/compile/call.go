package compile

import (
	"fmt"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

func (c *compiler) call(s *flow.Call, verb *flow.Scalar, scope *expression.Scope) (*graph.Call, *graph.Operation) {
	out := &graph.Call{Span: verb.Span}
	if s.Operation == nil {
		return out, nil
	}
	op := c.findOperation(s.Operation)
	if op == nil {
		out.Operation, out.With = s.Operation.Value, c.assigns(s.With, nil, scope)
		if s.Into != nil {
			out.Into, _ = c.settable(s.Into)
		}
		return out, nil
	}
	out.Operation = op.Name
	c.named.operations[op.Name] = true
	out.With = c.arguments(s.With, op.Takes, scope, arguments{of: fmt.Sprintf("`%s`", op.Name), verb: "takes", missing: or(s.HasWith, verb).Span})
	if s.Into != nil {
		out.Into = c.into(s.Into, op.Returns, fmt.Sprintf("`%s` returns", op.Name))
	}
	return out, op
}

// into checks that a result fits where it is kept.
func (c *compiler) into(s *flow.Scalar, result *expression.Type, gives string) string {
	name, typ := c.settable(s)
	switch {
	case len(result.Fields) == 0 && result.Elem == nil:
		c.wrong(s, CodeInto, "", "%s nothing that could be kept in `%s`", gives, name)
	case typ == nil || expression.Assignable(result, typ):
	case typ.Kind != expression.Object:
		c.wrong(s, CodeInto, "give it the type object", "%s an object, and `%s` is %s", gives, name, typ)
	default:
		c.wrong(s, CodeInto, "", "%s %s", gives, misfit(result, typ, name))
	}
	return name
}

// misfit says which field of a result is not what the datum that is to keep it has.
func misfit(result, want *expression.Type, name string) string {
	for _, f := range want.Fields {
		given := field(result, f.Name)
		switch {
		case given == nil && !f.Optional:
			return fmt.Sprintf("no `%s`, which `%s` has", f.Name, name)
		case given == nil:
		case !expression.Assignable(given.Type, f.Type):
			return fmt.Sprintf("%s as `%s`, which in `%s` is %s", given.Type, f.Name, name, f.Type)
		case given.Optional && !f.Optional:
			return fmt.Sprintf("`%s` only sometimes: make it optional in `%s`, too", f.Name, name)
		}
	}
	return fmt.Sprintf("fields that `%s` does not have", name)
}

// findOperation finds `service.operation`, a misspelt one as what was meant; nil where it is not known.
func (c *compiler) findOperation(s *flow.Scalar) *graph.Operation {
	if op := c.defs.operations[s.Value]; op != nil {
		return op
	}
	service, name, dotted := strings.Cut(s.Value, ".")
	if !dotted {
		_, hint := nearest(s.Value, sortedKeys(c.defs.operations))
		if hint == "" {
			hint = "write `call: service.operation`"
		}
		c.wrong(s, CodeUnknownService, hint, "`%s` names no operation of a service", s.Value)
		return nil
	}
	if c.defs.services[service] == nil {
		meant, hint := nearest(service, sortedKeys(c.defs.services))
		if meant == "" {
			if c.incomplete {
				return nil
			}
			hint = "declare it in `services`, here or in a library"
		}
		c.within(s, 0, runes(service), CodeUnknownService, hint, "no service is called `%s`", service)
		return c.defs.operations[meant+"."+name]
	}
	var names []string
	for _, key := range sortedKeys(c.defs.operations) {
		if op, ok := strings.CutPrefix(key, service+"."); ok {
			names = append(names, op)
		}
	}
	meant, hint := nearest(name, names)
	if meant == "" && len(names) > 0 {
		hint = "it has " + quoted(names)
	}
	c.within(s, runes(service)+1, runes(name), CodeUnknownService, hint, "the service `%s` has no operation `%s`", service, name)
	return c.defs.operations[service+"."+meant]
}
