// Package webhook tells subscribers outside of what happens, by HTTP, signed by the Standard Webhooks scheme
// (https://www.standardwebhooks.com). It sends once; what is to be tried again, and when, the runtime decides.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/retryafter"
	"journey/engine/runtime"
)

// Subscriber is somebody who wants to hear of events.
type Subscriber struct {
	URL    string
	Secret string   // "whsec_" and base64, or any other text as it is; it signs what is sent
	Events []string // types; none: all
}

// Hooks implements runtime.Hooks.
type Hooks struct {
	list   []subscriber
	client *http.Client
	now    func() time.Time
}

type subscriber struct {
	Subscriber
	name string
	key  []byte
	rest *rest
}

var _ runtime.Hooks = (*Hooks)(nil)

// timeout is how long a subscriber may take to answer.
const timeout = 15 * time.Second

// New checks the subscribers; nothing is sent yet. now tells the time that is signed.
func New(list []Subscriber, now func() time.Time) (*Hooks, error) {
	h := &Hooks{now: now, client: &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // whoever moved says so in the configuration
	}}}
	for i, s := range list {
		u, err := url.Parse(s.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fmt.Errorf("subscribers[%d]: url is to be like https://crm.example/hooks", i)
		}
		key, err := keyOf(s.Secret)
		if err != nil {
			return nil, fmt.Errorf("subscribers[%d]: %w", i, err)
		}
		h.list = append(h.list, subscriber{s, nameOf(u), key, &rest{}})
	}
	return h, nil
}

// nameOf tells subscribers apart for as long as their URL stays, and shows no secret that it may hold.
func nameOf(u *url.URL) string {
	sum := sha256.Sum256([]byte(u.String()))
	return u.Host + "-" + hex.EncodeToString(sum[:4])
}

var errNoSecret = errors.New("secret is missing")

func keyOf(secret string) ([]byte, error) {
	if secret == "" {
		return nil, errNoSecret
	}
	encoded, prefixed := strings.CutPrefix(secret, "whsec_")
	if !prefixed {
		return []byte(secret), nil
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, errors.New("secret begins with whsec_, and no base64 follows")
	}
	return key, nil
}

// To implements runtime.Hooks.
func (h *Hooks) To(event string) (names []string) {
	for i := range h.list {
		if s := &h.list[i]; len(s.Events) == 0 || slices.Contains(s.Events, event) {
			names = append(names, s.name)
		}
	}
	return names
}

// message is the body.
type message struct {
	Type      string         `json:"type"`
	Timestamp time.Time      `json:"timestamp"`
	Data      map[string]any `json:"data"`
}

// Post implements runtime.Hooks. A subscriber that fails is left alone for a while. Only 2xx takes a notice, and 410 ends it for good.
func (h *Hooks) Post(ctx context.Context, id string, n *machine.Notice) runtime.Answer {
	at := slices.IndexFunc(h.list, func(s subscriber) bool { return s.name == n.To })
	if at < 0 {
		return runtime.Answer{Receipt: runtime.Refused, Reason: "it is no longer in the configuration", Provider: n.To}
	}
	body, err := json.Marshal(message{n.Type, n.At, n.Data})
	if err != nil {
		return runtime.Answer{Receipt: runtime.Refused, Reason: "it can't be written as JSON", Provider: n.To}
	}
	r, err := h.list[at].request(ctx, id, h.now(), body)
	if err != nil {
		return runtime.Answer{Receipt: runtime.Refused, Reason: "its URL can't be used", Provider: n.To}
	}
	pause := h.list[at].rest
	if wait := pause.enter(h.now()); wait > 0 {
		return runtime.Answer{Receipt: runtime.Unavailable, Reason: "it is left alone for now", After: wait, Provider: n.To}
	}
	answer := h.exchange(r)
	pause.leave(h.now(), answer)
	answer.Provider = n.To
	return answer
}

func (s *subscriber) request(ctx context.Context, id string, now time.Time, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "journey")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", stamp)
	r.Header.Set("webhook-signature", "v1,"+sign(s.key, id, stamp, body))
	return r, nil
}

func sign(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, stamp)
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// maxAnswer is how much of an answer is read, so that the line can be used again.
const maxAnswer = 64 << 10

func (h *Hooks) exchange(r *http.Request) runtime.Answer {
	got, err := h.client.Do(r)
	if err != nil {
		return runtime.Answer{Receipt: runtime.Unavailable, Reason: reason(err)}
	}
	defer got.Body.Close()
	_, _ = io.CopyN(io.Discard, got.Body, maxAnswer) // what it says besides its status means nothing
	switch {
	case got.StatusCode/100 == 2:
		return runtime.Answer{}
	case got.StatusCode == http.StatusGone:
		return runtime.Answer{Receipt: runtime.Refused, Reason: "HTTP 410: it wants to hear no more"}
	}
	return runtime.Answer{Receipt: runtime.Unavailable, Reason: "HTTP " + strconv.Itoa(got.StatusCode), After: retryafter.Read(got.Header, h.now())}
}

// reason leaves the URL out, which may hold a secret.
func reason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return "it did not answer in time"
		}
		err = u.Err
	}
	return err.Error()
}
