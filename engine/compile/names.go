package compile

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
)

// names sets what every expression of this journey sees. Its own data hide what has the same name.
func (c *compiler) names() {
	names := make(map[string]*expression.Type, len(c.datums)+3)
	names["conversation"] = conversationOf(enumOf(c.stateNames...))
	names["trigger"] = c.trigger()
	names["event"] = c.anyEvent()
	for name, d := range c.datums {
		names[name] = d.Type
	}
	c.writes = c.anyOf([]string{"chat.message", "sms.message", "email.message"})
	c.scope = worldScope.With(names)
}

// trigger is the event that started the conversation. Of a journey that only others run, it is whatever started those.
func (c *compiler) trigger() *expression.Type {
	var events []string
	for _, e := range c.src.Entry {
		if e.On != nil {
			events = append(events, c.meantEvent(e.On.Value))
		}
	}
	return c.anyOf(events)
}

// meantEvent is an event's type, of a misspelt one the one that was most likely meant.
func (c *compiler) meantEvent(name string) string {
	if c.isEvent(name) {
		return name
	}
	meant, _ := nearest(name, slices.Concat(sortedKeys(c.defs.events), builtinNames))
	return meant
}

func (c *compiler) isEvent(name string) bool {
	return builtinEvents[name] != nil || c.defs.events[name] != nil
}

// eventData is the type of an event's data, nil where the event is not known.
func (c *compiler) eventData(name string) *expression.Type {
	if e := c.defs.events[name]; e != nil {
		return e.Data
	}
	return builtinEvents[name]
}

// event is the type of `event` where one is handled.
func (c *compiler) event(name string) *expression.Type {
	if t := c.events[name]; t != nil {
		return t
	}
	t := c.anyOf([]string{name})
	c.events[name] = t
	return t
}

// entering is what is seen on entry: the event that is handled is the one that started the conversation.
func (c *compiler) entering() *expression.Scope {
	return c.scope.With(map[string]*expression.Type{"event": c.scope.Names["trigger"]})
}

// anyOf is the type of an event that is one of several; any where there are none, or one that is not known.
func (c *compiler) anyOf(names []string) *expression.Type {
	if len(names) == 0 {
		return expression.AnyType
	}
	var variants []expression.Variant
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		data := c.eventData(name)
		if data == nil {
			return expression.AnyType
		}
		variants = append(variants, expression.Variant{Type: name, Data: data})
	}
	return expression.EventOf(variants)
}

var agentData = objectOf(required("by", expression.StringType))

// agentEvent is what an agent did, and who.
func agentEvent(name string) *expression.Type {
	return expression.EventOf([]expression.Variant{{Type: name, Data: agentData}})
}

// anyEvent is the type of `event` where any that this journey handles may have led.
func (c *compiler) anyEvent() *expression.Type {
	names := slices.Clone(builtinNames)
	add := func(s *flow.Scalar) {
		if s == nil || strings.HasPrefix(s.Value, "intent.") || strings.HasPrefix(s.Value, "agent.") || !strings.Contains(s.Value, ".") {
			return
		}
		if name := c.meantEvent(s.Value); c.defs.events[name] != nil {
			names = append(names, name)
		}
	}
	for _, e := range c.src.Entry {
		add(e.On)
	}
	for _, h := range c.src.On {
		add(h.Name)
	}
	for _, s := range c.src.States {
		for _, h := range s.On {
			add(h.Name)
		}
	}
	return c.anyOf(names)
}
