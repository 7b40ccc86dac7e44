package compile

import (
	"fmt"
	"testing"

	"journey/engine/graph"
)

const shop = `library: shop
data:
  order_number: { type: string, pattern: "^[A-Z]{2}[0-9]{6}$", default: AB123456 }
  stars: { type: int, min: 1, max: 5 }
  pin: { type: string, sensitive: true }
  short_pin: { type: pin, pattern: "^[0-9]{4}$" }
  card: { type: object, fields: { pin: pin, number: string } }
`

func saysOf(d *graph.Datum) string {
	number := func(n *float64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	return fmt.Sprintf("%s %q %s..%s %v %t", d.Type, d.Pattern, number(d.Min), number(d.Max), d.Default, d.Sensitive)
}

// A datum of a named type has that type's constraints, but for those that it says itself.
func TestNamedTypesHaveConstraints(t *testing.T) {
	for _, c := range []struct{ datum, want string }{
		{"order_number", `string "^[A-Z]{2}[0-9]{6}$" -..- AB123456 false`},
		{"{ type: order_number }", `string "^[A-Z]{2}[0-9]{6}$" -..- AB123456 false`},
		{"{ type: order_number, default: XY000000, sensitive: true }", `string "^[A-Z]{2}[0-9]{6}$" -..- XY000000 true`},
		{"{ type: order_number, pattern: \"^AB\" }", `string "^AB" -..- AB123456 false`},
		{"stars", `int "" 1..5 <nil> false`},
		{"{ type: stars, max: 10 }", `int "" 1..10 <nil> false`},
		{"short_pin", `string "^[0-9]{4}$" -..- <nil> true`},
		{"{ type: short_pin, sensitive: false }", `string "^[0-9]{4}$" -..- <nil> false`},
		{"{ list: stars }", `list of int "" -..- <nil> false`},
		{"{ list: pin }", `list of string "" -..- <nil> true`},
		{"{ type: string, pattern: \"^x\" }", `string "^x" -..- <nil> false`},
	} {
		t.Run(c.datum, func(t *testing.T) {
			j := compiled(t, "uses: [shop]\ndata:\n  x: "+c.datum+"\nstates:\n  start: { to: done }\n", shop)
			if got := saysOf(j.Datum("x")); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// What a field's type is, its text is: a field of a sensitive type is sensitive wherever it stands.
func TestFieldsOfSensitiveTypes(t *testing.T) {
	j := compiled(t, `uses: [shop]
data:
  card: card
  own: { type: object, fields: { old: short_pin, all: { list: card }, hint: string } }
states:
  start:
    say: ["{{ card?.pin }}", "{{ card?.number }}", "{{ own?.old }}", "{{ own?.hint }}"]
    to: done
`, shop)
	var got []bool
	for _, m := range state(t, j, "start").Say {
		got = append(got, m.Text.Sensitive)
	}
	same(t, got, []bool{true, false, true, false})
}

// Two libraries may call different types the same; a journey has those of the libraries that it uses.
func TestTypesOfUsedLibraries(t *testing.T) {
	const other = "library: depot\ndata:\n  stars: { type: int, min: 0, max: 9 }\n  place: { type: object, fields: { stars: stars, pin: pin } }\n"
	j := compiled(t, "uses: [shop]\ndata:\n  x: stars\nstates:\n  start: { to: done }\n", other, shop)
	if got := saysOf(j.Datum("x")); got != `int "" 1..5 <nil> false` {
		t.Errorf("got %s", got)
	}
	j = compiled(t, "uses: [shop, depot]\ndata:\n  x: stars\nstates:\n  start: { to: done }\n", other, shop)
	if got := saysOf(j.Datum("x")); got != `int "" 0..9 <nil> false` {
		t.Errorf("got %s", got)
	}
	var unknown []string
	for _, f := range bundled(t, "data:\n  x: stars\nstates:\n  start: { to: done }\n", shop) {
		if f.Code == CodeUnknownType {
			unknown = append(unknown, place(f))
		}
	}
	same(t, unknown, []string{"walk.yaml:16"})
}
