package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"journey/engine/retryafter"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Problem is what every error is told as (RFC 9457). Type is a relative reference, and /openapi.json lists all of them.
type Problem struct {
	Type    string   `json:"type" doc:"which kind of problem it is: a relative reference"`
	Title   string   `json:"title" doc:"the kind of problem in words; always the same for a type"`
	Status  int      `json:"status"`
	Detail  string   `json:"detail,omitempty" doc:"what is wrong with this request"`
	Request string   `json:"request,omitempty" doc:"the request's id, as in X-Request-Id and in the log"`
	By      string   `json:"by,omitempty" doc:"taken: who has it"`
	Errors  []Detail `json:"errors,omitempty" doc:"every single thing that is wrong"`

	after time.Duration
	allow string
}

// Detail is one thing that is wrong with a request.
type Detail struct {
	Pointer   string `json:"pointer,omitempty" doc:"where in the body: a JSON pointer (RFC 6901)"`
	Parameter string `json:"parameter,omitempty" doc:"which parameter of the path or query, or which header"`
	Detail    string `json:"detail" doc:"what is wrong there"`
}

// where names the place, for people who read the sentence alone.
func (d Detail) where() string {
	if place := d.Pointer + d.Parameter; place != "" {
		return place + ": "
	}
	return ""
}

// Error implements error.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// kinds are all problems, by the last part of their type, with their titles.
var kinds = map[string]string{
	"not-found":          "There is no such thing",
	"method-not-allowed": "This method is not for this path",
	"not-acceptable":     "None of the formats that you accept is available",
	"too-large":          "The body is too large",
	"media-type":         "The body's format is not taken here",
	"gone":               "It is not there any more",
	"malformed":          "The body can't be read",
	"invalid":            "The request is not right",
	"unknown-event":      "No journey knows this event",
	"key-reused":         "The Idempotency-Key was used for another request",
	"in-progress":        "The same request is being handled",
	"taken":              "Another agent has it",
	"blocked":            "The message can't go out",
	"changed":            "It has changed meanwhile",
	"busy":               "Too much is waiting",
	"stopped":            "The server is stopping",
	"unavailable":        "It can't be done now",
	"too-many-attempts":  "Too many attempts",
	"unauthenticated":    "Who are you?",
	"forbidden":          "You may not do this",
	"forged":             "The signature is not right",
	"wrong-host":         "This server is for this machine only",
	"cross-site":         "The request comes from another site",
	"not-ready":          "The server is not ready",
	"internal":           "Something is broken on our side",
}

func problem(status int, kind, detail string, args ...any) *Problem {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	return &Problem{Type: "/problems/" + kind, Title: kinds[kind], Status: status, Detail: detail}
}

// invalid is a request that was read and is not right.
func invalid(details ...Detail) *Problem {
	p := problem(http.StatusUnprocessableEntity, "invalid", "")
	p.Errors = details
	if len(details) == 1 {
		p.Detail = details[0].where() + details[0].Detail
	} else {
		p.Detail = fmt.Sprintf("%d things are wrong with it.", len(details))
	}
	return p
}

func invalidParameter(name, detail string, args ...any) *Problem {
	return invalid(Detail{Parameter: name, Detail: fmt.Sprintf(detail, args...)})
}

func notFound(detail string, args ...any) *Problem {
	return problem(http.StatusNotFound, "not-found", detail, args...)
}

func (p *Problem) later(after time.Duration) *Problem {
	p.after = after
	return p
}

// How long a caller is asked to wait.
const (
	busyPause    = time.Second
	stoppedPause = 5 * time.Second
)

// problemOf makes a problem of any error.
func (s *Server) problemOf(r *http.Request, err error) *Problem {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, runtime.ErrBusy):
		return problem(http.StatusTooManyRequests, "busy", "More is waiting than may wait. Send it again in a moment.").later(busyPause)
	case errors.Is(err, runtime.ErrStopped):
		return problem(http.StatusServiceUnavailable, "stopped", "Send it again; another server, or this one once it is back, takes it.").later(stoppedPause)
	case errors.Is(err, runtime.ErrNoContact):
		return notFound("There is no such contact.")
	case errors.Is(err, store.ErrNotFound):
		return notFound("There is nothing under this name.")
	case r.Context().Err() != nil:
		return problem(http.StatusServiceUnavailable, "unavailable", "The request ended before its answer.").later(busyPause)
	}
	s.log.Error("a request failed", "request", requestOf(r).id, "route", r.Pattern, "error", err)
	if errors.Is(err, store.ErrCorrupt) {
		return problem(http.StatusInternalServerError, "internal", "What is kept is damaged here, and to send it again does not help. The log has more under this request's id.")
	}
	return problem(http.StatusServiceUnavailable, "unavailable", "It could not be kept, so nothing was done. The log has more under this request's id. Send it again.").later(stoppedPause)
}

// refuse answers with a problem.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, p *Problem) {
	p.Request = requestOf(r).id
	h := w.Header()
	if p.after > 0 {
		retryafter.Write(h, p.after)
	}
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="journey"`)
	}
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(p) // the caller is gone, or has it
	}
}

// unrouted is the problem of a request that no route takes: ServeMux knows whether another method would be.
func unrouted(h http.Handler, r *http.Request) *Problem {
	probe := &probe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		p := problem(http.StatusMethodNotAllowed, "method-not-allowed", "It can be asked with %s.", probe.header.Get("Allow"))
		p.allow = probe.header.Get("Allow")
		return p
	}
	return notFound("There is nothing at this path. /openapi.json lists all there is.")
}

// probe takes an answer and keeps its status and headers only.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) WriteHeader(status int)      { p.status = status }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
