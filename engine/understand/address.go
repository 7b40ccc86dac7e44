package understand

import (
	"net/url"
	"regexp"
	"strings"
)

// The shape of addresses that people give, stricter than RFC 5322: no quoted local parts, no domain literals.
var (
	emailShape  = regexp.MustCompile(`^[\pL\pN_%+\-]+(\.[\pL\pN_%+\-]+)*@[\pL\pN]([\pL\pN\-]*[\pL\pN])?(\.[\pL\pN]([\pL\pN\-]*[\pL\pN])?)*\.\pL{2,}$`)
	domainShape = regexp.MustCompile(`^([\pL\pN]([\pL\pN\-]*[\pL\pN])?\.)+\pL{2,}(:[0-9]{1,5})?$`)
)

// longestEmail is the limit of RFC 5321 on an address.
const longestEmail = 254

// Email reads an address, a string; its domain is written in lower case.
func Email(text string) (Answer, bool) {
	return inFields(text, func(field string, _ bool) (string, bool) {
		field = strings.TrimPrefix(field, "mailto:")
		at := strings.LastIndexByte(field, '@')
		if at < 0 || len(field) > longestEmail || !emailShape.MatchString(field) {
			return "", false
		}
		return field[:at] + strings.ToLower(field[at:]), true
	})
}

// URL reads a web address, a string with its scheme: `https` where none was written. Inside a sentence it begins with a scheme or `www.`.
func URL(text string) (Answer, bool) {
	return inFields(text, func(field string, whole bool) (string, bool) {
		scheme, rest, has := strings.Cut(field, "://")
		if !has {
			if !whole && !strings.HasPrefix(strings.ToLower(field), "www.") {
				return "", false
			}
			scheme, rest = "https", field
		}
		scheme = strings.ToLower(scheme)
		if scheme != "http" && scheme != "https" {
			return "", false
		}
		u, err := url.Parse(scheme + "://" + rest)
		if err != nil || u.User != nil || !domainShape.MatchString(u.Host) {
			return "", false
		}
		return u.String(), true
	})
}

// inFields reads the one value that stands among the words of a text, without the marks around it.
func inFields(text string, read func(field string, whole bool) (string, bool)) (Answer, bool) {
	if len(text) > maxReply {
		return Answer{}, false
	}
	fields := strings.Fields(text)
	found, value := false, ""
	for _, f := range fields {
		got, ok := read(strings.Trim(f, ".,;:!?()<>[]\"'"), len(fields) == 1)
		if !ok {
			continue
		}
		if found && got != value {
			return Answer{}, false
		}
		found, value = true, got
	}
	return answered(value, len(fields) == 1, found)
}
