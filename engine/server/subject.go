package server

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"journey/engine/phone"
	"journey/engine/runtime"
)

// Schemes of addresses.
const (
	telephone = "tel:"
	mailbox   = "mailto:"
)

// whom reads who is meant: an id, tel:+14155550101 or mailto:ada@shop.example. wrong says what is not right about it.
func whom(text string) (to runtime.To, wrong string) {
	switch lower := strings.ToLower(text); {
	case text == "":
		return to, "it is missing: it says which contact is meant, by an id, tel:+14155550101 or mailto:ada@shop.example"
	case strings.HasPrefix(lower, telephone):
		number, detail := e164(text[len(telephone):])
		to.Address, wrong = telephone+number, detail
	case strings.HasPrefix(lower, mailbox):
		address, err := url.PathUnescape(text[len(mailbox):])
		if err != nil || !isEmail(address) {
			return to, "`" + text[len(mailbox):] + "` is no email address"
		}
		to.Address = mailbox + strings.ToLower(address)
	default:
		to.Contact, wrong = text, wrongID(text)
	}
	return to, wrong
}

// e164 reads a number that says its country.
func e164(text string) (number, wrong string) {
	const example = "write it with its country, in E.164: +14155550101"
	if !strings.HasPrefix(strings.TrimSpace(text), "+") {
		return "", "`" + text + "` has no country; " + example
	}
	number, ok := phone.Parse(text, "")
	if !ok {
		return "", "`" + text + "` is no phone number; " + example
	}
	return number, ""
}

func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

// longestContact bounds the id of a contact, in bytes.
const longestContact = 200

// wrongID says why a text can't be a contact's id. Addresses are refused: whoever forgets the scheme would make a second contact.
func wrongID(id string) string {
	if _, ok := phone.Parse(id, ""); ok && strings.HasPrefix(id, "+") {
		return "it looks like a phone number; did you mean `tel:" + id + "`?"
	}
	switch {
	case len(id) > longestContact:
		return "an id may have 200 bytes"
	case !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }):
		return "an id has no spaces and no control characters"
	case isEmail(id):
		return "it looks like an email address; did you mean `mailto:" + id + "`?"
	}
	return ""
}
