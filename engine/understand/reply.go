package understand

// reply is a customer's text cut into tokens, without the marks around it that carry no meaning.
type reply struct {
	tokens []token
	asks   bool // it is a question of its own: what stands inside it is hardly an answer
}

// maxReply bounds the texts that are read as answers, in bytes: nobody answers a question with more.
const maxReply = 1000

func read(text string) reply {
	if len(text) > maxReply {
		return reply{}
	}
	ts := tokens(make([]token, 0, 24), fold(text))
	for len(ts) > 0 && isMark(ts[len(ts)-1], ".,;:!?)\"") {
		ts = ts[:len(ts)-1]
	}
	for len(ts) > 0 && isMark(ts[0], ",;:!?\"¡¿") {
		ts = ts[1:]
	}
	return reply{tokens: ts, asks: asks(ts)}
}

var askingWords = set("what whats when where wheres who which why how hows cuando donde cual que quien como porque")

func asks(ts []token) bool {
	if len(ts) < 3 {
		return false
	}
	first, second := word(ts, 0), word(ts, 1)
	if second == "about" || second == "tal" { // "how about Friday", "qué tal el viernes" offer an answer
		return false
	}
	return askingWords[first] || first == "are" && second == "you" || first == "do" && second == "you" || first == "is" && second == "there"
}
