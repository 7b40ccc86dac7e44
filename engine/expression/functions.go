package expression

import (
	"fmt"
	"math"
	"time"

	"journey/engine/schedule"
)

const day = 24 * time.Hour

// functions are all that an expression may call by name, apart from those that go over a list.
var functions map[string]*function

func init() {
	functions = map[string]*function{
		"link":          {usage: "link(url)", takes: []kinds{texts}, gives: StringType, run: runLink},
		"duration":      {usage: `duration("2h")`, takes: []kinds{texts}, gives: DurationType, checks: checkDuration, run: runDuration},
		"time":          {usage: `time("2026-03-09T09:00:00Z")`, takes: []kinds{texts}, gives: TimeType, checks: checkTime, run: runTime},
		"now":           {usage: "now()", gives: TimeType, run: runNow},
		"at":            {usage: "at(date, clock)", takes: []kinds{kindsOf(Date), kindsOf(Clock)}, gives: TimeType, run: runAt},
		"date":          {usage: "date(t, layout)", takes: []kinds{moments, texts}, gives: StringType, checks: checkLayout, run: runDate},
		"clock":         {usage: "clock(t)", takes: []kinds{clocks}, gives: StringType, run: runClock},
		"money":         {usage: "money(amount, currency)", takes: []kinds{numbers, texts}, gives: StringType, checks: checkCurrency, run: runMoney},
		"plural":        {usage: "plural(n, one, other)", takes: []kinds{numbers, texts, texts}, gives: StringType, run: runPlural},
		"hours_between": {usage: "hours_between(a, b)", takes: []kinds{moments, moments}, gives: NumberType, run: runHours},
	}
	for name, f := range builtins() {
		functions[name] = f
	}
}

func runLink(e *Env, args []any) any {
	url := e.text(args[0])
	if e.ctx.Link == nil {
		return url
	}
	return e.ctx.Link(url)
}

func runDuration(e *Env, args []any) any {
	d, err := schedule.ParseDuration(e.text(args[0]))
	e.check(err)
	return d
}

func runTime(e *Env, args []any) any {
	if t, ok := args[0].(time.Time); ok {
		return t
	}
	s := e.text(args[0])
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		e.fail("%q is not a time such as 2026-03-09T09:00:00Z", s)
	}
	return t
}

func runNow(e *Env, _ []any) any { return e.ctx.Now }

func runAt(e *Env, args []any) any {
	clock, err := schedule.ParseClock(e.text(args[1]))
	e.check(err)
	t, err := schedule.Local(e.text(args[0]), clock, e.ctx.zone())
	e.check(err)
	return t
}

func runDate(e *Env, args []any) any {
	return formatDate(e.moment(args[0]), e.text(args[1]), e.ctx.Locale)
}

func runClock(e *Env, args []any) any {
	if s, ok := args[0].(string); ok {
		if c, err := schedule.ParseClock(s); err == nil {
			return formatClock(time.Date(2000, 1, 1, 0, int(c), 0, 0, time.UTC), e.ctx.Locale)
		}
	}
	return formatClock(e.moment(args[0]), e.ctx.Locale)
}

func runMoney(e *Env, args []any) any {
	amount, currency := e.number(args[0]), e.text(args[1])
	if !isCurrency(currency) {
		e.fail("%q is not a currency", currency)
	}
	return formatMoney(amount, currency, e.ctx.Locale)
}

func runPlural(e *Env, args []any) any {
	if math.Abs(e.number(args[0])) == 1 {
		return args[1]
	}
	return args[2]
}

func runHours(e *Env, args []any) any {
	return e.moment(args[1]).Sub(e.moment(args[0])).Hours()
}

// method is what a value does by itself: now.Hour(). They are those of expr's times and durations that need no zone but the contact's.
type method struct {
	of        kinds
	described string
	gives     *Type
	time      func(t time.Time) any
	duration  func(d time.Duration) any
}

var methods = map[string]*method{
	"Year":    {of: moments, described: "a time or a date", gives: IntType, time: func(t time.Time) any { return t.Year() }},
	"Month":   {of: moments, described: "a time or a date", gives: IntType, time: func(t time.Time) any { return int(t.Month()) }},
	"Day":     {of: moments, described: "a time or a date", gives: IntType, time: func(t time.Time) any { return t.Day() }},
	"YearDay": {of: moments, described: "a time or a date", gives: IntType, time: func(t time.Time) any { return t.YearDay() }},
	"Weekday": {of: moments, described: "a time or a date", gives: IntType, time: func(t time.Time) any { return int(t.Weekday()) }},
	"Hour":    {of: kindsOf(Time), described: "a time", gives: IntType, time: func(t time.Time) any { return t.Hour() }},
	"Minute":  {of: kindsOf(Time), described: "a time", gives: IntType, time: func(t time.Time) any { return t.Minute() }},
	"Second":  {of: kindsOf(Time), described: "a time", gives: IntType, time: func(t time.Time) any { return t.Second() }},
	"Unix":    {of: moments, described: "a time or a date", gives: IntType, time: func(t time.Time) any { return int(t.Unix()) }},
	"Hours":   {of: kindsOf(Duration), described: "a duration", gives: NumberType, duration: func(d time.Duration) any { return d.Hours() }},
	"Minutes": {of: kindsOf(Duration), described: "a duration", gives: NumberType, duration: func(d time.Duration) any { return d.Minutes() }},
	"Seconds": {of: kindsOf(Duration), described: "a duration", gives: NumberType, duration: func(d time.Duration) any { return d.Seconds() }},
}

func (m *method) run(e *Env, v any) any {
	if m.duration == nil {
		return m.time(e.moment(v))
	}
	d, ok := v.(time.Duration)
	if !ok {
		e.fail("%s is no duration", describe(v))
	}
	return m.duration(d)
}

// describe is a run-time value in a sentence.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "a value that is not set"
	case string:
		if len(v) > 40 {
			return "a text"
		}
		return fmt.Sprintf("%q", v)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case time.Time:
		return v.Format(time.RFC3339)
	}
	return fmt.Sprint(Plain(v))
}
