package tracing

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// received is what a collector was sent.
type received struct {
	path, key string
	request   collector.ExportTraceServiceRequest
}

func TestSpansArrive(t *testing.T) {
	got := make(chan *received, 1)
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
	defer s.Close()
	ctx := context.Background()
	tr, err := New(ctx, Options{Endpoint: s.URL, Headers: map[string]string{"X-Key": "k"}, Version: "1.2"})
	if err != nil {
		t.Fatal(err)
	}
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	outer, endOuter := tr.Start(tr.Continue(ctx, http.Header{"Traceparent": {parent}}), "request", Text("route", "/v1/events"))
	_, endInner := tr.Start(outer, "call", Text("operation", "orders.get"), Number("tries", 2))
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
	for _, want := range []string{`"orders.get"`, `"tries"`, `"service.name"`, `"journey"`, `"1.2"`, `"error.type"`, `"*errors.errorString"`} {
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
