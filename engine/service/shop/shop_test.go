package shop

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

var noon = time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)

func open() *Shop { return New(func() time.Time { return noon }) }

// shipped are the operations that the journeys in flows/ call.
func shipped(t *testing.T) map[string]*graph.Operation {
	t.Helper()
	paths, err := filepath.Glob("../../../flows/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no journeys", err)
	}
	var inputs []flow.Input
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: path, Source: source})
	}
	bundle, findings := flow.Read(inputs)
	units := compile.Bundle(bundle)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			t.Fatal(f.Message)
		}
	}
	all := map[string]*graph.Operation{}
	for _, u := range units.Units {
		for name, op := range u.Operations {
			all[name] = op
		}
	}
	return all
}

// Every service that a shipped journey calls is answered from the shop's records, and in the type that it declares.
func TestShippedServices(t *testing.T) {
	args := map[string]any{"order_id": "AB123456", "appointment_id": "A1", "slot_id": "S1", "place": "Main Street", "invoice_id": "INV-1", "contact_id": "c1", "day": "2026-03-20", "amount": 49.9}
	operations := shipped(t)
	for name, op := range operations {
		s := open()
		given := map[string]any{}
		for _, f := range op.Takes.Fields {
			given[f.Name] = args[f.Name]
		}
		if name == "sales.book" {
			given["slot_id"] = "M1"
		}
		value, status := s.Answer(op, given)
		if _, err := expression.Convert(value, op.Returns); status != 0 || err != nil {
			t.Errorf("%s: %v, status %d: %v", name, value, status, err)
		}
		if s.find(MadeUp, name) != nil || known[name] == nil {
			t.Errorf("%s is made up", name)
		}
	}
	for name := range known {
		if operations[name] == nil {
			t.Errorf("the shop answers %s, which no shipped journey calls", name)
		}
	}
}

// What is edited, and what journeys did, is what is answered next.
func TestRecords(t *testing.T) {
	operations, s := shipped(t), open()
	answer := func(name string, want any, status int, args map[string]any) {
		t.Helper()
		value, got := s.Answer(operations[name], args)
		if got != status || status == 0 && !reflect.DeepEqual(any(value), want) {
			t.Errorf("%s: got %v, status %d; want %v, %d", name, value, got, want, status)
		}
	}
	set := func(kind, id, field, value string) {
		t.Helper()
		if err := s.Set(kind, id, map[string]string{field: value}); err != nil {
			t.Error(err)
		}
	}
	type m = map[string]any
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	slot := func(id string, starts time.Time) any { return m{"id": id, "starts": starts} }

	answer("orders.get", m{"status": "on its way", "eta": "2026-03-09", "flagged": false}, 0, m{"order_id": "ab123456"})
	set("order", "AB123456", "status", "lost")
	set("order", "AB123456", "flagged", "yes")
	set("order", "AB123456", "eta", "2026-03-11")
	answer("orders.get", m{"status": "lost", "eta": "2026-03-11", "flagged": true}, 0, m{"order_id": "AB123456"})
	set("order", "AB123456", "status", "not found")
	answer("orders.get", nil, 404, m{"order_id": "AB123456"})
	answer("orders.get", m{"status": "on its way", "eta": "2026-03-09", "flagged": false}, 0, m{"order_id": "ZZ999999"})
	set("order", "ZZ999999", "status", "held")

	answer("appointments.free", m{"slots": []any{slot("S1", at(8, 14)), slot("S2", at(9, 18)), slot("S3", at(12, 15))}}, 0, m{"place": "Main Street"})
	answer("appointments.move", m{"starts": at(9, 18)}, 0, m{"appointment_id": "A1", "slot_id": "S2"})
	answer("appointments.move", nil, 409, m{"appointment_id": "A2", "slot_id": "S2"})
	answer("appointments.free", m{"slots": []any{slot("S1", at(8, 14)), slot("S3", at(12, 15))}}, 0, m{"place": "Main Street"})
	answer("appointments.release", m{"released": true}, 0, m{"appointment_id": "A1"})
	answer("appointments.move", nil, 404, m{"appointment_id": "A1", "slot_id": "S1"})
	set("slot", "S2", "status", "free")
	set("slot", "S2", "starts", "2026-04-01T09:00:00Z")
	answer("appointments.move", m{"starts": time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}, 0, m{"appointment_id": "A9", "slot_id": "S2"})

	answer("sales.book", m{"starts": at(7, 16)}, 0, m{"contact_id": "c1", "slot_id": "M1"})
	answer("sales.book", nil, 409, m{"contact_id": "c2", "slot_id": "M1"})

	set("invoice", "INV-1", "amount", "99")
	answer("billing.get", m{"amount": 99.0, "pay_url": "https://pay.shop.example/i/INV-1"}, 0, m{"invoice_id": "INV-1"})
	answer("billing.promise", m{"accepted": true}, 0, m{"invoice_id": "INV-1", "day": "2026-03-20"})
	set("invoice", "INV-1", "accepts promises", "no")
	answer("billing.promise", m{"accepted": false}, 0, m{"invoice_id": "INV-1", "day": "2026-03-20"})

	charge := func(amount float64) any {
		return m{"id": "CH-1", "merchant": "EXAMPLE SHOP 0417", "amount": amount, "made": "2026-03-02"}
	}
	answer("payments.find", m{"charges": []any{charge(49.9)}}, 0, m{"contact_id": "c1", "amount": 49.9})
	answer("payments.find", m{"charges": []any{}}, 0, m{"contact_id": "c1", "amount": 50})
	set("charge", "CH-1", "amount", "50")
	answer("payments.find", m{"charges": []any{charge(50)}}, 0, m{"contact_id": "c1", "amount": 50})

	set("account", "c1", "may be unlocked", "no")
	answer("accounts.unlock", m{"unlocked": false}, 0, m{"contact_id": "c1"})

	set("service", "orders", "answers", refuses)
	answer("orders.get", nil, 503, m{"order_id": "AB123457"})
	answer("billing.get", m{"amount": 99.0, "pay_url": "https://pay.shop.example/i/INV-1"}, 0, m{"invoice_id": "INV-1"})
	set("service", "orders", "answers", works)
	answer("orders.get", m{"status": "delivered", "eta": "2026-03-05", "flagged": false}, 0, m{"order_id": "AB123457"})
}

// What can't be a record's is refused, and changes nothing of it.
func TestWrongEdits(t *testing.T) {
	s := open()
	before := s.List()
	for _, c := range []struct{ kind, id, field, value, reason string }{
		{"order", "AB000000", "status", "lost", "no such record"},
		{"order", "AB123456", "colour", "red", "no such record"},
		{"order", "AB123456", "status", "lots", "did you mean lost?"},
		{"order", "AB123456", "status", "eaten by a dog", "it is one of being packed, on its way"},
		{"order", "AB123456", "eta", "soon", "soon is no date"},
		{"order", "AB123456", "flagged", "perhaps", "it is one of yes, no"},
		{"slot", "S1", "starts", "tomorrow", `"tomorrow" is no time`},
		{"invoice", "INV-1", "amount", "a lot", "is no number"},
		{"invoice", "INV-1", "pay_url", "pay", "is no url"},
	} {
		err := s.Set(c.kind, c.id, map[string]string{c.field: c.value})
		if err == nil || !strings.Contains(err.Error(), c.reason) && !errors.Is(err, ErrNoRecord) {
			t.Errorf("%s %s: %v, want %q", c.kind, c.id, err, c.reason)
		}
	}
	if err := s.Set("order", "AB123456", map[string]string{"eta": "soon", "status": "lost"}); err == nil {
		t.Error("half of an edit is right, and it was taken")
	}
	if !reflect.DeepEqual(before, s.List()) {
		t.Error("something was changed")
	}
}

// Operations of somebody else's journeys get an answer that is made up from the type, and can be edited.
func TestMadeUp(t *testing.T) {
	types := []*expression.Type{expression.StringType, expression.IntType, expression.NumberType, expression.BoolType, expression.TimeType, expression.DateType,
		expression.ClockType, expression.DurationType, expression.PhoneType, expression.EmailType, expression.URLType, expression.AnyType, expression.ObjectType,
		{Kind: expression.Enum, Values: []string{"small", "large"}}, {Kind: expression.List, Elem: expression.DateType}}
	returns := &expression.Type{Kind: expression.Object}
	for i, typ := range types {
		returns.Fields = append(returns.Fields, expression.Field{Name: string(rune('a' + i)), Type: typ})
	}
	op := &graph.Operation{Name: "garden.water", Returns: returns}
	s := open()
	value, status := s.Answer(op, nil)
	if _, err := expression.Convert(value, returns); err != nil || status != 0 || value["a"] != "sample a" {
		t.Fatalf("%v: %v", value, err)
	}
	last := s.List()
	r := last[len(last)-1]
	if r.Kind != MadeUp || r.ID != "garden.water" || !r.Fields[0].JSON {
		t.Fatalf("%+v", r)
	}
	if err := s.Set(MadeUp, "garden.water", map[string]string{"answer": strings.Replace(r.Fields[0].Value, "sample a", "wet", 1)}); err != nil {
		t.Fatal(err)
	}
	if value, _ = s.Answer(op, nil); value["a"] != "wet" {
		t.Error(value["a"])
	}
	for _, wrong := range []string{"", "{", "{} {}", "[]", `{"a":1}`} {
		if err := s.Set(MadeUp, "garden.water", map[string]string{"answer": wrong}); err == nil {
			t.Errorf("%s was taken", wrong)
		}
	}
	other := &graph.Operation{Name: "garden.water", Returns: &expression.Type{Kind: expression.Object, Fields: []expression.Field{{Name: "litres", Type: expression.IntType}}}}
	if value, _ = s.Answer(other, nil); value["litres"] != 1 {
		t.Errorf("after the type has changed: %v", value)
	}
	if value, _ = s.Answer(&graph.Operation{Name: "garden.rest"}, nil); len(value) != 0 {
		t.Error(value)
	}
	own := &graph.Operation{Name: "orders.get", Returns: other.Returns}
	if value, _ = s.Answer(own, map[string]any{"order_id": "A"}); value["litres"] != 1 {
		t.Errorf("an operation that is called like one of the shop's: %v", value)
	}
}

func TestBounded(t *testing.T) {
	s := open()
	op := &graph.Operation{Name: "orders.get", Returns: &expression.Type{Kind: expression.Object}}
	for i := range maxRecords + 100 {
		s.Answer(op, map[string]any{"order_id": i})
	}
	if n := len(s.List()); n > maxRecords {
		t.Error(n)
	}
}

func TestSideBySide(t *testing.T) {
	s := open()
	op := shipped(t)["appointments.move"]
	var wait sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 50 {
		wait.Go(func() {
			_, status := s.Answer(op, map[string]any{"appointment_id": string(rune('a' + i)), "slot_id": "S1"})
			s.List()
			mu.Lock()
			defer mu.Unlock()
			if status == 0 {
				won++
			}
		})
	}
	wait.Wait()
	if won != 1 {
		t.Errorf("%d got the same slot", won)
	}
}
