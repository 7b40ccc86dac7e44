package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/retryafter"
	"journey/engine/runtime"
	"journey/engine/store"
)

func (s *Server) linkRoutes() []route {
	const html = "text/html"
	return []route{
		{pattern: "GET /l/{id}", public: true, anyQuery: true, summary: "A short link", produces: anything, statuses: []int{302}, handle: s.paced(s.openLink),
			does: "It leads to where a journey's message said, and the journey learns that it was opened. Machines that look ahead are led there too, and no journey learns of them."},
		{pattern: "GET /s/{token}", public: true, anyQuery: true, summary: "A one-time page", produces: html, handle: s.paced(s.securePage),
			does: "To look at it changes nothing, because programs that check links look at them all."},
		{pattern: "POST /s/{token}", public: true, anyQuery: true, summary: "The answer to a one-time page", produces: html, handle: s.paced(s.secureAnswer),
			formats: []string{"application/x-www-form-urlencoded"}, does: "It works once."},
	}
}

// paced bounds how often links are opened from one address: whoever tries tokens has to take their time.
func (s *Server) paced(open func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		wait := s.openings.Admit(r, s.o.Clock.Now())
		if wait == 0 {
			return open(w, r)
		}
		retryafter.Write(w.Header(), wait)
		return s.turnDown(w, r, http.StatusTooManyRequests, "too-many-attempts", plainPage{Title: "Too many links are opened from where you are",
			Text: fmt.Sprintf("Try again in %d seconds.", retryafter.Seconds(wait))})
	}
}

// link finds what a token leads to, if it is one of some kinds.
func (s *Server) link(r *http.Request, token string, kinds ...machine.LinkKind) (*machine.LinkMade, store.Key, error) {
	l, key, err := s.o.Engine.Link(r.Context(), token)
	if err != nil {
		return nil, key, err
	}
	if l == nil || !slices.Contains(kinds, l.Kind) {
		return nil, key, store.ErrNotFound
	}
	return l, key, nil
}

func (s *Server) openLink(w http.ResponseWriter, r *http.Request) error {
	l, key, err := s.link(r, r.PathValue("id"), machine.Tracked)
	if errors.Is(err, store.ErrNotFound) {
		return s.noLink(w, r)
	}
	if err != nil {
		return err
	}
	if !leadsOut(l.URL) {
		return s.noLink(w, r)
	}
	if !lookingAhead(r) {
		s.opened(r, l, key)
	}
	http.Redirect(w, r, l.URL, http.StatusFound)
	return nil
}

// patience is how long a customer who opened a link waits for us.
const patience = 2 * time.Second

// opened tells the journey. A customer gets to where the link leads also where that can't be kept.
func (s *Server) opened(r *http.Request, l *machine.LinkMade, key store.Key) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	_, err := s.o.Loop.Do(ctx, runtime.Work{To: runtime.To{Key: key}, Event: linkOpened(l)})
	if err != nil {
		s.log.Warn("a link was opened, and its journey is not told", "request", requestOf(r).id, "error", err)
	}
}

func linkOpened(l *machine.LinkMade) *machine.Event {
	return &machine.Event{Type: "link", Link: &machine.LinkOpened{Conversation: l.Conversation, Kind: l.Kind, Token: l.Token, URL: l.URL}}
}

// noLink is for links that lead nowhere.
func (s *Server) noLink(w http.ResponseWriter, r *http.Request) error {
	return s.turnDown(w, r, http.StatusNotFound, "not-found", plainPage{Title: "This link leads nowhere any more",
		Text: "It may be old, or not copied whole. Open it from the message that it came in, or answer that message and ask for a new one."})
}

// leadsOut tells of a URL that a browser may be sent to.
func leadsOut(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// robots are words in the User-Agent of programs that look at links for people, or in their stead. iMessage calls itself facebookexternalhit
// and Twitterbot.
var robots = []string{"bot", "crawler", "spider", "preview", "facebookexternalhit", "whatsapp", "slack-imgproxy", "embedly", "vkshare"}

// notRobots are makes of phones that sound like one.
var notRobots = strings.NewReplacer("cubot", "")

// lookingAhead tells of a request that no person made by opening a link.
func lookingAhead(r *http.Request) bool {
	if r.Method == http.MethodHead {
		return true
	}
	for _, header := range []string{"Purpose", "X-Purpose", "Sec-Purpose", "X-Moz"} {
		if v := strings.ToLower(r.Header.Get(header)); strings.Contains(v, "prefetch") || strings.Contains(v, "preview") || strings.Contains(v, "prerender") {
			return true
		}
	}
	agent := notRobots.Replace(strings.ToLower(r.UserAgent()))
	for _, word := range robots {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return false
}
