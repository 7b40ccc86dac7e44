package flow

import (
	"gopkg.in/yaml.v3"
)

func (r *reader) library(list []field, file *File) *Library {
	faulty := r.watch()
	l := &Library{File: file}
	for _, f := range r.known(list, libraryShape, r.first()) {
		switch f.name {
		case "library":
			l.ID = r.id(r.name(f), "a library's id", kebabCase)
		case "brand":
			l.Brand = r.text(f)
		default:
			r.definition(&l.Definitions, f)
		}
	}
	l.Faulty = faulty()
	return l
}

func (r *reader) definition(d *Definitions, f field) {
	switch f.name {
	case "events":
		d.Events = r.events(f)
	case "data":
		for _, f := range r.entries(f, "names with their types") {
			d.Data = append(d.Data, &Datum{Name: r.id(f.key, "the name of a datum", dataName), Type: r.typ(f)})
		}
	case "services":
		for _, f := range r.entries(f, "names with their services") {
			d.Services = append(d.Services, r.service(f))
		}
	case "understand":
		d.Understand = r.understand(f)
	case "channels":
		d.Channels = r.channelsOf(f)
	case "templates":
		for _, f := range r.entries(f, "names with their templates") {
			d.Templates = append(d.Templates, r.template(f))
		}
	}
}

// events declares types of events; one without anything after it carries no data.
func (r *reader) events(f field) []*Event {
	var list []*Event
	for _, f := range r.entries(f, "event types with their data") {
		e := &Event{Name: r.event(f.key)}
		list = append(list, e)
		if n := r.follow(f.node); n != nil && isNull(n) {
			continue
		}
		for _, f := range r.fields(f, eventShape) {
			e.Data = r.fieldTypes(f)
		}
	}
	return list
}

// fieldTypes is a map of fields: of an event's data, takes, returns, or an object.
func (r *reader) fieldTypes(f field) []*Field {
	var list []*Field
	for _, f := range r.entries(f, "names with their types") {
		list = append(list, &Field{Name: f.key, Type: r.typ(f)})
	}
	return list
}

func (r *reader) typ(f field) *Type {
	const want = "a type such as `string` or `{ type: int, min: 1 }`"
	t := &Type{Span: r.spanOf(f.node)}
	faulty := r.watch()
	switch n := r.value(f, want); {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		t.Name = r.newScalar(n)
	case n.Kind == yaml.MappingNode:
		for _, f := range r.fields(f, typeShape) {
			r.typeKey(t, f)
		}
	default:
		r.wrongKind(f, n, want)
	}
	t.Faulty = faulty()
	return t
}

func (r *reader) typeKey(t *Type, f field) {
	switch f.name {
	case "type":
		t.Name = r.scalar(f, "a type's name")
	case "enum":
		t.IsEnum = true
		t.Enum = r.scalars(f, "values")
		if n := r.follow(f.node); n != nil && n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
			r.report(f.key.Span, CodeMissingValue, "`enum` has no value", "it wants a list such as `[small, large]`")
		}
	case "list":
		t.List = r.typ(f)
	case "fields":
		t.Fields = r.fieldTypes(f)
	case "optional":
		t.Optional = r.flag(f)
	case "pattern":
		t.Pattern = r.text(f)
	case "min":
		t.Min = r.bound(f)
	case "max":
		t.Max = r.bound(f)
	case "default":
		t.Default = r.free(f)
	case "sensitive":
		t.Sensitive = r.flag(f)
	}
}

func (r *reader) service(f field) *Service {
	s := &Service{Name: r.id(f.key, "a service's name", snakeCase)}
	for _, f := range r.fields(f, serviceShape) {
		switch f.name {
		case "url":
			s.URL = r.text(f)
		case "auth":
			s.Auth = r.auth(f)
		case "timeout":
			s.Timeout = r.duration(f)
		case "retry":
			s.Retry = r.whole(f, 0, "a whole number from 0")
		case "operations":
			for _, f := range r.entries(f, "names with their operations") {
				s.Operations = append(s.Operations, r.operation(f))
			}
		}
	}
	return s
}

func (r *reader) operation(f field) *Operation {
	o := &Operation{Name: r.id(f.key, "an operation's name", snakeCase)}
	for _, f := range r.fields(f, operationShape) {
		switch f.name {
		case "request":
			o.Request = r.request(f)
		case "takes":
			o.Takes = r.fieldTypes(f)
		case "returns":
			o.Returns = r.fieldTypes(f)
		}
	}
	return o
}

func (r *reader) understand(f field) *Understand {
	u := &Understand{Span: f.key.Span}
	for _, f := range r.fields(f, understandShape) {
		switch f.name {
		case "accept":
			u.Accept = r.share(f)
		case "clarify":
			u.Clarify = r.share(f)
		case "provider":
			u.Provider = r.name(f)
		case "intents":
			for _, f := range r.entries(f, "names with their intents") {
				u.Intents = append(u.Intents, r.intent(f))
			}
		}
	}
	return u
}

func (r *reader) intent(f field) *Intent {
	i := &Intent{Name: r.id(f.key, "an intent's name", snakeCase)}
	for _, f := range r.fields(f, intentShape) {
		switch f.name {
		case "title":
			i.Title = r.text(f)
		case "answer":
			i.Answer = r.text(f)
		case "examples":
			i.Examples = r.scalars(f, "texts")
		}
	}
	return i
}

func (r *reader) channelsOf(f field) *Channels {
	c := &Channels{Span: f.key.Span}
	for _, f := range r.fields(f, channelsShape) {
		if f.name == "prefer" {
			c.Prefer = r.channels(r.scalars(f, "channels"))
			continue
		}
		c.Channel = append(c.Channel, r.channelRules(f))
	}
	return c
}

func (r *reader) channelRules(f field) *Channel {
	c := &Channel{Name: f.key}
	for _, f := range r.fields(f, channelShape) {
		switch f.name {
		case "purpose":
			c.Purpose = r.purpose(r.name(f))
		case "quiet":
			c.Quiet = r.window(f)
		case "limit":
			c.Limit = r.limits(f)
		case "when":
			c.When = r.expression(f)
		case "disclosure":
			c.Disclosure = r.text(f)
		}
	}
	return c
}

func (r *reader) template(f field) *Template {
	t := &Template{Name: r.id(f.key, "a template's name", snakeCase)}
	for _, f := range r.fields(f, templateShape) {
		switch f.name {
		case "text":
			t.Text = r.text(f)
		case "subject":
			t.Subject = r.text(f)
		case "media":
			t.Media = r.oneOrMore(f, "urls")
		case "takes":
			t.Takes = r.fieldTypes(f)
		}
	}
	return t
}
