package check

import (
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
)

// scalars finds the written form of an expression or a text by where it begins, for the place of a name within it.
type scalars map[diagnostic.Position]*flow.Scalar

// at is the place of some characters of what is written at a span; the whole where that can't be told.
func (s scalars) at(whole diagnostic.Span, offset, length int) diagnostic.Span {
	if written := s[whole.Start]; written != nil && written.Span.File == whole.File {
		return written.At(offset, length)
	}
	return whole
}

// asWritten is an expression as its owner wrote it.
func (j *journey) asWritten(e *graph.Expr) string {
	if s := j.scalars()[e.Span.Start]; s != nil {
		return s.Value
	}
	return e.Source
}

// scalars gathers all expressions and texts that are written in a journey's file, once somebody asks.
func (j *journey) scalars() scalars {
	if j.places == nil {
		j.places = gather(j.unit.Source)
	}
	return j.places
}

func gather(src *flow.Journey) scalars {
	s := scalars{}
	if src == nil {
		return s
	}
	for _, e := range src.Entry {
		s.add(e.When, e.Key)
	}
	for _, e := range src.Exit {
		s.add(e.When)
		s.messages(e.Say)
	}
	for _, e := range src.Escalate {
		s.add(e.When)
	}
	s.assigns(src.Cohorts)
	if src.Objective != nil {
		s.add(src.Objective.Value)
	}
	if src.Understand != nil {
		for _, i := range src.Understand.Intents {
			s.add(i.Title, i.Answer)
		}
	}
	if src.Channels != nil {
		for _, c := range src.Channels.Channel {
			s.add(c.When, c.Disclosure)
		}
	}
	s.handlers(src.On)
	s.handlers(src.After)
	for _, st := range src.States {
		s.state(st)
	}
	return s
}

func (s scalars) add(list ...*flow.Scalar) {
	for _, e := range list {
		if e != nil {
			s[e.Span.Start] = e
		}
	}
}

func (s scalars) state(st *flow.State) {
	s.effects(&st.Effects)
	if a := st.Ask; a != nil {
		s.messages([]*flow.Message{a.Message, a.Invalid, a.Confirm})
		s.add(a.Try)
	}
	if st.Call != nil {
		s.assigns(st.Call.With)
	}
	if h := st.Handoff; h != nil {
		s.value(h.Skills)
		s.add(h.Priority, h.Recommend, h.Callback)
	}
	if st.Verify != nil {
		s.messages([]*flow.Message{st.Verify.Text})
	}
	if st.Run != nil {
		s.assigns(st.Run.With)
	}
	if st.End != nil {
		s.assigns(st.End.Data)
	}
	s.target(st.To)
	s.handlers(st.On)
	s.handlers(st.After)
	for _, m := range st.At {
		s.add(m.Time)
		s.rule(&m.Rule)
	}
}

func (s scalars) handlers(list []*flow.Handler) {
	for _, h := range list {
		s.target(h.Target)
	}
}

func (s scalars) target(t *flow.Target) {
	if t == nil {
		return
	}
	for _, r := range t.Rules {
		s.rule(r)
	}
}

func (s scalars) rule(r *flow.Rule) {
	s.add(r.When)
	s.effects(&r.Effects)
}

func (s scalars) effects(e *flow.Effects) {
	s.assigns(e.Set)
	s.messages(e.Say)
	if e.Emit != nil {
		s.assigns(e.Emit.Data)
	}
}

func (s scalars) assigns(list []*flow.Assign) {
	for _, a := range list {
		s.value(a.Value)
	}
}

func (s scalars) value(v *flow.Value) {
	if v == nil {
		return
	}
	s.add(v.Scalar)
	for _, e := range v.List {
		s.value(e)
	}
	for _, p := range v.Map {
		s.value(p.Value)
	}
}

func (s scalars) messages(list []*flow.Message) {
	for _, m := range list {
		if m == nil {
			continue
		}
		s.add(m.Text, m.Subject)
		s.add(m.Media...)
		s.assigns(m.With)
		if o := m.Options; o != nil {
			s.add(o.From, o.Value, o.Label)
			for _, p := range o.List {
				s.add(p.Label)
			}
		}
	}
}
