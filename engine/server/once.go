package server

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"sync"
	"time"
)

// An Idempotency-Key is remembered this long, and so many of them.
const (
	keyLife    = 24 * time.Hour
	mostKeys   = 50000
	mostKept   = 32 << 20 // bytes of answers
	longestKey = 255
)

// answers are those that were given to requests with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), for whoever asks
// the same again. They are kept in memory and bounded: what a key stands for is done only once beyond that as well, because each
// such change has an identity that is committed with it.
type answers struct {
	mu    sync.Mutex
	known map[answerKey]*answered
	order []answerKey // oldest first
	kept  int         // bytes of their bodies
}

// answerKey keeps the keys of different callers apart.
type answerKey struct{ caller, key string }

type answered struct {
	request [sha256.Size]byte
	at      time.Time
	done    bool
	status  int
	header  http.Header
	body    []byte
}

// once handles a request, or answers as the same one was answered before.
func (a *answers) once(w http.ResponseWriter, r *http.Request, now time.Time, rt *route) error {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return rt.handle(w, r)
	}
	if len(key) > longestKey {
		return invalidParameter("Idempotency-Key", "it may have %d bytes", longestKey)
	}
	print, err := fingerprint(r)
	if err != nil {
		return err
	}
	k := answerKey{requestOf(r).caller.Name, key}
	one, before, err := a.begin(k, print, now)
	if err != nil {
		return err
	}
	if before {
		one.again(w)
		return nil
	}
	copied := &copier{ResponseWriter: w}
	defer func() { a.finish(k, one, copied) }()
	return rt.handle(copied, r)
}

// fingerprint tells requests apart by all that says what to do. It reads the body and puts it back.
func fingerprint(r *http.Request) (sum [sha256.Size]byte, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, largestBatch))
	if err != nil {
		return sum, tooLarge(largestBatch)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	io.WriteString(h, r.Method+" "+r.URL.RequestURI()+"\n"+r.Header.Get("Content-Type")+"\n")
	for _, name := range sorted(r.Header) {
		if isAttribute(name) {
			io.WriteString(h, name+": "+r.Header.Get(name)+"\n")
		}
	}
	h.Write(body)
	return [sha256.Size]byte(h.Sum(nil)), nil
}

func (a *answers) begin(k answerKey, print [sha256.Size]byte, now time.Time) (one *answered, before bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(now)
	if one = a.known[k]; one != nil {
		switch {
		case one.request != print:
			return nil, false, problem(http.StatusUnprocessableEntity, "key-reused", "Use a new key for each request, and the same one only to send the same again.")
		case !one.done:
			return nil, false, problem(http.StatusConflict, "in-progress", "The first one has no answer yet.").later(busyPause)
		}
		return one, true, nil
	}
	if a.known == nil {
		a.known = map[answerKey]*answered{}
	}
	one = &answered{request: print, at: now}
	a.known[k] = one
	a.order = append(a.order, k)
	return one, false, nil
}

// forget drops what is too old, and the oldest of what is too much.
func (a *answers) forget(now time.Time) {
	for len(a.order) > 0 {
		one := a.known[a.order[0]]
		if one != nil && now.Sub(one.at) < keyLife && len(a.order) < mostKeys && a.kept < mostKept {
			return
		}
		if one != nil {
			a.kept -= len(one.body)
		}
		delete(a.known, a.order[0])
		a.order = a.order[1:]
	}
}

// finish keeps an answer. What failed on our side, or was refused for being busy, may be tried again under the same key.
func (a *answers) finish(k answerKey, one *answered, c *copier) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c.status < 200 || c.status >= 300 {
		if a.known[k] == one {
			delete(a.known, k)
			a.drop(k)
		}
		return
	}
	one.done, one.status, one.body = true, c.status, c.body.Bytes()
	if a.known[k] == one {
		a.kept += len(one.body)
	}
	one.header = http.Header{"Content-Type": c.Header()["Content-Type"]}
}

// drop takes a key out of the order, from the end, where the newest are.
func (a *answers) drop(k answerKey) {
	for i := len(a.order) - 1; i >= 0; i-- {
		if a.order[i] == k {
			a.order = append(a.order[:i], a.order[i+1:]...)
			return
		}
	}
}

func (one *answered) again(w http.ResponseWriter) {
	for name, values := range one.header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(one.status)
	_, _ = w.Write(one.body) // the caller is gone, or has it
}

// copier keeps what is answered.
type copier struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (c *copier) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *copier) Write(b []byte) (int, error) {
	c.body.Write(b)
	return c.ResponseWriter.Write(b)
}
