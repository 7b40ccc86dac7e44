package chat

import (
	"encoding/json"
	"net/http"
	"time"

	"journey/engine/retryafter"
)

// problem is an RFC 9457 problem document.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail})
}

// later refuses what may be asked again after a while.
func later(w http.ResponseWriter, status int, after time.Duration, detail string) {
	retryafter.Write(w.Header(), after)
	refuse(w, status, detail)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func otherMethod(method string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", method)
		refuse(w, http.StatusMethodNotAllowed, "it can be asked with "+method)
	}
}

func notThere(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, "the chat has sessions, messages, typing, history and stream under /v1/chat/")
}
