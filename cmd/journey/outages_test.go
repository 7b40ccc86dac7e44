package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"journey/engine/machine"
	"journey/engine/metrics"
)

// An outage is told once when it begins and once when it ends, and bad luck is not told at all.
func TestOutages(t *testing.T) {
	const (
		fails, back   = "a provider fails", "a provider works again"
		postponed, ok = machine.Postponed, machine.Accepted
	)
	for _, c := range []struct {
		name    string
		results []machine.Result
		want    []string
	}{
		{"all is well", []machine.Result{ok, ok, ok}, nil},
		{"bad luck", []machine.Result{postponed, postponed, ok, postponed, postponed, ok, postponed, postponed}, nil},
		{"an outage", []machine.Result{postponed, postponed, postponed, postponed, postponed, postponed, postponed}, []string{fails}},
		{"and its end", []machine.Result{postponed, machine.Unknown, machine.GivenUp, postponed, postponed, ok, ok}, []string{fails, back}},
		{"another one", []machine.Result{postponed, postponed, postponed, postponed, postponed, ok, postponed, postponed, postponed, postponed, postponed}, []string{fails, back, fails}},
		{"who rejects is there", []machine.Result{postponed, postponed, postponed, postponed, machine.Rejected, postponed}, nil},
	} {
		var log bytes.Buffer
		o := &outages{Meter: metrics.New(), log: slog.New(slog.NewTextHandler(&log, nil))}
		for _, r := range c.results {
			o.Delivered("sms", "twilio", r, 0)
			o.Delivered("email", "smtp", ok, 0)
		}
		got := strings.Split(strings.TrimSpace(log.String()), "\n")
		if log.Len() == 0 {
			got = nil
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: the log has\n%s\nwant %q", c.name, &log, c.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) || !strings.Contains(got[i], "provider=twilio channel=sms") {
				t.Errorf("%s: line %d is %q, want %q", c.name, i, got[i], c.want[i])
			}
		}
	}

	var log bytes.Buffer
	o := &outages{Meter: metrics.New(), log: slog.New(slog.NewTextHandler(&log, nil))}
	for i := range 7 {
		o.Called("orders.get", i < 6, 0)
	}
	if lines := strings.Count(log.String(), "operation=orders.get"); lines != 2 {
		t.Errorf("a service that failed six times, and then worked: the log has\n%s", &log)
	}
}
