package compile

import (
	"slices"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/policy"
	"journey/engine/schedule"
)

// What holds where a journey says nothing, from the language's own text.
const (
	defaultLocale   = "en"
	defaultAccept   = 0.7
	defaultClarify  = 0.4
	defaultAttempts = 3
	defaultOutcome  = "exited"
	defaultTimeout  = 10 * time.Second
	defaultExpires  = 10 * time.Minute
	verifyAttempts  = 5
	verifyResends   = 3
	humanIntent     = "talk_to_human"
)

// header lowers all but the states.
func (c *compiler) header() {
	j, out := c.src, c.out
	out.ID, out.Title, out.Owner, out.Span = j.ID.Value, value(j.Title), value(j.Owner), j.Span
	out.Brand, out.Locale, out.EngineTexts = value(c.defs.brand), c.locale, slices.Clone(c.translations.engine)
	out.Retention = durationOr(j.Retention, 0)
	out.Accept = numberOr(c.defs.understand.accept, defaultAccept)
	out.Clarify = numberOr(c.defs.understand.clarify, defaultClarify)
	out.Provider = value(c.defs.understand.provider)
	for _, name := range sortedKeys(c.defs.intents) {
		out.Intents = append(out.Intents, *c.defs.intents[name])
	}
	c.channelRules()
	c.initial()
	if j.Fallback != nil {
		out.Fallback = c.state(j.Fallback, "the fallback")
	} else {
		out.Fallback = graph.Unresolved
	}
	for _, e := range j.Entry {
		c.entry(e)
	}
	for i, e := range j.Exit {
		c.exit(i, e)
	}
	for i, e := range j.Escalate {
		c.escalation(i, e)
	}
	for _, a := range j.Cohorts {
		out.Cohorts = append(out.Cohorts, c.assign(a, a.Name.Value, nil, c.entering()))
	}
	var handled map[string]bool
	out.On, handled = c.handlers(j.On, "on.", journeyWaits, c.scope)
	c.resolved = handled["agent.resolved"]
	out.After = c.timers(j.After, "after.", c.scope)
	c.objective()
	c.migrate()
}

func (c *compiler) initial() {
	switch {
	case c.src.Initial != nil:
		c.out.Initial = c.state(c.src.Initial, "`initial`")
	case len(c.src.States) == 0:
		c.out.Initial = graph.Unresolved
	}
}

// channelRules lowers how channels are used, and which goes first: the one preferred, else in the order they are written.
func (c *compiler) channelRules() {
	c.out.Prefer = c.defs.prefer
	if len(c.out.Prefer) == 0 {
		c.out.Prefer = c.defs.named
	}
	if len(c.out.Prefer) == 0 {
		c.out.Prefer = []policy.Channel{policy.Chat, policy.SMS, policy.Email}
	}
	for _, name := range sortedKeys(c.defs.channels) {
		ch := c.defs.channels[name]
		lowered := graph.Channel{Name: name, When: ch.when, Disclosure: ch.disclosure, Span: ch.span}
		lowered.Rules.Purpose = policy.Purpose(value(ch.purpose))
		if ch.quiet != nil {
			if w, err := schedule.ParseWindow(ch.quiet.Value); err == nil {
				lowered.Rules.Quiet = &w
			}
		}
		for _, s := range ch.limit {
			if limit, err := schedule.ParseLimit(s.Value); err == nil {
				lowered.Rules.Limits = append(lowered.Rules.Limits, limit)
			}
		}
		c.out.Channels = append(c.out.Channels, lowered)
	}
}

func (c *compiler) entry(e *flow.Entry) {
	if e.On == nil {
		return
	}
	name := c.eventName(e.On, "starts")
	ev := c.event(name)
	scope := c.scope.With(map[string]*expression.Type{"trigger": ev, "event": ev})
	out := graph.Entry{Event: name, When: c.guard(e.When, scope), Key: c.expr(e.Key, scope), Span: e.Span}
	c.plainValue(e.Key, out.Key, "`key` wants a text or a number")
	if out.Key != nil {
		out.KeyField = keyField(out.Key.Source)
	}
	if again := value(e.Again); again == "never" {
		out.Again.Never = true
	} else if after, ok := strings.CutPrefix(again, "after "); ok {
		out.Again.After, _ = schedule.ParseDuration(strings.TrimSpace(after))
	}
	c.out.Entries = append(c.out.Entries, out)
}

// keyField is the field that a key is, where it is just that.
func keyField(source string) string {
	for _, of := range []string{"trigger.data.", "event.data."} {
		if field, ok := strings.CutPrefix(source, of); ok && isName(field) {
			return field
		}
	}
	return ""
}

func isName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) < 0
}

func (c *compiler) exit(i int, e *flow.Exit) {
	if e.On == nil {
		return
	}
	name := c.eventName(e.On, "ends")
	scope := c.scope.With(map[string]*expression.Type{"event": c.event(name)})
	rule := graph.Rule{ID: index("exit", i), When: c.guard(e.When, scope), Say: c.messages(e.Say, scope), To: graph.NoState,
		Outcome: exitOutcome(e), Span: e.Span}
	c.out.Exits = append(c.out.Exits, graph.Handler{Event: name, Rules: []graph.Rule{rule}, Span: e.On.Span})
}

func exitOutcome(e *flow.Exit) string {
	if e.Outcome != nil {
		return e.Outcome.Value
	}
	return defaultOutcome
}

func (c *compiler) escalation(i int, e *flow.Escalation) {
	scope := c.scope.With(map[string]*expression.Type{"event": c.writes})
	out := graph.Escalation{ID: index("escalate", i), When: c.guard(e.When, scope), Reason: value(e.Reason), To: c.out.Fallback, Span: e.Span}
	if e.To != nil {
		out.To = c.state(e.To, "an escalation")
	}
	c.out.Escalations = append(c.out.Escalations, out)
}

func (c *compiler) objective() {
	o := c.src.Objective
	if o == nil {
		return
	}
	out := &c.out.Objective
	out.Why, out.Span = value(o.Why), o.Span
	out.Within = durationOr(o.Within, 0)
	out.Holdout = share(o.Holdout)
	out.Value = c.exprAs(o.Value, c.scope, expression.NumberType)
	if o.Goal != nil {
		out.Goal, out.GoalIsEvent = c.goal(o.Goal)
	}
	if o.Satisfaction != nil {
		out.Satisfaction = c.datumName(o.Satisfaction, "the customer's score is kept in a name of `data`")
	}
}

// goal is an outcome of this journey, or the type of an event.
func (c *compiler) goal(s *flow.Scalar) (name string, isEvent bool) {
	outcomes := c.sig.outcomes
	if slices.Contains(outcomes, s.Value) {
		return s.Value, false
	}
	if c.isEvent(s.Value) {
		c.named.events[s.Value] = true
		return s.Value, true
	}
	events := append(sortedKeys(c.defs.events), builtinNames...)
	meant, hint := nearest(s.Value, slices.Concat(outcomes, events))
	if meant == "" {
		hint = "its outcomes are " + quoted(outcomes)
		if c.incomplete || len(c.stateNames) == 0 {
			return s.Value, strings.Contains(s.Value, ".")
		}
	}
	c.wrong(s, CodeGoal, hint, "`%s` is neither an outcome of this journey nor an event that is declared", s.Value)
	return meant, slices.Contains(events, meant)
}

func (c *compiler) migrate() {
	m := c.src.Migrate
	if m == nil {
		return
	}
	c.out.Migrate.Same = m.Same != nil
	for _, move := range m.Map {
		to := c.state(move.To, "`migrate`")
		if to >= 0 {
			c.out.Migrate.Moves = append(c.out.Migrate.Moves, graph.Move{From: move.From.Value, To: c.src.States[to].Name.Value})
		}
	}
}
