package expression

import (
	"testing"
	"time"
)

func TestRender(t *testing.T) {
	for text, want := range map[string]string{
		"Hello.": "Hello.",
		"Order {{ order_id }} is {{order.status}}.":      "Order AB123456 is on its way.",
		"{{ order.shelf }}":                              "",
		"{{ order.eta }}":                                "2026-03-09",
		"{{ now }}":                                      "2026-03-06T09:05-05:00",
		"{{ pause }}":                                    "90m",
		"{{ 12.50 }} {{ 3.0 }} {{ 1/3 > 0 }}":            "12.5 3 true",
		"{{ tags }}":                                     "new, gift",
		"{{ contact.attributes.tier }}":                  "3",
		`{{ "}}" }} {{ '{{' }}`:                          "}} {{",
		"{{ {a: {b: 1}}.a.b }}":                          "1",
		"{{ plural(pieces, 'piece', 'pieces') }}, don't": "pieces, don't",
		"a { b } c":                                      "a { b } c",
		"ñ {{ date(order.eta, 'January') }} ñ":           "ñ March ñ",
	} {
		c := CheckText(text, shop())
		compiled, err := CompileText(c.Parts)
		if err != nil || len(c.Problems) > 0 {
			t.Fatalf("%s: %+v %v", text, c.Problems, err)
		}
		if got, err := compiled.Render(newYork(shopValues())); got != want || err != nil {
			t.Errorf("%s\ngot  %q\nwant %q; %v", text, got, want, err)
		}
	}
}

func TestTextProblems(t *testing.T) {
	for text, want := range map[string]string{
		"Hall {{ order.status is": `     ^^ expr-syntax: "{{" is never closed (write }} after the expression)`,
		"a {{ }} b":               `  ^^^^^ expr-syntax: there is no expression between the braces (write a name between them, or leave them out)`,
		"a }} b":                  `  ^^ expr-syntax: "}}" closes nothing (write {{ before it, or leave it out)`,
		"{{ 'x }} y":              `   ^ expr-syntax: the quote that opens here is never closed (end the text with ')`,
		"{{ a {{ late }}":         `^^ expr-syntax: "{{" is never closed (write }} after the expression)`,
		"ñ {{ order.stats }}":     `           ^^^^^ unknown-field: "order" has no field "stats"; it has eta, flagged, lines, shelf, status, total (did you mean "status"?)`,
		"{{ order_id + }}":        `            ^ expr-syntax: something is missing after "+"`,
		"{{ trigger }}":           `   ^^^^^^^ wrong-type: "trigger" is an event and can't stand in a text (write one of its fields)`,
		"{{ late }} {{ lat }}":    `              ^^^ unknown-name: there is no "lat" here (did you mean "late"?)`,
	} {
		if got := described(text, CheckText(text, shop()).Problems); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestTextParts(t *testing.T) {
	c := CheckText("ñ {{  order.eta  }}!", shop())
	want := []Part{{Text: "ñ "}, {Source: "order.eta", Raw: "order.eta", Offset: 6}, {Text: "!"}}
	if len(c.Parts) != len(want) {
		t.Fatalf("%+v", c.Parts)
	}
	for i := range want {
		if c.Parts[i] != want[i] {
			t.Errorf("part %d is %+v, want %+v", i, c.Parts[i], want[i])
		}
	}
	if r := c.Reads; len(r) != 1 || r[0].Path != "order.eta" || r[0].Offset != 12 {
		t.Errorf("reads %+v", r)
	}
}

func TestRenderFails(t *testing.T) {
	text, err := CompileText(CheckText("a {{ int(order_id) }}", shop()).Parts)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := text.Render(newYork(shopValues())); err == nil || out != "" {
		t.Errorf("rendered %q", out)
	}
	if _, err := CompileText([]Part{{Source: "a +"}}); err == nil {
		t.Error("compiled half an expression")
	}
}

func TestDatesInWords(t *testing.T) {
	at := time.Date(2026, 3, 4, 15, 5, 0, 0, time.UTC)
	for _, x := range []struct{ locale, layout, want string }{
		{"", "Monday, 2 January 2006", "Wednesday, 4 March 2026"},
		{"en-GB", "Mon 2 Jan", "Wed 4 Mar"},
		{"es", "Monday 2 January", "miércoles 4 marzo"},
		{"es-MX", "Mon 2 Jan", "mié 4 mar"},
		{"de", "Monday, 2. January", "Mittwoch, 4. März"},
		{"fr", "Monday 2 January", "mercredi 4 mars"},
		{"pt-BR", "Monday, 2 January", "quarta-feira, 4 março"},
		{"it", "Monday 2 January", "mercoledì 4 marzo"},
		{"es", "02/01/2006 15:04", "04/03/2026 15:05"},
		{"es", "Monthly Janus", "Monthly Janus"},
		{"zz", "Mon 2 Jan", "Wed 4 Mar"},
	} {
		if got := formatDate(at, x.layout, x.locale); got != x.want {
			t.Errorf("%s in %s is %q, want %q", x.layout, x.locale, got, x.want)
		}
	}
}

func TestClock(t *testing.T) {
	at := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	for locale, want := range map[string]string{"en-US": "9:30 AM", "en": "09:30", "": "09:30", "es": "09:30", "en-GB": "09:30"} {
		if got := formatClock(at, locale); got != want {
			t.Errorf("in %s it is %q, want %q", locale, got, want)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, x := range []struct {
		amount           float64
		currency, locale string
		want             string
	}{
		{12.5, "USD", "en", "$12.50"},
		{12.5, "USD", "", "$12.50"},
		{12.5, "usd", "en-US", "$12.50"},
		{-3, "USD", "en-US", "-$3.00"},
		{-0.001, "USD", "en", "$0.00"},
		{1234567.891, "USD", "en-US", "$1,234,567.89"},
		{12.5, "EUR", "en", "€12.50"},
		{12.5, "EUR", "es", "12,50 €"},
		{1234.5, "EUR", "es-ES", "1.234,50 €"},
		{12.5, "USD", "es-MX", "$12.50"},
		{12.5, "MXN", "es-MX", "$12.50"},
		{12.5, "ARS", "es-AR", "$ 12,50"},
		{1234.5, "EUR", "de", "1.234,50 €"},
		{1234.5, "EUR", "fr", "1 234,50 €"},
		{12.5, "BRL", "pt-BR", "R$ 12,50"},
		{12.5, "EUR", "pt-PT", "12,50 €"},
		{12.5, "EUR", "nl", "€ 12,50"},
		{1200, "JPY", "en", "¥1,200"},
		{1.5, "KWD", "en", "KWD 1.500"},
		{12.5, "CHF", "de-CH", "CHF 12.50"},
	} {
		if got := formatMoney(x.amount, x.currency, x.locale); got != x.want {
			t.Errorf("%v %s in %q is %q, want %q", x.amount, x.currency, x.locale, got, x.want)
		}
	}
}
