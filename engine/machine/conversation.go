package machine

import (
	"time"

	"journey/engine/graph"
	"journey/engine/policy"
)

// Status is derived from a conversation, never stored.
type Status string

const (
	New               Status = "new"
	Engaged           Status = "engaged"
	WaitingOnCustomer Status = "waiting_on_customer"
	WaitingOnAgent    Status = "waiting_on_agent"
	Completed         Status = "completed"
	Archived          Status = "archived"
)

// Statuses are all there are, in the order in which a conversation goes through them.
var Statuses = []Status{New, Engaged, WaitingOnCustomer, WaitingOnAgent, Completed, Archived}

// Conversation is one run of a journey with a contact. Its transcript is not in it: messages leave Step as effects and are
// appended elsewhere, so that a message costs what it is long.
type Conversation struct {
	ID       string
	Contact  string
	Journey  string
	Version  graph.Hash
	Key      string
	KeyField string // the field of the trigger's data that Key came from
	Parent   string // the conversation that runs this one
	Child    string // the open conversation that this one's state runs
	State    graph.StateIndex
	Data     map[string]any
	Trigger  Happening
	Started  time.Time
	Entered  time.Time // the state
	Ended    time.Time // zero while open
	Outcome  string
	EndData  map[string]any
	Visits   []uint32 // by state
	Counter  uint32   // numbers effects and children

	Channel policy.Channel // in use
	Pinned  bool           // by the customer's writing or a rule's via; else it follows where we last wrote
	Written [3]uint64      // by channel, the contact's sequence when either side last wrote there
	Asked   [3]uint64      // by channel, when a question last went out there
	Greeted bool           // the chat disclosure has been shown

	Heard      bool // the customer has written here
	Unanswered bool // the customer's last message has had no agent's answer yet
	Turns      int
	Reply      Reply
	Intent     string // accepted; empty below
	Confidence float64
	Sentiment  float64
	Moods      []float64 // of the last three messages, oldest first
	Unclear    int
	Attempts   int
	Verified   bool
	Armed      bool // the state's timers run

	Question     *Question
	Clarifying   []string // intents offered by the clarifying question that is open
	Call         *Call
	Held         []Held // in the order in which they were to be sent
	Handoff      *Handoff
	Verification *Verification
	Reason       string // of the next handoff: an escalation's, or that of the handoff which found nobody
	RunOutcome   string // `outcome` and `result` in expressions
	Result       any
	Cohorts      map[string]any // as looked at on entry
	Timers       []Timer
	Fired        []Moment
	Reached      time.Time // when the objective's goal was
}

// Happening is an event as expressions see it.
type Happening struct {
	ID   string
	Type string
	Time time.Time
	Data map[string]any
}

// Reply is the customer's last message here.
type Reply struct {
	Text    string
	Value   any
	Channel policy.Channel
}

// Question is an open question. Choices are what was shown; Confirming, a value that was read back.
type Question struct {
	Choices    []Choice
	Secure     bool // it went out as a link: a texted answer is not taken
	Confirming bool
	Value      any // being confirmed
}

// Choice is an option as it was shown.
type Choice struct {
	Value any
	Label string
}

// Call is a service call under way. Answering is the channel whose message is being handled, if any; Asked, the question that the
// message answered.
type Call struct {
	ID        string
	Answering policy.Channel
	Asked     string
}

// Held is a message that waits for the end of quiet hours, and where to go on after it.
type Held struct {
	What    HeldKind
	Rule    string   // HeldRule: its id
	Index   int      // HeldState and HeldRule: of the message in `say`
	Intent  string   // HeldFAQ
	Agent   string   // HeldAgent: who wrote Text
	Text    string   //
	Message *Deliver // HeldResend: what failed elsewhere
	Event   Happening
	Until   time.Time
}

// HeldKind is what a held message is.
type HeldKind uint8

const (
	HeldState    HeldKind = iota // of the state's `say`
	HeldRule                     // of a rule
	HeldQuestion                 // the state's question
	HeldInvalid                  // what is said of an answer that doesn't fit
	HeldFAQ
	HeldAgent
	HeldResend // a message that failed on another channel
)

// Handoff is a conversation in an agent's hands, or waiting for them.
type Handoff struct {
	ID        string
	Queue     string
	Skills    []string
	Priority  int
	Recommend string
	Reason    string
	Opened    time.Time
	Due       time.Time // not before; zero: at once
	Joined    bool
	By        string
}

// Verification is a code or link that the customer is to prove themselves with.
type Verification struct {
	Secret  string
	Wrong   int
	Resends int
}

// Timer is due At; ID says what for.
type Timer struct {
	ID string
	At time.Time
}

// Moment is an `at` rule that has fired.
type Moment struct {
	ID string
	At time.Time
}

// Open reports whether the conversation has not ended.
func (c *Conversation) Open() bool { return c.Ended.IsZero() }

// DeriveStatus gives the status at a time; child is the open conversation that it runs, nil where there is none.
func (c *Conversation) DeriveStatus(retention time.Duration, child *Conversation, now time.Time) Status {
	switch {
	case !c.Open() && retention > 0 && now.After(c.Ended.Add(retention)):
		return Archived
	case !c.Open():
		return Completed
	case child != nil:
		return child.DeriveStatus(0, nil, now)
	case c.Handoff != nil:
		return WaitingOnAgent
	case c.Question != nil || c.Verification != nil:
		return WaitingOnCustomer
	case !c.Heard:
		return New
	}
	return Engaged
}

// timer finds a timer by id, -1 where it isn't running.
func (c *Conversation) timer(id string) int {
	for i := range c.Timers {
		if c.Timers[i].ID == id {
			return i
		}
	}
	return -1
}

// messageEvents are the types of a customer's message, by slot.
var messageEvents = [...]string{"chat.message", "sms.message", "email.message"}

// slot is a channel's place in Written and Asked.
func slot(ch policy.Channel) int {
	switch ch {
	case policy.SMS:
		return 1
	case policy.Email:
		return 2
	}
	return 0
}
