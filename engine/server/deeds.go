package server

import (
	"context"
	"net/http"

	"journey/engine/desk"
)

// Bodies of what agents do.
type (
	// ReplyBody is what the customer is to read.
	ReplyBody struct {
		Text     string `json:"text"`
		Override bool   `json:"override_quiet_hours,omitempty" doc:"it goes out in the customer's quiet hours too, and is on record as such"`
	}
	// NoteBody is for colleagues.
	NoteBody struct {
		Text string `json:"text"`
	}
	// ReturnBody is what automation goes on with.
	ReturnBody struct {
		Data map[string]any `json:"data,omitempty" doc:"what the agent changed of the journey's data; null takes a value away"`
	}
	// ResolveBody is how it ended.
	ResolveBody struct {
		Disposition string         `json:"disposition,omitempty" doc:"how it went, in the agents' own words"`
		Data        map[string]any `json:"data,omitempty" doc:"what the agent changed of the journey's data; null takes a value away"`
	}
	// TransferBody says to whom it goes: a queue, an agent, or both.
	TransferBody struct {
		Queue string `json:"queue,omitempty"`
		Agent string `json:"agent,omitempty"`
		Note  string `json:"note,omitempty" doc:"for whoever takes it up"`
	}
	// NextBody says from which queue the next one is taken.
	NextBody struct {
		Queue string `json:"queue,omitempty" doc:"left out: from all that are the agent's"`
	}
	// AvailableBody says whether an agent takes on more.
	AvailableBody struct {
		Available bool `json:"available"`
	}
)

// HandoffClosed says how a handoff ended.
type HandoffClosed struct {
	Status string `json:"status" enum:"returned,resolved"`
}

// deed does what an agent does about a handoff, and gives what is answered.
type deed func(r *http.Request, by desk.Actor, id string) (answer any, err error)

// taking is a deed that takes a body.
func taking[B any](do func(ctx context.Context, by desk.Actor, id string, body B) (any, error)) deed {
	return func(r *http.Request, by desk.Actor, id string) (any, error) {
		var body B
		if err := readInto(r, &body); err != nil {
			return nil, err
		}
		return do(r.Context(), by, id, body)
	}
}

// alone is a deed that takes none.
func alone(do func(ctx context.Context, by desk.Actor, id string) (desk.Item, error)) deed {
	return func(r *http.Request, by desk.Actor, id string) (any, error) { return do(r.Context(), by, id) }
}

// deedRoutes are what an agent does about one handoff.
func (s *Server) deedRoutes() []route {
	d := s.o.Desk
	return []route{
		s.deedRoute("claim", "Take it", "", nil, desk.Item{}, alone(d.Claim)),
		s.deedRoute("reply", "Write to the customer, on the channel in use", "Whoever replies has claimed it.", ReplyBody{}, desk.Sent{},
			taking(func(ctx context.Context, by desk.Actor, id string, body ReplyBody) (any, error) {
				return d.Reply(ctx, by, id, body.Text, body.Override)
			})),
		s.deedRoute("note", "Leave a note for colleagues", "The customer does not see it.", NoteBody{}, desk.Item{},
			taking(func(ctx context.Context, by desk.Actor, id string, body NoteBody) (any, error) {
				return d.Note(ctx, by, id, body.Text)
			})),
		s.deedRoute("return", "Give it back to automation", "", ReturnBody{}, HandoffClosed{},
			taking(func(ctx context.Context, by desk.Actor, id string, body ReturnBody) (any, error) {
				return HandoffClosed{"returned"}, d.Return(ctx, by, id, body.Data)
			})),
		s.deedRoute("resolve", "End it", "", ResolveBody{}, HandoffClosed{},
			taking(func(ctx context.Context, by desk.Actor, id string, body ResolveBody) (any, error) {
				return HandoffClosed{"resolved"}, d.Resolve(ctx, by, id, body.Disposition, body.Data)
			})),
		s.deedRoute("transfer", "Pass it on to a queue or an agent", "An admin may pass on what others have.", TransferBody{}, desk.Item{},
			taking(func(ctx context.Context, by desk.Actor, id string, body TransferBody) (any, error) {
				return d.Transfer(ctx, by, id, desk.Destination{Queue: body.Queue, Agent: body.Agent}, body.Note)
			})),
		s.deedRoute("release", "Give it back to its queue", "An admin may release what others have.", nil, desk.Item{}, alone(d.Release)),
		s.deedRoute("take-over", "Take it from whoever has it", "For admin only.", nil, desk.Item{}, alone(d.TakeOver)),
	}
}

func (s *Server) deedRoute(name, summary, does string, takes, gives any, do deed) route {
	return route{pattern: "POST /v1/handoffs/{id}/" + name, roles: agents, summary: summary, does: does, takes: takes, gives: gives, once: true,
		query: []parameter{byName}, handle: func(w http.ResponseWriter, r *http.Request) error {
			answer, err := do(r, s.actor(r), r.PathValue("id"))
			if err != nil {
				return deskProblem(err)
			}
			return give(w, http.StatusOK, answer)
		}}
}
