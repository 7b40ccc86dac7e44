package server

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func (s *Server) sessionRoutes() []route {
	const html = "text/html"
	form := []string{"application/x-www-form-urlencoded"}
	return []route{
		{pattern: "GET /login", public: true, summary: "The page to log in on", produces: html, handle: s.loginPage, query: []parameter{{"next", "where to go afterwards: a path"}}},
		{pattern: "POST /login", public: true, summary: "Log in with a token", produces: html, formats: form, statuses: []int{303}, handle: s.login,
			does: "It begins a session of twelve hours, kept by a cookie."},
		{pattern: "POST /logout", roles: anyone, summary: "End the session", produces: html, formats: form, statuses: []int{303}, handle: s.logout},
	}
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"))
	if s.access.open() || s.access.sessions.of(r) != nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return s.askToken(w, http.StatusOK, next, "")
}

func (s *Server) askToken(w http.ResponseWriter, status int, next, problem string) error {
	return s.show(w, status, plainPage{Title: "Log in", Problem: problem, Form: &plainForm{Action: "/login", Next: next, Button: "Log in",
		Field: &plainField{Name: "token", Label: "Token", Hidden: true}}})
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	if p := s.sameSite(r); p != nil {
		return p
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	var tooLarge *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &tooLarge) {
		return problem(http.StatusRequestEntityTooLarge, "too-large", "It may have %d bytes.", longestForm)
	}
	next, from := localPath(r.PostForm.Get("next")), place(r)
	if wait := s.access.attempts.wait(from); wait > 0 {
		seconds := strconv.Itoa(int((wait + time.Second - 1) / time.Second))
		w.Header().Set("Retry-After", seconds)
		return s.askToken(w, http.StatusTooManyRequests, next, "Too many attempts. Try again in "+seconds+" seconds.")
	}
	caller, ok := s.access.holder(strings.TrimSpace(r.PostForm.Get("token")))
	if !ok {
		s.access.attempts.failed(from)
		s.log.Warn("a login failed", "request", requestOf(r).id)
		return s.askToken(w, http.StatusUnauthorized, next, "This token is not one of ours.")
	}
	requestOf(r).caller = caller
	if err := s.record(r, s.act(r, "session.started")); err != nil {
		return err
	}
	s.access.sessions.end(r)
	http.SetCookie(w, s.cookie(s.access.sessions.start(caller)))
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	s.access.sessions.end(r)
	http.SetCookie(w, s.cookie(""))
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// localPath keeps a redirect on this server: whatever is no path is the front page.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
