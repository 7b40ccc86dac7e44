package check

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/graph"
)

const CodeUnset = "unset-data"

// reader holds what expressions read against what is known where they are evaluated.
type reader struct {
	at      int // the point, for the path there
	missing []missing
	seen    map[place]bool
}

// place tells one finding for an expression and a name from others.
type place struct {
	span diagnostic.Span
	path string
}

// missing is a path that is read where it may not be set.
type missing struct {
	span diagnostic.Span // of the whole expression or text
	read read
	path string // read.Path, or what it begins with
	at   int
}

// unset reports reads of data that may not be set yet on some way, with that way.
func (j *journey) unset() {
	d := j.analyse()
	if j.Initial < 0 || d.in[j.Initial] == nil {
		return
	}
	d.walk = &reader{seen: map[place]bool{}}
	d.held()
	found := d.walk.missing
	d.walk = nil
	if len(found) == 0 {
		return
	}
	d.keep = true
	d.held()
	d.keep = false
	places := j.scalars()
	for i := range found {
		d.report(&found[i], places)
	}
}

// held walks everything once with what is known in the end.
func (d *dataflow) held() {
	d.any, d.auto = nil, nil
	d.at(start)
	d.arrive(start, way{to: d.Initial}, d.seeds)
	d.entered()
	for i := range d.States {
		if d.in[i] != nil {
			d.at(i)
			d.state(i)
		}
	}
	d.at(anyState)
	d.global()
	d.always()
}

func (d *dataflow) at(point int) {
	if d.walk != nil {
		d.walk.at = point
	}
}

// entered looks at what is evaluated before the first state.
func (d *dataflow) entered() {
	for i := range d.Entries {
		e := &d.Entries[i]
		f := d.none()
		d.trigger.are(f, e.Event)
		d.event.are(f, e.Event)
		d.expr(e.When, f)
		if e.When != nil && e.When.Checked != nil {
			d.assume(f, e.When.Checked.WhenTrue)
		}
		d.expr(e.Key, f)
	}
	for i := range d.Cohorts {
		d.expr(d.Cohorts[i].Value, d.seeds)
	}
}

// always looks at what may be evaluated in any state: rules of channels and the answers of FAQs, which may come before all else.
func (d *dataflow) always() {
	f := d.everything()
	for i := range d.in {
		if d.in[i] != nil {
			f.meet(d.in[i])
		}
	}
	for i := range d.Channels {
		c := &d.Channels[i]
		if c.Span.File == d.Span.File {
			d.expr(c.When, f)
			d.text(c.Disclosure, f)
		}
	}
	d.expr(d.Objective.Value, f)
	for i := range d.Intents {
		n := &d.Intents[i]
		if n.Span.File == d.Span.File {
			before := d.none()
			d.text(n.Title, before)
			d.text(n.Answer, before)
		}
	}
}

func (d *dataflow) expr(e *graph.Expr, f facts) {
	if d.walk == nil || e == nil {
		return
	}
	d.check(e.Span, readsOf(e), f)
}

func (d *dataflow) text(t *graph.Text, f facts) {
	if d.walk == nil || t == nil {
		return
	}
	d.check(t.Span, textReads(t), f)
}

func (d *dataflow) check(span diagnostic.Span, reads []read, f facts) {
	for i := range reads {
		path := d.missing(f, &reads[i])
		if path == "" {
			continue
		}
		at := place{span, path}
		if !d.walk.seen[at] {
			d.walk.seen[at] = true
			d.walk.missing = append(d.walk.missing, missing{span, reads[i], path, d.walk.at})
		}
	}
}

// values looks at what is handed over under other names, which sees only what is known before.
func (d *dataflow) values(list []graph.Assign, f facts) {
	for i := range list {
		d.expr(list[i].Value, f)
	}
}

func (d *dataflow) say(list []graph.Message, f facts) {
	for i := range list {
		d.message(&list[i], f)
	}
}

func (d *dataflow) message(m *graph.Message, f facts) {
	if d.walk == nil || m == nil {
		return
	}
	d.values(m.With, f)
	if m.Template == "" {
		d.text(m.Text, f)
		d.text(m.Subject, f)
		for _, t := range m.Media {
			d.text(t, f)
		}
	}
	if o := m.Options; o != nil {
		d.expr(o.From, f)
		d.expr(o.Value, f)
		d.text(o.Label, f)
		for i := range o.List {
			d.text(o.List[i].Label, f)
		}
	}
}

func (d *dataflow) publish(e *graph.Emit, f facts) {
	if e != nil {
		d.values(e.Data, f)
	}
}

func (d *dataflow) verb(s *graph.State, f facts) {
	if d.walk == nil {
		return
	}
	switch {
	case s.Ask != nil:
		d.message(&s.Ask.Message, f)
		d.message(s.Ask.Invalid, f)
		d.expr(s.Ask.Try, f)
		read := d.copy(f)
		d.into(read, s.Ask.Into)
		d.message(s.Ask.Confirm, read)
	case s.Call != nil:
		d.values(s.Call.With, f)
	case s.Handoff != nil:
		for _, e := range s.Handoff.Skills {
			d.expr(e, f)
		}
		d.expr(s.Handoff.SkillList, f)
		d.expr(s.Handoff.Priority, f)
		d.text(s.Handoff.Recommend, f)
		d.expr(s.Handoff.Callback, f)
	case s.Verify != nil:
		d.message(&s.Verify.Message, f)
	case s.Run != nil:
		d.values(s.Run.With, f)
	case s.End != nil:
		d.values(s.End.Data, f)
	}
}

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
	if m == nil {
		return ""
	}
	if !f.has(d.paths[name]) {
		return name
	}
	return d.missingField(f, m.Type, name, rest)
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

// report says what may be missing, and on which way.
func (d *dataflow) report(m *missing, places scalars) {
	span := places.at(m.span, m.read.Offset, m.read.Length)
	name := root(m.path)
	switch {
	case d.Datum(name) != nil && !d.setAnywhere(name):
		hint := "`set` it, ask or call `into` it, or give it a `default`"
		if len(d.Entries) == 0 {
			hint = "hand it over in the `with` of what runs this journey, `set` it, or give it a `default`"
		}
		d.errorf(span, CodeUnset, hint, "`%s` is never set: nothing in this journey gives it a value", m.path)
	case name == "trigger" || name == "event":
		why, optional := d.whyEvent(m)
		hint := fmt.Sprintf("say what stands in for it: `%s ?? …`, or test it in a `when`", m.path)
		if !optional {
			hint = fmt.Sprintf("test `%s.type` in a `when`, or say what stands in for it: `%s ?? …`", name, m.path)
		}
		d.errorf(span, CodeUnset, hint, "`%s` may not be set here: %s", m.path, why)
	case m.path != name && name != "contact":
		d.errorf(span, CodeUnset, fmt.Sprintf("say what stands in for it: `%s ?? …`, or test it in a `when`", m.path),
			"`%s` may not be set: the field is optional", m.path)
	case name == "contact":
		d.errorf(span, CodeUnset, fmt.Sprintf("say what stands in for it: `%s ?? …`, or test it in a `when`", m.path),
			"`%s` may not be set: it is not known of every contact", m.path)
	default:
		d.errorf(span, CodeUnset, fmt.Sprintf("set it on that way too, or say what stands in for it: `%s ?? …`", m.path),
			"`%s` may not be set yet: %s", m.path, d.wayThere(m))
	}
}

// whyEvent says which event has not what is read, or in which it is optional.
func (d *dataflow) whyEvent(m *missing) (why string, optional bool) {
	of, name := d.trigger, "trigger"
	if root(m.path) == "event" {
		of, name = d.event, "event"
	}
	field := strings.TrimPrefix(m.path, name+".data.")
	var without []string
	for _, t := range of.types {
		data, known := d.eventData(t)
		if t == nothing || !known || m.at >= 0 && d.in[m.at].has(of.base+slices.Index(of.types, t)) {
			continue
		}
		i := slices.IndexFunc(data.Fields, func(x expression.Field) bool { return x.Name == field })
		if i < 0 {
			without = append(without, t)
		} else if data.Fields[i].Optional {
			return fmt.Sprintf("the field is optional in `%s`", t), true
		}
	}
	if len(without) == 0 {
		return "a timer may have led here, which is no event", false
	}
	if len(without) > 3 {
		without = without[:3]
	}
	return fmt.Sprintf("%s may have led here and has no `%s`", quotedOr(without), field), false
}

func quotedOr(names []string) string {
	return strings.Replace(quoted(names), " and ", " or ", 1)
}

// setAnywhere says that something may give a datum a value.
func (d *dataflow) setAnywhere(name string) bool {
	if m := d.Datum(name); m == nil || m.Default != nil {
		return true
	}
	if len(d.runners) > 0 {
		for _, r := range d.runners {
			for i := range r.States {
				if run := r.States[i].Run; run != nil && run.Journey == d.ID && assigns(run.With, name) {
					return true
				}
			}
		}
	}
	found := false
	for i := range d.States {
		s := &d.States[i]
		found = found || assigns(s.Set, name) || s.Ask != nil && s.Ask.Into == name || s.Call != nil && s.Call.Into == name ||
			s.Run != nil && s.Run.Into == name
	}
	d.EachRule(func(r *graph.Rule, _ graph.StateIndex) { found = found || assigns(r.Set, name) })
	return found
}

func assigns(list []graph.Assign, name string) bool {
	return slices.ContainsFunc(list, func(a graph.Assign) bool { return a.Name == name })
}
