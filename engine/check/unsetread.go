package check

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
)

// missing gives the part of a read path that may not be set; empty where all is well.
func (d *dataflow) missing(f facts, r *read) string {
	if r.Guarded {
		return ""
	}
	if len(r.Given) > 0 {
		f = d.copy(f)
		d.assume(f, r.Given)
	}
	name, rest, _ := strings.Cut(r.Path, ".")
	switch name {
	case "trigger":
		return d.missingOf(f, d.trigger, r.Path, rest)
	case "event":
		return d.missingOf(f, d.event, r.Path, rest)
	case "contact":
		field, _, _ := strings.Cut(rest, ".")
		path := "contact." + field
		if i, ok := d.paths[path]; ok && isOptionalContact(field) && !f.has(i) {
			return path
		}
		return ""
	}
	m := d.Datum(name)
	switch {
	case m == nil && name == "result":
		return d.missingField(f, d.returned(), name, rest)
	case m == nil:
		return ""
	}
	if !f.has(d.paths[name]) {
		return name
	}
	return d.missingField(f, m.Type, name, rest)
}

// returned is the type of what the state that is looked at has called; nil where it calls nothing.
func (d *dataflow) returned() *expression.Type {
	if d.walk == nil || d.walk.at < 0 || d.walk.at >= len(d.States) {
		return nil
	}
	call := d.States[d.walk.at].Call
	if call == nil {
		return nil
	}
	i := slices.IndexFunc(d.Operations, func(o graph.Operation) bool { return o.Name == call.Operation })
	if i < 0 {
		return nil
	}
	return d.Operations[i].Returns
}

func isOptionalContact(field string) bool {
	return field == "name" || field == "phone" || field == "email"
}

// missingField follows a path through the fields of a value that is there.
func (d *dataflow) missingField(f facts, t *expression.Type, prefix, rest string) string {
	for rest != "" && t != nil && t.Kind == expression.Object {
		name, more, _ := strings.Cut(rest, ".")
		rest = more
		i := slices.IndexFunc(t.Fields, func(x expression.Field) bool { return x.Name == name })
		if i < 0 {
			return ""
		}
		prefix += "." + name
		if bit, known := d.paths[prefix]; t.Fields[i].Optional && !(known && f.has(bit)) {
			return prefix
		}
		t = t.Fields[i].Type
	}
	return ""
}

// missingOf looks at a field of an event's data: each event that it may be must have it.
func (d *dataflow) missingOf(f facts, of events, path, rest string) string {
	field, ok := strings.CutPrefix(rest, "data.")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(field, ".")
	prefix := path[:len(path)-len(field)] + name
	if bit, known := d.paths[prefix]; known && f.has(bit) {
		return ""
	}
	for i, t := range of.types {
		if f.has(of.base + i) {
			continue
		}
		data, known := d.eventData(t)
		if !known {
			continue
		}
		if missing := d.missingField(f, data, prefix[:len(prefix)-len(name)-1], field); missing != "" {
			return missing
		}
		if !slices.ContainsFunc(data.Fields, func(x expression.Field) bool { return x.Name == name }) && data.Elem == nil {
			return prefix
		}
	}
	return ""
}

// eventData gives the data of an event that is declared or built in.
func (j *journey) eventData(event string) (*expression.Type, bool) {
	if event == nothing {
		return noData, true
	}
	if t := j.unit.Events[event]; t != nil {
		return t, true
	}
	t, ok := builtin[event]
	return t, ok
}

var noData = &expression.Type{Kind: expression.Object}

// builtin are the fields of the built-in events' data.
var builtin = map[string]*expression.Type{
	"chat.message": fields("text"), "sms.message": fields("text"), "email.message": fields("text"), "message.unhandled": fields("text"),
	"chat.joined": noData, "chat.left": noData,
	"contact.opted_out": fields("channel"), "contact.opted_in": fields("channel"),
	"message.delivered": fields("channel", "state", "reason"), "message.failed": fields("channel", "state", "reason"),
	"message.blocked": fields("channel", "state", "reason"), "link.clicked": fields("url"),
}

func fields(names ...string) *expression.Type {
	t := &expression.Type{Kind: expression.Object}
	for _, n := range names {
		t.Fields = append(t.Fields, expression.Field{Name: n, Type: expression.StringType})
	}
	return t
}
