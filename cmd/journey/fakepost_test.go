package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// carrier stands outside, in the place of Twilio: it knows which texts must have come, and how often they did. Twilio does not know
// one message sent twice as the same, and neither does this.
type carrier struct {
	*httptest.Server
	first func(sms) // called once, with the first text, before that is answered; nil: nothing is

	mu    sync.Mutex
	texts []sms
	moods func() mood
}

// becomes says how it takes requests from now on.
func (c *carrier) becomes(moods func() mood) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moods = moods
}

func (c *carrier) mood() mood {
	c.mu.Lock()
	moods := c.moods
	c.mu.Unlock()
	return moods()
}

// mood is how the carrier takes one request.
type mood uint8

const (
	well    mood = iota
	drops        // takes the text, and says nothing
	breaks       // 500
	busy         // 429
	babbles      // 200, and no JSON
	late         // takes the text, and answers after the sender has gone
)

type sms struct {
	SID         string `json:"sid"`
	To          string `json:"to"`
	From        string `json:"from"`
	Body        string `json:"body"`
	Status      string `json:"status"`
	DateCreated string `json:"date_created"`

	callback string
}

const (
	accountSID = "AC0123456789abcdef0123456789abcdef"
	authToken  = "0123456789abcdef"
	ourNumber  = "+15005550006"
)

func newCarrier(t testing.TB) *carrier {
	c := &carrier{moods: alwaysWell}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

func alwaysWell() mood { return well }

// moody is well most of the time.
func moody() mood {
	if rand.IntN(4) > 0 {
		return well
	}
	return []mood{drops, breaks, busy, babbles}[rand.IntN(4)]
}

func (c *carrier) serve(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != accountSID || password != authToken {
		http.Error(w, `{"code":20003,"message":"Authenticate","status":401}`, http.StatusUnauthorized)
		return
	}
	if r.URL.Path != "/2010-04-01/Accounts/"+accountSID+"/Messages.json" {
		http.NotFound(w, r)
		return
	}
	if r.Method == http.MethodGet {
		c.list(w, r.URL.Query())
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch c.mood() {
	case breaks:
		http.Error(w, `{"code":20500,"message":"Internal Server Error","status":500}`, http.StatusInternalServerError)
	case busy:
		w.Header().Set("Retry-After", "1")
		http.Error(w, `{"code":20429,"message":"Too Many Requests","status":429}`, http.StatusTooManyRequests)
	case babbles:
		_, _ = io.WriteString(w, "<html>under maintenance</html>")
	case drops:
		c.take(r.PostForm)
		panic(http.ErrAbortHandler)
	case late:
		c.take(r.PostForm)
		<-r.Context().Done()
	default:
		m := c.take(r.PostForm)
		if c.first != nil && m.SID == sidOf(0) {
			c.first(m)
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(m)
	}
}

func (c *carrier) take(f url.Values) sms {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := sms{SID: sidOf(len(c.texts)), To: f.Get("To"), From: f.Get("From"), Body: f.Get("Body"), Status: "queued",
		DateCreated: time.Now().UTC().Format(time.RFC1123Z), callback: f.Get("StatusCallback")}
	c.texts = append(c.texts, m)
	return m
}

func sidOf(n int) string { return fmt.Sprintf("SM%032d", n) }

func (c *carrier) list(w http.ResponseWriter, q url.Values) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := []sms{}
	for i := len(c.texts) - 1; i >= 0 && len(found) < 1000; i-- {
		if to := q.Get("To"); to == "" || to == c.texts[i].To {
			found = append(found, c.texts[i])
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"messages": found, "next_page_uri": nil})
}

// all are the texts that were taken, in order.
func (c *carrier) all() []sms {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]sms(nil), c.texts...)
}
