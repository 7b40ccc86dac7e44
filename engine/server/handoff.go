package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"journey/engine/desk"
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

var agents = []Role{Agent}

func (s *Server) handoffRoutes() []route {
	if s.o.Desk == nil {
		return nil
	}
	return append([]route{
		{pattern: "GET /v1/handoffs", roles: readers, summary: "List what waits for agents and what they have", handle: s.listHandoffs, gives: HandoffList{},
			does:  "A callback that is due comes first, then what is more urgent, then what has waited longest.",
			query: append([]parameter{{"queue", "its name"}, {"mine", "true: what the caller has"}, {"state", "waiting, scheduled, assigned or claimed; several with commas"}, {"q", "words that are looked for in it"}, byName}, pageParameters...)},
		{pattern: "POST /v1/handoffs/next", roles: agents, summary: "Take the first that waits and is one for the caller", handle: s.nextHandoff, takes: NextBody{}, gives: desk.Item{}, query: []parameter{byName}, once: true},
		{pattern: "GET /v1/handoffs/stream", roles: readers, summary: "Follow what changes, as server-sent events", handle: s.streamHandoffs, produces: "text/event-stream", query: []parameter{byName},
			does: "An event is named by its kind, and its data is a Change as JSON: {kind, time, handoff, agent, how}. The first is `ready`; after `reload` too much was missed, and the lists are to be read again. " +
				"Whoever follows is present. A stream ends after an hour, and is opened again."},
		{pattern: "GET /v1/handoffs/{id}", roles: readers, summary: "Read all that an agent needs to take it up", handle: s.getHandoff, gives: desk.Packet{},
			does: "Sensitive values are masked. Each read is on record in the audit log.", query: []parameter{{"reveal", "true: sensitive values are shown; for admin only"}}},
		{pattern: "POST /v1/handoffs/{id}/typing", roles: agents, summary: "Show the customer that the caller is typing", handle: s.typing, statuses: []int{http.StatusNoContent}, query: []parameter{byName}},
		{pattern: "GET /v1/queues", roles: readers, summary: "List the queues, and how it stands with them", handle: s.listQueues, gives: QueueList{}},
		{pattern: "GET /v1/agents", roles: readers, summary: "List the agents, who is there and what they have", handle: s.listAgents, gives: AgentList{}},
		{pattern: "POST /v1/agents/me", roles: agents, summary: "Say whether the caller takes on more, or is away", handle: s.setAvailable, takes: AvailableBody{}, example: `{"available": true}`,
			gives: desk.AgentState{}, query: []parameter{byName}},
		{pattern: "GET /v1/canned", roles: readers, summary: "List canned replies", handle: s.listCanned, gives: CannedList{},
			query: []parameter{{"handoff", "an id: they are filled in for it"}, byName}},
	}, s.deedRoutes()...)
}

// byName lets people say who they are.
var byName = parameter{"agent", "who asks, where there are no tokens; or the header X-Journey-Agent"}

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
	limit, err := pageLimit(query)
	if err != nil {
		return err
	}
	f := desk.Filter{Queue: query.Get("queue"), Search: query.Get("q"), After: query.Get("cursor"), Limit: limit}
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
