package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/store"
	"journey/engine/transcript"
)

// Summary is a conversation in a list.
type Summary struct {
	ID         string     `json:"id"`
	Contact    string     `json:"contact"`
	ContactKey string     `json:"contact_key"`
	Journey    string     `json:"journey"`
	Version    graph.Hash `json:"version" doc:"the journey's, to which the conversation is pinned"`
	Key        string     `json:"key,omitempty" doc:"of which a contact has one open conversation at most"`
	Status     string     `json:"status" enum:"new,engaged,waiting_on_customer,waiting_on_agent,completed,archived"`
	State      string     `json:"state"`
	Channel    string     `json:"channel,omitempty" doc:"in use"`
	Started    time.Time  `json:"started"`
	Entered    time.Time  `json:"entered" doc:"the state"`
	Ended      time.Time  `json:"ended,omitzero"`
	Outcome    string     `json:"outcome,omitempty"`
	Parent     string     `json:"parent,omitempty" doc:"the conversation that runs this one"`
	Child      string     `json:"child,omitempty" doc:"the open conversation that this one runs"`
}

// ConversationList is a page of conversations.
type ConversationList struct {
	Conversations []Summary `json:"conversations" doc:"the one that began last first"`
	Next          string    `json:"next,omitempty" doc:"the cursor of the next page; a page may be short, or empty, and have one: the search goes on there"`
}

// Conversation is all of a conversation.
type Conversation struct {
	Summary
	Title      string         `json:"title,omitempty" doc:"the journey's"`
	Intent     string         `json:"intent,omitempty"`
	Confidence float64        `json:"confidence,omitempty"`
	Verified   bool           `json:"verified" doc:"the customer proved who they are"`
	Data       map[string]any `json:"data,omitempty"`
	Masked     []string       `json:"masked,omitempty" doc:"names in data that are sensitive, and not shown"`
	Messages   []*Message     `json:"transcript" doc:"oldest first"`
	Cut        bool           `json:"truncated,omitempty" doc:"there is more at the beginning than is shown"`
}

func (s *Server) conversationRoutes() []route {
	return []route{
		{pattern: "GET /v1/conversations", roles: readers, summary: "Search conversations", handle: s.listConversations, gives: ConversationList{},
			query: append([]parameter{{"contact", "an id, tel:+14155550101 or mailto:ada@shop.example"}, {"journey", "its id"},
				{"status", "new, engaged, waiting_on_customer, waiting_on_agent, completed or archived"}, {"state", "its name"}}, pageParameters...)},
		{pattern: "GET /v1/conversations/{id}", roles: readers, summary: "Read a conversation and its transcript", handle: s.getConversation, gives: Conversation{},
			does:  "Sensitive values are masked. Each read is on record in the audit log.",
			query: []parameter{{"reveal", "true: sensitive values are shown; for admin only"}}},
		{pattern: "GET /v1/conversations/{id}/trace", roles: readers, summary: "Why a conversation went as it did, step by step", handle: s.getTrace, gives: TraceList{},
			query: pageParameters},
	}
}

func (s *Server) summary(ctx context.Context, key store.Key, c *machine.Conversation) Summary {
	g := s.o.Journeys.Graph(c.Version)
	one := Summary{ID: c.ID, Contact: c.Contact, ContactKey: key.String(), Journey: c.Journey, Version: c.Version, Key: c.Key, State: stateName(g, c.State),
		Channel: string(c.Channel), Started: c.Started, Entered: c.Entered, Ended: c.Ended, Outcome: c.Outcome, Parent: c.Parent, Child: c.Child}
	one.Status = string(s.status(ctx, g, c))
	return one
}

func (s *Server) status(ctx context.Context, g *graph.Journey, c *machine.Conversation) machine.Status {
	var child *machine.Conversation
	if c.Child != "" && c.Open() {
		child, _ = s.o.Engine.Conversation(ctx, c.Child) // without it, the status is that of the conversation alone
	}
	retention := time.Duration(0)
	if g != nil {
		retention = g.Retention
	}
	return c.DeriveStatus(retention, child, s.o.Clock.Now())
}

func stateName(g *graph.Journey, at graph.StateIndex) string {
	if g == nil || at < 0 || int(at) >= len(g.States) {
		return ""
	}
	return g.States[at].Name
}

// conversation reads the one that a path names.
func (s *Server) conversation(r *http.Request) (store.Key, *machine.Conversation, error) {
	id := r.PathValue("id")
	key, err := conversationOwner(id)
	if err != nil {
		return key, nil, err
	}
	c, err := s.o.Engine.Conversation(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return key, nil, notFound("There is no conversation `%s`.", id)
	}
	return key, c, err
}

func (s *Server) getConversation(w http.ResponseWriter, r *http.Request) error {
	reveal, err := s.reveal(r)
	if err != nil {
		return err
	}
	key, c, err := s.conversation(r)
	if err != nil {
		return err
	}
	one, err := s.whole(r.Context(), key, c, reveal)
	if err != nil {
		return err
	}
	act := s.act(r, "transcript.read")
	if reveal {
		act.Act = "transcript.revealed"
	}
	if err := s.record(r, act.about(key, c.ID)); err != nil {
		return err
	}
	return give(w, http.StatusOK, one)
}

// reveal tells whether sensitive values are to be shown.
func (s *Server) reveal(r *http.Request) (bool, error) {
	switch r.URL.Query().Get("reveal") {
	case "", "false":
		return false, nil
	case "true":
		if caller := requestOf(r).caller; caller.Role != Admin {
			return false, problem(http.StatusForbidden, "forbidden", "%s has the role %s, and sensitive values are for admin.", caller.Name, caller.Role)
		}
		return true, nil
	}
	return false, invalidParameter("reveal", "it is true or false")
}

// whole is a conversation with its transcript.
func (s *Server) whole(ctx context.Context, key store.Key, c *machine.Conversation, reveal bool) (*Conversation, error) {
	t, err := transcript.Read(ctx, s.o.Engine, key, c.Started, func(id string) bool { return id == c.ID })
	if err != nil {
		return nil, err
	}
	if !reveal {
		t.Hide()
	}
	g := s.o.Journeys.Graph(c.Version)
	one := &Conversation{Summary: s.summary(ctx, key, c), Intent: c.Intent, Verified: c.Verified, Messages: t.Messages, Cut: t.Cut}
	if one.Messages == nil {
		one.Messages = []*Message{}
	}
	if g != nil {
		one.Title = g.Title
	}
	if c.Intent != "" {
		one.Confidence = c.Confidence
	}
	one.Data, one.Masked = dataOfConversation(g, c, reveal)
	return one, nil
}

// dataOfConversation is what the conversation remembers. Where its journey is not known, nobody knows what is sensitive, so all is.
func dataOfConversation(g *graph.Journey, c *machine.Conversation, reveal bool) (data map[string]any, masked []string) {
	data = map[string]any{}
	for _, name := range sorted(c.Data) {
		if reveal || g != nil && g.Datum(name) != nil && !g.Datum(name).Sensitive {
			data[name] = expression.Plain(c.Data[name])
			continue
		}
		masked = append(masked, name)
		if c.Data[name] != nil {
			data[name] = transcript.Mask
		}
	}
	return data, masked
}
