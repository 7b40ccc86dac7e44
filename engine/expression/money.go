package expression

import (
	"math"
	"strconv"
	"strings"
)

// currencies are the codes of ISO 4217 that are money, by the digits after the point.
var currencies = func() map[string]int {
	all := map[string]int{}
	for digits, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND",
		2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
			CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
			KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
			PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU
			UZS VES WST XCD XCG YER ZAR ZMW ZWG`,
	} {
		for _, code := range strings.Fields(codes) {
			all[code] = digits
		}
	}
	return all
}()

// isCurrency tells the three letters of a currency, in any case.
func isCurrency(code string) bool {
	_, ok := currencies[strings.ToUpper(code)]
	return ok
}

// symbols of currencies that people write with one; others are written by their code.
var symbols = map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "MXN": "$", "CAD": "$", "AUD": "$", "NZD": "$", "ARS": "$",
	"CLP": "$", "COP": "$", "BRL": "R$", "INR": "₹", "CNY": "¥", "KRW": "₩"}

// marks is how a locale writes numbers and money (CLDR). A space is a plain one, which an SMS can hold without doubling its price.
type marks struct {
	thousands, point string
	after            bool   // the symbol follows the amount
	apart            string // between the symbol and the amount
}

var (
	pointed = marks{",", ".", false, ""}
	before  = marks{".", ",", false, " "}
	dotted  = marks{".", ",", true, " "}
	spaced  = marks{" ", ",", true, " "}
)

// numberMarks are by locale, a language and a region or a language alone; what is not here is as in English.
var numberMarks = func() map[string]marks {
	all := map[string]marks{"de-CH": {"’", ".", false, " "}}
	for _, group := range []struct {
		locales string
		marks
	}{
		{"de es it el ro hr sl sr da is vi ca gl eu pt-PT es-ES tr", dotted},
		{"fr ru uk pl cs sk sv nb nn no fi bg hu lt lv et ka kk hy be", spaced},
		{"pt nl id es-AR es-BO es-CL es-CO es-CR es-EC es-PY es-UY es-VE", before},
		{"es-MX es-US es-419 es-PR es-GT es-HN es-NI es-PA es-PE es-SV es-DO", pointed},
	} {
		for _, locale := range strings.Fields(group.locales) {
			all[locale] = group.marks
		}
	}
	return all
}()

func marksOf(locale string) marks {
	if m, ok := numberMarks[locale]; ok {
		return m
	}
	language, _, _ := strings.Cut(locale, "-")
	if m, ok := numberMarks[language]; ok {
		return m
	}
	return pointed
}

// formatMoney writes an amount in major units as people of a locale do: $12.50, 12,50 €.
func formatMoney(amount float64, code, locale string) string {
	code = strings.ToUpper(code)
	m := marksOf(locale)
	figure := m.figure(math.Abs(amount), currencies[code])
	sign := ""
	if amount < 0 && strings.ContainsAny(figure, "123456789") {
		sign = "-"
	}
	symbol, known := symbols[code]
	switch {
	case !known:
		return sign + code + " " + figure
	case m.after:
		return sign + figure + m.apart + symbol
	}
	return sign + symbol + m.apart + figure
}

func (m marks) figure(f float64, digits int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', digits, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + m.thousands + whole[i:]
	}
	if fraction != "" {
		return whole + m.point + fraction
	}
	return whole
}
