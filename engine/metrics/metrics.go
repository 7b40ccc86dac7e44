// Package metrics measures the engine and the server for Prometheus. It alone imports its client. It keeps numbers only: no label
// holds anything that a customer or a caller wrote, so that there are never more series than the configuration has things.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Metrics takes measurements. It implements runtime.Meter, and counts requests for the server. Its methods may be called from several
// goroutines.
type Metrics struct {
	registry *prometheus.Registry

	events     prometheus.Counter
	batches    prometheus.Histogram
	commits    prometheus.Histogram
	steps      prometheus.Histogram
	timers     prometheus.Histogram
	deliveries *prometheus.CounterVec
	delivering *prometheus.HistogramVec
	calls      *prometheus.CounterVec
	calling    *prometheus.HistogramVec
	requests   *prometheus.CounterVec
	requesting *prometheus.HistogramVec
}

var _ runtime.Meter = (*Metrics)(nil)

// Buckets, in seconds where they are not counts. A step takes microseconds, a commit milliseconds, and what is somebody else's up to a minute.
var (
	sizes    = prometheus.ExponentialBuckets(1, 2, 10)
	stepping = prometheus.ExponentialBuckets(5e-6, 4, 9)
	syncing  = prometheus.ExponentialBuckets(0.0005, 2, 14)
	lateness = []float64{0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3600, 86400}
	waiting  = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}
)

// New makes metrics with a registry of their own, which holds the process's and the Go runtime's as well.
func New() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.events = m.counter("journey_events_total", "Events that were handled and committed.")
	m.batches = m.histogram("journey_commit_events", "Events in one commit.", sizes)
	m.commits = m.histogram("journey_commit_duration_seconds", "How long a commit takes until it is synced.", syncing)
	m.steps = m.histogram("journey_step_duration_seconds", "How long it takes to decide what one event does.", stepping)
	m.timers = m.histogram("journey_timer_lag_seconds", "How long after it was due a timer fires.", lateness)
	m.deliveries = m.counters("journey_deliveries_total", "Attempts to deliver a message, by what became of them.", "channel", "provider", "result")
	m.delivering = m.histograms("journey_delivery_duration_seconds", "How long a provider takes to take a message or not.", waiting, "channel", "provider")
	m.calls = m.counters("journey_calls_total", "Service calls, after all their retries.", "operation", "result")
	m.calling = m.histograms("journey_call_duration_seconds", "How long a service call takes with all its retries.", waiting, "operation")
	m.requests = m.counters("journey_http_requests_total", "HTTP requests by route, method and status.", "route", "method", "status")
	m.requesting = m.histograms("journey_http_request_duration_seconds", "How long a request takes.", waiting, "route", "method")
	return m
}

// Committed implements runtime.Meter.
func (m *Metrics) Committed(events, contacts int, took time.Duration) {
	m.events.Add(float64(events))
	m.batches.Observe(float64(events))
	m.commits.Observe(took.Seconds())
}

// Stepped implements runtime.Meter.
func (m *Metrics) Stepped(took time.Duration) { m.steps.Observe(took.Seconds()) }

// Fired implements runtime.Meter.
func (m *Metrics) Fired(late time.Duration) { m.timers.Observe(late.Seconds()) }

// Delivered implements runtime.Meter.
func (m *Metrics) Delivered(channel, provider string, result machine.Result, took time.Duration) {
	m.deliveries.WithLabelValues(channel, provider, string(result)).Inc()
	m.delivering.WithLabelValues(channel, provider).Observe(took.Seconds())
}

// Called implements runtime.Meter.
func (m *Metrics) Called(operation string, failed bool, took time.Duration) {
	result := "ok"
	if failed {
		result = "failed"
	}
	m.calls.WithLabelValues(operation, result).Inc()
	m.calling.WithLabelValues(operation).Observe(took.Seconds())
}

// Request counts an HTTP request. The route is a pattern of the server's.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.requesting.WithLabelValues(route, method).Observe(took.Seconds())
}

// WatchDepths shows how much waits. depths is asked at each scrape.
func (m *Metrics) WatchDepths(depths func() runtime.Depths) {
	m.gauge("journey_intake_waiting", "Events that wait to be handled.", func() float64 { return float64(depths().Intake) })
	m.gauge("journey_away", "Messages and calls that are with a provider or service.", func() float64 { return float64(depths().Away) })
}

// WatchCounts shows how much is stored. counts is asked at each scrape; where it fails, nothing is shown.
func (m *Metrics) WatchCounts(counts func() (store.Counts, error)) {
	m.registry.MustRegister(&stored{counts: counts})
}

// Gauge shows one more number, which read gives at each scrape. The name has to begin with journey_ and be new.
func (m *Metrics) Gauge(name, help string, read func() float64) { m.gauge(name, help, read) }

// Handler answers scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, EnableOpenMetrics: true})
}

func (m *Metrics) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}
