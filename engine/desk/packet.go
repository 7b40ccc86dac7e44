package desk

import (
	"time"

	"journey/engine/transcript"
)

// Packet is all that somebody needs to take a conversation up: why it is here and what to do first.
type Packet struct {
	Reason     string                `json:"reason,omitempty" doc:"why it was handed over"`
	Recommend  string                `json:"recommend,omitempty" doc:"what to do"`
	Handoff    Item                  `json:"handoff"`
	Customer   Customer              `json:"customer"`
	Mood       Mood                  `json:"understood" doc:"what was understood of the customer's last messages"`
	Data       []Datum               `json:"data" doc:"what the journey has collected"`
	Attempted  []ServiceCall         `json:"attempted" doc:"what was tried with services, the last one first"`
	Events     []BusinessEvent       `json:"events" doc:"what happened in the business lately, the last one first"`
	Notes      []AgentNote           `json:"notes" doc:"of colleagues, oldest first; the customer does not see them"`
	Transcript []*transcript.Message `json:"transcript" doc:"over all channels and journeys, oldest first"`
	Cut        bool                  `json:"truncated,omitempty" doc:"the transcript has more at its beginning"`
	Held       []HeldReply           `json:"held,omitempty" doc:"replies that wait for the end of the customer's quiet hours"`
	Reply      ReplyLimits           `json:"reply" doc:"what holds for a reply now"`
	Usual      []string              `json:"dispositions" doc:"how conversations of this queue end, the commonest first"`
	Returnable bool                  `json:"returnable" doc:"automation takes the conversation back where it is returned"`
	Links      []PacketLink          `json:"links"`
}

// Customer is who it is about.
type Customer struct {
	ID         string         `json:"id"`
	Key        string         `json:"key"`
	Name       string         `json:"name,omitempty"`
	Phone      string         `json:"phone,omitempty"`
	Email      string         `json:"email,omitempty"`
	Locale     string         `json:"locale,omitempty"`
	Zones      []string       `json:"timezones" doc:"in which the customer may be; none: nobody knows"`
	Online     bool           `json:"online" doc:"the chat page is open"`
	Verified   bool           `json:"verified" doc:"the customer proved in this conversation who they are"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// Mood is what was understood of what the customer wrote.
type Mood struct {
	Intent     string    `json:"intent,omitempty"`
	Confidence float64   `json:"confidence,omitempty"`
	Sentiment  float64   `json:"sentiment" doc:"of the last message, from -1 to 1"`
	Trend      []float64 `json:"sentiments,omitempty" doc:"of the last three messages, oldest first"`
	Turns      int       `json:"turns" doc:"messages that the customer wrote"`
}

// Datum is something that the journey has, or could have, collected.
type Datum struct {
	Name      string   `json:"name"`
	Type      string   `json:"type" doc:"as the journey declares it"`
	Options   []string `json:"options,omitempty" doc:"the values that it may have, where it is one of some"`
	Value     any      `json:"value,omitempty"`
	Sensitive bool     `json:"sensitive,omitempty"`
	Masked    bool     `json:"masked,omitempty" doc:"it has a value that is not shown"`
}

// ServiceCall is one attempt of automation to find something out or to get something done.
type ServiceCall struct {
	At        time.Time      `json:"time"`
	Operation string         `json:"operation"`
	Given     map[string]any `json:"given,omitempty"`
	Result    string         `json:"result" enum:"pending,done,failed,timeout"`
	Status    int            `json:"status,omitempty" doc:"of HTTP"`
	Reason    string         `json:"reason,omitempty" doc:"why it failed"`
	Value     map[string]any `json:"value,omitempty" doc:"what came back"`
	Ended     time.Time      `json:"ended,omitzero"`
}

// BusinessEvent is something that the business sent.
type BusinessEvent struct {
	At   time.Time      `json:"time"`
	Type string         `json:"type"`
	Data map[string]any `json:"data,omitempty"`
}

// AgentNote is what an agent wrote for colleagues.
type AgentNote struct {
	At          time.Time `json:"time"`
	By          string    `json:"by"`
	Text        string    `json:"text"`
	Transferred bool      `json:"transferred,omitempty" doc:"it came along with a transfer"`
}

// HeldReply is an agent's reply that has not gone out yet.
type HeldReply struct {
	By    string    `json:"by,omitempty"`
	Text  string    `json:"text"`
	Until time.Time `json:"until"`
}

// PacketLink leads to more.
type PacketLink struct {
	Title string `json:"title"`
	URL   string `json:"url" doc:"a path of this server"`
}

// Sight is what somebody may see.
type Sight struct {
	Sensitive bool // values that are sensitive
}

// Bounds of a packet, which is to be read in ten seconds.
const (
	mostMessages = 200
	mostCalls    = 10
	mostEvents   = 10
	mostNotes    = 20
	mostEntries  = 2000
)
