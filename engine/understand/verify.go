package understand

import "strings"

// longestCode bounds the digits of a verification code.
const longestCode = 12

// Code reads a verification code from a reply that is digits ("123456", "123 456", "123-456") or says so ("the code is 123456").
func Code(text string) (number string, ok bool) {
	r := read(text)
	var buffer [longestCode]byte
	code, closed := buffer[:0], false
	for _, t := range r.tokens {
		switch {
		case t.kind == digits:
			if closed || len(code)+len(t.text) > longestCode {
				return "", false
			}
			code = append(code, t.text...)
		case isMark(t, "-") && len(code) > 0:
		case t.kind == mark && strings.Contains(".,:;!#\"", t.text), codePadding[t.text]:
			closed = len(code) > 0
		default:
			return "", false
		}
	}
	return string(code), len(code) > 0
}

var codePadding = set("the my code is it its number here this that says got i please thanks thank you ok okay so el la mi codigo es numero aqui gracias")

// Resend tells that a customer wants another verification code: "resend", "new code", "I didn't get it", "nuevo código".
func Resend(text string) bool {
	ts := read(text).tokens
	if len(ts) == 0 || len(ts) > 16 {
		return false
	}
	for i := range ts {
		if resendWords[word(ts, i)] {
			return true
		}
		for _, p := range resendPhrases {
			if next, ok := phrase(ts, i, p.words); ok && (p.inside || i == 0 && padded(ts, i, next)) {
				return true
			}
		}
	}
	return false
}

var resendWords = set("resend reenviar reenvia reenvialo reenvie reenviame reenvien resent")

var resendPhrases = func() (all []resendPhrase) {
	for _, p := range strings.Split(`new code|another code|different code|fresh code|send again|send it again|send me another|send another|send a new|send me a new|new one|code again|try again
		|re send|didnt get|did not get|havent got|have not got|havent gotten|didnt receive|did not receive|havent received|have not received|never got|never received|never arrived|not arrived
		|didnt arrive|did not arrive|didnt come|no code|where is my code|where is the code|wheres my code|wheres the code|new link|another link|link again|code expired|code has expired
		|nuevo codigo|otro codigo|codigo nuevo|no me llego|no me ha llegado|no llego|no ha llegado|no lo recibi|no recibi|no he recibido|enviar de nuevo|envia de nuevo|enviame otro|mandame otro|otra vez|de nuevo|nuevo enlace|otro enlace`, "|") {
		all = append(all, resendPhrase{strings.TrimSpace(p), true})
	}
	for _, p := range strings.Split("again|another|another one|otro|nuevo", "|") {
		all = append(all, resendPhrase{p, false})
	}
	return all
}()

// resendPhrase is a wish for another code; inside, wherever it stands in a short message, else alone.
type resendPhrase struct {
	words  string
	inside bool
}
