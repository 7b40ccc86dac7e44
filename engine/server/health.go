package server

import (
	"net/http"
)

// Health says that the server is there.
type Health struct {
	Status string `json:"status" enum:"ok"`
}

func (s *Server) healthRoutes() []route {
	return []route{
		{pattern: "GET /healthz", public: true, anyQuery: true, summary: "It is alive", gives: Health{},
			handle: func(w http.ResponseWriter, _ *http.Request) error { return give(w, http.StatusOK, Health{"ok"}) }},
		{pattern: "GET /readyz", public: true, anyQuery: true, summary: "It takes requests", gives: Health{}, handle: s.ready},
		{pattern: "GET /openapi.json", roles: anyone, summary: "This description", handle: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(s.described) // the caller is gone, or has it
			return nil
		}},
	}
}

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) error {
	if why := s.state.Load().why; why != "" {
		return problem(http.StatusServiceUnavailable, "not-ready", "Not now: %s.", why).later(busyPause)
	}
	return give(w, http.StatusOK, Health{"ok"})
}
