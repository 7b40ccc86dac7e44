package expression

import (
	"testing"
	"time"
)

// values is what programs in tests read.
type values map[string]any

func (v values) Value(name string) any { return v[name] }

func object(fields ...Field) *Type {
	return EventOf([]Variant{{Data: &Type{Kind: Object, Fields: fields}}}).Data()
}

// shop is the scope of a journey about orders.
func shop() *Scope {
	line := object(Field{Name: "name", Type: StringType}, Field{Name: "pieces", Type: IntType}, Field{Name: "price", Type: NumberType})
	trigger := EventOf([]Variant{
		{"order.delayed", object(Field{Name: "order_id", Type: StringType}, Field{Name: "days", Type: IntType})},
		{"order.lost", object(Field{Name: "order_id", Type: StringType}, Field{Name: "sum", Type: NumberType})},
	})
	return (&Scope{Names: map[string]*Type{
		"order": object(
			Field{Name: "status", Type: StringType}, Field{Name: "eta", Type: DateType}, Field{Name: "flagged", Type: BoolType},
			Field{Name: "total", Type: NumberType}, Field{Name: "shelf", Type: StringType, Optional: true},
			Field{Name: "lines", Type: &Type{Kind: List, Elem: line}}),
		"order_id": StringType,
		"plan":     {Kind: Enum, Values: []string{"small", "medium", "large"}},
		"pieces":   IntType,
		"rate":     NumberType,
		"late":     BoolType,
		"opens":    ClockType,
		"paid_at":  TimeType,
		"pause":    DurationType,
		"tags":     {Kind: List, Elem: StringType},
	}}).With(map[string]*Type{
		"trigger": trigger,
		"now":     TimeType,
		"intent":  object(Field{Name: "name", Type: StringType}, Field{Name: "confidence", Type: NumberType}),
		"contact": object(Field{Name: "id", Type: StringType}, Field{Name: "phone", Type: PhoneType}, Field{Name: "email", Type: EmailType},
			Field{Name: "verified", Type: BoolType}, Field{Name: "attributes", Type: ObjectType}),
		"link": StringType,
	})
}

func shopValues() values {
	return values{
		"order": map[string]any{"status": "on its way", "eta": "2026-03-09", "flagged": false, "total": 12.5, "lines": []any{
			map[string]any{"name": "lamp", "pieces": 3, "price": 2.5},
			map[string]any{"name": "chair", "pieces": 5, "price": 40.0},
		}},
		"order_id": "AB123456", "plan": "small", "pieces": 4, "rate": 0.5, "late": true, "opens": "09:30",
		"paid_at": moment("2026-03-05T18:00:00Z"), "pause": 90 * time.Minute, "tags": []any{"new", "gift"},
		"trigger": map[string]any{"id": "e1", "type": "order.delayed", "time": moment("2026-03-06T13:00:00Z"), "data": map[string]any{"order_id": "AB123456", "days": 2}},
		"now":     moment("2026-03-06T14:05:00Z"),
		"intent":  map[string]any{"name": "talk_to_human", "confidence": 0.9},
		"contact": map[string]any{"id": "c1", "phone": "+14155550101", "verified": true, "attributes": map[string]any{"tier": 3, "since": "2025-01-31"}},
	}
}

func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// newYork is an Env for a contact in New York who reads American English.
func newYork(v Values) *Env { return envIn(v, "America/New_York", "en-US") }

func envIn(v Values, zone, locale string) *Env {
	z, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return NewEnv(v, &Context{Now: moment("2026-03-06T14:05:00Z"), Zone: z, Locale: locale, Link: func(url string) string { return "https://l.example/1" }})
}

// evaluate checks a source, compiles what the check made of it, and runs that.
func evaluate(t *testing.T, src string, env *Env) (any, error) {
	t.Helper()
	c := Check(src, shop())
	if len(c.Problems) > 0 {
		t.Fatalf("%s: %+v", src, c.Problems)
	}
	p, err := Compile(c.Source)
	if err != nil {
		t.Fatal(err)
	}
	return p.Eval(env)
}
