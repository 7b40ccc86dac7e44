package server_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"journey/engine/server"
)

// line is an answer's connection, which knows until when it waits for more of the request.
type line struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (l *line) SetReadDeadline(t time.Time) error { l.until = t; return nil }

// Whoever sends a body bit by bit is cut off, whether the body is wanted or not: on paths of others, without a token, and on no path at all.
func TestNobodyIsWaitedForForLong(t *testing.T) {
	somebody := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	mounts := func(o *server.Options) {
		o.Mounts = append(o.Mounts, server.Mount{Pattern: "/v1/chat/", Handler: somebody, Public: true}, server.Mount{Pattern: "POST /try/it", Handler: somebody})
	}
	run(t, mounts, func(t *testing.T, w *world) {
		for _, c := range []struct {
			method, path, body string
			waits              bool
		}{
			{"POST", "/v1/events", "{}", true},
			{"POST", "/v1/chat/sessions", "{}", true},
			{"POST", "/try/it", "a=b", true},
			{"POST", "/login", "token=x", true},
			{"POST", "/nothing", "{}", true},
			{"GET", "/healthz", "{}", true},
			{"GET", "/healthz", "", false},
			{"GET", "/v1/chat/stream", "", false}, // it stays open
		} {
			l := &line{ResponseRecorder: httptest.NewRecorder()}
			w.ServeHTTP(l, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
			if wait := time.Until(l.until); c.waits && wait > time.Minute || c.waits == l.until.IsZero() {
				t.Errorf("%s %s: it waits until %s", c.method, c.path, l.until)
			}
		}
	})
}

// brokenLine is an answer whose line does not take anything more.
type brokenLine struct{ *httptest.ResponseRecorder }

func (brokenLine) FlushError() error { return os.ErrDeadlineExceeded }

// Whoever streams is told that the line is broken, and can let go.
func TestAStreamIsToldThatItsLineIsBroken(t *testing.T) {
	var told error
	streams := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { told = http.NewResponseController(w).Flush() })
	mounts := func(o *server.Options) {
		o.Mounts = append(o.Mounts, server.Mount{Pattern: "GET /streams", Handler: streams, Public: true})
	}
	run(t, mounts, func(t *testing.T, w *world) {
		w.ServeHTTP(brokenLine{httptest.NewRecorder()}, httptest.NewRequest("GET", "/streams", nil))
		if !errors.Is(told, os.ErrDeadlineExceeded) {
			t.Errorf("it is told %v", told)
		}
	})
}
