package expression

import (
	"strings"
	"testing"
)

func TestTypes(t *testing.T) {
	for src, want := range map[string]string{
		`order.total`:                        "number",
		`order.eta`:                          "date",
		`trigger.data.order_id`:              "string",
		`trigger.type`:                       "string",
		`trigger.time`:                       "time",
		`contact.attributes.tier`:            "any",
		`contact.attributes["loyalty tier"]`: "any",
		`order.lines[0].pieces`:              "int",
		`order["eta"]`:                       "date",
		`pieces + 1`:                         "int",
		`pieces * rate`:                      "number",
		`pieces / 2`:                         "number",
		`pieces % 2`:                         "int",
		`"a" + order_id`:                     "string",
		`now - paid_at`:                      "duration",
		`now - order.eta`:                    "duration",
		`paid_at + "2h"`:                     "time",
		`"2h" + paid_at`:                     "time",
		`pause * 2`:                          "duration",
		`pause / pause`:                      "number",
		`order.eta + duration("7d")`:         "date",
		`order.eta - "36h"`:                  "time",
		`order.eta - pause`:                  "time",
		`order.eta - "2026-01-01"`:           "duration",
		`order.shelf ?? "the counter"`:       "string",
		`order?.eta ?? "2026-01-01"`:         "date",
		`plan ?? "large"`:                    "one of small, medium, large",
		`plan ?? ""`:                         "string",
		`pieces ?? rate`:                     "number",
		`late ? pieces : rate`:               "number",
		`if late { 1 } else if not late { 2 } else { 3 }`: "int",
		`order.lines`:              "list of object",
		`tags[0]`:                  "string",
		`order_id[0:2]`:            "string",
		`1..5`:                     "list of int",
		`[1, 2.5]`:                 "list of number",
		`[]`:                       "list",
		`{a: 1, "b c": late}`:      "object",
		`{a: 1}.a`:                 "int",
		`map(order.lines, .price)`: "list of number",
		`order.lines | filter(.pieces > 3) | first()`:  "object",
		`sum(order.lines, .pieces)`:                    "int",
		`sortBy(order.lines, .name, "desc")[0].name`:   "string",
		`groupBy(order.lines, .name)["lamp"][0].price`: "number",
		`count(tags, # == "new")`:                      "int",
		`reduce(order.lines, #acc + .price, 0)`:        "number",
		`find(order.lines, .pieces > 3).name`:          "string",
		`len(tags)`:                                    "int",
		`round(order.total)`:                           "int",
		`max(pieces, rate)`:                            "number",
		`min(map(order.lines, .pieces))`:               "int",
		`max(now, paid_at)`:                            "time",
		`keys(contact.attributes)`:                     "list of string",
		`let n = pieces * 2; n + 1`:                    "int",
		`now().Hour()`:                                 "int",
		`pause.Minutes()`:                              "number",
		`link("https://a.example")`:                    "string",
		`link`:                                         "string",
		`at(order.eta, opens)`:                         "time",
		`nil`:                                          "not set",
	} {
		c := Check(src, shop())
		if got := c.Type.String(); got != want || len(c.Problems) > 0 {
			t.Errorf("%s is %s, want %s; %+v", src, got, want, c.Problems)
		}
	}
}

// problems is a table of mistakes. ^ under a source marks where the problem stands, which is what its owner would mend.
const problems = `
order.status == "lost" and order.stauts == 1
                                 ^^^^^^ unknown-field: "order" has no field "stauts"; it has eta, flagged, lines, shelf, status, total (did you mean "status"?)
any(order.lines, .peices > 10)
                  ^^^^^^ unknown-field: an element of the list has no field "peices"; it has name, pieces, price (did you mean "pieces"?)
order.lines.name
            ^^^^ unknown-field: "order.lines" is a list, and "name" would be a field of its elements (ask for one element, order.lines[0].name, or for all, map(order.lines, .name))
order_id.name
         ^^^^ unknown-field: "order_id" is a text and has no field "name"
trigger.days > 2
        ^^^^ unknown-field: "trigger" has no field "days"; it has id, type, time, data (did you mean "trigger.data.days"?)
trigger.data.dayz
             ^^^^ unknown-field: "trigger.data" has no field "dayz"; it has days, order_id, sum (did you mean "days"?)
pices < 3
^^^^^ unknown-name: there is no "pices" here (did you mean "pieces"?)
phone == nil
^^^^^ unknown-name: there is no "phone" here (did you mean "contact.phone"?)
plan == small
        ^^^^^ unknown-name: there is no "small" here (a text goes in quotes: "small")
money > 3
^^^^^ unknown-name: "money" is a function and needs its parentheses (write money(amount, currency))
clok(now)
^^^^ unknown-function: there is no function "clok" (did you mean "clock"?)
order_id.upper()
         ^^^^^ unknown-function: "upper" is no part of a value (write upper(order_id))
pieces()
^^^^^^ unknown-function: there is no function "pieces" ("pieces" is a value: leave out the parentheses)
plural(pieces, "guest")
^^^^^^ wrong-arguments: "plural" needs three: plural(n, one, other)
money(order.total)
^^^^^ wrong-arguments: "money" needs two: money(amount, currency)
trim()
^^^^ wrong-arguments: "trim" needs one value or two: trim(text, part)
hours_between(now, order.total) < 24
                   ^^^^^^^^^^^ wrong-type: "hours_between(a, b)" takes a time or a date here, and "order.total" is a number
clock(pieces)
      ^^^^^^ wrong-type: "clock(t)" takes a time or a time of day (clock) here, and "pieces" is a number (int)
at(order.eta, "9:30")
              ^^^^^^ wrong-type: "at(date, clock)" takes a time of day (clock) here, and "9:30" is a text (write it like 09:30)
duration("2 hours")
         ^^^^^^^^^ wrong-value: "2 hours" is not a duration (write it as 2h)
time("tomorrow")
     ^^^^^^^^^^ wrong-value: "tomorrow" is not a time (write it like 2026-03-09T09:00:00Z)
money(order.total, "dollars")
                   ^^^^^^^^^ wrong-value: "dollars" is not a currency (write its three letters, for example USD or EUR)
date(order.eta, "DD/MM/YYYY")
                ^^^^^^^^^^^^ wrong-value: "DD/MM/YYYY" shows nothing of a date (write the layout with the day Mon 2 Jan 2006, for example "Mon 2 Jan" or "02/01/2006")
trigger.data.days > "five"
^^^^^^^^^^^^^^^^^^^^^^^^^^ wrong-type: "trigger.data.days" is a number (int) and can't be compared with a text
order_id > 3
^^^^^^^^^^^^ wrong-type: "order_id" is a text and can't be compared with a number (int)
order_id == order.total
^^^^^^^^^^^^^^^^^^^^^^^ wrong-type: "order_id" is a text and can't be compared with "order.total", a number
order.eta == ""
^^^^^^^^^^^^^^^ wrong-type: "order.eta" is a date and can't be compared with a text (to ask whether it is set, write order.eta == nil)
late > 1
^^^^ wrong-type: ">" compares what is more or less, and "late" is true or false (bool) (compare it, for example x != nil)
order_id + 1
^^^^^^^^^^^^ wrong-type: "order_id" is a text and "1" is a number (int): they can't be added (make it a text with string(1))
now + 2
^^^^^^^ wrong-type: "now" is a moment (time) and "2" is a number (int): they can't be added (write how long it is, for example duration("2d"))
pieces and late
^^^^^^ wrong-type: what stands before "and" must be true or false, and "pieces" is a number (int) (compare it, for example x > 0)
not order_id
    ^^^^^^^^ wrong-type: what follows "not" must be true or false, and "order_id" is a text (compare it, for example x == "yes")
"new" in order_id
         ^^^^^^^^ wrong-type: "in" looks into a list, and "order_id" is a text (write order_id contains "new")
tags contains "new"
^^^^ wrong-type: "contains" looks into a text, and "tags" is a list (write "new" in tags)
pieces in ["a", 2]
           ^^^ wrong-type: "pieces" is a number (int) and never a text
order_id matches "["
                 ^^^ wrong-value: "[" is not a regular expression: missing closing ]
plan == "meduim"
        ^^^^^^^^ enum-value: "meduim" is not one of small, medium, large (did you mean "medium"?)
plan in ["small", "lage"]
                  ^^^^^^ enum-value: "lage" is not one of small, medium, large (did you mean "large"?)
order.eta < "2026-13-01"
            ^^^^^^^^^^^^ wrong-value: "2026-13-01" is not a date (write it like 2026-03-09)
sum(tags)
    ^^^^ wrong-type: "sum" adds numbers, and here they are: a text
filter(order_id, # == "a")
       ^^^^^^^^ wrong-type: filter(list, condition) goes over a list, and "order_id" is a text
filter(tags, len(#))
             ^^^^^ wrong-type: the condition of filter(list, condition) must be true or false, and "len(#)" is a number (int) (compare it, for example x > 0)
count(tags)
^^^^^ wrong-arguments: "count" needs a condition: count(list, condition) (the number of elements is len(tags))
order.status = "lost"
             ^ expr-syntax: "=" can't stand here (write "==" to compare)
pieces >=
       ^^ expr-syntax: something is missing after ">="
(pieces > 10
^ expr-syntax: "(" is never closed (a ")" is missing)
pieces > 10)
           ^ expr-syntax: ")" closes nothing (leave it out, or open it before)
tags[0
    ^ expr-syntax: "[" is never closed (a "]" is missing)
plan == "small
        ^ expr-syntax: the quote that opens here is never closed (end the text with ")
late & late
     ^ expr-syntax: "&" is not expected here (write "and")
late AND late
     ^^^ expr-syntax: "AND" is not expected here (write "and")
late ? 1
       ^ expr-syntax: the expression is not complete: a ":" is missing (write condition ? this : that)
pieces ?? 3 > 2
            ^ expr-syntax: beside ?? it is not clear what belongs together (put the ?? and both its sides in parentheses: (a ?? b))
b"abc"
^^^^^^ expr-syntax: a text is written in quotes alone (leave out the b before the quote)
timezone("UTC")
^^^^^^^^ unknown-function: there is no function "timezone" (date and clock write a time in the contact's own time zone)
$env
^^^^ unknown-name: there is no "$env" here (a text goes in quotes: "$env")
`

func TestProblems(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(problems), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		if got := described(lines[i], Check(lines[i], shop()).Problems); got != lines[i+1] {
			t.Errorf("%s\ngot  %s\nwant %s", lines[i], got, lines[i+1])
		}
	}
}

func described(src string, problems []Problem) string {
	var all []string
	for _, p := range problems {
		s := strings.Repeat(" ", p.Offset) + strings.Repeat("^", p.Length) + " " + p.Code + ": " + p.Message
		if p.Hint != "" {
			s += " (" + p.Hint + ")"
		}
		all = append(all, strings.ReplaceAll(s, "`", `"`))
	}
	return strings.Join(all, "\n")
}

func TestConditions(t *testing.T) {
	for src, want := range map[string]string{
		`late`:                    "",
		`order?.flagged`:          "",
		`contact.attributes.gold`: "",
		`pieces`:                  `^^^^^^ not-bool: a condition must be true or false, and "pieces" is a number (int) (compare it, for example x > 0)`,
		`"full"`:                  `^^^^^^ not-bool: a condition must be true or false, and "full" is a text`,
		`nil`:                     `^^^ not-bool: a condition must be true or false, and "nil" is nothing (nil)`,
		`late ? 1 : 2`:            `^^^^^^^^^^^^ not-bool: a condition must be true or false, and "late ? 1 : 2" is a number (int) (compare it, for example x > 0)`,
	} {
		if got := described(src, CheckBool(src, shop()).Problems); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", src, got, want)
		}
	}
}

func TestWanted(t *testing.T) {
	plan := &Type{Kind: Enum, Values: []string{"small", "medium", "large"}}
	parcel := object(Field{Name: "eta", Type: DateType}, Field{Name: "note", Type: StringType, Optional: true})
	for _, x := range []struct {
		src    string
		want   *Type
		source string // normalised, or the problem
	}{
		{`"2026-03-09"`, DateType, `"2026-03-09"`},
		{`"2h"`, DurationType, `duration("2h")`},
		{`"2026-03-09T09:00:00Z"`, TimeType, `time("2026-03-09T09:00:00Z")`},
		{`late ? "small" : "large"`, plan, `late ? "small" : "large"`},
		{`late ? "1h" : pause`, DurationType, `late ? duration("1h") : pause`},
		{`["1h", "2h"]`, &Type{Kind: List, Elem: DurationType}, `[duration("1h"), duration("2h")]`},
		{`{eta: "2026-03-09"}`, parcel, `{"eta": "2026-03-09"}`},
		{`pieces`, NumberType, `pieces`},
		{`plan`, StringType, `plan`},
		{`contact.attributes.tier`, IntType, `contact.attributes.tier`},
		{`nil`, DateType, `nil`},
		{`"9 March"`, DateType, `^^^^^^^^^ wrong-value: "9 March" is not a date (write it like 2026-03-09)`},
		{`"big"`, plan, `^^^^^ wrong-value: "big" is not one of small, medium, large`},
		{`late ? "small" : "lrge"`, plan, `                 ^^^^^^ wrong-value: "lrge" is not one of small, medium, large (did you mean "large"?)`},
		{`order_id`, plan, `^^^^^^^^ wrong-type: "order_id" is a text, and one of small, medium, large is wanted here`},
		{`"3"`, IntType, `^^^ wrong-type: "3" is a text, and a whole number (int) is wanted here (where the text is a number, write int(…))`},
		{`order.total`, IntType, `^^^^^^^^^^^ wrong-type: "order.total" is a number, and a whole number (int) is wanted here (make it a whole number with int(…) or round(…))`},
		{`pieces > 0`, IntType, `^^^^^^^^^^ wrong-type: "pieces > 0" is true or false (bool), and a whole number (int) is wanted here`},
		{`trigger.data.days`, StringType, `^^^^^^^^^^^^^^^^^ wrong-type: "trigger.data.days" is a number (int), and a text is wanted here (make it a text with string(…))`},
		{`{etta: "2026-03-09"}`, parcel, ` ^^^^ unknown-field: there is no field "etta"; it has eta, note (did you mean "eta"?)`},
		{`{note: "x"}`, parcel, `^^^^^^^^^^ wrong-type: the field "eta" is missing`},
	} {
		c := CheckAs(x.src, shop(), x.want)
		got := c.Source
		if len(c.Problems) > 0 {
			got = described(x.src, c.Problems)
		}
		if got != x.source {
			t.Errorf("%s as %s\ngot  %s\nwant %s", x.src, x.want, got, x.source)
		}
	}
}

func TestNormalised(t *testing.T) {
	for src, want := range map[string]string{
		"late&&not  late||(late)":          `(late and not late) or late`,
		"pieces+1*2":                       `pieces + 1 * 2`,
		"order ?. eta":                     `order?.eta`,
		`order['eta']`:                     `order.eta`,
		"(late ? order : order).eta":       `(late ? order : order).eta`,
		"tags | map(upper(#))":             `map(tags, upper(#))`,
		"map(order.lines, .name)":          `map(order.lines, .name)`,
		"if late {1} else {2}":             `late ? 1 : 2`,
		"2^3":                              `2 ** 3`,
		"rate == 1.0":                      `rate == 1.0`,
		"'it''s'":                          "",
		"`back`":                           `"back"`,
		`pause > "90m"`:                    `pause > duration("90m")`,
		`paid_at < "2026-03-01T00:00:00Z"`: `paid_at < time("2026-03-01T00:00:00Z")`,
		`order.eta + pause`:                `at(order.eta, "00:00") + pause`,
		"let n = 1; (let m = 2; n + m)":    `let n = 1; let m = 2; n + m`,
		"pieces == 1 ? (let a = 1; a) : 2": `pieces == 1 ? (let a = 1; a) : 2`,
		"(1 < pieces) == late":             `(1 < pieces) == late`,
		"1 < pieces < 5":                   `1 < pieces and pieces < 5`,
		"2 ** 3 ** 4":                      `2 ** 3 ** 4`,
		"(2 ** 3) ** 4":                    `(2 ** 3) ** 4`,
		"1 - (2 - 3) - 4":                  `1 - (2 - 3) - 4`,
		"not (plan in [])":                 `not (plan in [])`,
		"-pieces ** 2":                     `-pieces ** 2`,
		"(-pieces) ** 2":                   `(-pieces) ** 2`,
		"map(tags, {{a: #}})":              `map(tags, {{"a": #}})`,
		"order.shelf ?? order_id ?? plan":  `(order.shelf ?? order_id) ?? plan`,
		"-(-1)":                            `-(-1)`,
	} {
		if got := Check(src, shop()).Source; got != want {
			t.Errorf("%s became %s, want %s", src, got, want)
		}
	}
}

func TestTooLong(t *testing.T) {
	for _, src := range []string{strings.Repeat("(", 9000), strings.Repeat("not ", 3000) + "late", "late" + strings.Repeat(" and late", 1000), "\xff"} {
		if p := Check(src, shop()).Problems; len(p) != 1 || p[0].Code != CodeSyntax {
			t.Errorf("%.20s…: %+v", src, p)
		}
	}
	deep := strings.Repeat("(", 3900) + "late" + strings.Repeat(")", 3900)
	if c := Check(deep, shop()); c.Source != "late" {
		t.Errorf("deep parentheses: %+v", c.Problems)
	}
}

// TestHugeExpressions would not end if anything took more than a little longer for each part that is added.
func TestHugeExpressions(t *testing.T) {
	nested := "late"
	for range 300 {
		nested = "late or (late and (" + nested + "))"
	}
	for _, src := range []string{
		nested,
		"late" + strings.Repeat(" and late", 800),
		`plan == "small"` + strings.Repeat(` or plan == "large"`, 400),
		`plan != "small"` + strings.Repeat(` and plan != "large"`, 390),
		strings.Repeat("order != nil and ", 450) + "late",
		strings.Repeat("not ", 1900) + "late",
		strings.Repeat("-", 7000) + "1",
		strings.Repeat("late ? 1 : ", 700) + "2",
		strings.Repeat("(late ? ", 600) + "1" + strings.Repeat(" : 2)", 600),
		"1" + strings.Repeat("+1", 3900),
		strings.Repeat("late ?? ", 900) + "late",
		strings.Repeat("[", 3900) + strings.Repeat("]", 3900),
		strings.Repeat("{a: ", 1500) + "1" + strings.Repeat("}", 1500),
		strings.Repeat("all([1], ", 700) + "late" + strings.Repeat(")", 700),
		strings.Repeat("let x = 1; ", 700) + "x",
		"contact.attributes" + strings.Repeat(".a", 3900),
		"[" + strings.Repeat("order.eta + pause, ", 400) + "]",
	} {
		c := Check(src, shop())
		if len(c.Problems) > 0 {
			t.Errorf("%.30s…: %+v", src, c.Problems[0])
			continue
		}
		p, err := Compile(c.Source)
		if err != nil {
			t.Errorf("%.30s…: %.80v", src, err)
			continue
		}
		if _, err := p.Eval(newYork(shopValues())); err != nil {
			t.Errorf("%.30s…: %.80v", src, err)
		}
	}
}
