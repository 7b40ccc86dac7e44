// Package phone reads telephone numbers as people write them and tells where in the world they belong.
// It wraps the metadata of libphonenumber; nothing else imports that. It does no I/O and keeps no state.
//
// A number is taken when its length is possible for its country, whether or not a carrier has given it out: numbers kept free
// for fiction and tests (+1 415 555 0101, +1 500 555 0006) are numbers here.
package phone

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// DefaultRegion is the country of a number that names none, where the caller knows no better.
const DefaultRegion = "US"

// Parse reads a text that is a phone number and nothing else, as E.164 (`+14155550101`). Region is the ISO 3166 country of a number
// written without a country code; empty is DefaultRegion.
func Parse(text, region string) (e164 string, ok bool) {
	text = strings.TrimSpace(text)
	if !written(text) {
		return "", false
	}
	if region == "" {
		region = DefaultRegion
	}
	n, err := phonenumbers.Parse(text, strings.ToUpper(region))
	if err != nil || n.GetExtension() != "" || !phonenumbers.IsPossibleNumber(n) || local(n) {
		return "", false
	}
	e164 = phonenumbers.Format(n, phonenumbers.E164)
	if !stable(e164) {
		return "", false
	}
	return e164, true
}

// stable tells whether a number reads back as itself: of some, with leading zeros, libphonenumber makes another one each time.
func stable(e164 string) bool {
	n, err := phonenumbers.Parse(e164, "")
	return err == nil && phonenumbers.IsPossibleNumber(n) && phonenumbers.Format(n, phonenumbers.E164) == e164
}

// Bounds of the digits in a number: E.164 allows 15, and the shortest subscriber numbers with an area code have 6.
const minDigits, maxDigits = 6, 15

// written tells whether a text has a number's characters only, and as many digits as one. Letters are refused: libphonenumber would dial them.
func written(text string) bool {
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+':
			if i != 0 {
				return false
			}
		case !strings.ContainsRune(" -.()/\u00a0\u2010\u2011\u2012\u2013", r):
			return false
		}
	}
	return digits >= minDigits && digits <= maxDigits+len("00")
}

// local tells of a number that is possible only within its area, such as seven digits in the United States: no one else could call it.
func local(n *phonenumbers.PhoneNumber) bool {
	return phonenumbers.IsPossibleNumberWithReason(n) == phonenumbers.IS_POSSIBLE_LOCAL_ONLY
}

// candidate is a run of what numbers are written with, from the plus, parenthesis or first digit to the last digit.
var candidate = regexp.MustCompile(`[+(]?[0-9](?:[ .()/\-\x{a0}\x{2010}-\x{2013}]*[0-9]){5,16}`)

// calendarDay begins what is a date or a moment and no phone number.
var calendarDay = regexp.MustCompile(`^[12][0-9]{3}-[01][0-9]-[0-3][0-9]($|[^0-9])`)

// Find reads the one phone number in a sentence; whole tells that the text is nothing else. The same number twice is one; two are none.
func Find(text, region string) (e164 string, whole, ok bool) {
	if e164, ok = Parse(strings.Trim(text, " \t\r\n.,;!"), region); ok {
		return e164, true, true
	}
	for _, at := range candidate.FindAllStringIndex(text, -1) {
		if embedded(text, at[0], at[1]) || calendarDay.MatchString(text[at[0]:at[1]]) {
			continue
		}
		n, parsed := Parse(text[at[0]:at[1]], region)
		switch {
		case !parsed:
		case e164 == "":
			e164 = n
		case n != e164:
			return "", false, false
		}
	}
	return e164, false, e164 != ""
}

// embedded tells of digits that belong to a longer word, such as an order number.
func embedded(text string, from, to int) bool {
	return from > 0 && wordy(text[from-1]) || to < len(text) && wordy(text[to])
}

func wordy(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80 || b == '_' || b == '@' || b == '+'
}

// Region is the ISO 3166 country of a number in E.164; empty for none or a number that belongs to no country.
func Region(e164 string) string {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return ""
	}
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == "" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if region == "001" || region == "ZZ" {
		return ""
	}
	return region
}

// Zones are the time zones, by their IANA names, in which a number in E.164 may be; none where that is not known.
// There are many for a country's mobile or toll-free numbers.
func Zones(e164 string) []string {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return nil
	}
	zones, err := phonenumbers.GetTimezonesForNumber(n)
	if err != nil || len(zones) == 1 && zones[0] == phonenumbers.UNKNOWN_TIMEZONE {
		return nil
	}
	return zones
}
