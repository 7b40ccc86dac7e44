package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"mime"
	"net/http"
	"sync"
	"time"
)

// A session ends this long after its login, and only so many are kept: past that the oldest goes.
const (
	sessionLife  = 12 * time.Hour
	mostSessions = 10000
)

// session is a browser that logged in with a token.
type session struct {
	caller  Caller
	csrf    string
	expires time.Time
}

// sessions are kept in memory by the hash of their secret: after a restart people log in again.
type sessions struct {
	clock Clock
	mu    sync.Mutex
	known map[[sha256.Size]byte]*session
}

const sessionCookie = "journey_session"

// start begins a session and gives its secret.
func (s *sessions) start(caller Caller) string {
	name, now := secret()+secret(), s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[[sha256.Size]byte]*session{}
	}
	if len(s.known) >= mostSessions {
		s.makeRoom(now)
	}
	s.known[sha256.Sum256([]byte(name))] = &session{caller: caller, csrf: secret(), expires: now.Add(sessionLife)}
	return name
}

func (s *sessions) makeRoom(now time.Time) {
	var oldest [sha256.Size]byte
	var first *session
	for key, one := range s.known {
		if !now.Before(one.expires) {
			delete(s.known, key)
		} else if first == nil || one.expires.Before(first.expires) {
			oldest, first = key, one
		}
	}
	if len(s.known) >= mostSessions {
		delete(s.known, oldest)
	}
}

// of gives the session that a request belongs to, or nil.
func (s *sessions) of(r *http.Request) *session {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(c.Value))
	one := s.known[key]
	if one != nil && !s.clock.Now().Before(one.expires) {
		delete(s.known, key)
		return nil
	}
	return one
}

func (s *sessions) end(r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.known, sha256.Sum256([]byte(c.Value)))
	}
}

// cookie carries a session's secret; an empty one takes it away.
func (s *Server) cookie(secret string) *http.Cookie {
	c := &http.Cookie{Name: sessionCookie, Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.https(),
		MaxAge: int(sessionLife / time.Second)}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

// longestForm bounds the body of a form.
const longestForm = 64 << 10

// fromForm refuses what a session is made to change from elsewhere: the browser tells where it comes from, and our own pages know
// the session's form token.
func (s *Server) fromForm(r *http.Request, one *session) *Problem {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return nil
	}
	if p := s.sameSite(r); p != nil {
		return p
	}
	given := r.Header.Get("X-CSRF-Token")
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); given == "" && kind == "application/x-www-form-urlencoded" {
		r.Body = http.MaxBytesReader(nil, r.Body, longestForm)
		given = r.PostFormValue("csrf")
	}
	if subtle.ConstantTimeCompare([]byte(given), []byte(one.csrf)) != 1 {
		return problem(http.StatusForbidden, "cross-site", "The page's form token is missing or old. Load the page again.")
	}
	return nil
}
