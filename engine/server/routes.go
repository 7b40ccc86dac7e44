package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// route is one line of the table of routes.
type route struct {
	pattern  string // "GET /v1/contacts/{id}"
	roles    []Role // who may use it besides admin
	public   bool   // everybody may
	summary  string
	does     string      // more of it, for /openapi.json
	query    []parameter // besides those of the path
	anyQuery bool        // others may stand in the query as well
	takes    any         // the zero value of the body's Go type; nil: none
	formats  []string    // media types of the body, where it is not application/json
	example  string      // a body
	gives    any         // the zero value of the answer's Go type; nil: none
	givesToo any         // the same of another answer that it may have; nil: none
	produces string      // the answer's media type, where it is not application/json
	statuses []int       // of answers that are no problems; none: 200
	once     bool        // honours Idempotency-Key

	handle  func(w http.ResponseWriter, r *http.Request) error
	mounted http.Handler // somebody else's handler
}

type parameter struct{ name, doc string }

// longestWait is how long a body may take.
const longestWait = 30 * time.Second

// anything is the media type of answers in whatever format the caller wants.
const anything = "*/*"

// Who may use what, besides admin.
var (
	senders = []Role{Ingest}
	readers = []Role{Agent, Analyst}
	anyone  = Roles
)

// table is every route of ours, in the order in which people meet them.
func (s *Server) table() []route {
	return concat(s.eventRoutes(), s.contactRoutes(), s.conversationRoutes(), s.handoffRoutes(), s.journeyRoutes(), s.operatorRoutes(), s.webhookRoutes(),
		s.linkRoutes(), s.sessionRoutes(), s.healthRoutes())
}

func concat(lists ...[]route) (all []route) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// method and path of a pattern.
func (rt *route) method() string { m, _, _ := strings.Cut(rt.pattern, " "); return m }
func (rt *route) path() string   { _, p, _ := strings.Cut(rt.pattern, " "); return p }

// mount puts a route before the mux, behind what all routes have in common.
func (s *Server) mount(rt *route) {
	s.mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, r *http.Request) {
		if p := s.admit(r, rt); p != nil {
			s.turnAway(w, r, p)
			return
		}
		if rt.mounted != nil {
			if rt.public {
				// It says itself which sites may show it.
				w.Header().Del("Cross-Origin-Resource-Policy")
				w.Header().Del("X-Frame-Options")
			}
			rt.mounted.ServeHTTP(w, r)
			return
		}
		if err := s.perform(w, r, rt); err != nil {
			s.refuse(w, r, s.problemOf(r, err))
		}
	})
}

func (s *Server) perform(w http.ResponseWriter, r *http.Request, rt *route) error {
	if !acceptable(r, rt.mediaType()) {
		return problem(http.StatusNotAcceptable, "not-acceptable", "It is available as %s.", rt.mediaType())
	}
	if err := checkQuery(r.URL.Query(), rt.query); err != nil && !rt.anyQuery {
		return err
	}
	if rt.once {
		return s.answers.once(w, r, s.o.Clock.Now(), rt)
	}
	return rt.handle(w, r)
}

func (rt *route) mediaType() string {
	if rt.produces != "" {
		return rt.produces
	}
	return "application/json"
}

// acceptable tells whether the caller takes a media type. Who says nothing takes all.
func acceptable(r *http.Request, mediaType string) bool {
	ranges := strings.Join(r.Header.Values("Accept"), ",")
	if ranges == "" || mediaType == anything {
		return true
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	for one := range strings.SplitSeq(ranges, ",") {
		name, rest, _ := strings.Cut(one, ";")
		if strings.Contains(strings.ReplaceAll(rest+";", " ", ""), "q=0;") {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "*/*", kind + "/*", mediaType:
			return true
		}
	}
	return false
}

// turnAway refuses who may not; a person with a browser is shown where to log in.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, p *Problem) {
	if p.Status == http.StatusUnauthorized && r.Method == http.MethodGet && withBrowser(r) {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	s.refuse(w, r, p)
}

// withBrowser tells of a person: programs don't ask for HTML.
func withBrowser(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// give answers with JSON.
func give(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return problem(http.StatusInternalServerError, "internal", "The answer can't be written as JSON: %v.", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // the caller is gone, or has it
	return nil
}
