package compile

import (
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/policy"
)

// definitions are what a file declares, or what a journey may name: its libraries' and its own, merged.
// They are shared between journeys and never changed once they are made.
type definitions struct {
	types      map[string]*namedType // libraries only
	brand      *flow.Scalar
	events     map[string]*graph.Event
	services   map[string]*service
	operations map[string]*graph.Operation
	templates  map[string]*template
	intents    map[string]*graph.Intent
	understand understanding
	channels   map[policy.Channel]*channel
	named      []policy.Channel // the channels above, in the order written
	prefer     []policy.Channel
}

type understanding struct{ accept, clarify, provider *flow.Scalar }

// service is what stands beside the operations of a service; what a later file leaves out is the earlier one's.
type service struct{ url, auth, timeout, retry *flow.Scalar }

// template is an approved wording, its texts checked in its own scope.
type template struct {
	text, subject *graph.Text
	media         []*graph.Text
	takes         *expression.Type
}

// channel gathers how a channel is used, field by field.
type channel struct {
	purpose, quiet *flow.Scalar
	limit          []*flow.Scalar
	when           *graph.Expr
	disclosure     *graph.Text
	span           diagnostic.Span
}

// scopes are the names that the expressions of a file's definitions see.
type scopes struct {
	texts    *expression.Scope // titles, answers and disclosures
	channel  *expression.Scope // `when` of a channel
	template *expression.Scope // a template's texts, without what it takes
}

// declared begins what a file declares, with its events, which the names in its expressions depend on.
// l.types must hold the named types that it may use.
func (l *lowering) declared(d *flow.Definitions) *definitions {
	out := &definitions{brand: d.Brand, events: make(map[string]*graph.Event, len(d.Events)), services: map[string]*service{},
		operations: map[string]*graph.Operation{}, templates: map[string]*template{}, intents: map[string]*graph.Intent{},
		channels: map[policy.Channel]*channel{}}
	for _, e := range d.Events {
		out.events[e.Name.Value] = &graph.Event{Type: e.Name.Value, Data: l.object(e.Data), Span: e.Name.Span}
	}
	return out
}

// define lowers the rest of it.
func (l *lowering) define(out *definitions, d *flow.Definitions, s *scopes) {
	for _, sv := range d.Services {
		name := sv.Name.Value
		out.services[name] = &service{sv.URL, sv.Auth, sv.Timeout, sv.Retry}
		for _, o := range sv.Operations {
			op := l.operation(o)
			op.Name = name + "." + o.Name.Value
			out.services[name].fill(op)
			out.operations[op.Name] = op
		}
	}
	for _, t := range d.Templates {
		out.templates[t.Name.Value] = l.template(t, s.template)
	}
	if u := d.Understand; u != nil {
		out.understand = understanding{u.Accept, u.Clarify, u.Provider}
		for _, i := range u.Intents {
			out.intents[i.Name.Value] = l.intent(i, s.texts)
		}
	}
	if c := d.Channels; c != nil {
		out.prefer = channelList(c.Prefer)
		for _, ch := range c.Channel {
			l.channel(out, ch, s)
		}
	}
}

func (s *service) fill(o *graph.Operation) {
	o.URL, o.Auth = value(s.url), value(s.auth)
	o.Timeout = durationOr(s.timeout, defaultTimeout)
	o.Retry = integerOr(s.retry, 0)
}

func (l *lowering) operation(o *flow.Operation) *graph.Operation {
	op := &graph.Operation{Takes: l.object(o.Takes), Returns: l.object(o.Returns), Span: o.Name.Span}
	if o.Request == nil {
		return op
	}
	op.Method, op.Path, _ = strings.Cut(o.Request.Value, " ")
	op.Path = strings.TrimSpace(op.Path)
	l.requestNames(o.Request, fieldNames(op.Takes, true))
	return op
}

// requestNames checks the placeholders of a request against the names that its operation takes.
func (l *lowering) requestNames(s *flow.Scalar, names []string) {
	request := s.Value
	for at := 0; ; {
		open := strings.IndexByte(request[at:], '{')
		if open < 0 {
			return
		}
		open += at
		end := strings.IndexByte(request[open:], '}')
		if end < 0 {
			l.within(s, runes(request[:open]), 1, CodePlaceholder, "close it with `}`", "this `{` is never closed")
			return
		}
		at = open + end
		name := request[open+1 : at]
		if slices.Contains(names, name) {
			continue
		}
		meant, hint := nearest(name, names)
		if meant == "" {
			hint = "what a request shows must stand in `takes`"
		}
		l.within(s, runes(request[:open+1]), runes(name), CodePlaceholder, hint, "this operation takes no `%s`", name)
	}
}

func (l *lowering) template(t *flow.Template, scope *expression.Scope) *template {
	out := &template{takes: l.object(t.Takes)}
	scope = scope.With(fieldTypes(out.takes))
	out.text, out.subject = l.text(t.Text, scope), l.text(t.Subject, scope)
	out.media = l.media(t.Media, scope)
	return out
}

func (l *lowering) intent(i *flow.Intent, scope *expression.Scope) *graph.Intent {
	out := &graph.Intent{Name: i.Name.Value, Title: l.text(i.Title, scope), Answer: l.text(i.Answer, scope), Span: i.Name.Span}
	for _, e := range i.Examples {
		out.Examples = append(out.Examples, e.Value)
	}
	return out
}

func (l *lowering) channel(d *definitions, c *flow.Channel, s *scopes) {
	name := policy.Channel(c.Name.Value)
	d.named = append(d.named, name)
	d.channels[name] = &channel{purpose: c.Purpose, quiet: c.Quiet, limit: c.Limit, span: c.Name.Span,
		when: l.guard(c.When, s.channel), disclosure: l.text(c.Disclosure, s.texts)}
}

func channelList(list []*flow.Scalar) []policy.Channel {
	var out []policy.Channel
	for _, s := range list {
		if ch := policy.Channel(s.Value); !slices.Contains(out, ch) {
			out = append(out, ch)
		}
	}
	return out
}
