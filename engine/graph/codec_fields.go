package graph

import (
	"slices"

	"journey/engine/diagnostic"
	"journey/engine/wire"
)

// coder goes through a journey field by field. The order of its calls is the format: a change to it is a new version in magic.
type coder struct {
	content *wire.Stream
	notes   *wire.Stream // what the hash leaves out
	files   []string     // named in spans so far
}

func (c *coder) journey(j *Journey) {
	wire.Text(c.content, &j.ID)
	wire.Text(c.notes, &j.Title)
	wire.Text(c.notes, &j.Owner)
	wire.Text(c.content, &j.Brand)
	wire.Text(c.content, &j.Locale)
	c.objective(&j.Objective)
	wire.List(c.content, &j.Entries, c.entry)
	wire.List(c.content, &j.Exits, c.handler)
	keyed(c.content, &j.States, (*State).key, c.state)
	wire.Integer(c.content, &j.Initial)
	wire.Integer(c.content, &j.Fallback)
	keyed(c.content, &j.Data, (*Datum).key, c.datum)
	keyed(c.content, &j.Events, (*Event).key, c.event)
	keyed(c.content, &j.Operations, (*Operation).key, c.operation)
	keyed(c.content, &j.Intents, (*Intent).key, c.intent)
	c.content.Float(&j.Accept)
	c.content.Float(&j.Clarify)
	wire.Text(c.content, &j.Provider)
	wire.Texts(c.content, &j.Prefer)
	keyed(c.content, &j.Channels, (*Channel).key, c.channel)
	wire.List(c.content, &j.Escalations, c.escalation)
	keyed(c.content, &j.On, (*Handler).key, c.handler)
	keyed(c.content, &j.After, (*Timer).key, c.timer)
	keyed(c.content, &j.Cohorts, (*Assign).key, c.assign)
	wire.Integer(c.content, &j.Retention)
	c.notes.Flag(&j.Migrate.Same)
	keyed(c.notes, &j.Migrate.Moves, (*Move).key, c.move)
	keyed(c.content, &j.Runs, (*Run).key, c.run)
	keyed(c.content, &j.EngineTexts, (*EngineText).key, c.engineText)
	c.span(&j.Span)
}

func (c *coder) engineText(t *EngineText) {
	wire.Text(c.content, &t.Locale)
	wire.Text(c.content, &t.English)
	wire.Text(c.content, &t.Text)
}

func (c *coder) move(m *Move) {
	wire.Text(c.notes, &m.From)
	wire.Text(c.notes, &m.To)
}

func (c *coder) run(r *Run) {
	wire.Text(c.content, &r.Journey)
	wire.Text(c.content, &r.Hash)
}

func (c *coder) objective(o *Objective) {
	wire.Text(c.content, &o.Goal)
	c.content.Flag(&o.GoalIsEvent)
	wire.Text(c.content, &o.Why)
	wire.Integer(c.content, &o.Within)
	c.content.Float(&o.Holdout)
	wire.Optional(c.content, &o.Value, c.expr)
	wire.Text(c.content, &o.Satisfaction)
	c.span(&o.Span)
}

func (c *coder) entry(e *Entry) {
	wire.Text(c.content, &e.Event)
	wire.Optional(c.content, &e.When, c.expr)
	wire.Optional(c.content, &e.Key, c.expr)
	wire.Text(c.content, &e.KeyField)
	c.content.Flag(&e.Again.Never)
	wire.Integer(c.content, &e.Again.After)
	c.span(&e.Span)
}

func (c *coder) datum(d *Datum) {
	wire.Text(c.content, &d.Name)
	wire.Optional(c.content, &d.Type, c.typ)
	wire.Text(c.content, &d.Pattern)
	wire.Optional(c.content, &d.Min, c.content.Float)
	wire.Optional(c.content, &d.Max, c.content.Float)
	c.content.Value(&d.Default)
	c.content.Flag(&d.Sensitive)
	c.span(&d.Span)
}

func (c *coder) event(e *Event) {
	wire.Text(c.content, &e.Type)
	wire.Optional(c.content, &e.Data, c.typ)
	c.span(&e.Span)
}

func (c *coder) operation(o *Operation) {
	wire.Text(c.content, &o.Name)
	wire.Text(c.content, &o.URL)
	wire.Text(c.content, &o.Auth)
	wire.Text(c.content, &o.Method)
	wire.Text(c.content, &o.Path)
	wire.Integer(c.content, &o.Timeout)
	wire.Integer(c.content, &o.Retry)
	wire.Optional(c.content, &o.Takes, c.typ)
	wire.Optional(c.content, &o.Returns, c.typ)
	c.span(&o.Span)
}

func (c *coder) intent(i *Intent) {
	wire.Text(c.content, &i.Name)
	wire.Optional(c.content, &i.Title, c.text)
	wire.Optional(c.content, &i.Answer, c.text)
	wire.Texts(c.content, &i.Examples)
	c.span(&i.Span)
}

func (c *coder) channel(h *Channel) {
	wire.Text(c.content, &h.Name)
	c.rules(&h.Rules)
	wire.Optional(c.content, &h.When, c.expr)
	wire.Optional(c.content, &h.Disclosure, c.text)
	c.span(&h.Span)
}

func (c *coder) escalation(e *Escalation) {
	wire.Text(c.content, &e.ID)
	wire.Optional(c.content, &e.When, c.expr)
	wire.Text(c.content, &e.Reason)
	wire.Integer(c.content, &e.To)
	c.span(&e.Span)
}

func (c *coder) expr(e *Expr) {
	wire.Text(c.content, &e.Source)
	c.span(&e.Span)
}

func (c *coder) text(t *Text) {
	wire.Text(c.content, &t.Key)
	if c.content.Writing {
		sortBy(t.translations(), (*Variant).key)
	}
	wire.List(c.content, &t.Variants, c.variant)
	if !c.content.Writing && !sortedBy(t.translations(), (*Variant).key) {
		c.content.Fail("translations out of order")
	}
	c.content.Flag(&t.Sensitive)
	c.span(&t.Span)
}

func (c *coder) assign(a *Assign) {
	wire.Text(c.content, &a.Name)
	wire.Optional(c.content, &a.Value, c.expr)
	c.content.Value(&a.Literal)
	c.span(&a.Span)
}

func (c *coder) consent(x *ConsentChange) {
	wire.Text(c.content, &x.Channel)
	wire.Texts(c.content, &x.Purposes)
	c.span(&x.Span)
}

func (c *coder) message(m *Message) {
	wire.Optional(c.content, &m.Text, c.text)
	wire.Optional(c.content, &m.Subject, c.text)
	wire.List(c.content, &m.Media, func(t **Text) { wire.Optional(c.content, t, c.text) })
	wire.Optional(c.content, &m.Options, c.options)
	c.content.Flag(&m.Sensitive)
	c.content.Flag(&m.Urgent)
	wire.Text(c.content, &m.Purpose)
	wire.Text(c.content, &m.Template)
	keyed(c.content, &m.With, (*Assign).key, c.assign)
	c.span(&m.Span)
}

func (c *coder) options(o *Options) {
	wire.List(c.content, &o.List, c.option)
	wire.Optional(c.content, &o.From, c.expr)
	wire.Optional(c.content, &o.Value, c.expr)
	wire.Optional(c.content, &o.Label, c.text)
	c.span(&o.Span)
}

func (c *coder) option(o *Option) {
	wire.Text(c.content, &o.Value)
	wire.Optional(c.content, &o.Label, c.text)
	c.span(&o.Span)
}

func (c *coder) emit(e *Emit) {
	wire.Text(c.content, &e.Type)
	keyed(c.content, &e.Data, (*Assign).key, c.assign)
	c.span(&e.Span)
}

func (c *coder) rule(r *Rule) {
	wire.Text(c.content, &r.ID)
	wire.Optional(c.content, &r.When, c.expr)
	wire.List(c.content, &r.Set, c.assign)
	keyed(c.content, &r.Consent, (*ConsentChange).key, c.consent)
	wire.List(c.content, &r.Say, c.message)
	wire.Optional(c.content, &r.Emit, c.emit)
	wire.Text(c.content, &r.Via)
	wire.Integer(c.content, &r.To)
	wire.Text(c.content, &r.Outcome)
	c.span(&r.Span)
}

func (c *coder) handler(h *Handler) {
	wire.Text(c.content, &h.Event)
	wire.List(c.content, &h.Rules, c.rule)
	c.span(&h.Span)
}

func (c *coder) timer(t *Timer) {
	wire.Text(c.content, &t.ID)
	wire.Integer(c.content, &t.After)
	wire.List(c.content, &t.Rules, c.rule)
	c.span(&t.Span)
}

func (c *coder) moment(m *Moment) {
	wire.Text(c.content, &m.ID)
	wire.Optional(c.content, &m.Time, c.expr)
	wire.Optional(c.content, &m.Between, c.window)
	c.rule(&m.Rule)
	c.span(&m.Span)
}

func (c *coder) state(s *State) {
	wire.Text(c.content, &s.Name)
	wire.List(c.content, &s.Set, c.assign)
	keyed(c.content, &s.Consent, (*ConsentChange).key, c.consent)
	wire.List(c.content, &s.Say, c.message)
	wire.Optional(c.content, &s.Emit, c.emit)
	wire.Texts(c.content, &s.Via)
	wire.Optional(c.content, &s.Ask, c.ask)
	wire.Optional(c.content, &s.Call, c.call)
	wire.Optional(c.content, &s.Handoff, c.handoff)
	wire.Optional(c.content, &s.Split, c.split)
	wire.Optional(c.content, &s.Verify, c.verify)
	wire.Optional(c.content, &s.Run, c.runState)
	wire.Optional(c.content, &s.End, c.ending)
	wire.List(c.content, &s.To, c.rule)
	keyed(c.content, &s.On, (*Handler).key, c.handler)
	keyed(c.content, &s.After, (*Timer).key, c.timer)
	wire.List(c.content, &s.At, c.moment)
	c.span(&s.Span)
}

func (c *coder) ask(a *Ask) {
	c.message(&a.Message)
	wire.Text(c.content, &a.Into)
	wire.Optional(c.content, &a.Type, c.typ)
	wire.Text(c.content, &a.Pattern)
	wire.Optional(c.content, &a.Min, c.content.Float)
	wire.Optional(c.content, &a.Max, c.content.Float)
	wire.Optional(c.content, &a.Invalid, c.message)
	wire.Integer(c.content, &a.Attempts)
	wire.Optional(c.content, &a.Confirm, c.message)
	wire.Optional(c.content, &a.Try, c.expr)
	c.content.Flag(&a.Sensitive)
	c.span(&a.Span)
}

func (c *coder) call(a *Call) {
	wire.Text(c.content, &a.Operation)
	keyed(c.content, &a.With, (*Assign).key, c.assign)
	wire.Text(c.content, &a.Into)
	c.span(&a.Span)
}

func (c *coder) handoff(h *Handoff) {
	wire.Text(c.content, &h.Queue)
	wire.List(c.content, &h.Skills, func(e **Expr) { wire.Optional(c.content, e, c.expr) })
	wire.Optional(c.content, &h.SkillList, c.expr)
	wire.Optional(c.content, &h.Priority, c.expr)
	wire.Optional(c.content, &h.Recommend, c.text)
	wire.Optional(c.content, &h.Hours, c.hours)
	wire.Optional(c.content, &h.Callback, c.expr)
	c.span(&h.Span)
}

func (c *coder) split(s *Split) {
	wire.Text(c.content, &s.Experiment)
	wire.List(c.content, &s.Arms, c.arm)
	c.span(&s.Span)
}

func (c *coder) arm(a *Arm) {
	wire.Text(c.content, &a.Name)
	wire.Integer(c.content, &a.Weight)
}

func (c *coder) verify(v *Verify) {
	c.content.Flag(&v.Link)
	c.message(&v.Message)
	wire.Integer(c.content, &v.Expires)
	wire.Integer(c.content, &v.Attempts)
	wire.Integer(c.content, &v.Resend)
	c.span(&v.Span)
}

func (c *coder) runState(r *RunState) {
	wire.Text(c.content, &r.Journey)
	keyed(c.content, &r.With, (*Assign).key, c.assign)
	wire.Text(c.content, &r.Into)
	c.span(&r.Span)
}

func (c *coder) ending(e *End) {
	wire.Text(c.content, &e.Outcome)
	keyed(c.content, &e.Data, (*Assign).key, c.assign)
	c.span(&e.Span)
}

// span is a note: where nothing of it is known, all zeros.
func (c *coder) span(s *diagnostic.Span) {
	c.file(&s.File)
	wire.Integer(c.notes, &s.Start.Line)
	wire.Integer(c.notes, &s.Start.Column)
	wire.Integer(c.notes, &s.End.Line)
	wire.Integer(c.notes, &s.End.Column)
}

// file is the number of a name in the order in which they turn up; a new one is followed by the name itself.
func (c *coder) file(name *string) {
	n := 0
	if c.notes.Writing {
		for n < len(c.files) && c.files[n] != *name {
			n++
		}
	}
	wire.Integer(c.notes, &n)
	switch {
	case n >= 0 && n < len(c.files):
		if !c.notes.Writing {
			*name = c.files[n]
		}
	case n == len(c.files):
		wire.Text(c.notes, name)
		if slices.Contains(c.files, *name) {
			c.notes.Fail("a file named twice")
		}
		c.files = append(c.files, *name)
	default:
		c.notes.Fail("an unknown file")
	}
}
