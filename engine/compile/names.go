package compile

import (
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
)

// Built-in events and the fields of their data.
var builtinEvents = map[string]*expression.Type{
	"chat.message":      objectOf(required("text", expression.StringType)),
	"sms.message":       objectOf(required("text", expression.StringType)),
	"email.message":     objectOf(required("text", expression.StringType)),
	"chat.joined":       objectOf(),
	"chat.left":         objectOf(),
	"contact.opted_out": objectOf(required("channel", channelType)),
	"contact.opted_in":  objectOf(required("channel", channelType)),
	"message.delivered": objectOf(required("channel", channelType), required("state", expression.StringType)),
	"message.failed":    undelivered,
	"message.blocked":   undelivered,
	"message.unhandled": objectOf(required("text", expression.StringType)),
	"link.clicked":      objectOf(required("url", expression.URLType)),
}

// builtinNames are the built-in events, sorted.
var builtinNames = sortedKeys(builtinEvents)

var undelivered = objectOf(required("channel", channelType), required("state", expression.StringType), required("reason", expression.StringType))

var channelType = enumOf("chat", "sms", "email")

// What expressions see of the world, apart from a journey's own data and events.
var (
	contactType = objectOf(
		required("id", expression.StringType),
		optional("name", expression.StringType),
		optional("phone", expression.PhoneType),
		optional("email", expression.EmailType),
		required("locale", expression.StringType),
		required("timezone", expression.StringType),
		required("verified", expression.BoolType),
		required("online", expression.BoolType),
		required("attributes", openObject),
	)
	mayType   = objectOf(required("chat", expression.BoolType), required("sms", expression.BoolType), required("email", expression.BoolType))
	replyType = objectOf(
		required("text", expression.StringType),
		required("value", expression.AnyType),
		required("channel", channelInUse),
	)
	intentType  = objectOf(required("name", expression.StringType), required("confidence", expression.NumberType))
	messageType = objectOf(
		required("sensitive", expression.BoolType),
		required("urgent", expression.BoolType),
		required("purpose", enumOf("transactional", "conversational", "marketing", "verification")),
	)
)

// channelInUse is empty before anything was written.
var channelInUse = enumOf("chat", "sms", "email", "")

// conversationOf is the type of `conversation` in a journey of some states.
func conversationOf(state *expression.Type) *expression.Type {
	return objectOf(
		required("id", expression.StringType),
		required("journey", expression.StringType),
		required("state", state),
		required("status", enumOf("archived", "completed", "waiting_on_agent", "waiting_on_customer", "new", "engaged")),
		required("channel", channelInUse),
		required("started", expression.TimeType),
		required("turns", expression.IntType),
		required("sentiment", expression.NumberType),
		required("unclear", expression.IntType),
	)
}

// world are the names that every expression sees, whatever the journey declares.
var world = map[string]*expression.Type{
	"contact":      contactType,
	"may":          mayType,
	"reply":        replyType,
	"intent":       intentType,
	"sentiment":    expression.NumberType,
	"attempts":     expression.IntType,
	"visits":       expression.IntType,
	"conversation": conversationOf(expression.StringType),
	"outcome":      expression.StringType,
	"result":       expression.AnyType,
	"brand":        expression.StringType,
	"now":          expression.TimeType,
}

// builtinData are the names that a datum would hide.
var builtinData = append(sortedKeys(world), "trigger", "event")

var worldScope = &expression.Scope{Names: world}

// Scopes of a library: it knows no journey's data, and any event may have led to what it says.
var libraryScopes = func() *scopes {
	all := worldScope.With(map[string]*expression.Type{"trigger": expression.AnyType, "event": expression.AnyType})
	return &scopes{texts: all, channel: all.With(map[string]*expression.Type{"message": messageType}), template: templateScope}
}()

// templateScope is what a template's text sees besides what it takes.
var templateScope = &expression.Scope{Names: map[string]*expression.Type{
	"brand": expression.StringType, "contact": contactType, "now": expression.TimeType,
}}

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
