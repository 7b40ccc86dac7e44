package main

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Where a collector of traces is configured it is told of requests, batches, steps and deliveries by their names, and of nothing that anybody
// wrote.
func TestTraces(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told strings.Builder
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.Copy(&told, body) // names stand in it as they are
	}))
	defer collector.Close()
	outside := newCarrier(t)
	s := newSite(t, outside, map[string]string{"orders.yaml": orders}, "telemetry: { otlp: "+collector.URL+" }\n")
	c := s.start(t)
	s.customer(t, 0)
	s.must(t, "POST", "/v1/events", event("1", "order.paid", customer(0), map[string]any{"id": "secret-order"}))
	soon(t, "the text is sent", func() bool { return len(outside.all()) == 1 })
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"POST /v1/events", "batch", "step", "order.paid", "deliver sms", "twilio", "accepted"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("the collector is not told of %s", want)
		}
	}
	for _, not := range []string{"secret-", customer(0), phone(0), token, authToken} {
		if strings.Contains(told.String(), not) {
			t.Errorf("the collector is told of %s", not)
		}
	}
}
