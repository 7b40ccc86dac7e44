package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/machine"
	"journey/engine/runtime"
)

// EventAnswer is what became of one event.
type EventAnswer struct {
	Status  string `json:"status" enum:"accepted,duplicate" doc:"duplicate: the same source and id came before, and nothing was done"`
	Source  string `json:"source"`
	ID      string `json:"id"`
	Contact string `json:"contact" doc:"the id of the contact that it is about"`
}

// BatchAnswer is what became of each event, in the order in which they came.
type BatchAnswer struct {
	Status string        `json:"status" enum:"accepted,duplicate" doc:"duplicate: all of them came before"`
	Events []EventAnswer `json:"events"`
}

// CloudEvent is a business event. Extension attributes may stand beside these.
type CloudEvent struct {
	SpecVersion string         `json:"specversion" doc:"1.0"`
	ID          string         `json:"id" doc:"unique for the source"`
	Source      string         `json:"source" doc:"where it comes from: a URI reference"`
	Type        string         `json:"type" doc:"an event that a journey declares: order.delayed"`
	Subject     string         `json:"subject" doc:"the contact: an id, tel:+14155550101 or mailto:ada@shop.example. One that is not known yet is made"`
	Time        string         `json:"time,omitempty" doc:"RFC 3339; an event is handled when it arrives"`
	ContentType string         `json:"datacontenttype,omitempty" doc:"application/json"`
	Data        map[string]any `json:"data,omitempty" doc:"as the journey declares it; contact may hold the contact's fields"`
}

func (s *Server) eventRoutes() []route {
	return []route{{
		pattern: "POST /v1/events", roles: senders, summary: "Send business events",
		does: "CloudEvents 1.0 in structured, batched or binary mode; a list as application/json is a batch too. 202 is given once the event is kept and synced; the same source and id again is 200, and nothing is done twice. " +
			"A batch is checked whole before anything is done: with one wrong event in it, it is refused with all that is wrong. After 429 or 503 send the same again; what was taken already is a duplicate then.",
		takes: CloudEvent{}, formats: []string{structuredJSON, plainJSON, batchedJSON}, gives: EventAnswer{}, givesToo: BatchAnswer{}, statuses: []int{http.StatusAccepted, http.StatusOK}, once: true,
		example: `{"specversion":"1.0","id":"e-1001","source":"/shop/orders","type":"order.delayed","subject":"tel:+14155550101","data":{"order_id":"AB123456","days":2,"contact":{"name":"Ada","locale":"en"}}}`,
		handle:  s.takeEvents,
	}}
}

func (s *Server) takeEvents(w http.ResponseWriter, r *http.Request) error {
	if hasAttributes(r.Header) && r.Header.Get("Content-Type") == "" && r.ContentLength == 0 {
		r.Header.Set("Content-Type", plainJSON) // in binary mode an event without data has none
	}
	body, mediaType, err := readBody(r, largestBatch, structuredJSON, plainJSON, batchedJSON)
	if err != nil {
		return err
	}
	events, batch, err := readEvents(r.Header, mediaType, body)
	if err != nil {
		return err
	}
	works := make([]runtime.Work, len(events))
	var wrongs []Detail
	for i, e := range events {
		works[i] = s.workOf(e)
		works[i].Size = len(body) / len(events)
		wrongs = append(wrongs, e.wrongs...)
	}
	if len(wrongs) > 0 {
		return s.refused(events, wrongs)
	}
	if len(works) == 0 {
		return give(w, http.StatusOK, BatchAnswer{Status: "accepted", Events: []EventAnswer{}})
	}
	done, err := s.all(r.Context(), works)
	if err != nil {
		return err
	}
	return answerEvents(w, events, done, batch)
}

// refused is the problem of events that are not right; an event that nobody knows has a kind of its own.
func (s *Server) refused(events []*cloudEvent, wrongs []Detail) *Problem {
	p := invalid(wrongs...)
	if len(wrongs) == 1 && len(events) == 1 {
		if _, known := s.o.Journeys.Event(events[0].kind); !known && wrongs[0] == events[0].at.attribute("type", wrongs[0].Detail) && events[0].kind != "" && !reserved(events[0].kind) {
			p.Type, p.Title = "/problems/unknown-event", kinds["unknown-event"]
		}
	}
	return p
}

// workOf checks an event against what the journeys declare, and makes work of it.
func (s *Server) workOf(e *cloudEvent) (w runtime.Work) {
	to, bad := whom(e.subject)
	if bad != "" {
		e.wrongs = append(e.wrongs, e.at.attribute("subject", bad))
	}
	w.To = to
	if e.who != nil {
		change, more := readProfile(e.who, e.at.dataAt("/contact"))
		w.Edit, e.wrongs = change, append(e.wrongs, more...)
	}
	if e.kind != "" {
		data, more := s.typed(e)
		w.Event, e.wrongs = &machine.Event{Type: e.kind, Data: data}, append(e.wrongs, more...)
	}
	w.ID = fmt.Sprintf("event/%d/%s/%s", len(e.source), e.source, e.id)
	return w
}

// typed gives an event's data as its declaration wants it.
func (s *Server) typed(e *cloudEvent) (map[string]any, []Detail) {
	if reserved(e.kind) {
		return nil, []Detail{e.at.attribute("type", "`"+e.kind+"` is the engine's own event, and can't be sent")}
	}
	t, known := s.o.Journeys.Event(e.kind)
	if !known {
		detail := "no live journey declares `" + e.kind + "`"
		if meant := diagnostic.Suggest(e.kind, s.o.Journeys.EventNames()); meant != "" {
			detail += "; did you mean `" + meant + "`?"
		}
		return nil, []Detail{e.at.attribute("type", detail)}
	}
	if e.unclear {
		return nil, nil
	}
	if t == nil {
		t = expression.ObjectType
	}
	return convertFields(e.data, t, e.at.dataAt(""))
}

// convertFields converts each field on its own, so that everything that is wrong is said at once.
func convertFields(in map[string]any, t *expression.Type, pointer string) (map[string]any, []Detail) {
	var wrongs []Detail
	out := make(map[string]any, len(in))
	known := map[string]bool{}
	for i := range t.Fields {
		f := &t.Fields[i]
		known[f.Name] = true
		v, there := in[f.Name]
		switch {
		case !there && !f.Optional:
			wrongs = append(wrongs, wrong(pointer+"/"+escapePointer(f.Name), "it is missing")...)
		case !there, v == nil && f.Optional:
		default:
			c, err := expression.Convert(v, f.Type)
			if err != nil {
				wrongs = append(wrongs, valueDetail(pointer+"/"+escapePointer(f.Name), err))
			}
			out[f.Name] = c
		}
	}
	for _, name := range sorted(in) {
		if known[name] {
			continue
		}
		c, err := expression.Convert(map[string]any{name: in[name]}, &expression.Type{Kind: expression.Object, Elem: t.Elem, Fields: optional(t.Fields)})
		if err != nil {
			wrongs = append(wrongs, valueDetail(pointer, err))
			continue
		}
		out[name] = c.(map[string]any)[name]
	}
	return out, wrongs
}

func optional(fields []expression.Field) []expression.Field {
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].Optional = true
	}
	return fields
}

var pathToPointer = strings.NewReplacer("~", "~0", "/", "~1", ".", "/", "[", "/", "]", "")

func valueDetail(pointer string, err error) Detail {
	e, ok := err.(*expression.ValueError)
	if !ok {
		return Detail{Pointer: pointer, Detail: err.Error()}
	}
	if e.Path != "" {
		pointer += "/" + strings.TrimPrefix(pathToPointer.Replace(e.Path), "/")
	}
	return Detail{Pointer: pointer, Detail: e.Message}
}

// ownEvents are the engine's, beside those of agents and intents: they happen, and can't be sent.
var ownEvents = []string{"chat.message", "sms.message", "email.message", "chat.joined", "chat.left", "contact.opted_out", "contact.opted_in",
	"message.delivered", "message.failed", "message.blocked", "message.unhandled", "link.clicked"}

func reserved(kind string) bool {
	return slices.Contains(ownEvents, kind) || strings.HasPrefix(kind, "agent.") || strings.HasPrefix(kind, "intent.")
}

// all gives work in, piece by piece in its order, and waits until all of it is synced. Where one piece is refused, those before it may have been
// done: each has its identity, so that the same again is nothing.
func (s *Server) all(ctx context.Context, works []runtime.Work) ([]runtime.Done, error) {
	type outcome struct {
		at   int
		done runtime.Done
		err  error
	}
	outcomes := make(chan outcome, len(works))
	var first error
	given := 0
	for i, w := range works {
		if first = s.o.Loop.Submit(w, func(d runtime.Done, err error) { outcomes <- outcome{i, d, err} }); first != nil {
			break
		}
		given++
	}
	done := make([]runtime.Done, len(works))
	for range given {
		select {
		case o := <-outcomes:
			done[o.at] = o.done
			if o.err != nil && first == nil {
				first = o.err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return done, first
}

func answerEvents(w http.ResponseWriter, events []*cloudEvent, done []runtime.Done, batch bool) error {
	status, all := http.StatusOK, BatchAnswer{Status: "duplicate"}
	for i, e := range events {
		one := EventAnswer{Status: "duplicate", Source: e.source, ID: e.id}
		if done[i].Contact != nil {
			one.Contact = done[i].Contact.ID
		}
		if !done[i].Seen {
			one.Status, all.Status, status = "accepted", "accepted", http.StatusAccepted
		}
		all.Events = append(all.Events, one)
	}
	if batch {
		return give(w, status, all)
	}
	return give(w, status, all.Events[0])
}
