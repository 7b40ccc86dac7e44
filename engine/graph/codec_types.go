package graph

import (
	"journey/engine/expression"
	"journey/engine/policy"
	"journey/engine/schedule"
	"journey/engine/wire"
)

// Types of other packages that a graph holds.

func (c *coder) rules(r *policy.ChannelRules) {
	wire.Text(c.content, &r.Purpose)
	wire.Optional(c.content, &r.Quiet, c.window)
	wire.List(c.content, &r.Limits, c.limit)
}

func (c *coder) window(w *schedule.Window) {
	wire.Integer(c.content, &w.From)
	wire.Integer(c.content, &w.Until)
}

func (c *coder) limit(l *schedule.Limit) {
	wire.Integer(c.content, &l.Count)
	wire.Integer(c.content, &l.Per)
}

func (c *coder) hours(h *schedule.Hours) {
	wire.List(c.content, &h.Times, c.openTime)
	wire.Text(c.content, &h.Zone)
	wire.Texts(c.content, &h.Holidays)
}

func (c *coder) openTime(o *schedule.OpenTime) {
	wire.Integer(c.content, &o.Days)
	c.window(&o.Window)
}

// typ leaves out Variants: no declared type is an event.
func (c *coder) typ(t *expression.Type) {
	c.content.Nested(func() {
		wire.Integer(c.content, &t.Kind)
		wire.Optional(c.content, &t.Elem, c.typ)
		wire.List(c.content, &t.Fields, c.field)
		wire.Texts(c.content, &t.Values)
	})
}

func (c *coder) field(f *expression.Field) {
	wire.Text(c.content, &f.Name)
	wire.Optional(c.content, &f.Type, c.typ)
	c.content.Flag(&f.Optional)
}

func (c *coder) variant(v *Variant) {
	wire.Text(c.content, &v.Locale)
	wire.List(c.content, &v.Parts, c.part)
}

// part notes how and where an expression was written; what it is, is Source.
func (c *coder) part(p *expression.Part) {
	wire.Text(c.content, &p.Text)
	wire.Text(c.content, &p.Source)
	wire.Text(c.notes, &p.Raw)
	wire.Integer(c.notes, &p.Offset)
}
