package understand

// TalkToHuman is the intent of a customer who asks for a person. It is understood without being declared; examples that are declared are added to these.
const TalkToHuman = "talk_to_human"

var humanExamples = []string{
	"talk to a human", "speak to a person", "i want to talk to a real person", "can i speak to someone", "agent please", "agent", "human", "human please",
	"a human", "a person", "representative", "operator", "speak with a representative", "connect me to an agent", "put me through to someone", "transfer me to a person",
	"let me talk to someone", "i need to speak with customer service", "customer service please", "get me a human", "i would like to talk to somebody from your team",
	"is there a real person here", "i do not want to talk to a bot", "stop the bot and give me a person", "can someone call me", "live agent", "live chat with a person",
	"i want to speak to your manager", "can a colleague take over", "let a colleague answer",
	"quiero hablar con una persona", "hablar con un agente", "un humano por favor", "agente por favor", "agente", "necesito hablar con alguien", "pasame con una persona",
	"quiero hablar con un representante", "comunicame con un operador", "puedo hablar con un asesor", "atencion al cliente", "no quiero hablar con un robot",
}
