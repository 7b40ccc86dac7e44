package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"journey/engine/remote"
	"journey/engine/retryafter"
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
	var exceeded *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &exceeded) {
		return tooLarge(longestForm)
	}
	next, from, now := localPath(r.PostForm.Get("next")), remote.Proxies(nil).Address(r), s.o.Clock.Now()
	if wait := s.access.attempts.Wait(from, now); wait > 0 {
		retryafter.Write(w.Header(), wait)
		return s.askToken(w, http.StatusTooManyRequests, next, fmt.Sprintf("Too many attempts. Try again in %d seconds.", retryafter.Seconds(wait)))
	}
	caller, ok := s.access.holder(strings.TrimSpace(r.PostForm.Get("token")))
	if !ok {
		s.access.attempts.Take(from, now)
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
