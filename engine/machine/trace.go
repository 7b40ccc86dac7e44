package machine

import (
	"journey/engine/graph"
	"journey/engine/policy"
)

// Kind says what a trace entry is about.
type Kind uint8

const (
	Started    Kind = iota // a conversation; Detail: journey
	Entered                // a state; State
	Looked                 // at a rule's guard; Rule, Holds
	Took                   // a rule; Rule
	Raised                 // an event inside the step; Detail: its type
	Unhandled              // an event nobody took; Detail
	Passed                 // a channel over; Channel, Reason
	HeldBack               // a message for quiet hours; Channel
	Sending                // a message; Channel
	Blocked                // a message that no channel may carry
	Failed                 // an expression or a call; Detail
	Fallback               // the journey's fallback is taken; Detail: why
	Understood             // a message; Detail: the intent, Value: confidence
	Ended                  // a conversation; Detail: outcome
	Escalated              // Rule, Detail: reason
	Skipped                // an effect that may not be done here; Detail
)

// Trace is one step of the reasoning. It is put into words only when somebody looks.
type Trace struct {
	Conversation string
	Journey      string
	Kind         Kind
	State        graph.StateIndex
	Rule         string
	Holds        bool
	Channel      policy.Channel
	Reason       policy.Reason
	Detail       string
	Value        float64
}
