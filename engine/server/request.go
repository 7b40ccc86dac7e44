package server

import (
	"context"
	"net/http"

	"journey/engine/retryafter"
)

// request is what is known of a request beside the request itself.
type request struct {
	id      string
	caller  Caller
	session *session // nil: it came with a token, or from this machine
}

type requestKey struct{}

func withRequest(ctx context.Context, r *request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func requestOf(r *http.Request) *request {
	if known, ok := r.Context().Value(requestKey{}).(*request); ok {
		return known
	}
	return &request{}
}

// CallerOf tells who makes a request, for handlers that are mounted. Nobody is known on public routes.
func CallerOf(r *http.Request) Caller { return requestOf(r).caller }

// FormToken is what every form on a page must send back in the field `csrf`, or a script in the header X-CSRF-Token.
func FormToken(r *http.Request) string {
	if s := requestOf(r).session; s != nil {
		return s.csrf
	}
	return ""
}

// longestID bounds the ids of requests that callers bring along.
const longestID = 64

// requestID is the one that the caller gave, where it is harmless to log, or a new one.
func requestID(r *http.Request) string {
	given := r.Header.Get("X-Request-Id")
	if given == "" || len(given) > longestID {
		return secret()
	}
	for _, c := range []byte(given) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return secret()
		}
	}
	return given
}

// recorder remembers what was answered, and says when to come back wherever nobody else does. It passes flushing on, which a stream of
// events needs.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	if w.Header().Get("Retry-After") == "" && (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) {
		retryafter.Write(w.Header(), busyPause)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// FlushError is what http.ResponseController calls: without it, who streams is not told that the line is broken.
func (w *recorder) FlushError() error {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
