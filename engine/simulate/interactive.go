package simulate

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"journey/engine/compile"
	"journey/engine/flow"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/schedule"
)

// session is a chat in the terminal.
type session struct {
	x       *world
	p       *printer
	shown   int // lines of the transcript that were printed
	reasons []string
}

const help = `Write as the customer would. What begins with a colon is for you:
  :via sms               write on another channel from here on (chat, sms, email)
  :wait 24h              time passes, timers fire
  :until 2026-03-06T09:00:00-05:00
  :event TYPE {data}     a business event, data as YAML: :event order.delayed { order_id: AB123456, days: 2 }
  :link                  opens the last link;  :link TEXT answers on its page
  :receipt delivered     the carrier reports on the last message (or failed)
  :agent join            the agent acts: join, return, resolve, or reply TEXT
  :provider sms down     (or up)
  :state                 where the conversation is, and its data
  :why                   what was decided in the last step, and why
  :help  :quit
`

// Interactive runs a chat with a journey. Services answer from the stubs of the journey's first scenario file, if it has one.
func Interactive(in io.Reader, out io.Writer, b *flow.Bundle, units *compile.Result, journey string) error {
	unit := units.Unit(journey)
	if unit == nil {
		return fmt.Errorf("there is no journey %s", journey)
	}
	var settings flow.World
	for _, f := range b.Scenarios {
		if f.Journey.Value == journey {
			settings = f.World
			break
		}
	}
	x, err := newWorld(units, unit, settings, new(Classifiers))
	if err != nil {
		return err
	}
	x.store.Log = nil
	s := &session{x: x, p: &printer{w: out}}
	s.p.f("%s, %s. It is %s. :help tells what you can do.\n", unit.Graph.ID, unit.Graph.Title, x.clock.now.Format("Mon 2 Jan 2006 15:04 MST"))
	lines := bufio.NewScanner(in)
	for s.prompt(); lines.Scan(); s.prompt() {
		line := strings.TrimSpace(lines.Text())
		if line == ":quit" {
			break
		}
		if line != "" {
			s.line(line)
		}
		if s.p.err != nil {
			return s.p.err
		}
	}
	s.p.f("\n")
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read what was typed: %w", err)
	}
	return s.p.err
}

func (s *session) prompt() {
	via := s.x.lastVia
	if via == "" {
		via = policy.Chat
	}
	s.p.f("%s> ", via)
}

func (s *session) line(line string) {
	if !strings.HasPrefix(line, ":") {
		via := s.x.lastVia
		if via == "" {
			via = policy.Chat
		}
		s.do(step("reply", line, "via", string(via)))
		return
	}
	word, rest, _ := strings.Cut(line[1:], " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "help":
		s.p.f("%s", help)
	case "via":
		s.via(rest)
	case "state":
		s.state()
	case "why":
		for _, r := range s.reasons {
			s.p.f("  %s\n", r)
		}
	case "link":
		if rest == "" {
			s.do(step("link", "open"))
			return
		}
		s.do(step("link", "open", "answer", rest))
	case "wait", "until", "receipt":
		s.do(step(word, rest))
	case "event":
		s.event(rest)
	case "agent":
		act, text, _ := strings.Cut(rest, " ")
		s.do(step("agent", act, "text", text))
	case "provider":
		name, how, _ := strings.Cut(rest, " ")
		s.x.down[name] = how == "down"
	default:
		s.p.f("there is no :%s; :help tells what there is\n", word)
	}
}

func (s *session) via(name string) {
	for _, ch := range policy.Channels {
		if string(ch) == name {
			s.x.lastVia = ch
			return
		}
	}
	s.p.f("channels are chat, sms and email\n")
}

func (s *session) event(rest string) {
	name, data, _ := strings.Cut(rest, " ")
	st := step("event", name)
	if strings.TrimSpace(data) != "" {
		// The data are read as those of a scenario's step, with its messages.
		source := "scenarios: x\ncases:\n- name: x\n  steps:\n  - event: " + name + "\n    data: " + data + "\n"
		b, findings := flow.Read([]flow.Input{{Path: "typed", Source: []byte(source)}})
		if len(findings) > 0 || len(b.Scenarios) == 0 {
			for _, f := range findings {
				s.p.f("! %s %s\n", f.Message, f.Hint)
			}
			return
		}
		st = b.Scenarios[0].Cases[0].Steps[0]
	}
	s.do(st)
}

// step makes a step as a scenario has it: a verb, its value, and keys beside it.
func step(verb, value string, keys ...string) *flow.Step {
	st := &flow.Step{Verb: &flow.Scalar{Value: verb}, Value: written(value)}
	for i := 0; i+1 < len(keys); i += 2 {
		if keys[i+1] != "" {
			st.Keys = append(st.Keys, &flow.Pair{Key: &flow.Scalar{Value: keys[i]}, Value: written(keys[i+1])})
		}
	}
	return st
}

func written(text string) *flow.Value { return &flow.Value{Scalar: &flow.Scalar{Value: text}} }

func (s *session) do(st *flow.Step) {
	from := len(s.x.store.Log)
	before := s.x.clock.now
	if err := s.x.do(st); err != nil {
		s.p.f("! %v\n", err)
	}
	s.reasons = s.reasons[:0]
	for _, c := range s.x.store.Log[from:] {
		if c.Output == nil {
			continue
		}
		for i := range c.Output.Trace {
			s.reasons = append(s.reasons, s.x.explain(&c.Output.Trace[i]))
		}
	}
	s.show(before)
}

// show prints what was said since, and the time where it has moved on.
func (s *session) show(before time.Time) {
	for ; s.shown < len(s.x.lines); s.shown++ {
		l := s.x.lines[s.shown]
		if l.Who == "customer" || l.Who == "event" {
			continue
		}
		at := ""
		if !l.At.Equal(before) {
			at = l.At.Format("Mon 15:04 ")
		}
		who := l.Who
		if l.Via != "" {
			who += " (" + string(l.Via) + ")"
		}
		s.p.f("  %s%s: %s\n", at, who, strings.ReplaceAll(l.Text, "\n", "\n      "))
		if l.Via == policy.Chat {
			for i, choice := range l.Choices {
				s.p.f("      [%d] %s\n", i+1, choice)
			}
		}
	}
	if !s.x.clock.now.Equal(before) {
		s.p.f("  it is %s\n", s.x.clock.now.Format("Mon 2 Jan 15:04"))
	}
	if c := s.x.conversation(s.x.active); c != nil && !c.Open() {
		s.p.f("  the conversation has ended: %s\n", c.Outcome)
	}
}

func (s *session) state() {
	conversations := s.x.conversations()
	if len(conversations) == 0 {
		s.p.f("  there is no conversation yet\n")
	}
	for _, c := range conversations {
		g := s.x.engine.Versions.Graph(c.Version)
		s.p.f("  %s: %s, %s", c.Journey, g.States[c.State].Name, s.x.status(c))
		if c.Channel != "" {
			s.p.f(", on %s", c.Channel)
		}
		if !c.Open() {
			s.p.f(", ended as %s", c.Outcome)
		}
		s.p.f("\n")
		for i := range g.Data {
			if v, ok := c.Data[g.Data[i].Name]; ok {
				s.p.f("      %s: %s\n", g.Data[i].Name, shown(v))
			}
		}
		s.timers(c)
	}
}

func (s *session) timers(c *machine.Conversation) {
	for _, t := range c.Timers {
		s.p.f("      %s falls due in %s\n", t.ID, schedule.FormatDuration(t.At.Sub(s.x.clock.now).Round(time.Second)))
	}
}
