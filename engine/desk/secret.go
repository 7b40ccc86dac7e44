package desk

import (
	"fmt"
	"strings"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/transcript"
)

// shortest is how long a sensitive value has to be for it to be looked for elsewhere: shorter ones stand everywhere by chance.
const shortest = 3

// texts are the values that a plain value is made of, as they may stand in a text.
func texts(v any) (list []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			list = append(list, texts(e)...)
		}
	case []any:
		for _, e := range v {
			list = append(list, texts(e)...)
		}
	case bool, nil:
	default:
		if text := fmt.Sprint(v); len(text) >= shortest {
			list = append(list, text)
		}
	}
	return list
}

func (g *gathered) keepSecret(c *machine.Conversation) {
	journey := g.desk.o.Journeys.Graph(c.Version)
	for name, v := range c.Data {
		if !g.see.Sensitive && sensitive(journey, name) {
			g.secrets = append(g.secrets, texts(expression.Plain(v))...)
		}
	}
}

// sensitive tells whether a datum is. Where its journey is not known nobody knows, so all is.
func sensitive(g *graph.Journey, name string) bool {
	return g == nil || g.Datum(name) == nil || g.Datum(name).Sensitive
}

// conceal takes out of a plain value what may not be seen.
func (g *gathered) conceal(v any) any {
	if len(g.secrets) == 0 {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for name, e := range v {
			m[name] = g.conceal(e)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = g.conceal(e)
		}
		return list
	case bool, nil:
		return v
	}
	for _, text := range texts(v) {
		if hidden := g.concealText(text); hidden != text {
			return hidden
		}
	}
	return v
}

// concealMessages takes out what the customer wrote without being asked for it, or what repeats it.
func (g *gathered) concealMessages(list []*transcript.Message) {
	for _, m := range list {
		if hidden := g.concealText(m.Text); hidden != m.Text {
			m.Text, m.Masked = hidden, true
		}
	}
}

func (g *gathered) concealText(text string) string {
	for _, secret := range g.secrets {
		text = strings.ReplaceAll(text, secret, transcript.Mask)
	}
	return text
}
