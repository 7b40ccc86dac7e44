package machine

import (
	"time"

	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/schedule"
	"journey/engine/understand"
)

// Event is one thing that happened to a contact. Exactly one of the pointers is set, or none: then it is a business or
// built-in event of Type with Data.
type Event struct {
	ID   string
	Type string
	Time time.Time
	Data map[string]any

	Message *CustomerMessage
	Timer   *TimerFired
	Call    *CallDone
	Report  *DeliveryReport
	Agent   *AgentAct
	Link    *LinkOpened
}

// CustomerMessage is what the customer wrote. Secure tells that it was answered on a one-time page whose link went over Channel.
type CustomerMessage struct {
	Channel      policy.Channel
	Text         string
	Secure       bool
	Conversation string // set for an answer on a secure page; else routed
	Given        Given
}

// Given is what a scenario says of a message in place of the classifier.
type Given struct {
	Intent       string
	HasIntent    bool
	Confidence   float64
	Sentiment    float64
	HasSentiment bool
}

// TimerFired says that a timer of a conversation is due.
type TimerFired struct {
	Conversation string
	ID           string
}

// CallDone is the result of a service call after its retries.
type CallDone struct {
	Conversation string
	ID           string
	Failed       bool
	Status       int  // HTTP status; 0 where there was none
	Timeout      bool // with Failed
	Value        map[string]any
	Reason       string // why it failed, for the trace
}

// DeliveryReport is what became of a message. Message is the effect as it was made.
type DeliveryReport struct {
	Message   *Deliver
	Delivered bool // else it failed for good
	Reason    string
}

// AgentAct is what an agent did with a conversation in a handoff, or without one with the contact's messages that no conversation took.
type AgentAct struct {
	Conversation string // empty: what no conversation took
	Act          Act
	By           string
	Text         string         // Write, Note; Transfer: why
	Data         map[string]any // Return, Resolve: data of the journey that the agent changed
	Queue        string         // Transfer: to this queue; empty: it stays in its own
	To           string         // Transfer: to this agent; empty: to whoever takes it
	Disposition  string         // Resolve: how it went, in the agents' own words
	Sole         bool           // refused where another agent has the conversation
	Urgent       bool           // Write: quiet hours and limits don't hold it
}

// Act is what an agent does.
type Act string

const (
	Join     Act = "join" // takes it
	Write    Act = "reply"
	Note     Act = "note" // for colleagues; the customer doesn't see it
	Return   Act = "return"
	Resolve  Act = "resolve"
	Transfer Act = "transfer"
	Release  Act = "release"   // gives it back to its queue
	TakeOver Act = "take_over" // takes it from whoever has it
	Withdraw Act = "withdraw"  // gives it back to its queue, where nobody has taken it up
)

// LinkOpened says that a person opened a link.
type LinkOpened struct {
	Conversation string
	Kind         LinkKind
	Token        string
	URL          string
}

// LinkKind is what a link is for.
type LinkKind string

const (
	Tracked LinkKind = "tracked" // link(url)
	Proof   LinkKind = "verify"
	Form    LinkKind = "form" // a question or message that may not go over SMS
)

// Input is all that a step may look at. Step owns it: it changes the contact and the conversations in place, so a caller
// that is told to call again does so with fresh copies.
type Input struct {
	Event         Event
	Contact       *Contact
	Conversations []*Conversation                      // the contact's open ones, and the one that the event names
	Live          []*graph.Journey                     // active versions, by id: what an entry may start
	Graph         func(hash graph.Hash) *graph.Journey // any version that a conversation is pinned to, or runs
	Zones         func(phone string) []string          // the time zones that a phone number may be in; nil: none is known
	Understood    map[graph.Hash]understand.Understanding
	Codes         []string                           // for verification, six digits each
	Tokens        []string                           // for links
	NewID         string                             // prefix for the ids of new conversations, unique to the event
	LinkBase      string                             // "https://journeys.shop.example"
	Hours         func(queue string) *schedule.Hours // when agents are there for a queue; nil: always
	Settings      Settings
}

// Settings replace chance where a scenario says so.
type Settings struct {
	Arms      map[string]string // experiment → arm
	FirstArm  bool              // a split that Arms doesn't name takes its first arm
	NoHoldout bool
	Holdout   bool // everybody is held out
}

// Need is what a step lacked. The zero value: nothing.
type Need struct {
	Understanding []graph.Hash // of the event's message, by the intents of these versions
	Codes         int
	Tokens        int
}

// Output is what a step decided.
type Output struct {
	Need          Need
	Contact       *Contact        // changed
	Conversations []*Conversation // changed and new ones
	Effects       []Effect
	Trace         []Trace
	CodesUsed     int
	TokensUsed    int
	Handled       bool   // some conversation took it, or it started one
	Has           string // the agent who has the conversation, where another one's act was refused for it
}
