package machine

import (
	"strconv"
	"sync"
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
	s := steps.Get().(*step)
	s.begin(in)
	defer func() {
		s.end()
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

// steps keeps what a step works with for the next one; nothing of it is reachable from an output.
var steps = sync.Pool{New: func() any {
	s := new(step)
	s.env = expression.NewEnv(s, &s.ctx)
	s.ctx.Link = s.link
	return s
}}

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
	asked       *graph.Text // the question that this event's message answered
	chosen      string      // the option that it chose there, as it was shown
	askedBefore string      // the same, where a call came between
	lacking     bool        // an expression wanted a token that was not there

	// What expressions see: the current thread and event, and names that stand before all others.
	current *thread
	event   *Happening
	overlay map[string]any
	message *policy.Message
	ctx     expression.Context
	env     *expression.Env
	places  []*time.Location  // the contact's zones, once asked for
	home    [1]*time.Location // places, where there is just one
	said    Happening         // what the customer's message is to expressions
	policy  policy.Contact
	first   [4]thread // the first threads, so that most steps allocate none
}

// output is an Output with room for what most steps say.
type output struct {
	Output
	changed [2]*Conversation
	trace   [12]Trace
	effects [4]Effect
}

// thread is a conversation with its graph and its relatives, as one step sees it.
type thread struct {
	*Conversation
	graph   *graph.Journey
	parent  *thread
	child   *thread
	changed bool
	quiet   bool // automation may not speak: an agent has the conversation
	overrun bool // it ran too many transitions in this event, and stays in the fallback
}

func (s *step) begin(in *Input) {
	o := new(output)
	o.Trace, o.Effects, o.Conversations = o.trace[:0], o.effects[:0], o.changed[:0]
	s.in, s.now, s.contact, s.out = in, in.Event.Time, in.Contact, &o.Output
	s.ctx.Now = s.now
	for _, c := range in.Conversations {
		if g := in.Graph(c.Version); g != nil {
			s.add(thread{Conversation: c, graph: g})
		}
	}
	for _, t := range s.threads {
		if t.Child != "" {
			if t.child = s.thread(t.Child); t.child != nil {
				t.child.parent = t
			}
		}
	}
}

// add takes a thread in.
func (s *step) add(t thread) *thread {
	var p *thread
	if n := len(s.threads); n < len(s.first) {
		p = &s.first[n]
	} else {
		p = new(thread)
	}
	*p = t
	s.threads = append(s.threads, p)
	return p
}

// end lets go of all that belongs to one step.
func (s *step) end() {
	env, threads := s.env, s.threads
	clear(threads)
	*s = step{env: env, threads: threads[:0], ctx: expression.Context{Link: s.ctx.Link}}
	env.Reset()
	steps.Put(s)
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
	s.env.Drop("event")
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
func (s *step) understood(g *graph.Journey) understand.Understanding {
	given := &s.in.Event.Message.Given
	u, ok := s.in.Understood[g.Hash]
	if !ok && !(given.HasIntent && given.HasSentiment) {
		panic(Need{Understanding: []graph.Hash{g.Hash}, Codes: len(s.in.Codes), Tokens: len(s.in.Tokens)})
	}
	if given.HasIntent {
		u.Intents = []understand.Ranked{{Intent: given.Intent, Confidence: given.Confidence}}
	}
	if given.HasSentiment {
		u.Sentiment = given.Sentiment
	}
	return u
}

// likeliest is the intent that a message has with the most confidence.
func (s *step) likeliest(g *graph.Journey) (understand.Ranked, float64) {
	if given := &s.in.Event.Message.Given; given.HasIntent && given.HasSentiment {
		return understand.Ranked{Intent: given.Intent, Confidence: given.Confidence}, given.Sentiment
	}
	u := s.understood(g)
	if len(u.Intents) == 0 {
		return understand.Ranked{}, u.Sentiment
	}
	return u.Intents[0], u.Sentiment
}
