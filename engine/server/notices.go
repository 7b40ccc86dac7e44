package server

import (
	"reflect"
	"time"
)

// What subscribers are told. Its fields are those that the runtime puts there.
type (
	// HandoffTold is what a subscriber is told of a handoff.
	HandoffTold struct {
		Type      string        `json:"type" doc:"handoff.opened and so on"`
		Timestamp time.Time     `json:"timestamp"`
		Data      HandoffNotice `json:"data"`
	}
	// HandoffNotice is a handoff as it is then.
	HandoffNotice struct {
		Handoff      string         `json:"handoff" doc:"its id, as in /v1/handoffs/{id}"`
		Conversation string         `json:"conversation" doc:"empty: messages that no conversation took"`
		Contact      string         `json:"contact"`
		Queue        string         `json:"queue"`
		Skills       []string       `json:"skills,omitempty"`
		Priority     int            `json:"priority" doc:"1 is the most urgent"`
		Reason       string         `json:"reason" doc:"why it was handed over"`
		Recommend    string         `json:"recommend,omitempty" doc:"what to do; left out where it is over, and where this shows what is sensitive"`
		Opened       time.Time      `json:"opened"`
		Due          time.Time      `json:"due,omitzero" doc:"not before"`
		By           string         `json:"by" doc:"the agent who did it, or who has it"`
		Disposition  string         `json:"disposition,omitempty" doc:"resolved: how it went"`
		Data         map[string]any `json:"data,omitempty" doc:"returned, resolved: what the agent changed of the journey's data, without what is sensitive"`
	}
	// ConversationTold is what a subscriber is told of a conversation.
	ConversationTold struct {
		Type      string             `json:"type"`
		Timestamp time.Time          `json:"timestamp"`
		Data      ConversationNotice `json:"data"`
	}
	// ConversationNotice is a conversation as it is then.
	ConversationNotice struct {
		Conversation string         `json:"conversation" doc:"its id, as in /v1/conversations/{id}"`
		Journey      string         `json:"journey"`
		Version      string         `json:"version"`
		Contact      string         `json:"contact"`
		Outcome      string         `json:"outcome,omitempty" doc:"completed: how it ended"`
		Data         map[string]any `json:"data,omitempty" doc:"completed: what its end gives"`
	}
)

// notices are what subscribers hear of beside the events that journeys emit.
var notices = []struct {
	name, summary string
	says          reflect.Type
}{
	{"conversation.started", "A conversation has begun", reflect.TypeFor[ConversationTold]()},
	{"conversation.completed", "A conversation has ended", reflect.TypeFor[ConversationTold]()},
	{"handoff.opened", "A conversation waits for an agent", reflect.TypeFor[HandoffTold]()},
	{"handoff.claimed", "An agent has it", reflect.TypeFor[HandoffTold]()},
	{"handoff.transferred", "It was passed on, or given back to its queue", reflect.TypeFor[HandoffTold]()},
	{"handoff.returned", "An agent gave it back to automation", reflect.TypeFor[HandoffTold]()},
	{"handoff.resolved", "An agent ended it", reflect.TypeFor[HandoffTold]()},
	{"handoff.closed", "It is over without an agent's doing: a time-out, or the conversation ended", reflect.TypeFor[HandoffTold]()},
}

// webhooks describes what subscribers are sent.
func (d *description) webhooks() tree {
	header := func(name, does string) tree {
		return tree{"name": name, "in": "header", "required": true, "description": does, "schema": tree{"type": "string"}}
	}
	hooks := tree{}
	for _, n := range notices {
		hooks[n.name] = tree{"post": tree{"summary": n.summary,
			"description": "Sent to every one of `subscribers` that asked for it, signed by the Standard Webhooks scheme. It is sent again until it is answered with 2xx, for a day, and may come twice: then with the same webhook-id. " +
				"What concerns one contact comes in order.",
			"parameters": []any{
				header("webhook-id", "Whose notice it is: the same for each try."),
				header("webhook-timestamp", "When this try was sent, in seconds since 1970."),
				header("webhook-signature", "v1, and the HMAC-SHA256 of `webhook-id.webhook-timestamp.body` by the subscriber's secret, in base64."),
			},
			"requestBody": tree{"required": true, "content": tree{plainJSON: tree{"schema": d.schema(n.says)}}},
			"responses":   tree{"2XX": tree{"description": "It is taken."}, "410": tree{"description": "It is not sent again, and becomes a dead letter."}, "default": tree{"description": "It is sent again later."}},
		}}
	}
	return hooks
}
