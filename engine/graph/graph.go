// Package graph is the executable form of a journey: states, transitions, guards, texts, policies and typed
// declarations, each with the place it came from. It has a versioned canonical codec and a content hash.
// It may not do I/O and knows neither clock nor chance.
package graph

import (
	"time"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/policy"
	"journey/engine/schedule"
)

// Hash is a journey's version: hex of the hash over its canonical encoding without positions, owner, title and migrate,
// and with the versions of the journeys that it runs.
type Hash string

// StateIndex points into Journey.States; NoState where a rule keeps the state.
type StateIndex int

const (
	NoState    StateIndex = -1
	Unresolved StateIndex = -2 // only while compiling: a name that no state has; never in a stored graph
)

// Journey is one compiled version.
type Journey struct {
	ID          string
	Hash        Hash
	Title       string
	Owner       string
	Brand       string
	Locale      string
	Objective   Objective
	Entries     []Entry
	Exits       []Handler // the rule's Outcome is set
	States      []State   // in the order written
	Initial     StateIndex
	Fallback    StateIndex
	Data        []Datum     // sorted by name
	Events      []Event     // the declared business events that it names, sorted by type
	Operations  []Operation // the service operations that it calls, sorted by name
	Intents     []Intent    // its own and its libraries', sorted by name
	Accept      float64     // at or above, an intent is taken
	Clarify     float64
	Provider    string // of a remote classifier; empty: the built-in one
	Prefer      []policy.Channel
	Channels    []Channel // by name; a channel that is not there has no rules of its own
	Escalations []Escalation
	On          []Handler // from any state
	After       []Timer   // from entry into the journey
	Cohorts     []Assign
	Retention   time.Duration
	Migrate     Migrate
	Runs        []Run        // journeys that its states run, sorted by id
	EngineTexts []EngineText // translations of what the engine itself says (package wording), sorted
	Span        diagnostic.Span

	index map[string]StateIndex
}

// EngineText is a bundle's translation of a text that the engine itself says.
type EngineText struct {
	Locale  string
	English string
	Text    string
}

// Run is a journey that this one runs, pinned to a version.
type Run struct {
	Journey string
	Hash    Hash
}

type Objective struct {
	Goal         string // an outcome, or an event's type
	GoalIsEvent  bool
	Why          string
	Within       time.Duration
	Holdout      float64 // a share, 0 to 1
	Value        *Expr
	Satisfaction string // a datum's name
	Span         diagnostic.Span
}

// Again says when an entry may start another conversation of the same key.
type Again struct {
	Never bool
	After time.Duration // since the end of the last one; zero: always
}

type Entry struct {
	Event    string
	When     *Expr
	Key      *Expr
	KeyField string // the field of the event's data that Key is, where it is just that
	Again    Again
	Span     diagnostic.Span
}

// Datum is one declared name of `data`.
type Datum struct {
	Name      string
	Type      *expression.Type
	Pattern   string
	Min, Max  *float64
	Default   any // a typed value; nil where there is none
	Sensitive bool
	Span      diagnostic.Span
}

// Event is a declared business event and the type of its data (an object).
type Event struct {
	Type string
	Data *expression.Type
	Span diagnostic.Span
}

type Operation struct {
	Name    string // service.operation
	URL     string // of the service, with ${ENV}
	Auth    string
	Method  string
	Path    string // with {field}
	Timeout time.Duration
	Retry   int
	Takes   *expression.Type
	Returns *expression.Type // an object without fields where it returns nothing
	Span    diagnostic.Span
}

type Intent struct {
	Name     string
	Title    *Text
	Answer   *Text // a FAQ has one
	Examples []string
	Span     diagnostic.Span
}

type Channel struct {
	Name       policy.Channel
	Rules      policy.ChannelRules
	When       *Expr
	Disclosure *Text
	Span       diagnostic.Span
}

type Escalation struct {
	ID     string
	When   *Expr
	Reason string
	To     StateIndex
	Span   diagnostic.Span
}

// Expr is a checked expression in its normalised form. Checked is what its check found out; it is not stored.
type Expr struct {
	Source  string
	Span    diagnostic.Span
	Checked *expression.Checked

	program programCache
}

// Text is a customer-facing text in every language it is translated into, the journey's own first.
type Text struct {
	Key       string // the text as written
	Variants  []Variant
	Sensitive bool // it shows a sensitive value
	Span      diagnostic.Span
	Checked   *expression.CheckedText // of the journey's own; not stored

	compiled textCache
}

type Variant struct {
	Locale string
	Parts  []expression.Part
}

type Assign struct {
	Name    string // a datum, or contact.…
	Value   *Expr  // exactly one of Value and Literal
	Literal any    // a typed value
	Span    diagnostic.Span
}

type ConsentChange struct {
	Channel  policy.Channel
	Purposes []policy.Purpose // none: the consent is taken back
	Span     diagnostic.Span
}

type Message struct {
	Text      *Text
	Subject   *Text
	Media     []*Text
	Options   *Options
	Sensitive bool
	Urgent    bool
	Purpose   policy.Purpose // empty: the channel's
	Template  string         // where Text is a template's: then it sees With, not the data
	With      []Assign
	Span      diagnostic.Span
}

// Options are listed, or made from a list at run time.
type Options struct {
	List  []Option
	From  *Expr // with `item` in Value and Label
	Value *Expr
	Label *Text
	Span  diagnostic.Span
}

type Option struct {
	Value string
	Label *Text
	Span  diagnostic.Span
}

type Emit struct {
	Type string
	Data []Assign
	Span diagnostic.Span
}

// Rule is done in this order: When, Set, Consent, Say, Emit, Via, To.
type Rule struct {
	ID      string // stable within the journey, e.g. "ask_order.on.exhausted" or "look_up.to[1]"
	When    *Expr
	Set     []Assign
	Consent []ConsentChange
	Say     []Message
	Emit    *Emit
	Via     policy.Channel // go on there
	To      StateIndex
	Outcome string // exits only
	Span    diagnostic.Span
}

// Handler is an event's type or a verb's name with the rules of which the first that holds is taken.
type Handler struct {
	Event string
	Rules []Rule
	Span  diagnostic.Span
}

// Timer fires once, After the entry into its state (or its journey).
type Timer struct {
	ID    string
	After time.Duration
	Rules []Rule
	Span  diagnostic.Span
}

// Moment is a rule of `at`.
type Moment struct {
	ID      string
	Time    *Expr // a time, or a date: its first minute in the contact's zone
	Between *schedule.Window
	Rule    Rule
	Span    diagnostic.Span
}

// State does Set, Consent, Say, Emit, then at most one verb; then it waits or moves on.
type State struct {
	Name    string
	Set     []Assign
	Consent []ConsentChange
	Say     []Message
	Emit    *Emit
	Via     []policy.Channel
	Ask     *Ask
	Call    *Call
	Handoff *Handoff
	Split   *Split
	Verify  *Verify
	Run     *RunState
	End     *End
	To      []Rule
	On      []Handler
	After   []Timer
	At      []Moment
	Span    diagnostic.Span // of its name
}

type Ask struct {
	Message   Message
	Into      string // a datum, or a field of the contact; empty where nothing is kept
	Type      *expression.Type
	Pattern   string
	Min, Max  *float64
	Invalid   *Message
	Attempts  int
	Confirm   *Message
	Try       *Expr
	Sensitive bool // asked as such, or into sensitive data
	Span      diagnostic.Span
}

type Call struct {
	Operation string
	With      []Assign
	Into      string
	Span      diagnostic.Span
}

type Handoff struct {
	Queue     string
	Skills    []*Expr // texts
	SkillList *Expr   // an expression that gives a list, in place of Skills
	Priority  *Expr
	Recommend *Text
	Hours     *schedule.Hours
	Callback  *Expr
	Span      diagnostic.Span
}

type Split struct {
	Experiment string
	Arms       []Arm
	Span       diagnostic.Span
}

type Arm struct {
	Name   string
	Weight int
}

type Verify struct {
	Link     bool // else a code
	Message  Message
	Expires  time.Duration
	Attempts int
	Resend   int
	Span     diagnostic.Span
}

type RunState struct {
	Journey string
	With    []Assign
	Into    string
	Span    diagnostic.Span
}

type End struct {
	Outcome string
	Data    []Assign
	Span    diagnostic.Span
}

// Migrate says how conversations of older versions move to this one.
type Migrate struct {
	Same  bool
	Moves []Move
}

type Move struct{ From, To string }

// State finds a state by name.
func (j *Journey) State(name string) (StateIndex, bool) {
	if j.index == nil {
		for i := range j.States {
			if j.States[i].Name == name {
				return StateIndex(i), true
			}
		}
		return NoState, false
	}
	i, ok := j.index[name]
	return i, ok
}

// Datum finds a declared name of `data`, nil where there is none.
func (j *Journey) Datum(name string) *Datum {
	for i := range j.Data {
		if j.Data[i].Name == name {
			return &j.Data[i]
		}
	}
	return nil
}

// Channel finds how a channel is used, nil where the journey says nothing of it.
func (j *Journey) Channel(name policy.Channel) *Channel {
	for i := range j.Channels {
		if j.Channels[i].Name == name {
			return &j.Channels[i]
		}
	}
	return nil
}
