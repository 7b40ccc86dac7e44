// Package wording holds what the engine itself says to customers: confirmations of opt-out, opt-in and help, clarifying
// questions, secure links. They come in English and Spanish; a translations file may give others, by the English text.
package wording

import "strings"

// Text names a text of the engine's.
type Text uint8

const (
	OptedOut Text = iota
	OptedIn
	Help
	WhichMeant
	SomethingElse
	TalkToPerson
	SecureQuestion
	SecureMessage
	WrongCode
	texts
)

// {brand} and {link} are filled in.
var languages = map[string][texts]string{
	"en": {
		OptedOut:       "{brand}: You are unsubscribed and will get no more texts. Reply START to get them again.",
		OptedIn:        "{brand}: You get our texts again. Reply HELP for help, STOP to end.",
		Help:           "{brand}: We text you about what you asked us for. Message and data rates may apply. Reply STOP to end.",
		WhichMeant:     "Which of these did you mean?",
		SomethingElse:  "Something else",
		TalkToPerson:   "Talk to a person",
		SecureQuestion: "{brand}: This is personal, so please answer on this secure page, not by text: {link}",
		SecureMessage:  "{brand}: You have a personal message. Read it on this secure page: {link}",
		WrongCode:      "That is not the code we sent. Please try again, or reply RESEND for a new one.",
	},
	"es": {
		OptedOut:       "{brand}: Se ha dado de baja y no recibirá más mensajes. Responda START para volver a recibirlos.",
		OptedIn:        "{brand}: Vuelve a recibir nuestros mensajes. Responda HELP para ayuda, STOP para dejar de recibirlos.",
		Help:           "{brand}: Le escribimos sobre lo que nos pidió. Pueden aplicarse tarifas de mensajes y datos. Responda STOP para dejar de recibirlos.",
		WhichMeant:     "¿A cuál de estas opciones se refiere?",
		SomethingElse:  "Otra cosa",
		TalkToPerson:   "Hablar con una persona",
		SecureQuestion: "{brand}: Esto es personal; responda en esta página segura, no por mensaje: {link}",
		SecureMessage:  "{brand}: Tiene un mensaje personal. Léalo en esta página segura: {link}",
		WrongCode:      "Ese no es el código que le enviamos. Inténtelo de nuevo o responda REENVIAR para recibir otro.",
	},
}

// English gives the texts as a translations file names them.
func English() []string {
	all := languages["en"]
	return all[:]
}

// In gives a text in a locale (`es-MX`, then `es`, then English); own looks up a bundle's translation of the English text.
func In(locale string, t Text, own func(locale, english string) (string, bool)) string {
	english := languages["en"][t]
	language, _, _ := strings.Cut(locale, "-")
	for _, l := range []string{locale, language} {
		if own != nil {
			if text, ok := own(l, english); ok {
				return text
			}
		}
		if all, ok := languages[l]; ok {
			return all[t]
		}
	}
	return english
}

// Fill puts the brand and a link into a text; without a brand the text begins without it.
func Fill(text, brand, link string) string {
	if brand == "" {
		text = strings.TrimPrefix(text, "{brand}: ")
	}
	return strings.NewReplacer("{brand}", brand, "{link}", link).Replace(text)
}
