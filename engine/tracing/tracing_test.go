package tracing

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"journey/engine/machine"
	"journey/engine/runtime"
)

// received is what a collector was sent.
type received struct {
	path, key string
	request   collector.ExportTraceServiceRequest
}

// newCollector takes one delivery of spans.
func newCollector(t *testing.T) (url string, got chan *received) {
	got = make(chan *received, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		text, _ := io.ReadAll(body)
		x := &received{path: r.URL.Path, key: r.Header.Get("X-Key")}
		if err := proto.Unmarshal(text, &x.request); err != nil {
			t.Error(err)
		}
		got <- x
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

func TestSpansArrive(t *testing.T) {
	url, got := newCollector(t)
	ctx := context.Background()
	tr, err := New(ctx, Options{Endpoint: url, Headers: map[string]string{"X-Key": "k"}, Version: "1.2"})
	if err != nil {
		t.Fatal(err)
	}
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	outer, endOuter := tr.Start(tr.Continue(ctx, http.Header{"Traceparent": {parent}}), "request", Text("route", "/v1/events"))
	_, endInner := tr.Start(outer, "call", Text("operation", "orders.get"))
	endInner(errors.New("call Ada at +14155550101"))
	endOuter(nil)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := tr.Close(ctx); err != nil {
		t.Fatal(err)
	}
	x := <-got
	if x.path != "/v1/traces" || x.key != "k" {
		t.Errorf("sent to %s with the key %q", x.path, x.key)
	}
	text := x.request.String()
	for _, want := range []string{`"orders.get"`, `"service.name"`, `"journey"`, `"1.2"`, `"error.type"`, `"*errors.errorString"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
	if strings.Contains(text, "Ada") {
		t.Error("the words of an error are in a trace")
	}
	spans := x.request.ResourceSpans[0].ScopeSpans[0].Spans
	if len(spans) != 2 || string(spans[0].ParentSpanId) != string(spans[1].SpanId) {
		t.Fatalf("%d spans, one not in the other", len(spans))
	}
	if id := spans[1].TraceId; len(id) != 16 || id[0] != 0x0a || id[15] != 0x9c {
		t.Errorf("the caller's trace is not continued: %x", id)
	}
}

// One request is traced from its caller's trace on; the batch that answers it names it, and has its steps inside. Nothing that a customer could
// have written is in any of it.
func TestTheEngineIsTraced(t *testing.T) {
	url, got := newCollector(t)
	tr, err := New(context.Background(), Options{Endpoint: url})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/v1/contacts/ada?secret", nil)
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	request, answered := tr.Request(r, "/v1/contacts/{id}")
	batch, committed := tr.Batch(context.Background(), []context.Context{request, context.Background()})
	tr.Stepped(batch, time.Now(), "order.paid", []runtime.Led{{Journey: "orders", State: "start"}})
	committed(1, 1, nil)
	answered(503)
	_, sent := tr.Sending(context.Background(), "sms", "orders", "start")
	sent("twilio", machine.Postponed)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := tr.Close(ctx); err != nil {
		t.Fatal(err)
	}
	spans := map[string]*tracev1.Span{}
	for _, s := range (<-got).request.ResourceSpans[0].ScopeSpans[0].Spans {
		spans[s.Name] = s
	}
	for name, want := range map[string]string{
		"POST /v1/contacts/{id}": "http.request.method=POST http.response.status_code=503 http.route=/v1/contacts/{id} failed",
		"batch":                  "journey.contacts=1 journey.events=1",
		"step":                   "journey.event=order.paid journey.journeys=orders journey.states=start",
		"deliver sms":            "journey.channel=sms journey.journey=orders journey.provider=twilio journey.result=postponed journey.state=start failed",
	} {
		if s := spans[name]; s == nil {
			t.Errorf("there is no span %q", name)
		} else if got := describe(s); got != want {
			t.Errorf("%s has %s, want %s", name, got, want)
		}
	}
	if len(spans) != 4 {
		t.Fatalf("%d spans", len(spans))
	}
	if b := spans["batch"]; len(b.Links) != 1 || string(b.Links[0].SpanId) != string(spans["POST /v1/contacts/{id}"].SpanId) || len(b.ParentSpanId) > 0 {
		t.Errorf("the batch does not name the request that it answers: %v", b)
	}
	if string(spans["step"].ParentSpanId) != string(spans["batch"].SpanId) {
		t.Error("the step is not inside the batch")
	}
}

// describe puts a span's attributes in a line.
func describe(s *tracev1.Span) string {
	var parts []string
	for _, a := range s.Attributes {
		value := a.Value.GetStringValue()
		switch {
		case a.Value.GetArrayValue() != nil:
			value = a.Value.GetArrayValue().Values[0].GetStringValue()
		case value == "":
			value = fmt.Sprint(a.Value.GetIntValue())
		}
		parts = append(parts, a.Key+"="+value)
	}
	slices.Sort(parts)
	if s.Status.GetCode() == tracev1.Status_STATUS_CODE_ERROR {
		parts = append(parts, "failed")
	}
	return strings.Join(parts, " ")
}

func TestNoTracer(t *testing.T) {
	var tr *Tracer
	ctx := context.Background()
	got, end := tr.Start(tr.Continue(ctx, http.Header{}), "nothing")
	end(errors.New("x"))
	if got != ctx || tr.Close(ctx) != nil {
		t.Error("a nil tracer does something")
	}
}

func TestWrongCollectors(t *testing.T) {
	for _, endpoint := range []string{"", "127.0.0.1:4318", "grpc://127.0.0.1:4317", "http://"} {
		if _, err := New(context.Background(), Options{Endpoint: endpoint}); err == nil {
			t.Errorf("%q is taken", endpoint)
		}
	}
}

// A collector that is not there holds nobody up.
func TestDeadCollector(t *testing.T) {
	tr, err := New(context.Background(), Options{Endpoint: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		_, end := tr.Start(context.Background(), "x")
		end(nil)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tr.Close(ctx); err == nil {
		t.Error("it does not say that spans were lost")
	}
}
