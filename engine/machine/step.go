package machine

import (
	"strconv"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/understand"
)

// transitionLimit bounds what one event may run; past it the conversation goes to the fallback.
const transitionLimit = 1000

// Step decides what an event does to a contact.
func Step(in *Input) (out *Output) {
	s := newStep(in)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case Need:
			out = &Output{Need: r}
		default:
			panic(r)
		}
	}()
	s.dispatch()
	return s.finish()
}

// step is the state of one Step.
type step struct {
	in          *Input
	now         time.Time
	contact     *Contact
	threads     []*thread
	out         *Output
	answering   policy.Channel // the channel whose customer message is being handled
	customer    bool           // the event is a customer's message
	transitions int
	lacking     bool // an expression wanted a token that was not there

	// What expressions see: the current thread and event, and names that stand before all others.
	current *thread
	event   *Happening
	overlay map[string]any
	message *policy.Message
	ctx     expression.Context
	env     *expression.Env
	zone    *time.Location
}

// thread is a conversation with its graph and its relatives, as one step sees it.
type thread struct {
	*Conversation
	graph   *graph.Journey
	parent  *thread
	child   *thread
	changed bool
	quiet   bool // automation may not speak: an agent has the conversation
}

func newStep(in *Input) *step {
	s := &step{in: in, now: in.Event.Time, contact: in.Contact, out: &Output{}}
	s.threads = make([]*thread, 0, len(in.Conversations)+1)
	for _, c := range in.Conversations {
		if g := in.Graph(c.Version); g != nil {
			s.threads = append(s.threads, &thread{Conversation: c, graph: g})
		}
	}
	for _, t := range s.threads {
		if t.Child != "" {
			if t.child = s.thread(t.Child); t.child != nil {
				t.child.parent = t
			}
		}
	}
	return s
}

func (s *step) dispatch() {
	ev := &s.in.Event
	switch {
	case ev.Message != nil:
		s.heard(ev.Message)
	case ev.Timer != nil:
		s.timerFired(ev.Timer)
	case ev.Call != nil:
		s.callDone(ev.Call)
	case ev.Report != nil:
		s.reported(ev.Report)
	case ev.Agent != nil:
		s.agentActed(ev.Agent)
	case ev.Link != nil:
		s.linkOpened(ev.Link)
	default:
		s.happened(Happening{ID: ev.ID, Type: ev.Type, Time: ev.Time, Data: ev.Data})
	}
}

func (s *step) finish() *Output {
	s.out.Contact = s.contact
	for _, t := range s.threads {
		if t.changed {
			s.out.Conversations = append(s.out.Conversations, t.Conversation)
		}
	}
	return s.out
}

func (s *step) thread(id string) *thread {
	for _, t := range s.threads {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// root is the outermost conversation that runs this one.
func (t *thread) root() *thread {
	for t.parent != nil {
		t = t.parent
	}
	return t
}

// innermost is the conversation that a customer talks with.
func (t *thread) innermost() *thread {
	for t.child != nil && t.child.Open() {
		t = t.child
	}
	return t
}

func (t *thread) state() *graph.State { return &t.graph.States[t.State] }

// waitsOnAgent reports whether the conversation, or one that it runs, is in a handoff.
func (t *thread) waitsOnAgent() bool { return t.innermost().Handoff != nil }

// on makes a thread the current one for expressions and the trace.
func (s *step) on(t *thread) {
	if s.current != t {
		s.current = t
		s.forget()
	}
	t.changed = true
}

// handling sets the event that expressions see.
func (s *step) handling(e *Happening) {
	s.event = e
	if s.env != nil {
		s.env.Drop("event")
	}
}

// id makes the next stable id of a conversation's effects.
func (t *thread) id() string {
	t.Counter++
	return t.ID + "." + strconv.Itoa(int(t.Counter))
}

func (s *step) effect(e Effect) { s.out.Effects = append(s.out.Effects, e) }

func (s *step) trace(e Trace) {
	if t := s.current; t != nil {
		e.Conversation, e.Journey = t.ID, t.Journey
		if e.Kind != Entered {
			e.State = t.State
		}
	}
	s.out.Trace = append(s.out.Trace, e)
}

func (s *step) code() string {
	if s.out.CodesUsed == len(s.in.Codes) {
		panic(Need{Codes: len(s.in.Codes) + 1, Tokens: len(s.in.Tokens)})
	}
	s.out.CodesUsed++
	return s.in.Codes[s.out.CodesUsed-1]
}

func (s *step) token() string {
	if s.out.TokensUsed == len(s.in.Tokens) {
		panic(Need{Codes: len(s.in.Codes), Tokens: 2*len(s.in.Tokens) + 2})
	}
	s.out.TokensUsed++
	return s.in.Tokens[s.out.TokensUsed-1]
}

// understood is what the event's message means by a journey's intents.
func (s *step) understood(graphs ...*graph.Journey) []understand.Understanding {
	given := &s.in.Event.Message.Given
	found := make([]understand.Understanding, 0, len(graphs))
	var missing []graph.Hash
	for _, g := range graphs {
		u, ok := s.in.Understood[g.Hash]
		if !ok && !(given.HasIntent && given.HasSentiment) {
			missing = append(missing, g.Hash)
		}
		if given.HasIntent {
			u.Intents = []understand.Ranked{{Intent: given.Intent, Confidence: given.Confidence}}
		}
		if given.HasSentiment {
			u.Sentiment = given.Sentiment
		}
		found = append(found, u)
	}
	if missing != nil {
		panic(Need{Understanding: missing, Codes: len(s.in.Codes), Tokens: len(s.in.Tokens)})
	}
	return found
}
