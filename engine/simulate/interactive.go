package simulate

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
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
	own := slices.IndexFunc(b.Scenarios, func(f *flow.Scenarios) bool { return f.Journey.Value == journey })
	if own >= 0 {
		settings = b.Scenarios[own].World
	}
	x, err := newWorld(units, unit, settings, new(Classifiers))
	if err != nil {
		return err
	}
	x.log = nil
	s := &session{x: x, p: &printer{w: out}}
	s.p.f("%s, %s\nIt is %s. :help tells what you can do.\n", unit.Graph.ID, unit.Graph.Title, x.clock.now.Format("Mon 2 Jan 2006 15:04 MST"))
	if own < 0 {
		s.p.f("No scenarios of it were named, so you are a visitor without phone and email, and services have no answers: name their file too.\n")
	}
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

func (s *session) prompt() { s.p.f("%s> ", s.writesOn()) }

// writesOn is the channel on which the customer writes.
func (s *session) writesOn() policy.Channel {
	if s.x.lastVia == "" {
		return policy.Chat
	}
	return s.x.lastVia
}

func (s *session) line(line string) {
	if !strings.HasPrefix(line, ":") {
		s.do(step("reply", line, "via", string(s.writesOn())))
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
		if len(s.reasons) == 0 {
			s.p.f("  nothing was decided in the last step\n")
		}
		for _, r := range s.reasons {
			s.p.f("  %s\n", r)
		}
	case "link":
		if rest == "" {
			s.do(step("link", "open"))
			return
		}
		s.do(step("link", "open", "answer", rest))
	case "wait":
		s.do(step(word, rest))
	case "until":
		if _, err := time.Parse(time.RFC3339, rest); err != nil {
			s.p.f("! a time has date, time and zone: :until %s\n", s.x.clock.now.Format(time.RFC3339))
			return
		}
		s.do(step(word, rest))
	case "receipt":
		if s.oneOf(":receipt", rest, "delivered", "failed") {
			s.do(step(word, rest))
		}
	case "event":
		s.event(rest)
	case "agent":
		act, text, _ := strings.Cut(rest, " ")
		if s.oneOf(":agent", act, "join", "reply", "return", "resolve") {
			s.do(step("agent", act, "text", text))
		}
	case "provider":
		name, how, _ := strings.Cut(rest, " ")
		if s.oneOf(":provider", name, "chat", "sms", "email") && s.oneOf(":provider "+name, how, "down", "up") {
			s.x.down[name] = how == "down"
		}
	default:
		s.p.f("there is no :%s; :help tells what there is\n", word)
	}
}

// oneOf tells whether a word is among those that may follow a command, and otherwise which they are.
func (s *session) oneOf(command, word string, known ...string) bool {
	if slices.Contains(known, word) {
		return true
	}
	s.p.f("! after %s comes %s or %s\n", command, strings.Join(known[:len(known)-1], ", "), known[len(known)-1])
	return false
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
	if !s.isEvent(name) {
		return
	}
	st := step("event", name)
	if strings.TrimSpace(data) != "" {
		// The data are read as those of a scenario's step, with its messages.
		source := "scenarios: x\ncases:\n- name: x\n  steps:\n  - event: " + name + "\n    data: " + data + "\n"
		b, findings := flow.Read([]flow.Input{{Path: "typed", Source: []byte(source)}})
		if len(findings) > 0 || len(b.Scenarios) == 0 {
			s.p.f("! the data can't be read: write them like :event %s { name: value, other: \"a text\" }\n", name)
			return
		}
		st = b.Scenarios[0].Cases[0].Steps[0]
	}
	s.do(st)
}

// isEvent tells whether there is such an event, and otherwise which the business has.
func (s *session) isEvent(name string) bool {
	builtIn := []string{"chat.", "sms.", "email.", "contact.", "message.", "link."}
	if s.x.eventType(name) != nil || slices.ContainsFunc(builtIn, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		return true
	}
	known := slices.Sorted(maps.Keys(s.x.unit.Events))
	if meant := diagnostic.Suggest(name, known); meant != "" {
		s.p.f("! there is no event %q; did you mean %s?\n", name, meant)
	} else {
		s.p.f("! there is no event %q; there is chat.left, chat.joined, %s\n", name, strings.Join(known, ", "))
	}
	return false
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
	from, lines := len(s.x.log), len(s.x.lines)
	before := s.x.clock.now
	err := s.x.do(st)
	s.reasons = s.reasons[:0]
	for _, h := range s.x.log[from:] {
		for i := range h.Entry.Trace {
			s.reasons = append(s.reasons, s.x.explain(&h.Entry.Trace[i]))
		}
	}
	s.show(before)
	switch {
	case err != nil:
		s.p.f("! %v\n", err)
	case len(s.x.lines) <= lines+1 && before.Equal(s.x.clock.now): // what was done is a line of its own
		s.p.f("  nothing is sent; :why tells what was decided, :state where the conversation is\n")
	}
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
		if l.Who == "ended" {
			s.p.f("  %sthe conversation has ended: %s\n", at, l.Text)
			continue
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
}

func (s *session) state() {
	conversations := s.x.conversations()
	if len(conversations) == 0 {
		s.p.f("  there is no conversation yet\n")
	}
	for _, c := range conversations {
		g := s.x.engine.Versions.Graph(c.Version)
		state := &g.States[c.State]
		s.p.f("  %s: %s, %s", c.Journey, state.Name, s.x.status(c))
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
		s.timers(c, g, state)
	}
}

func (s *session) timers(c *machine.Conversation, g *graph.Journey, state *graph.State) {
	for _, t := range c.Timers {
		s.p.f("      %s is due on %s, in %s\n", timerName(t.ID, g, state), t.At.In(s.x.clock.now.Location()).Format("Mon 2 Jan 15:04"),
			schedule.FormatDuration(t.At.Sub(s.x.clock.now).Round(time.Second)))
	}
}

// timerName says what a timer is for: one of `after` by its duration, one of `at` by its place in the list.
func timerName(id string, g *graph.Journey, state *graph.State) string {
	dot := strings.LastIndexByte(id, '.')
	i, err := strconv.Atoi(id[dot+1:])
	switch {
	case id == "held":
		return "the message that is held"
	case strings.HasPrefix(id, "journey.after.") && err == nil && i < len(g.After):
		return "the journey's after " + schedule.FormatDuration(g.After[i].After)
	case strings.HasPrefix(id, "after.") && err == nil && i < len(state.After):
		return "after " + schedule.FormatDuration(state.After[i].After)
	case strings.HasPrefix(id, "at.") && err == nil:
		return fmt.Sprintf("rule %d of at", i+1)
	}
	return id
}
