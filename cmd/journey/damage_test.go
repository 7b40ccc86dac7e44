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
		{"billing-reminder.yaml", "fallback: desk", "falback: desk", "`fallback`"},
		{"contact-details.yaml", "to: choose", "to: chose", "`choose`"},
		{"lead-qualification.yaml", "to: welcome", "to: welcom", "`welcome`"},
		{"order-status.yaml", "order.flagged or", "order.flaged or", "`flagged`"},
		{"support-triage.yaml", "to: legal_desk", "to: leagl_desk", "`legal_desk`"},
	} {
		t.Run(d.file, func(t *testing.T) {
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
			code := run([]string{"validate", flows}, terminal{in: strings.NewReader(""), out: &out, err: &complaints})
			errors := strings.Count(out.String(), ": error[")
			if code != exitFindings || errors != 1 || !strings.Contains(out.String(), "did you mean "+d.says) {
				t.Errorf("%s for %s: exit code %d, %d errors, want one that asks \"did you mean %s\":\n%s%s",
					d.slip, d.written, code, errors, d.says, &out, &complaints)
			}
		})
	}
}
