package compile

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// waits are the names that an `on` may have besides `reply`, intents and the types of events.
type waits struct {
	names []string // that the state's verb defines
	open  bool     // not all of the verb's names are known: whatever looks like one is taken
	calls bool     // `failed.<status>` too
	where string   // as a message says it
}

// verbNames are the names that each verb defines, whatever stands beside it.
var verbNames = map[string][]string{
	"ask":     {"unclear", "exhausted"},
	"call":    {"failed", "failed.timeout"},
	"handoff": {"agent.joined", "agent.resolved", "agent.returned", "agent.unavailable"},
	"verify":  {"verified", "expired", "exhausted"},
}

// journeyWaits are what the journey's own `on` may wait for: what any of its states' verbs may raise.
var journeyWaits = waits{
	names: slices.Concat([]string{"exhausted", "verified", "expired"}, verbNames["call"], verbNames["handoff"]),
	calls: true, where: "this journey",
}

// handlers lowers an `on`. It gives the names that are handled too, a misspelt one as the one that was meant.
func (c *compiler) handlers(list []*flow.Handler, prefix string, w waits, scope *expression.Scope) ([]graph.Handler, map[string]bool) {
	var out []graph.Handler
	handled := make(map[string]bool, len(list))
	for _, h := range list {
		name, known := c.handlerName(h.Name, w)
		lowered := graph.Handler{Event: name, Span: h.Name.Span,
			Rules: c.rules(h.Target, prefix+h.Name.Value, false, c.handling(name, known, scope))}
		if name == h.Name.Value || !handled[name] && !writes(list, name) {
			out = append(out, lowered)
		}
		if !known {
			name = unknownName
		}
		handled[name] = true
	}
	return out, handled
}

// unknownName stands among handled names for one that could have meant any.
const unknownName = ""

func writes(list []*flow.Handler, name string) bool {
	return slices.ContainsFunc(list, func(h *flow.Handler) bool { return h.Name.Value == name })
}

// handlerName checks what a rule waits for, and gives what was meant; known is false where that cannot be told.
func (c *compiler) handlerName(s *flow.Scalar, w waits) (name string, known bool) {
	name = s.Value
	intent, isIntent := strings.CutPrefix(name, "intent.")
	switch {
	case slices.Contains(w.names, name), name == "reply", w.calls && isStatus(name):
		return name, true
	case isIntent:
		return c.intentHandler(s, intent)
	case c.isEvent(name):
		c.named.events[name] = true
		return name, true
	}
	meant, hint := nearest(name, c.handlerNames(w))
	if meant == "" {
		if dotted := strings.Contains(name, "."); dotted && c.incomplete || !dotted && w.open {
			return name, false
		}
		hint = notHere(name, w)
	}
	c.wrong(s, CodeHandler, hint, "%s has nothing called `%s` to wait for", w.where, name)
	if meant == "" {
		return name, false
	}
	if c.defs.events[meant] != nil {
		c.named.events[meant] = true
	}
	return meant, true
}

// handlerNames are all names that could stand in an `on`, the verb's own first.
func (c *compiler) handlerNames(w waits) []string {
	names := append(slices.Clone(w.names), "reply")
	for _, i := range c.intentNames() {
		names = append(names, "intent."+i)
	}
	return slices.Concat(names, sortedKeys(c.defs.events), builtinNames)
}

// notHere says where a name that some other verb defines has its place.
func notHere(name string, w waits) string {
	var verbs []string
	for _, verb := range []string{"ask", "call", "handoff", "verify"} {
		if slices.Contains(verbNames[verb], name) || verb == "call" && isStatus(name) {
			verbs = append(verbs, verb)
		}
	}
	switch {
	case name == "cancelled":
		return "a journey that is run ends as `cancelled` when this state is left, so nothing can wait for it here"
	case len(verbs) > 0:
		return "only a state with " + quoted(verbs) + " raises it"
	case slices.Contains(w.names, "unclear") && !strings.Contains(name, "."):
		return fmt.Sprintf("no option of the question has this value: write it in `options: { %s: … }`", name)
	case len(w.names) > 0:
		return "it may wait for " + quoted(w.names) + ", `reply`, `intent.<name>`, or an event that is declared in `events`"
	}
	return "it may wait for `reply`, `intent.<name>`, or an event that is declared in `events`"
}

func (c *compiler) intentHandler(s *flow.Scalar, intent string) (name string, known bool) {
	names := c.intentNames()
	if slices.Contains(names, intent) {
		return s.Value, true
	}
	meant, hint := nearest(intent, names)
	if meant == "" {
		if c.incomplete || c.defs.understand.provider != nil {
			return s.Value, true
		}
		hint = "declare it in `understand.intents`, here or in a library"
	}
	c.within(s, len("intent."), runes(intent), CodeUnknownIntent, hint, "no intent is called `%s`", intent)
	if meant == "" {
		return s.Value, true
	}
	return "intent." + meant, true
}

// intentNames are the intents that can be understood here; a request for a person always is.
func (c *compiler) intentNames() []string {
	names := sortedKeys(c.defs.intents)
	if !slices.Contains(names, humanIntent) {
		names = append(names, humanIntent)
	}
	return names
}

// isStatus tells `failed.404` and the like.
func isStatus(name string) bool {
	status, ok := strings.CutPrefix(name, "failed.")
	return ok && len(status) == 3 && status[0] >= '1' && status[0] <= '5' && isDigits(status)
}

func isDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// handling is what the rules on an event see: that event, or the customer's message where a reply leads there.
func (c *compiler) handling(name string, known bool, scope *expression.Scope) *expression.Scope {
	switch {
	case !known:
		return scope.With(map[string]*expression.Type{"event": expression.AnyType})
	case c.isEvent(name):
		return scope.With(map[string]*expression.Type{"event": c.event(name)})
	case strings.HasPrefix(name, "agent."):
		return scope.With(map[string]*expression.Type{"event": agentEvent(name)})
	case strings.HasPrefix(name, "failed"), name == "verified", name == "expired":
		return scope
	}
	return scope.With(map[string]*expression.Type{"event": c.writes})
}

// eventName checks the event that an entry or an exit waits for.
func (c *compiler) eventName(s *flow.Scalar, does string) string {
	if c.isEvent(s.Value) {
		c.named.events[s.Value] = true
		return s.Value
	}
	meant, hint := nearest(s.Value, slices.Concat(sortedKeys(c.defs.events), builtinNames))
	if meant == "" {
		if c.incomplete {
			return s.Value
		}
		hint = "declare it in `events`, here or in a library"
	}
	c.wrong(s, CodeUnknownEvent, hint, "the event `%s`, which %s this journey, is not declared", s.Value, does)
	if meant == "" {
		return s.Value
	}
	c.named.events[meant] = true
	return meant
}
