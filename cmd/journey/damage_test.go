package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each journey that ships, damaged in one place, gives one error that says what was meant.
func TestDamagedJourneys(t *testing.T) {
	for _, d := range []struct{ file, written, slip, says string }{
		{"appointment-reminder.yaml", "to: call_list", "to: cal_list", "`call_list`"},
		{"appointment-reminder.yaml", "set: { starts: moved.starts }", "set: { starts: moved.startz }", "`starts`"},
		{"appointment-reminder.yaml", "call: appointments.free", "call: apointments.free", "`appointments`"},
		{"appointment-reminder.yaml", "on: appointment.cancelled", "on: appointment.canceled", "`appointment.cancelled`"},
		{"billing-reminder.yaml", "fallback: desk", "falback: desk", "`fallback`"},
		{"billing-reminder.yaml", "on: invoice.paid", "on: invoice.payed", "`invoice.paid`"},
		{"billing-reminder.yaml", "to: disputes_desk", "to: dispute_desk", "`disputes_desk`"},
		{"billing-reminder.yaml", "call: billing.promise", "call: billing.promis", "`promise`"},
		{"billing-reminder.yaml", "at(pay_day, \"23:59\")", "at(pay_dya, \"23:59\")", "`pay_day`"},
		{"contact-details.yaml", "to: choose", "to: chose", "`choose`"},
		{"contact-details.yaml", "into: contact.email", "into: contact.emial", "`contact.email`"},
		{"contact-details.yaml", "confirm:", "confrim:", "`confirm`"},
		{"lead-qualification.yaml", "to: welcome", "to: welcom", "`welcome`"},
		{"lead-qualification.yaml", "type: lead.qualified", "type: lead.qualifyed", "`lead.qualified`"},
		{"lead-qualification.yaml", "into: slot_id", "into: slot_di", "`slot_id`"},
		{"lead-qualification.yaml", "call: sales.book", "call: sales.boook", "`book`"},
		{"order-status.yaml", "order.flagged or", "order.flaged or", "`flagged`"},
		{"order-status.yaml", "call: orders.get", "call: order.get", "`orders`"},
		{"order-status.yaml", "attempts: 3", "atempts: 3", "`attempts`"},
		{"order-status.yaml", "on: order.delayed", "on: order.delaid", "`order.delayed`"},
		{"payment-dispute.yaml", "to: find_charge", "to: find_chrage", "`find_charge`"},
		{"payment-dispute.yaml", "call: payments.find", "call: payment.find", "`payments`"},
		{"payment-dispute.yaml", "on: dispute.closed", "on: dispute.close", "`dispute.closed`"},
		{"payment-dispute.yaml", "callback: at(", "calback: at(", "`callback`"},
		{"support-triage.yaml", "to: legal_desk", "to: leagl_desk", "`legal_desk`"},
		{"support-triage.yaml", "on: case.closed", "on: case.close", "`case.closed`"},
		{"support-triage.yaml", "expires: 30m", "expirse: 30m", "`expires`"},
		{"support-triage.yaml", "with: { order_id: order_id }", "with: { order_id: oder_id }", "`order_id`"},
	} {
		t.Run(d.file+" "+d.slip, func(t *testing.T) {
			t.Parallel()
			flows := t.TempDir()
			if err := os.CopyFS(flows, os.DirFS("../../flows")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(flows, d.file)
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := strings.Replace(string(source), d.written, d.slip, 1)
			if damaged == string(source) {
				t.Fatalf("%s has no %q to damage", d.file, d.written)
			}
			if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, complaints bytes.Buffer
			code := run([]string{"validate", "--quiet", flows}, terminal{in: strings.NewReader(""), out: &out, err: &complaints})
			errors := strings.Count(out.String(), ": error[")
			if code != exitFindings || errors != 1 || !strings.Contains(out.String(), "did you mean "+d.says) {
				t.Errorf("%s for %s: exit code %d, %d errors, want one that asks \"did you mean %s\":\n%s%s",
					d.slip, d.written, code, errors, d.says, &out, &complaints)
			}
		})
	}
}
