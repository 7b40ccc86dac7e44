package shop

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"journey/engine/expression"
)

// known are the operations that the shop answers from its records.
var known = map[string]func(s *Shop, args map[string]any) (map[string]any, int){
	"orders.get":           (*Shop).order,
	"appointments.free":    (*Shop).freeSlots,
	"appointments.move":    (*Shop).moveAppointment,
	"appointments.release": (*Shop).releaseAppointment,
	"sales.free":           (*Shop).freeMeetings,
	"sales.book":           (*Shop).bookMeeting,
	"billing.get":          (*Shop).invoice,
	"billing.promise":      (*Shop).promise,
	"payments.find":        (*Shop).charges,
	"accounts.unlock":      (*Shop).unlock,
}

// The fields of records.

func text(name, value string) Field {
	return Field{Name: name, Value: value, Type: expression.StringType}
}

func choice(name, value string, of ...string) Field {
	return Field{Name: name, Value: value, Choices: of, Type: expression.StringType}
}

func yesNo(name string, value bool) Field {
	return Field{Name: name, Value: yes(value), Choices: []string{"yes", "no"}, Type: expression.BoolType}
}

func yes(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func day(name string, at time.Time) Field {
	return Field{Name: name, Value: at.Format(time.DateOnly), Type: expression.DateType}
}

func moment(name string, at time.Time) Field {
	return Field{Name: name, Value: at.UTC().Format(time.RFC3339), Type: expression.TimeType}
}

func (r *Record) field(name string) *Field {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return &r.Fields[i]
		}
	}
	return &Field{Type: expression.StringType}
}

func (r *Record) text(name string) string { return r.field(name).Value }

func (r *Record) set(name, value string) { r.field(name).Value = value }

// value is a field of a type; it was checked when it was set.
func (r *Record) value(name string) any {
	v, err := r.field(name).typed()
	if err != nil {
		return nil
	}
	return v
}

// stock fills the shop.
func (s *Shop) stock() {
	for _, service := range []string{"orders", "appointments", "sales", "billing", "payments", "accounts"} {
		s.records = append(s.records, &Record{Kind: "service", ID: service, Fields: []Field{choice("answers", works, works, refuses)}})
	}
	today := s.now()
	add := func(kind, id string, fields ...Field) {
		s.records = append(s.records, &Record{Kind: kind, ID: id, Fields: fields})
	}
	add("order", "AB123456", orderFields("on its way", today.AddDate(0, 0, 3), false)...)
	add("order", "AB123457", orderFields("delivered", today.AddDate(0, 0, -1), false)...)
	add("order", "AB123458", orderFields("lost", today.AddDate(0, 0, -6), false)...)
	add("order", "AB123459", orderFields("held", today.AddDate(0, 0, 2), true)...)
	add("appointment", "A1", appointmentFields(s.at(1, 15))...)
	add("slot", "S1", slotFields(s.at(2, 14))...)
	add("slot", "S2", slotFields(s.at(3, 18))...)
	add("slot", "S3", slotFields(s.at(6, 15))...)
	add("meeting", "M1", slotFields(s.at(1, 16))...)
	add("meeting", "M2", slotFields(s.at(2, 19))...)
	add("meeting", "M3", slotFields(s.at(4, 14))...)
	add("invoice", "INV-1", invoiceFields("INV-1")...)
	add("charge", "CH-1", chargeFields("EXAMPLE SHOP 0417", "49.90", today.AddDate(0, 0, -4))...)
	add("charge", "CH-2", chargeFields("EXAMPLE SHOP ONLINE", "120.50", today.AddDate(0, 0, -11))...)
	add("account", "c1", yesNo("may be unlocked", true))
}

// at is a moment some days from now, at an hour in UTC at which the shop is open.
func (s *Shop) at(days, hour int) time.Time {
	d := s.now().UTC().AddDate(0, 0, days)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, time.UTC)
}

func orderFields(status string, eta time.Time, flagged bool) []Field {
	return []Field{
		choice("status", status, "being packed", "on its way", "delivered", "held", "lost", "not found"),
		day("eta", eta), yesNo("flagged", flagged),
	}
}

func appointmentFields(starts time.Time) []Field {
	return []Field{moment("starts", starts), choice("status", "booked", "booked", "released", "not found")}
}

func slotFields(starts time.Time) []Field {
	return []Field{moment("starts", starts), choice("status", "free", "free", "taken")}
}

func invoiceFields(id string) []Field {
	return []Field{
		{Name: "amount", Value: "120.50", Type: expression.NumberType},
		{Name: "pay_url", Value: "https://pay.shop.example/i/" + id, Type: expression.URLType},
		yesNo("accepts promises", true), text("promised", ""),
		choice("status", "open", "open", "paid", "not found"),
	}
}

func chargeFields(merchant, amount string, made time.Time) []Field {
	return []Field{text("merchant", merchant), {Name: "amount", Value: amount, Type: expression.NumberType}, day("made", made)}
}

// The answers.

func (s *Shop) order(args map[string]any) (map[string]any, int) {
	r := s.get("order", id(args, "order_id"), func() []Field { return orderFields("on its way", s.now().AddDate(0, 0, 3), false) })
	if r.text("status") == missing {
		return nil, http.StatusNotFound
	}
	return map[string]any{"status": r.text("status"), "eta": r.value("eta"), "flagged": r.value("flagged")}, 0
}

const missing = "not found"

func id(args map[string]any, name string) string {
	text := fmt.Sprint(args[name])
	const most = 100
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

func (s *Shop) free(kind string) map[string]any {
	slots := []any{}
	for _, r := range s.records {
		if r.Kind == kind && r.text("status") == "free" {
			slots = append(slots, map[string]any{"id": r.ID, "starts": r.value("starts")})
		}
	}
	return map[string]any{"slots": slots}
}

// take books a slot; whoever comes second gets 409 Conflict, as do journeys that ask for one that is not there.
func (s *Shop) take(kind, slot string) (*Record, int) {
	r := s.find(kind, slot)
	if r == nil || r.text("status") != "free" {
		return nil, http.StatusConflict
	}
	r.set("status", "taken")
	return r, 0
}

func (s *Shop) freeSlots(map[string]any) (map[string]any, int) { return s.free("slot"), 0 }

func (s *Shop) freeMeetings(map[string]any) (map[string]any, int) { return s.free("meeting"), 0 }

func (s *Shop) appointment(args map[string]any) *Record {
	return s.get("appointment", id(args, "appointment_id"), func() []Field { return appointmentFields(s.at(1, 15)) })
}

func (s *Shop) moveAppointment(args map[string]any) (map[string]any, int) {
	a := s.appointment(args)
	if a.text("status") != "booked" {
		return nil, http.StatusNotFound
	}
	slot, status := s.take("slot", id(args, "slot_id"))
	if status != 0 {
		return nil, status
	}
	a.set("starts", slot.text("starts"))
	return map[string]any{"starts": slot.value("starts")}, 0
}

func (s *Shop) releaseAppointment(args map[string]any) (map[string]any, int) {
	a := s.appointment(args)
	if a.text("status") == missing {
		return nil, http.StatusNotFound
	}
	a.set("status", "released")
	return map[string]any{"released": true}, 0
}

func (s *Shop) bookMeeting(args map[string]any) (map[string]any, int) {
	slot, status := s.take("meeting", id(args, "slot_id"))
	if status != 0 {
		return nil, status
	}
	return map[string]any{"starts": slot.value("starts")}, 0
}

func (s *Shop) bill(args map[string]any) *Record {
	id := id(args, "invoice_id")
	return s.get("invoice", id, func() []Field { return invoiceFields(id) })
}

func (s *Shop) invoice(args map[string]any) (map[string]any, int) {
	r := s.bill(args)
	if r.text("status") == missing {
		return nil, http.StatusNotFound
	}
	return map[string]any{"amount": r.value("amount"), "pay_url": r.value("pay_url")}, 0
}

func (s *Shop) promise(args map[string]any) (map[string]any, int) {
	r := s.bill(args)
	if r.text("status") == missing {
		return nil, http.StatusNotFound
	}
	accepted := r.value("accepts promises") == true
	if accepted {
		r.set("promised", id(args, "day"))
	}
	return map[string]any{"accepted": accepted}, 0
}

// charges finds those of an amount; whose they are is left out, as everybody in the sandbox is one and the same customer.
func (s *Shop) charges(args map[string]any) (map[string]any, int) {
	found := []any{}
	asked, ok := expression.Float(args["amount"])
	for _, r := range s.records {
		if amount, _ := r.value("amount").(float64); r.Kind == "charge" && ok && amount == asked {
			found = append(found, map[string]any{"id": r.ID, "merchant": r.text("merchant"), "amount": amount, "made": r.value("made")})
		}
	}
	return map[string]any{"charges": found}, 0
}

func (s *Shop) unlock(args map[string]any) (map[string]any, int) {
	r := s.get("account", id(args, "contact_id"), func() []Field { return []Field{yesNo("may be unlocked", true)} })
	return map[string]any{"unlocked": r.value("may be unlocked") == true}, 0
}

// parse reads what was typed in as a value of a type.
func parse(text string, t *expression.Type) (any, error) {
	switch t.Kind {
	case expression.Bool:
		return text == "yes", nil
	case expression.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", text)
		}
		return n, nil
	}
	return expression.Convert(text, t)
}
