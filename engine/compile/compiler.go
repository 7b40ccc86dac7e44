package compile

import (
	"slices"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// compiler makes the graph of one journey.
type compiler struct {
	lowering
	b          *bundle
	src        *flow.Journey
	out        *graph.Journey
	sig        *signature
	defs       *definitions
	circular   bool // it runs itself, maybe by way of others
	resolved   bool // the journey's own `on` handles agent.resolved
	states     map[string]graph.StateIndex
	stateNames []string
	scope      *expression.Scope // what every expression of this journey sees
	events     map[string]*expression.Type
	writes     *expression.Type // the event of a customer's message, on whatever channel
	runs       map[string]bool
	datums     map[string]*graph.Datum
	named      struct{ events, operations map[string]bool }
}

// declare resolves what the journey may name, and its data.
func (c *compiler) declare() {
	c.locale, c.translations = localeOf(c.src), c.b.translations
	c.shared = c.b.secrets
	c.events, c.runs = map[string]*expression.Type{}, map[string]bool{}
	c.named.events, c.named.operations = map[string]bool{}, map[string]bool{}
	c.states = make(map[string]graph.StateIndex, len(c.src.States))
	for i, s := range c.src.States {
		c.states[s.Name.Value] = graph.StateIndex(i)
		c.stateNames = append(c.stateNames, s.Name.Value)
	}
	libraries := c.b.uses(c.locale, c.libraries())
	c.types = libraries.types
	c.data()
	own := c.declared(&c.src.Definitions)
	c.defs = merge(libraries, own)
	c.names()
	c.define(own, &c.src.Definitions, &scopes{texts: c.scope, template: templateScope,
		channel: c.scope.With(map[string]*expression.Type{"message": messageType})})
	c.defs = merge(libraries, own)
}

// libraries gives the known ones of `uses`, a misspelt one as what was meant.
func (c *compiler) libraries() []string {
	var ids []string
	c.incomplete = c.b.broken
	for _, s := range c.src.Uses {
		id := s.Value
		if c.b.libraries[id] == nil {
			c.incomplete = true
			meant, hint := nearest(id, sortedKeys(c.b.libraries))
			if hint == "" {
				hint = "a library must be in the same bundle: validate the folder that holds both"
			}
			if meant != "" || !c.b.broken {
				c.wrong(s, CodeUnknownLibrary, hint, "no library is called `%s`", id)
			}
			id = meant
		}
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// body lowers the header and the states.
func (c *compiler) body() {
	c.inspect = c.comparedIntents
	c.header()
	c.out.States = make([]graph.State, len(c.src.States))
	for i, s := range c.src.States {
		c.out.States[i] = c.lowerState(s)
	}
	c.out.Events = used(c.defs.events, c.named.events)
	c.out.Operations = used(c.defs.operations, c.named.operations)
}

// seal pins the journeys that this one runs, which are sealed already, and computes its version.
func (c *compiler) seal(sealed map[string]*graph.Journey) {
	for _, id := range sortedKeys(c.runs) {
		if child := sealed[id]; child != nil {
			c.out.Runs = append(c.out.Runs, graph.Run{Journey: id, Hash: child.Hash})
		}
	}
	c.out.Seal()
	sealed[c.out.ID] = c.out
}
