// Package tracing sends OpenTelemetry traces to a collector, where one is configured, and does nothing where none is. What it is given says
// which part of the engine did something and for how long; nothing that a customer wrote or is goes into a trace.
package tracing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"
)

// Options say where traces go.
type Options struct {
	Endpoint string            // of the collector, by OTLP over HTTP: "http://127.0.0.1:4318"; without a path it is /v1/traces
	Headers  map[string]string // sent along, such as a key
	Ratio    float64           // of the traces begun here that are kept; 0: all
	Service  string            // how the server is called there; empty: "journey"
	Version  string            // of the server; may be empty
}

// Tracer begins spans. A nil Tracer does nothing.
type Tracer struct {
	provider *trace.TracerProvider
	tracer   oteltrace.Tracer
}

// Attribute is a value beside a span: the name of a journey, of a channel, of an operation. It is never a customer's.
type Attribute = attribute.KeyValue

// Text is an attribute that is a name.
func Text(key, value string) Attribute { return attribute.String(key, value) }

// New prepares a tracer. Nothing is sent yet, and a collector that does not answer holds nothing up.
func New(ctx context.Context, o Options) (*Tracer, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the collector of traces is to be like http://127.0.0.1:4318")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithHeaders(o.Headers),
		otlptracehttp.WithTimeout(10*time.Second))
	if err != nil {
		return nil, fmt.Errorf("preparing traces: %w", err)
	}
	if o.Service == "" {
		o.Service = "journey"
	}
	attributes := []attribute.KeyValue{attribute.String("service.name", o.Service)}
	if o.Version != "" {
		attributes = append(attributes, attribute.String("service.version", o.Version))
	}
	sampler := trace.AlwaysSample()
	if o.Ratio > 0 && o.Ratio < 1 {
		sampler = trace.TraceIDRatioBased(o.Ratio)
	}
	p := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithSampler(trace.ParentBased(sampler)),
		trace.WithResource(resource.NewSchemaless(attributes...)))
	return &Tracer{provider: p, tracer: p.Tracer("journey")}, nil
}

// Start begins a span inside the one of ctx. end ends it; of an error only its type is noted, since its words may be a customer's.
func (t *Tracer) Start(ctx context.Context, name string, attributes ...Attribute) (context.Context, func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.tracer.Start(ctx, name, oteltrace.WithAttributes(attributes...))
	return ctx, func(err error) { finish(span, err) }
}

func finish(span oteltrace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", err)))
	}
	span.End()
}

var propagator = propagation.TraceContext{}

// Continue takes up the trace that a request belongs to (https://www.w3.org/TR/trace-context/).
func (t *Tracer) Continue(ctx context.Context, h http.Header) context.Context {
	if t == nil {
		return ctx
	}
	return propagator.Extract(ctx, propagation.HeaderCarrier(h))
}

// Close sends what has not been sent yet, at most until ctx ends.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("sending the last traces: %w", err)
	}
	return nil
}
