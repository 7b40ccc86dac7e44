package compile

import "journey/engine/expression"

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
