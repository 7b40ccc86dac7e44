package tracing

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	oteltrace "go.opentelemetry.io/otel/trace"

	"journey/engine/machine"
	"journey/engine/runtime"
)

var _ runtime.Tracer = (*Tracer)(nil)

// Request begins the span of an HTTP request, inside the trace that the caller is in. The route is a pattern of the server's.
func (t *Tracer) Request(r *http.Request, route string) (ctx context.Context, end func(status int)) {
	ctx, span := t.tracer.Start(t.Continue(r.Context(), r.Header), r.Method+" "+route, oteltrace.WithSpanKind(oteltrace.SpanKindServer),
		oteltrace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("http.route", route)))
	return ctx, func(status int) {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= 500 {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// Batch implements runtime.Tracer. A batch is of many requests, so it is in none of their traces, and names them as its links.
func (t *Tracer) Batch(ctx context.Context, causes []context.Context) (inside context.Context, end func(events, contacts int, err error)) {
	var links []oteltrace.Link
	for _, c := range causes {
		if s := oteltrace.SpanContextFromContext(c); s.IsValid() {
			links = append(links, oteltrace.Link{SpanContext: s})
		}
	}
	inside, span := t.tracer.Start(ctx, "batch", oteltrace.WithNewRoot(), oteltrace.WithLinks(links...))
	return inside, func(events, contacts int, err error) {
		span.SetAttributes(attribute.Int("journey.events", events), attribute.Int("journey.contacts", contacts))
		finish(span, err)
	}
}

// Stepped implements runtime.Tracer.
func (t *Tracer) Stepped(ctx context.Context, begun time.Time, event string, led []runtime.Led) {
	_, span := t.tracer.Start(ctx, "step", oteltrace.WithTimestamp(begun))
	if span.IsRecording() {
		var journeys, states []string
		for _, l := range led {
			journeys, states = append(journeys, l.Journey), append(states, l.State)
		}
		span.SetAttributes(attribute.String("journey.event", event), attribute.StringSlice("journey.journeys", journeys),
			attribute.StringSlice("journey.states", states))
	}
	span.End()
}

// Sending implements runtime.Tracer.
func (t *Tracer) Sending(ctx context.Context, channel, journey, state string) (inside context.Context, end func(provider string, result machine.Result)) {
	inside, span := t.tracer.Start(ctx, "deliver "+channel, oteltrace.WithSpanKind(oteltrace.SpanKindProducer), oteltrace.WithAttributes(
		attribute.String("journey.channel", channel), attribute.String("journey.journey", journey), attribute.String("journey.state", state)))
	return inside, func(provider string, result machine.Result) {
		span.SetAttributes(attribute.String("journey.provider", provider), attribute.String("journey.result", string(result)))
		if result != machine.Accepted {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}
