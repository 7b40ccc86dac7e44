package metrics_test

import (
	"errors"
	"flag"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/metrics"
	"journey/engine/runtime"
	"journey/engine/store"
)

var update = flag.Bool("update", false, "write testdata/metrics.txt")

// scrape is what Prometheus reads, without the process's own numbers.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	if rec.Code != 200 {
		t.Fatalf("%d: %s", rec.Code, rec.Body)
	}
	var own strings.Builder
	for line := range strings.Lines(rec.Body.String()) {
		if strings.Contains(line, "journey_") {
			own.WriteString(line)
		}
	}
	return own.String()
}

func TestMetrics(t *testing.T) {
	m := metrics.New()
	m.Committed(3, 2, 4*time.Millisecond)
	m.Stepped(30 * time.Microsecond)
	m.Fired(20 * time.Millisecond)
	m.Delivered("sms", "twilio", machine.Accepted, 300*time.Millisecond)
	m.Delivered("sms", "twilio", machine.Rejected, 200*time.Millisecond)
	m.Called("orders.get", false, 80*time.Millisecond)
	m.Called("orders.get", true, 3*time.Second)
	m.Request("/v1/contacts/{id}", "GET", 404, time.Millisecond)
	m.WatchDepths(func() runtime.Depths { return runtime.Depths{Intake: 7, Away: 2} })
	m.WatchCounts(func() (store.Counts, error) { return store.Counts{Contacts: 10, Outgoing: 3, Dead: 1, Size: 4096}, nil })
	m.Gauge("journey_visitors", "Chat pages that are open.", func() float64 { return 5 })

	const file = "testdata/metrics.txt"
	got := scrape(t, m)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCountsThatCannotBeRead(t *testing.T) {
	m := metrics.New()
	m.WatchCounts(func() (store.Counts, error) { return store.Counts{}, errors.New("the disk is gone") })
	if got := scrape(t, m); strings.Contains(got, "journey_contacts") || !strings.Contains(got, "journey_events_total") {
		t.Errorf("got\n%s", got)
	}
}
