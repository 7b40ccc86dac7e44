package flow

import "slices"

// These are the keys of the language. A list's order is that of the reference, in which messages name them.
var (
	definitionKeys = []string{"events", "data", "services", "understand", "channels", "templates"}
	effectKeys     = []string{"set", "consent", "say", "emit", "via"}
	worldKeys      = []string{"clock", "contact", "services", "providers", "arms", "journeys"}
)

var (
	journeyShape = &shape{what: "a journey", where: "at the top of a journey",
		keys: slices.Concat([]string{"journey", "title", "owner", "objective", "uses", "initial", "fallback", "locale", "retention", "entry", "exit",
			"cohorts", "migrate", "escalate", "on", "after", "states"}, definitionKeys),
		required: []string{"title", "owner", "objective", "fallback", "states"}}
	libraryShape      = &shape{what: "a library", where: "in a library", keys: slices.Concat([]string{"library", "brand"}, definitionKeys)}
	translationsShape = &shape{what: "a translations file", keys: []string{"translations", "texts"}, required: []string{"texts"}}
	scenariosShape    = &shape{what: "a scenario file", where: "at the top of a scenario file",
		keys: slices.Concat([]string{"scenarios"}, worldKeys, []string{"cases"}), required: []string{"cases"}}

	objectiveShape = &shape{what: "an objective", where: "in `objective`",
		keys: []string{"goal", "why", "within", "holdout", "value", "satisfaction"}, required: []string{"goal", "why"}}
	entryShape    = &shape{what: "an entry", where: "in `entry`", keys: []string{"on", "when", "key", "again"}, required: []string{"on"}}
	exitShape     = &shape{what: "an exit", where: "in `exit`", keys: []string{"on", "when", "outcome", "say"}, required: []string{"on"}}
	escalateShape = &shape{what: "an escalation", where: "in `escalate`", keys: []string{"when", "reason", "to"}, required: []string{"when", "reason"}}

	eventShape      = &shape{what: "an event", keys: []string{"data"}}
	typeShape       = &shape{what: "a type", where: "in a type under `data`", keys: []string{"type", "enum", "list", "fields", "optional", "pattern", "min", "max", "default", "sensitive"}}
	serviceShape    = &shape{what: "a service", where: "in a service", keys: []string{"url", "auth", "timeout", "retry", "operations"}, required: []string{"url", "operations"}}
	operationShape  = &shape{what: "an operation", where: "in an operation of a service", keys: []string{"request", "takes", "returns"}, required: []string{"request"}}
	understandShape = &shape{what: "`understand`", where: "in `understand`", keys: []string{"accept", "clarify", "provider", "intents"}}
	intentShape     = &shape{what: "an intent", where: "in an intent", keys: []string{"title", "answer", "examples"}}
	channelsShape   = &shape{what: "`channels`", where: "in `channels`", keys: slices.Concat([]string{"prefer"}, channelNames)}
	channelShape    = &shape{what: "a channel", where: "under a channel in `channels`", keys: []string{"purpose", "quiet", "limit", "when", "disclosure"}}
	templateShape   = &shape{what: "a template", where: "in a template", keys: []string{"text", "subject", "media", "takes"}, required: []string{"text"}}

	stateShape   = &shape{what: "a state", where: "in a state", example: "say", keys: slices.Concat(effectKeys, []string{"to", "on", "after", "at"}, verbNames, besideKeys())}
	ruleShape    = &shape{what: "a rule", where: "in a rule", example: "to", keys: slices.Concat([]string{"when"}, effectKeys, []string{"to"})}
	momentShape  = &shape{what: "a rule of `at`", where: "in a rule of `at`", keys: slices.Concat([]string{"time", "between", "when"}, effectKeys, []string{"to"}), required: []string{"time"}}
	messageShape = &shape{what: "a message", where: "in a message",
		keys: []string{"text", "options", "media", "subject", "sensitive", "urgent", "purpose", "template", "with"}}
	optionsShape = &shape{what: "`options` with `from`", keys: []string{"from", "value", "label"}, required: []string{"value", "label"}}
	emitShape    = &shape{what: "`emit`", where: "in `emit`", keys: []string{"type", "data"}, required: []string{"type"}}
	handoffShape = &shape{what: "a handoff", where: "in `handoff`",
		keys: []string{"queue", "skills", "priority", "recommend", "hours", "callback"}, required: []string{"queue"}}

	caseShape    = &shape{what: "a case", where: "in a case", keys: slices.Concat([]string{"name"}, worldKeys, []string{"steps"}), required: []string{"name", "steps"}}
	contactShape = &shape{what: "a contact", keys: []string{"id", "name", "phone", "email", "locale", "timezone", "verified", "online", "attributes", "consent", "opted_out"}}
	stubShape    = &shape{what: "a stub", keys: []string{"return", "fail", "timeout"}}
	replyShape   = &shape{what: "a reply", keys: []string{"text", "intent", "confidence", "sentiment", "id"}}
	expectShape  = &shape{what: "`expect`", where: "in `expect`", keys: []string{"state", "status", "ended", "channel", "sent", "said", "data", "contact",
		"handoff", "emitted", "consent", "blocked", "key", "journey"}}
	sentShape          = &shape{what: "a message of `sent`", keys: []string{"via", "text", "options", "body", "by"}}
	expectHandoffShape = &shape{what: "`handoff` in `expect`", keys: []string{"queue", "skills", "priority", "recommend", "reason"}}
	emittedShape       = &shape{what: "an element of `emitted`", keys: []string{"type", "data"}}
	blockedShape       = &shape{what: "`blocked`", keys: []string{"channel", "reason"}}
)

// shapes are those that a stray key may belong to.
var shapes = []*shape{journeyShape, libraryShape, objectiveShape, entryShape, exitShape, escalateShape, typeShape, serviceShape,
	operationShape, understandShape, intentShape, channelsShape, channelShape, templateShape, stateShape, momentShape, messageShape,
	emitShape, handoffShape}

// A verb and the keys that may stand beside it.
type verb struct {
	name   string
	beside []string
}

var (
	verbs = []verb{
		{"ask", []string{"into", "options", "invalid", "attempts", "confirm", "try", "sensitive"}},
		{"call", []string{"with", "into"}},
		{"handoff", nil},
		{"split", []string{"arms"}},
		{"verify", []string{"text", "expires", "attempts", "resend"}},
		{"run", []string{"with", "into"}},
		{"end", []string{"data"}},
	}
	verbNames = []string{"ask", "call", "handoff", "split", "verify", "run", "end"}

	steps = []verb{
		{"event", []string{"data", "id"}},
		{"reply", []string{"via"}},
		{"link", []string{"answer"}},
		{"wait", nil},
		{"until", nil},
		{"receipt", []string{"code"}},
		{"agent", []string{"text", "by", "data"}},
		{"provider", nil},
		{"service", nil},
		{"expect", nil},
	}
)

var (
	channelNames  = []string{"chat", "sms", "email"}
	purposes      = []string{"transactional", "conversational", "marketing", "verification"}
	statuses      = []string{"archived", "completed", "waiting_on_agent", "waiting_on_customer", "new", "engaged"}
	agentActions  = []string{"join", "reply", "return", "resolve"}
	receipts      = []string{"delivered", "failed"}
	senders       = []string{"journey", "agent", "engine"}
	blockedFor    = []string{"unreachable", "when", "opted_out", "no_consent", "limit", "quiet"}
	verifyMethods = []string{"code", "link"}
	authSchemes   = []string{"bearer", "basic", "header"}
	methods       = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
)

// besideKeys are the keys that stand beside some verb of a state.
func besideKeys() []string {
	var keys []string
	for _, v := range verbs {
		for _, k := range v.beside {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}
