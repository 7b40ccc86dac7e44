package machine

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/graph"
)

// cause says in words why a conversation goes to the agents, where no escalation gave its reason: it is read from what this step did
// before. What the customer wrote is not in it.
func (s *step) cause(t *thread) string {
	unhandled := map[string]bool{}
	for i := len(s.out.Trace) - 1; i >= 0; i-- {
		e := &s.out.Trace[i]
		from := t.of(e.Conversation)
		if from == nil {
			continue
		}
		switch e.Kind {
		case Unhandled:
			unhandled[e.Detail] = true
		case Fallback, Raised:
			if unhandled[e.Detail] || e.Detail == "agent.unavailable" || from.graph.States[e.State].Split != nil {
				continue
			}
			return s.becauseOf(from, e)
		}
	}
	return s.becauseOfEvent(t)
}

// of is the conversation of that id, of this one and those that run it.
func (t *thread) of(id string) *thread {
	for ; t != nil; t = t.parent {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// becauseOf puts into words what was raised, or why the fallback was taken.
func (s *step) becauseOf(t *thread, e *Trace) string {
	st := &t.graph.States[e.State]
	kind, rest, _ := strings.Cut(e.Detail, ".")
	switch {
	case st.Run != nil && (e.Kind == Raised && rest == "" || strings.HasPrefix(e.Detail, "outcome ")):
		return fmt.Sprintf("%s ended as %s", plain(st.Run.Journey), plain(strings.TrimPrefix(e.Detail, "outcome ")))
	case kind == "exhausted" && st.Verify != nil:
		return "The customer did not prove who they are"
	case kind == "exhausted" && st.Ask != nil:
		return fmt.Sprintf("%s did not fit %s", counted(st.Ask.Attempts, "answer"), s.quoted(t, st))
	case kind == "expired":
		return "The customer did not prove who they are in time"
	case kind == "failed" && st.Call != nil:
		return s.becauseItFailed(st.Call.Operation)
	case e.Detail == "message.blocked":
		return "No channel could carry the message" + s.whyNot(t)
	case e.Detail == "message.failed":
		return "The message could not be delivered"
	case e.Detail == "message.unhandled":
		return "The customer wrote what the journey has no answer to"
	case kind == "intent":
		return s.wish(t, rest)
	case kind == "reply", rest == "message", strings.Contains(e.Detail, " "):
		return s.becauseOfEvent(t)
	}
	return plain(e.Detail) + " happened"
}

// becauseItFailed says how a service's answer, which this step handles, was none.
func (s *step) becauseItFailed(operation string) string {
	switch d := s.in.Event.Call; {
	case d == nil:
		return operation + " failed"
	case d.Timeout:
		return operation + " did not answer in time"
	case d.Status > 0:
		return fmt.Sprintf("%s failed (%d)", operation, d.Status)
	case d.Reason != "":
		return fmt.Sprintf("%s failed (%s)", operation, d.Reason)
	}
	return operation + " failed"
}

// whyNot lists the channels that could not carry a message, each with why not.
func (s *step) whyNot(t *thread) string {
	var list []string
	for i := range s.out.Trace {
		if e := &s.out.Trace[i]; e.Kind == Passed && t.of(e.Conversation) == t {
			if one := fmt.Sprintf("%s: %s", e.Channel, plain(string(e.Reason))); !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// becauseOfEvent puts the event itself into words.
func (s *step) becauseOfEvent(t *thread) string {
	ev := &s.in.Event
	switch {
	case s.asked != nil && !s.asked.Sensitive && s.chosen != "":
		return fmt.Sprintf("The customer answered “%s” to “%s”", s.chosen, s.render(s.asked))
	case s.asked != nil && !s.asked.Sensitive:
		return fmt.Sprintf("The customer answered “%s”", s.render(s.asked))
	case ev.Message != nil && t.Intent != "":
		return s.wish(t, t.Intent)
	case ev.Message != nil:
		return fmt.Sprintf("The customer wrote by %s", ev.Message.Channel)
	case ev.Call != nil:
		if c := s.from(t).Call; c != nil {
			return "What " + c.Operation + " answered"
		}
	case ev.Timer != nil && isJourneyTimer(ev.Timer.ID):
		return "The time for " + plain(t.Journey) + " was over"
	case ev.Timer != nil && ev.Timer.ID != heldTimer:
		return "The time for " + plain(s.from(t).Name) + " was over"
	case ev.Agent != nil:
		return "An agent passed it on"
	case s.event != nil && s.event.Type != "":
		return plain(s.event.Type) + " happened"
	}
	return ""
}

// from is the state in which this step found a conversation.
func (s *step) from(t *thread) *graph.State {
	for i := range s.out.Trace {
		if e := &s.out.Trace[i]; e.Conversation == t.ID {
			return &t.graph.States[e.State]
		}
	}
	return t.state()
}

// wish says what the customer wants, as far as it was understood.
func (s *step) wish(t *thread, intent string) string {
	old := s.current
	s.on(t)
	title := s.title(t.graph, intent)
	if old != nil {
		s.on(old)
	}
	return fmt.Sprintf("The customer's wish: “%s”", plain(title))
}

// quoted is a state's question as it was asked; its name where the question shows what is sensitive.
func (s *step) quoted(t *thread, st *graph.State) string {
	if st.Ask.Message.Text == nil || st.Ask.Message.Text.Sensitive {
		return plain(st.Name)
	}
	old := s.current
	s.on(t)
	text := s.render(st.Ask.Message.Text)
	if old != nil {
		s.on(old)
	}
	return "“" + text + "”"
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func plain(name string) string { return strings.ReplaceAll(name, "_", " ") }
