package flow

import "gopkg.in/yaml.v3"

// ask reads a question; all are the keys of its state, of which those beside `ask` are its own.
func (r *reader) ask(f field, all []field) *Ask {
	a := &Ask{Message: r.message(f)}
	for _, f := range all {
		switch f.name {
		case "into":
			a.Into = r.name(f)
		case "options":
			r.optionsBeside(a.Message, f)
		case "invalid":
			a.Invalid = r.message(f)
		case "attempts":
			a.Attempts = r.count(f)
		case "confirm":
			a.Confirm = r.message(f)
		case "try":
			a.Try = r.expression(f)
		case "sensitive":
			a.Sensitive = r.flag(f)
		}
	}
	return a
}

func (r *reader) optionsBeside(m *Message, f field) {
	if m.Options != nil {
		r.report(f.key.Span, CodeDuplicateKey, "the question has `options` twice", "keep those in the message or those beside `ask`")
		return
	}
	m.Options = r.options(f)
}

func (r *reader) call(f field, all []field) *Call {
	c := &Call{Operation: r.scalar(f, "an operation such as `orders.get`")}
	for _, f := range all {
		switch f.name {
		case "with":
			c.HasWith = f.key
			c.With = r.assigns(f, "names with expressions")
		case "into":
			c.Into = r.name(f)
		}
	}
	return c
}

func (r *reader) handoff(f field) *Handoff {
	h := &Handoff{Span: f.key.Span}
	for _, f := range r.fields(f, handoffShape) {
		switch f.name {
		case "queue":
			h.Queue = r.id(r.name(f), "a queue's name", snakeCase)
		case "skills":
			h.Skills = r.skills(f)
		case "priority":
			h.Priority = r.expression(f)
		case "recommend":
			h.Recommend = r.text(f)
		case "hours":
			h.Hours = r.hours(f)
		case "callback":
			h.Callback = r.expression(f)
		}
	}
	return h
}

// skills are a list of expressions, or an expression that makes one.
func (r *reader) skills(f field) *Value {
	v := &Value{Span: r.spanOf(f.node)}
	n := r.follow(f.node)
	if n == nil || n.Kind != yaml.SequenceNode {
		v.Scalar = r.scalar(f, "an expression or a list of expressions")
		return v
	}
	v.IsList = true
	for _, e := range r.elements(f, n) {
		s := r.scalar(e, "a list of expressions")
		v.List = append(v.List, &Value{Scalar: s, Span: s.Span})
	}
	return v
}

func (r *reader) split(f field, all []field) *Split {
	s := &Split{Experiment: r.id(r.name(f), "an experiment's id", kebabCase)}
	arms := find(all, "arms")
	if arms == nil {
		r.report(f.key.Span, CodeMissingKey, "a split lacks `arms`", "write `arms: { old: 1, new: 1 }` beside it")
		return s
	}
	for _, f := range r.entries(*arms, "names with their weights") {
		s.Arms = append(s.Arms, &Arm{Name: r.id(f.key, "an arm's name", snakeCase), Weight: r.count(f)})
	}
	return s
}

func (r *reader) verify(f field, all []field) *Verify {
	v := &Verify{Method: r.oneOf(r.scalar(f, "`code` or `link`"), "way to verify", verifyMethods)}
	for _, f := range all {
		switch f.name {
		case "text":
			v.Text = r.message(f)
		case "expires":
			v.Expires = r.duration(f)
		case "attempts":
			v.Attempts = r.count(f)
		case "resend":
			v.Resend = r.count(f)
		}
	}
	return v
}

func (r *reader) run(f field, all []field) *Run {
	run := &Run{Journey: r.name(f)}
	for _, f := range all {
		switch f.name {
		case "with":
			run.With = r.assigns(f, "names with expressions")
		case "into":
			run.Into = r.name(f)
		}
	}
	return run
}

func (r *reader) end(f field, all []field) *End {
	e := &End{Outcome: r.id(r.name(f), "an outcome", snakeCase)}
	if data := find(all, "data"); data != nil {
		e.Data = r.assigns(*data, "names with expressions")
	}
	return e
}
