package pages

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"journey/engine/explain"
	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
)

// step is one entry of the log in words: what happened, what was decided and why, and what came of it.
type step struct {
	At      time.Time
	Mark    string // chat, sms, email, event, timer, call, report, agent, link
	Title   string
	Quote   string // what the customer or an agent wrote
	Masked  bool   // in place of Quote
	Data    []pair
	Contact string
	Talks   []talk
	Results []result
}

// talk is the reasoning about one conversation.
type talk struct {
	Conversation string // empty: before there is one
	Journey      string // its title
	Lines        []line // which rules
	Channels     []line // which channel, and why not the others
}

// line is one step of the reasoning. Guard is the condition that was looked at, as it was written.
type line struct {
	Tone  string // did, weak, good, bad
	Text  string
	Guard string
}

type pair struct{ Name, Value string }

// Slim tells that there is nothing to say but the title.
func (v step) Slim() bool {
	return v.Quote == "" && !v.Masked && v.Data == nil && v.Talks == nil && v.Results == nil
}

// steps makes steps; it looks up versions once each.
type steps struct {
	ctx      context.Context
	engine   Engine
	versions Versions
	known    map[string]*graph.Journey // by conversation
}

func (p *Pages) steps(ctx context.Context) *steps {
	return &steps{ctx: ctx, engine: p.Engine, versions: p.Versions, known: map[string]*graph.Journey{}}
}

// graph is the version that a conversation is pinned to. A conversation that was looked at only is not there; then it is the live
// version of its journey.
func (s *steps) graph(conversation, journey string) *graph.Journey {
	if g, ok := s.known[conversation]; ok && conversation != "" {
		return g
	}
	var g *graph.Journey
	if c, err := s.engine.Conversation(s.ctx, conversation); conversation != "" && err == nil {
		g = s.versions.Graph(c.Version)
	} else {
		g = liveVersion(s.versions, journey)
	}
	s.known[conversation] = g
	return g
}

func liveVersion(v Versions, journey string) *graph.Journey {
	for _, g := range v.Live() {
		if g.ID == journey {
			return g
		}
	}
	return nil
}

// of puts an entry into words. secret tells that what the customer wrote answers a sensitive question.
func (s *steps) of(contact *machine.Contact, e *machine.LogEntry, secret bool) step {
	v := step{At: e.At, Contact: nameOf(contact)}
	v.happened(e, secret)
	for i := range e.Trace {
		s.reason(&v, &e.Trace[i])
	}
	for i := range e.Effects {
		if r, ok := resultOf(&e.Effects[i]); ok {
			v.Results = append(v.Results, r)
		}
	}
	return v
}

func nameOf(c *machine.Contact) string {
	switch {
	case c == nil:
		return "Somebody"
	case c.Name != "":
		return c.Name
	case c.Phone != "":
		return c.Phone
	case c.Email != "":
		return c.Email
	}
	return "Visitor"
}

// reason adds one entry of the trace. A rule that is looked at and then taken is told once.
func (s *steps) reason(v *step, t *machine.Trace) {
	g := s.graph(t.Conversation, t.Journey)
	k := v.talk(t, g)
	l := line{Tone: "did", Text: explain.Line(t, g)}
	switch t.Kind {
	case machine.Looked:
		l.Guard = explain.Guard(t.Rule, g)
		if !t.Holds {
			l.Tone = "weak"
		}
	case machine.Took, machine.Escalated:
		if n := len(k.Lines); n > 0 && k.Lines[n-1].Text == explain.Line(&machine.Trace{Kind: machine.Looked, Rule: t.Rule, Holds: true}, g) {
			k.Lines = k.Lines[:n-1]
		}
		l.Guard = explain.Guard(t.Rule, g)
	case machine.Ended:
		l.Tone = "good"
	case machine.Failed, machine.Fallback, machine.Unhandled:
		l.Tone = "bad"
	case machine.Skipped:
		l.Tone = "weak"
	case machine.Passed, machine.HeldBack, machine.Sending, machine.Blocked:
		if l = channelLine(t, l); len(k.Channels) == 0 || k.Channels[len(k.Channels)-1] != l {
			k.Channels = append(k.Channels, l)
		}
		return
	}
	k.Lines = append(k.Lines, l)
}

func channelLine(t *machine.Trace, l line) line {
	switch t.Kind {
	case machine.Sending:
		l.Tone = "good"
	case machine.Passed:
		l.Tone = "weak"
	default:
		l.Tone = "bad"
	}
	return l
}

func (v *step) talk(t *machine.Trace, g *graph.Journey) *talk {
	for i := range v.Talks {
		if v.Talks[i].Conversation == t.Conversation && (t.Conversation != "" || v.Talks[i].Journey == titleOf(t.Journey, g)) {
			return &v.Talks[i]
		}
	}
	v.Talks = append(v.Talks, talk{Conversation: t.Conversation, Journey: titleOf(t.Journey, g)})
	return &v.Talks[len(v.Talks)-1]
}

func titleOf(id string, g *graph.Journey) string {
	if g != nil && g.Title != "" {
		return g.Title
	}
	return id
}

// valueText shows a value as people write it; a structure, as JSON.
func valueText(v any) string {
	const longest = 200
	text := ""
	switch v := expression.Plain(v).(type) {
	case nil:
		return "not set"
	case string:
		text = v
	default:
		encoded, err := json.Marshal(v)
		if err != nil {
			return "not shown"
		}
		text = string(encoded)
	}
	if r := []rune(text); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return text
}

func pairs(data map[string]any) (list []pair) {
	for _, name := range slices.Sorted(maps.Keys(data)) {
		list = append(list, pair{strings.TrimSpace(name), valueText(data[name])})
	}
	return list
}
