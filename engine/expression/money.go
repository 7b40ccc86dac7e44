package expression

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	textnumber "golang.org/x/text/number"
)

// symbols of currencies that people write with one; others are written by their code.
var symbols = map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "MXN": "$", "CAD": "$", "AUD": "$", "NZD": "$", "ARS": "$",
	"CLP": "$", "COP": "$", "BRL": "R$", "INR": "₹", "CNY": "¥", "KRW": "₩"}

// isCurrency tells the three letters of an ISO 4217 currency.
func isCurrency(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil
}

// formatMoney writes an amount in major units as people of a locale do: $12.50, 12,50 €. Spaces are plain ones, which an SMS can
// hold without doubling its price.
func formatMoney(amount float64, code, locale string) string {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return code
	}
	digits, _ := currency.Standard.Rounding(unit)
	tag := language.Make(locale)
	figure := decimal(tag, math.Abs(amount), digits)
	sign := ""
	if amount < 0 && strings.ContainsAny(figure, "123456789") {
		sign = "-"
	}
	symbol, known := symbols[unit.String()]
	switch after, apart := symbolAfter(tag); {
	case !known:
		return sign + unit.String() + " " + figure
	case after:
		return sign + figure + " " + symbol
	case apart:
		return sign + symbol + " " + figure
	default:
		return sign + symbol + figure
	}
}

func decimal(tag language.Tag, f float64, digits int) string {
	s := message.NewPrinter(tag).Sprint(textnumber.Decimal(f, textnumber.Scale(digits)))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
}

// symbolAfter tells whether a currency's symbol follows the amount, and whether a space parts the two where it goes before. Languages
// that write a decimal comma put it behind, with few exceptions (CLDR).
func symbolAfter(tag language.Tag) (after, apart bool) {
	if !strings.Contains(decimal(tag, 0.5, 1), ",") {
		return false, false
	}
	base, _ := tag.Base()
	region, exact := tag.Region()
	switch base.String() {
	case "pt":
		portugal := exact == language.Exact && region.String() == "PT"
		return portugal, !portugal
	case "nl":
		return false, true
	case "es":
		spain := exact != language.Exact || region.String() == "ES"
		return spain, !spain
	}
	return true, false
}
