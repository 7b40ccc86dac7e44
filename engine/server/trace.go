package server

import (
	"net/http"
	"slices"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
)

// TraceList is a page of a conversation's reasoning.
type TraceList struct {
	Steps []TraceStep `json:"steps" doc:"in the order in which they were done; the first page has the newest"`
	Next  string      `json:"next,omitempty" doc:"the cursor of the page before this one in time"`
}

// TraceStep is one step of the reasoning.
type TraceStep struct {
	At      time.Time `json:"time"`
	Event   string    `json:"event,omitempty" doc:"what it was about"`
	Kind    string    `json:"kind"`
	State   string    `json:"state,omitempty"`
	Rule    string    `json:"rule,omitempty"`
	Holds   *bool     `json:"holds,omitempty" doc:"whether the rule's condition does"`
	Channel string    `json:"channel,omitempty"`
	Reason  string    `json:"reason,omitempty" doc:"why a channel was passed over"`
	Detail  string    `json:"detail,omitempty"`
	Value   float64   `json:"value,omitempty" doc:"how sure an intent is"`
	Text    string    `json:"text" doc:"all of it in words"`
}

// kindNames are what steps are called.
var kindNames = map[machine.Kind]string{
	machine.Started: "started", machine.Entered: "entered", machine.Looked: "looked", machine.Took: "took", machine.Raised: "raised",
	machine.Unhandled: "unhandled", machine.Passed: "passed", machine.HeldBack: "held_back", machine.Sending: "sending", machine.Blocked: "blocked",
	machine.Failed: "failed", machine.Fallback: "fallback", machine.Understood: "understood", machine.Ended: "ended", machine.Escalated: "escalated",
	machine.Skipped: "skipped",
}

func (s *Server) getTrace(w http.ResponseWriter, r *http.Request) error {
	before, limit, err := page(r)
	if err != nil {
		return err
	}
	key, c, err := s.conversation(r)
	if err != nil {
		return err
	}
	g := s.o.Journeys.Graph(c.Version)
	list, more := TraceList{Steps: []TraceStep{}}, false
	err = s.back(r.Context(), key, before, func(e *runtime.Logged) bool {
		if e.At.Before(c.Started) {
			return false
		}
		steps := s.stepsOf(e, c.ID, g)
		if more = len(list.Steps) > 0 && len(list.Steps)+len(steps) > limit; more {
			return false
		}
		list.Steps, before = append(list.Steps, steps...), e.Seq
		return true
	})
	if err != nil {
		return err
	}
	if more {
		list.Next = cursor(before)
	}
	slices.Reverse(list.Steps)
	if err := s.record(r, s.act(r, "trace.read").about(key, c.ID)); err != nil {
		return err
	}
	return give(w, http.StatusOK, list)
}

// stepsOf are an entry's steps about a conversation, the last one first. Those that belong to no conversation led to it, if it has any.
func (s *Server) stepsOf(e *runtime.Logged, conversation string, g *graph.Journey) (steps []TraceStep) {
	about := slices.ContainsFunc(e.Trace, func(t machine.Trace) bool { return t.Conversation == conversation })
	for i := len(e.Trace) - 1; i >= 0 && about; i-- {
		t := &e.Trace[i]
		if t.Conversation != conversation && t.Conversation != "" {
			continue
		}
		one := TraceStep{At: e.At, Event: e.Event.Type, Kind: kindNames[t.Kind], Rule: t.Rule, Channel: string(t.Channel), Reason: string(t.Reason),
			Detail: t.Detail, Value: t.Value, Text: s.o.Explain(t, g)}
		if t.Kind == machine.Entered {
			one.State = stateName(g, t.State)
		}
		if t.Kind == machine.Looked {
			one.Holds = &t.Holds
		}
		steps = append(steps, one)
	}
	return steps
}
