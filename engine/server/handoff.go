package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"journey/engine/desk"
	"journey/engine/store"
)

// HandoffList is a page of what waits for agents, or is in their hands.
type HandoffList struct {
	Handoffs []desk.Item `json:"handoffs" doc:"in the order in which they are to be taken up"`
	Next     string      `json:"next,omitempty" doc:"the cursor of the next page; left out on the last"`
}

// QueueList are all queues.
type QueueList struct {
	Queues []desk.QueueState `json:"queues" doc:"by name"`
}

// AgentList are all agents.
type AgentList struct {
	Agents []desk.AgentState `json:"agents" doc:"by name"`
}

// CannedList are replies that are written once and used often.
type CannedList struct {
	Canned []desk.Canned `json:"canned"`
}

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

var agents = []Role{Agent}

func (s *Server) handoffRoutes() []route {
	if s.o.Desk == nil {
		return nil
	}
	by := parameter{"agent", "who asks, where there are no tokens; or the header X-Journey-Agent"}
	act := func(name, summary, does string, takes any, example string, gives any, do func(r *http.Request, by desk.Actor, id string) (any, error)) route {
		return route{pattern: "POST /v1/handoffs/{id}/" + name, roles: agents, summary: summary, does: does, takes: takes, example: example, gives: gives, once: true,
			query: []parameter{by}, handle: func(w http.ResponseWriter, r *http.Request) error {
				answer, err := do(r, s.actor(r), r.PathValue("id"))
				if err != nil {
					return deskProblem(err)
				}
				return give(w, http.StatusOK, answer)
			}}
	}
	d := s.o.Desk
	return []route{
		{pattern: "GET /v1/handoffs", roles: readers, summary: "List what waits for agents and what they have", handle: s.listHandoffs, gives: HandoffList{},
			does:  "A callback that is due comes first, then what is more urgent, then what has waited longest.",
			query: append([]parameter{{"queue", "its name"}, {"mine", "true: what the caller has"}, {"state", "waiting, scheduled, assigned or claimed; several with commas"}, {"q", "words that are looked for in it"}, by}, pageParameters...)},
		{pattern: "POST /v1/handoffs/next", roles: agents, summary: "Take the first that waits and is one for the caller", handle: s.nextHandoff, takes: NextBody{}, gives: desk.Item{}, query: []parameter{by}, once: true},
		{pattern: "GET /v1/handoffs/stream", roles: readers, summary: "Follow what changes, as server-sent events", handle: s.streamHandoffs, produces: "text/event-stream", query: []parameter{by},
			does: "An event is named by its kind, and its data is a Change as JSON: {kind, time, handoff, agent, how}. The first is `ready`; after `reload` too much was missed, and the lists are to be read again. " +
				"Whoever follows is present. A stream ends after an hour, and is opened again."},
		{pattern: "GET /v1/handoffs/{id}", roles: readers, summary: "Read all that an agent needs to take it up", handle: s.getHandoff, gives: desk.Packet{},
			does: "Sensitive values are masked. Each read is on record in the audit log.", query: []parameter{{"reveal", "true: sensitive values are shown; for admin only"}}},
		act("claim", "Take it", "", nil, "", desk.Item{}, func(r *http.Request, by desk.Actor, id string) (any, error) { return d.Claim(r.Context(), by, id) }),
		act("reply", "Write to the customer, on the channel in use", "Whoever replies has claimed it.", ReplyBody{}, "", desk.Sent{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			var body ReplyBody
			if err := readInto(r, &body); err != nil {
				return nil, err
			}
			return d.Reply(r.Context(), by, id, body.Text, body.Override)
		}),
		act("note", "Leave a note for colleagues", "The customer does not see it.", NoteBody{}, "", desk.Item{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			var body NoteBody
			if err := readInto(r, &body); err != nil {
				return nil, err
			}
			return d.Note(r.Context(), by, id, body.Text)
		}),
		act("return", "Give it back to automation", "", ReturnBody{}, "", HandoffClosed{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			var body ReturnBody
			if err := readInto(r, &body); err != nil {
				return nil, err
			}
			return HandoffClosed{"returned"}, d.Return(r.Context(), by, id, body.Data)
		}),
		act("resolve", "End it", "", ResolveBody{}, "", HandoffClosed{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			var body ResolveBody
			if err := readInto(r, &body); err != nil {
				return nil, err
			}
			return HandoffClosed{"resolved"}, d.Resolve(r.Context(), by, id, body.Disposition, body.Data)
		}),
		act("transfer", "Pass it on to a queue or an agent", "An admin may pass on what others have.", TransferBody{}, "", desk.Item{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			var body TransferBody
			if err := readInto(r, &body); err != nil {
				return nil, err
			}
			return d.Transfer(r.Context(), by, id, desk.Destination{Queue: body.Queue, Agent: body.Agent}, body.Note)
		}),
		act("release", "Give it back to its queue", "An admin may release what others have.", nil, "", desk.Item{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			return d.Release(r.Context(), by, id)
		}),
		act("take-over", "Take it from whoever has it", "For admin only.", nil, "", desk.Item{}, func(r *http.Request, by desk.Actor, id string) (any, error) {
			return d.TakeOver(r.Context(), by, id)
		}),
		{pattern: "POST /v1/handoffs/{id}/typing", roles: agents, summary: "Show the customer that the caller is typing", handle: s.typing, statuses: []int{http.StatusNoContent}, query: []parameter{by}},
		{pattern: "GET /v1/queues", roles: readers, summary: "List the queues, and how it stands with them", handle: s.listQueues, gives: QueueList{}},
		{pattern: "GET /v1/agents", roles: readers, summary: "List the agents, who is there and what they have", handle: s.listAgents, gives: AgentList{}},
		{pattern: "POST /v1/agents/me", roles: agents, summary: "Say whether the caller takes on more, or is away", handle: s.setAvailable, takes: AvailableBody{}, example: `{"available": true}`,
			gives: desk.AgentState{}, query: []parameter{by}},
		{pattern: "GET /v1/canned", roles: readers, summary: "List canned replies", handle: s.listCanned, gives: CannedList{},
			query: []parameter{{"handoff", "an id: they are filled in for it"}, by}},
	}
}

// actor is who acts at the desk. Where there are no tokens people say their names themselves.
func (s *Server) actor(r *http.Request) desk.Actor {
	known := requestOf(r)
	a := desk.Actor{Name: known.caller.Name, Role: string(known.caller.Role), Supervisor: known.caller.Role == Admin, Request: known.id}
	if s.access.open() {
		if name := saidName(r); name != "" {
			a.Name = name
		}
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		a.Once = "handoff/" + a.Name + "/" + r.URL.Path + "/" + key
	}
	return a
}

// saidName is the name that a person gave: in a header, which carries ASCII only and so is escaped, or in the query.
func saidName(r *http.Request) string {
	name, err := url.PathUnescape(r.Header.Get("X-Journey-Agent"))
	if err != nil || name == "" {
		name = r.URL.Query().Get("agent")
	}
	name = strings.TrimSpace(name)
	if len(name) > longestID {
		return ""
	}
	return name
}

// deskProblem makes a problem of what the desk refuses; what is something else stays an error.
func deskProblem(err error) error {
	taken, wrong, blocked := (*desk.TakenError)(nil), (*desk.InvalidError)(nil), (*desk.BlockedError)(nil)
	switch {
	case errors.As(err, &taken):
		p := problem(http.StatusConflict, "taken", "%s has it.", taken.By)
		p.By = taken.By
		return p
	case errors.As(err, &wrong):
		return invalid(Detail{Pointer: wrong.Field, Detail: wrong.Message})
	case errors.As(err, &blocked):
		return problem(http.StatusConflict, "blocked", "Nothing was sent: %s.", blocked.Error())
	case errors.Is(err, desk.ErrGone):
		return notFound("There is no such handoff, or it is closed.")
	case errors.Is(err, desk.ErrNotAllowed):
		return problem(http.StatusForbidden, "forbidden", "This is for %s.", Admin)
	case errors.Is(err, desk.ErrCursor):
		return invalidParameter("cursor", "it is no cursor of ours; take `next` of the page before")
	}
	return err
}

func (s *Server) listHandoffs(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	f := desk.Filter{Queue: query.Get("queue"), Search: query.Get("q"), After: query.Get("cursor"), Limit: usualPage}
	if text := query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return invalidParameter("limit", "it is a number from 1 to %d", longestPage)
		}
		f.Limit = min(n, longestPage)
	}
	switch query.Get("mine") {
	case "", "false":
	case "true":
		f.By = s.actor(r).Name
	default:
		return invalidParameter("mine", "it is true or false")
	}
	if text := query.Get("state"); text != "" {
		for one := range strings.SplitSeq(text, ",") {
			if detail := notOneOf(one, desk.States); detail != "" {
				return invalidParameter("state", "%s", detail)
			}
			f.States = append(f.States, desk.State(one))
		}
	}
	list, next, err := s.o.Desk.List(f)
	if err != nil {
		return deskProblem(err)
	}
	return give(w, http.StatusOK, HandoffList{list, next})
}

func (s *Server) nextHandoff(w http.ResponseWriter, r *http.Request) error {
	var body NextBody
	if err := readInto(r, &body); err != nil {
		return err
	}
	it, err := s.o.Desk.Next(r.Context(), s.actor(r), body.Queue)
	if errors.Is(err, desk.ErrGone) {
		return notFound("Nothing waits for you.")
	}
	if err != nil {
		return deskProblem(err)
	}
	return give(w, http.StatusOK, it)
}

func (s *Server) getHandoff(w http.ResponseWriter, r *http.Request) error {
	reveal, err := s.reveal(r)
	if err != nil {
		return err
	}
	p, err := s.o.Desk.Packet(r.Context(), r.PathValue("id"), desk.Sight{Sensitive: reveal})
	if err != nil {
		return deskProblem(err)
	}
	act := s.act(r, "transcript.read")
	if reveal {
		act.Act = "transcript.revealed"
	}
	act.Contact, act.Conversation = p.Customer.Key, p.Handoff.Conversation
	if err := s.record(r, act); err != nil {
		return err
	}
	return give(w, http.StatusOK, p)
}

func (s *Server) typing(w http.ResponseWriter, r *http.Request) error {
	if err := s.o.Desk.Typing(s.actor(r), r.PathValue("id")); err != nil {
		return deskProblem(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) listQueues(w http.ResponseWriter, _ *http.Request) error {
	return give(w, http.StatusOK, QueueList{s.o.Desk.Queues()})
}

func (s *Server) listAgents(w http.ResponseWriter, _ *http.Request) error {
	return give(w, http.StatusOK, AgentList{s.o.Desk.Agents()})
}

func (s *Server) setAvailable(w http.ResponseWriter, r *http.Request) error {
	var body AvailableBody
	if err := readInto(r, &body); err != nil {
		return err
	}
	return give(w, http.StatusOK, s.o.Desk.SetAvailable(s.actor(r).Name, body.Available))
}

func (s *Server) listCanned(w http.ResponseWriter, r *http.Request) error {
	list, err := s.o.Desk.Canned(r.Context(), r.URL.Query().Get("handoff"), s.actor(r).Name)
	if err != nil {
		return deskProblem(err)
	}
	if list == nil {
		list = []desk.Canned{}
	}
	return give(w, http.StatusOK, CannedList{list})
}

// AuditDeed puts what was done at the desk into the form of the audit log.
func AuditDeed(d desk.Deed) []byte {
	a := &Act{At: d.At.UTC(), By: d.By.Name, Role: Role(d.By.Role), Act: d.Act, Detail: d.Detail, Request: d.By.Request}
	return a.about(d.Contact, d.Conversation).Encode()
}

// Desk is where agents work; *desk.Desk is one.
type Desk interface {
	List(f desk.Filter) (list []desk.Item, next string, err error)
	Packet(ctx context.Context, id string, see desk.Sight) (*desk.Packet, error)
	Queues() []desk.QueueState
	Agents() []desk.AgentState
	SetAvailable(name string, available bool) desk.AgentState
	Canned(ctx context.Context, id, agent string) ([]desk.Canned, error)

	Next(ctx context.Context, by desk.Actor, queue string) (desk.Item, error)
	Claim(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	Reply(ctx context.Context, by desk.Actor, id, text string, urgent bool) (desk.Sent, error)
	Note(ctx context.Context, by desk.Actor, id, text string) (desk.Item, error)
	Return(ctx context.Context, by desk.Actor, id string, data map[string]any) error
	Resolve(ctx context.Context, by desk.Actor, id, disposition string, data map[string]any) error
	Transfer(ctx context.Context, by desk.Actor, id string, to desk.Destination, note string) (desk.Item, error)
	Release(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	TakeOver(ctx context.Context, by desk.Actor, id string) (desk.Item, error)
	Typing(by desk.Actor, id string) error

	Enter(name string) (leave func())
	Watch(f func(desk.Change)) (cancel func())
	Stopped() <-chan struct{}
	Forget(contact store.Key)
}

// streamLife bounds a stream, so that who may no longer follow does not for long.
const streamLife = time.Hour
