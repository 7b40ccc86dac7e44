package expression

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEval(t *testing.T) {
	for _, x := range []struct {
		src  string
		want any
	}{
		{`order.status == "on its way"`, true},
		{`order.flagged or order.status == "lost"`, false},
		{`pieces + 1`, 5},
		{`pieces / 8`, 0.5},
		{`pieces % 3`, 1},
		{`pieces == 4.0`, true},
		{`pieces * rate`, 2.0},
		{`2 ** 3`, 8.0},
		{`-pieces`, -4},
		{`"a" + order_id`, "aAB123456"},
		{`1 < pieces < 5`, true},

		// what is not set
		{`order.shelf`, nil},
		{`order.shelf ?? "the counter"`, "the counter"},
		{`order?.shelf == "B2"`, false},
		{`order.shelf == nil`, true},
		{`contact.email != nil`, false},
		{`contact.attributes.points > 100`, false},
		{`not contact.attributes.gold`, true},
		{`contact.attributes.a.b.c ?? 3`, 3},
		{`order.lines[7].name`, nil},
		{`first([])`, nil},
		{`len(contact.attributes.list)`, 0},

		// time
		{`order.eta > "2026-03-08"`, true},
		{`order.eta == "2026-03-09"`, true},
		{`order.eta > now`, true},
		{`contact.attributes.since < now`, true},
		{`order.eta - "2026-03-01"`, 8 * 24 * time.Hour},
		{`order.eta + duration("7d")`, "2026-03-16"},
		{`order.eta - "1d"`, "2026-03-08"},
		{`order.eta + "36h" == time("2026-03-10T16:00:00Z")`, true},
		{`now - paid_at`, 20*time.Hour + 5*time.Minute},
		{`now + pause == time("2026-03-06T15:35:00Z")`, true},
		{`pause > "1h" and pause < "2h"`, true},
		{`pause * 2`, 3 * time.Hour},
		{`pause / "30m"`, 3.0},
		{`opens < "10:00"`, true},
		{`at(order.eta, opens) == time("2026-03-09T13:30:00Z")`, true},
		{`at("2026-03-08", "02:30") == time("2026-03-08T07:00:00Z")`, true}, // the clock skips this time
		{`hours_between(paid_at, now) > 20`, true},
		{`hours_between(now, paid_at) < 0`, true},
		{`hours_between("2026-03-07", "2026-03-09")`, 47.0}, // the clock is put forward
		{`now().Hour()`, 9},
		{`now.Weekday()`, 5},
		{`order.eta.Day()`, 9},
		{`pause.Minutes()`, 90.0},
		{`max(now, paid_at) == now`, true},

		// words
		{`date(order.eta, "Mon 2 Jan")`, "Mon 9 Mar"},
		{`date(now, "15:04")`, "09:05"},
		{`clock(now)`, "9:05 AM"},
		{`clock(opens)`, "9:30 AM"},
		{`clock("17:45")`, "5:45 PM"},
		{`money(order.total, "USD")`, "$12.50"},
		{`plural(pieces, "day", "days")`, "days"},
		{`plural(1, "day", "days")`, "day"},
		{`plural(1.0, "day", "days")`, "day"},
		{`link("https://shop.example/1")`, "https://l.example/1"},

		// lists and objects
		{`plan in ["small", "large"]`, true},
		{`"gift" in tags`, true},
		{`"eta" in order`, true},
		{`any(order.lines, .pieces > 4)`, true},
		{`all(order.lines, .pieces > 4)`, false},
		{`none(tags, # == "old")`, true},
		{`one(tags, # == "new")`, true},
		{`count(order.lines, .price > 3)`, 1},
		{`sum(order.lines, .price * .pieces)`, 207.5},
		{`sum([duration("1h"), pause])`, 150 * time.Minute},
		{`sum([])`, 0},
		{`map(order.lines, .name)`, []any{"lamp", "chair"}},
		{`map(tags, #index)`, []any{0, 1}},
		{`filter(1..6, # % 2 == 0)`, []any{2, 4, 6}},
		{`filter(1..3, any(1..#, {let n = #; n > 2}))`, []any{3}},
		{`map(1..2, map(1..#, #))`, []any{[]any{1}, []any{1, 2}}},
		{`sortBy(order.lines, .name)[0].name`, "chair"},
		{`sortBy(order.lines, .price, "desc")[0].name`, "chair"},
		{`sort(["b", "a"])`, []any{"a", "b"}},
		{`find(order.lines, .pieces > 9)`, nil},
		{`findLastIndex(tags, true)`, 1},
		{`groupBy(1..4, # > 2)`, map[string]any{"false": []any{1, 2}, "true": []any{3, 4}}},
		{`reduce(1..4, #acc * #)`, 24},
		{`reduce(tags, #acc + #, "")`, "newgift"},
		{`keys({b: 1, a: 2, c: 3})`, []any{"a", "b", "c"}},
		{`values({b: 1, a: 2, c: 3})`, []any{2, 1, 3}},
		{`toPairs({b: 1, a: 2})`, []any{[]any{"a", 2}, []any{"b", 1}}},
		{`fromPairs([["a", 1]]).a`, 1},
		{`uniq([1, 1.0, 2])`, []any{1, 2}},
		{`flatten([[1], [2, [3]]])`, []any{1, 2, 3}},
		{`concat(tags, ["x"])`, []any{"new", "gift", "x"}},
		{`tags[-1]`, "gift"},
		{`tags[1:]`, []any{"gift"}},
		{`"añb"[1]`, "ñ"},
		{`"añb"[:2]`, "añ"},
		{`len("añb")`, 3},
		{`indexOf("añb", "b")`, 2},
		{`split("a,b", ",")`, []any{"a", "b"}},
		{`join([1, "b", order.eta], "-")`, "1-b-2026-03-09"},
		{`string(2.50)`, "2.5"},
		{`int("12") + int(2.9)`, 14},
		{`round(order.total)`, 13},
		{`mean([1, 2])`, 1.5},
		{`median(3, 1, 2)`, 2.0},
		{`fromJSON('{"a": [1, 2.5]}').a`, []any{1, 2.5}},
		{`toBase64("hi")`, "aGk="},
		{`order_id matches "^[A-Z]{2}[0-9]{6}$"`, true},
		{`let n = pieces * 2; let m = n + 1; n + m`, 17},
		{`{a: pieces}.a`, 4},
	} {
		got, err := evaluate(t, x.src, newYork(shopValues()))
		if err != nil || !Equal(got, x.want) {
			t.Errorf("%s is %#v, want %#v; %v", x.src, got, x.want, err)
		}
	}
}

func TestEvalFails(t *testing.T) {
	for src, want := range map[string]string{
		`1 / (pieces - 4)`:                                     "it divides by zero",
		`1 % (pieces - 4)`:                                     "it divides by zero",
		`contact.attributes.points + 1`:                        "a number is wanted, not a value that is not set",
		`contact.attributes.tier + "x"`:                        `a number is wanted, not "x"`,
		`clock(contact.attributes.tier)`:                       "a time is wanted, not 3",
		`int(order_id)`:                                        `"AB123456" is no whole number`,
		`duration(order_id)`:                                   `"AB123456" is not a duration`,
		`money(1, order_id)`:                                   `"AB123456" is not a currency`,
		`9223372036854775807 + 1`:                              "the number is too large",
		`9223372036854775807 * 2`:                              "the number is too large",
		`reduce([], #acc + #)`:                                 "reduce has an empty list",
		`map(1..100000000, #)`:                                 ErrBudget.Error(),
		`let r = 1..9000; all(r, sum(r) >= 0)`:                 ErrBudget.Error(),
		`all(1..2000, all(1..2000, # >= 0))`:                   ErrBudget.Error(),
		`repeat("ab", 100000000)`:                              ErrBudget.Error(),
		`reduce(1..60, #acc + #acc, "x")`:                      ErrBudget.Error(),
		`replace(repeat("a", 99999), "a", repeat("b", 99999))`: ErrBudget.Error(),
		`uniq(1..9000)`:                                        ErrBudget.Error(),
	} {
		_, err := evaluate(t, src, newYork(shopValues()))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %s", src, err, want)
		}
		if want == ErrBudget.Error() && !errors.Is(err, ErrBudget) {
			t.Errorf("%s: %v is no ErrBudget", src, err)
		}
	}
}

func TestBool(t *testing.T) {
	for src, want := range map[string]bool{`late`: true, `order.shelf == "x"`: false, `contact.attributes.gold`: false, `order?.flagged`: false} {
		p, err := Compile(Check(src, shop()).Source)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Bool(newYork(shopValues())); got != want || err != nil {
			t.Errorf("%s is %v, want %v; %v", src, got, want, err)
		}
	}
	p, _ := Compile(`contact.attributes.tier`)
	if _, err := p.Bool(newYork(shopValues())); err == nil {
		t.Error("a number passed as a condition")
	}
}

func TestRoots(t *testing.T) {
	for src, want := range map[string][]string{
		`order.eta > now and late`:          {"late", "now", "order"},
		`let x = pieces; x + rate`:          {"pieces", "rate"},
		`map(order.lines, .pieces) | sum()`: {"order"},
		`money(1, "USD")`:                   {},
		`link(link)`:                        {"link"},
		`contact?.attributes["a"] ?? plan`:  {"contact", "plan"},
	} {
		p, err := Compile(src)
		if err != nil || !slices.Equal(p.Roots(), want) {
			t.Errorf("%s reads %v, want %v; %v", src, p.Roots(), want, err)
		}
	}
}

func TestCompileFails(t *testing.T) {
	for _, src := range []string{``, `a +`, `nope(1)`, `plural(1)`, `x.foo()`, `#`, `map(a)`, `"a" matches "["`, `duration("x")`, `b"a"`} {
		if _, err := Compile(src); err == nil {
			t.Errorf("%q compiled", src)
		}
	}
}

// counting is asked for each name once, and evaluates while it is asked.
type counting struct {
	values
	asked map[string]int
	env   *Env
}

func (c *counting) Value(name string) any {
	c.asked[name]++
	if name == "may" || name == "circle" {
		p, _ := Compile(map[string]string{"may": `map(tags, # == "new")`, "circle": "circle.x"}[name])
		v, err := p.Eval(c.env)
		if err != nil {
			return err.Error()
		}
		return v
	}
	return c.values[name]
}

func TestEnvAsksOnce(t *testing.T) {
	c := &counting{values: shopValues(), asked: map[string]int{}}
	c.env = newYork(c)
	run := func(src string) any {
		p, err := Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		v, err := p.Eval(c.env)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	run(`pieces + pieces`)
	run(`pieces`)
	if c.asked["pieces"] != 1 {
		t.Errorf("asked %d times", c.asked["pieces"])
	}
	c.values["pieces"] = 9
	if v := run(`pieces`); v != 4 {
		t.Errorf("kept value is %v", v)
	}
	c.env.Drop("pieces")
	if v := run(`pieces`); v != 9 {
		t.Errorf("dropped value is %v", v)
	}
	c.env.Reset()
	run(`pieces`)
	if c.asked["pieces"] != 3 {
		t.Errorf("asked %d times after a reset", c.asked["pieces"])
	}
	if v := run(`let n = 5; map(may, {# ? n : 0})`); !Equal(v, []any{5, 0}) {
		t.Errorf("an evaluation within another gives %v", v)
	}
	if c.asked["late"] != 0 {
		t.Error("asked for what is not read")
	}
	run(`false and late`)
	if c.asked["late"] != 0 {
		t.Error("asked for what did not matter")
	}
	run(`circle`)
}

func TestEvalKeepsInputs(t *testing.T) {
	v := shopValues()
	tags := v["tags"].([]any)
	for _, src := range []string{`sort(tags)`, `reverse(tags)`, `concat(take(tags, 1), ["x"])`, `sortBy(tags, #)`, `concat(tags[:1], ["y"])`} {
		if _, err := evaluate(t, src, newYork(v)); err != nil {
			t.Fatal(err)
		}
	}
	if !Equal(tags, []any{"new", "gift"}) {
		t.Errorf("the list became %v", tags)
	}
}

func TestConcurrentUse(t *testing.T) {
	p, err := Compile(`map(order.lines, {let n = .pieces; n * pieces}) | sum()`)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan any)
	for range 4 {
		go func() {
			env := newYork(shopValues())
			var last any
			for range 500 {
				last, _ = p.Eval(env)
			}
			done <- last
		}()
	}
	for range 4 {
		if v := <-done; v != 32 {
			t.Errorf("got %v", v)
		}
	}
}
