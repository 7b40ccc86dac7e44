package server

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"

	"journey/engine/expression"
	"journey/engine/machine"
	"journey/engine/schedule"
)

// Profile is what a business says of a contact. A field that is left out stays as it is; null takes it away.
type Profile struct {
	ID         *string        `json:"id,omitempty" doc:"nothing changes it, so it has to be the contact's; needless"`
	Name       *string        `json:"name,omitempty" doc:"as it is shown and written to"`
	Phone      *string        `json:"phone,omitempty" doc:"in E.164: +14155550101"`
	Email      *string        `json:"email,omitempty"`
	Locale     *string        `json:"locale,omitempty" doc:"a language, or a language and a region: en, es-MX"`
	Timezone   *string        `json:"timezone,omitempty" doc:"by its IANA name: America/New_York; left out: where the phone number is from"`
	Attributes map[string]any `json:"attributes,omitempty" doc:"whatever else journeys may ask for, by name; each is set on its own, and null takes it away"`
}

const (
	longestName    = 200
	mostAttributes = 64 << 10 // bytes of JSON
)

var locales = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// profileChecks say what is wrong with a text in each field, and give it as it is kept.
var profileChecks = map[string]func(text string) (kept, wrong string){
	"name": func(s string) (string, string) {
		if len(s) > longestName {
			return "", fmt.Sprintf("it may have %d bytes", longestName)
		}
		return s, ""
	},
	"phone": e164,
	"email": func(s string) (string, string) {
		if !isEmail(s) {
			return "", "`" + s + "` is no email address"
		}
		return s, ""
	},
	"locale": func(s string) (string, string) {
		if !locales.MatchString(s) {
			return "", "`" + s + "` names no language; write its code: en, es, es-MX"
		}
		return s, ""
	},
	"timezone": func(s string) (string, string) {
		if _, err := schedule.Zone(s); err != nil {
			return "", err.Error()
		}
		return s, ""
	},
}

// notOfProfile are fields that can't be changed here. Those that a contact is shown with may be sent back as they were read, and mean
// nothing; of the others it is said where they belong.
var notOfProfile = map[string]string{
	"key": "", "phone_timezones": "", "online": "",
	"consent":  "a consent is a record of its own, with its source and time: POST /v1/contacts/{id}/consents",
	"consents": "a consent is a record of its own, with its source and time: POST /v1/contacts/{id}/consents",
}

// edit is a change of a contact.
type edit func(c *machine.Contact) error

// readProfile checks the fields of a contact and gives what they change.
func readProfile(fields map[string]any, pointer string) (edit, []Detail) {
	fields = maps.Clone(fields)
	var wrongs []Detail
	for _, name := range sorted(notOfProfile) {
		elsewhere := notOfProfile[name]
		if _, there := fields[name]; there && elsewhere != "" {
			wrongs = append(wrongs, wrong(pointer+"/"+name, elsewhere)...)
		}
		delete(fields, name)
	}
	wrongs = append(wrongs, fit(fields, reflect.TypeFor[Profile](), pointer)...)
	texts := map[string]string{}
	for _, name := range sorted(fields) {
		check := profileChecks[name]
		if check == nil {
			continue
		}
		text, _ := fields[name].(string)
		if text != "" {
			kept, bad := check(text)
			if bad != "" {
				wrongs = append(wrongs, wrong(pointer+"/"+name, bad)...)
			}
			text = kept
		}
		texts[name] = text
	}
	attributes, _ := fields["attributes"].(map[string]any)
	if len(mustJSON(attributes)) > mostAttributes {
		wrongs = append(wrongs, wrong(pointer+"/attributes", fmt.Sprintf("they may have %d bytes", mostAttributes))...)
	}
	loose, _ := expression.Convert(attributes, expression.AnyType) // anything is any
	named, _ := loose.(map[string]any)
	id, _ := fields["id"].(string)
	return func(c *machine.Contact) error {
		if id != "" && id != c.ID {
			return invalid(wrong(pointer+"/id", "the contact is `"+c.ID+"`, and an id stays as it is")...)
		}
		return apply(c, texts, named)
	}, wrongs
}

func apply(c *machine.Contact, texts map[string]string, attributes map[string]any) error {
	for name, field := range map[string]*string{"name": &c.Name, "phone": &c.Phone, "email": &c.Email, "locale": &c.Locale, "timezone": &c.Timezone} {
		if text, there := texts[name]; there {
			*field = text
		}
	}
	if len(attributes) == 0 {
		return nil
	}
	merged := maps.Clone(c.Attributes)
	if merged == nil {
		merged = map[string]any{}
	}
	for name, v := range attributes {
		if v == nil {
			delete(merged, name)
		} else {
			merged[name] = v
		}
	}
	if len(mustJSON(merged)) > mostAttributes {
		return invalid(wrong("/attributes", fmt.Sprintf("with those that are there already, they may have %d bytes", mostAttributes))...)
	}
	c.Attributes = merged
	return nil
}
