package desk

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
)

// Canned is a reply that is written once and used often. In its text {{ name }} stands for what a handoff says under that name.
type Canned struct {
	Name    string   `json:"name"`
	Text    string   `json:"text"`
	Queues  []string `json:"queues,omitempty" doc:"for which it is; none: for all"`
	Missing []string `json:"missing,omitempty" doc:"names for which nothing could be filled in; they stand in the text as they were"`
}

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}`)

// Canned gives the canned replies for a handoff, filled in for an agent; without an id all of them, as they are written. There are the
// names agent, queue, reason, channel, name, first_name, contact.<field>, and every datum of the journey that is not sensitive.
func (d *Desk) Canned(ctx context.Context, id, agent string) ([]Canned, error) {
	if id == "" {
		return slices.Clone(d.o.Canned), nil
	}
	it, err := d.handoff(id)
	if err != nil {
		return nil, err
	}
	c, open, err := d.people(ctx, it)
	if err != nil {
		return nil, err
	}
	own := conversation(open, it.conversation)
	var g *graph.Journey
	if own != nil {
		g = d.o.Journeys.Graph(own.Version)
	}
	list := []Canned{}
	for _, one := range d.o.Canned {
		if len(one.Queues) > 0 && !slices.Contains(one.Queues, it.Queue) {
			continue
		}
		list = append(list, one.fill(func(name string) string { return said(name, agent, &it, c, own, g) }))
	}
	return list, nil
}

// fill puts what value gives in the place of names.
func (c Canned) fill(value func(name string) string) Canned {
	c.Text = placeholder.ReplaceAllStringFunc(c.Text, func(written string) string {
		name := placeholder.FindStringSubmatch(written)[1]
		text := value(name)
		if text == "" {
			if !slices.Contains(c.Missing, name) {
				c.Missing = append(c.Missing, name)
			}
			return written
		}
		return text
	})
	return c
}

// said is what a name stands for; empty where there is nothing, or it is sensitive.
func said(name, agent string, it *item, c *machine.Contact, own *machine.Conversation, g *graph.Journey) string {
	switch name {
	case "agent":
		return agent
	case "queue":
		return it.Queue
	case "reason":
		return it.Reason
	case "channel":
		return it.channel
	case "name", "contact.name":
		return c.Name
	case "first_name":
		first, _, _ := strings.Cut(c.Name, " ")
		return first
	case "contact.id":
		return c.ID
	case "contact.phone":
		return c.Phone
	case "contact.email":
		return c.Email
	case "brand":
		if g != nil {
			return g.Brand
		}
	}
	if attribute, ok := strings.CutPrefix(name, "contact."); ok {
		return plainText(at(expression.Plain(c.Attributes), strings.TrimPrefix(attribute, "attributes.")))
	}
	datum, _, _ := strings.Cut(name, ".")
	if own == nil || sensitive(g, datum) {
		return ""
	}
	return plainText(at(expression.Plain(own.Data), name))
}

// at is a part of a plain value; nil where there is none.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		fields, _ := v.(map[string]any)
		v = fields[name]
	}
	return v
}

// plainText shows a single value; what is made of several has no text.
func plainText(v any) string {
	switch v.(type) {
	case nil, map[string]any, []any:
		return ""
	}
	return fmt.Sprint(v)
}
