package chat

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// bodyLimit is in bytes: a message of four-byte characters, escaped, fits.
const bodyLimit = 64 << 10

// caller is the visitor that a request is from.
type caller struct {
	contact string
	expires time.Time // of its token
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// visitor lets those in who bring a token: as a bearer, or in the query, as EventSource can set no header.
func (s *Server) visitor(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !isBearer {
			token = r.URL.Query().Get("token")
		}
		contact, expires, err := s.keys.verify(token, s.o.Clock.Now())
		if err != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, err.Error()+": ask for one by POST /v1/chat/sessions")
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller{contact, expires})))
	}
}

// session makes a visitor, or takes one back that brings its token, with a fresh one; a customer who is signed in at the site is
// the contact that the site's own token names. A token that is not valid any more makes a new visitor, so that pages heal.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token    string `json:"token"`
		Identity string `json:"identity"`
	}
	if !read(w, r, &in) {
		return
	}
	now := s.o.Clock.Now()
	contact, _, err := s.keys.verify(in.Token, now)
	expires := now.Add(tokenLife)
	switch {
	case in.Identity != "":
		if contact, expires, err = s.keys.identify(in.Identity, now); err != nil {
			refuse(w, http.StatusUnauthorized, err.Error())
			return
		}
	case err != nil:
		if wait := s.pace.Admit(r, now); wait > 0 {
			later(w, http.StatusTooManyRequests, wait, "too many visitors come from one address: try again in a moment")
			return
		}
		contact = newVisitor()
	}
	answer(w, http.StatusOK, map[string]any{"token": s.keys.sign(contact, expires), "visitor": contact, "expires": expires.UTC()})
}

// read takes a body in; where it can't, it has refused it.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		refuse(w, http.StatusRequestEntityTooLarge, "the body is too long")
		return false
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body could not be read to its end")
		return false
	case len(body) == 0:
		return true
	}
	if err := json.Unmarshal(body, into); err != nil {
		refuse(w, http.StatusBadRequest, "the body is no JSON of the right shape")
		return false
	}
	return true
}
