package expression

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

func TestConvert(t *testing.T) {
	parcel := object(Field{Name: "eta", Type: DateType}, Field{Name: "pieces", Type: IntType}, Field{Name: "note", Type: StringType, Optional: true})
	plan := &Type{Kind: Enum, Values: []string{"small", "large"}}
	for _, x := range []struct {
		value any
		typ   *Type
		want  any // or the text of an error
		fails bool
	}{
		{"a", StringType, "a", false},
		{3, StringType, "3 is not a text", true},
		{3.0, IntType, 3, false},
		{json.Number("3"), IntType, 3, false},
		{json.Number("3.0"), IntType, 3, false},
		{3.5, IntType, "3.5 is no whole number (int)", true},
		{"3", IntType, `"3" is no whole number (int)`, true},
		{3, NumberType, 3.0, false},
		{json.Number("2.5"), NumberType, 2.5, false},
		{"true", BoolType, `"true" is not true or false (bool)`, true},
		{map[string]any{"a": 1}, StringType, "an object is not a text", true},
		{[]any{1}, ObjectType, "a list is no object", true},
		{"2026-03-09", DateType, "2026-03-09", false},
		{"2026-03-09T10:00:00Z", DateType, "2026-03-09", false},
		{moment("2026-03-09T10:00:00Z"), DateType, "2026-03-09", false},
		{"9 March", DateType, "9 March is no date such as 2026-03-06", true},
		{"2026-03-09T10:00:00+01:00", TimeType, moment("2026-03-09T09:00:00Z"), false},
		{"2026-03-09", TimeType, "\"2026-03-09\" is no time such as 2026-03-06T09:00:00Z", true},
		{"09:30", ClockType, "09:30", false},
		{"1h30m", DurationType, 90 * time.Minute, false},
		{"+14155550101", PhoneType, "+14155550101", false},
		{"4155550101", PhoneType, "4155550101 is no phone number such as +14155550101", true},
		{"ada@example.com", EmailType, "ada@example.com", false},
		{"ada", EmailType, "ada is no email address", true},
		{"https://a.example/x", URLType, "https://a.example/x", false},
		{"a.example", URLType, "a.example is no url such as https://www.example.com", true},
		{"small", plan, "small", false},
		{"big", plan, "big is not one of small, large", true},
		{[]any{"1h", "2h"}, &Type{Kind: List, Elem: DurationType}, []any{time.Hour, 2 * time.Hour}, false},
		{[]any{1, "x"}, &Type{Kind: List, Elem: IntType}, `[1]: "x" is no whole number (int)`, true},
		{map[string]any{"eta": "2026-03-09", "pieces": 2}, parcel, map[string]any{"eta": "2026-03-09", "pieces": 2}, false},
		{map[string]any{"eta": "2026-03-09", "pieces": 2, "note": nil}, parcel, map[string]any{"eta": "2026-03-09", "pieces": 2}, false},
		{map[string]any{"eta": "soon", "pieces": 2}, parcel, "eta: soon is no date such as 2026-03-06", true},
		{map[string]any{"eta": "2026-03-09"}, parcel, "pieces: it is missing", true},
		{map[string]any{"eta": "2026-03-09", "peices": 1}, parcel, "peices: there is no such field, did you mean `pieces`?", true},
		{map[string]any{"a": json.Number("1"), "b": []any{int64(2)}}, ObjectType, map[string]any{"a": 1, "b": []any{2}}, false},
		{json.Number("1.5"), AnyType, 1.5, false},
		{nil, IntType, "it is not set, and a number (int) is wanted", true},
		{nil, AnyType, nil, false},
	} {
		got, err := Convert(x.value, x.typ)
		if x.fails {
			var wrong *ValueError
			if !errors.As(err, &wrong) || err.Error() != x.want {
				t.Errorf("%v as %s: %v, want %v", x.value, x.typ, err, x.want)
			}
			continue
		}
		if err != nil || !Equal(got, x.want) || !isOf(got, x.typ) {
			t.Errorf("%v as %s is %#v, want %#v; %v", x.value, x.typ, got, x.want, err)
		}
	}
}

func TestPlain(t *testing.T) {
	in := map[string]any{"at": moment("2026-03-09T10:00:00Z"), "for": []any{90 * time.Minute}, "n": 3}
	b, err := json.Marshal(Plain(in))
	if want := `{"at":"2026-03-09T10:00:00Z","for":["90m"],"n":3}`; string(b) != want || err != nil {
		t.Errorf("%s, want %s; %v", b, want, err)
	}
}

func TestEqual(t *testing.T) {
	for _, x := range []struct {
		a, b any
		want bool
	}{
		{4, 4.0, true}, {4.0, 4, true}, {4, 5.0, false}, {"4", 4, false}, {nil, nil, true}, {nil, "", false},
		{moment("2026-03-09T10:00:00Z"), moment("2026-03-09T11:00:00+01:00"), true},
		{[]any{1, "a"}, []any{1.0, "a"}, true}, {[]any{1}, []any{1, 2}, false}, {"a", []any{}, false},
		{map[string]any{"a": 1}, map[string]any{"a": 1.0}, true}, {map[string]any{"a": nil}, map[string]any{"b": nil}, false},
	} {
		if got := Equal(x.a, x.b); got != x.want {
			t.Errorf("%v and %v: %v", x.a, x.b, got)
		}
	}
}

func TestAssignable(t *testing.T) {
	small := &Type{Kind: Enum, Values: []string{"a"}}
	large := &Type{Kind: Enum, Values: []string{"a", "b"}}
	for _, x := range []struct {
		from, to *Type
		want     bool
	}{
		{IntType, NumberType, true}, {NumberType, IntType, false}, {AnyType, DateType, true}, {DateType, AnyType, true},
		{PhoneType, StringType, true}, {large, StringType, true}, {StringType, large, false}, {small, large, true}, {large, small, false},
		{StringType, DateType, false}, {StringType, NumberType, false}, {DateType, TimeType, false}, {DateType, StringType, false},
		{&Type{Kind: List, Elem: IntType}, &Type{Kind: List, Elem: NumberType}, true},
		{object(Field{Name: "a", Type: IntType}), object(Field{Name: "a", Type: NumberType}), true},
		{object(), object(Field{Name: "a", Type: NumberType}), false},
		{object(), object(Field{Name: "a", Type: NumberType, Optional: true}), true},
		{ObjectType, object(Field{Name: "a", Type: NumberType}), true},
	} {
		if got := Assignable(x.from, x.to); got != x.want {
			t.Errorf("%s to %s: %v", x.from, x.to, got)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, name := range KindNames() {
		if k, ok := ParseKind(name); !ok || k.String() != name {
			t.Errorf("%s is %s", name, k)
		}
	}
	for _, name := range []string{"", "enum", "list", "event", "nil", "text"} {
		if _, ok := ParseKind(name); ok {
			t.Errorf("%q is no type that is written as a name", name)
		}
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"status", "eta", "flagged", "Hour"}
	for word, want := range map[string]string{"stauts": "status", "statu": "status", "ETA": "eta", "hour": "Hour", "quantity": "", "": ""} {
		if got := Suggest(word, names); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}
