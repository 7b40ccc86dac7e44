package channel

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"journey/engine/retryafter"
)

// Limits of an exchange with a provider's HTTP interface.
const (
	exchangeTimeout = 20 * time.Second
	maxReply        = 1 << 20
	maxAfter        = 15 * time.Minute
	maxReason       = 300
)

// transport keeps as many connections to a provider as there may be messages under way.
var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 64
	return t
}()

// Reply is what a provider's HTTP interface answered.
type Reply struct {
	Status int
	Body   []byte
	After  time.Duration // Retry-After; 0 without one
}

// Exchange sends a request, which may have an effect, and reads the answer to its end. Where there is none, it says what is known of the
// request: Unavailable if there was never a connection for it, else Lost. A redirect is an answer, and is not followed.
func Exchange(client *http.Client, r *http.Request) (*Reply, *Answer) {
	if client == nil {
		client = &http.Client{Transport: transport, Timeout: exchangeTimeout}
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var connected atomic.Bool // to be so again for each attempt of the transport's own
	trace := &httptrace.ClientTrace{GetConn: func(string) { connected.Store(false) }, GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	res, err := own.Do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil {
		a := Unavailable("it can't be reached: "+cause(err), 0)
		if connected.Load() {
			a = Lost("no answer came: " + cause(err))
		}
		return nil, &a
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil && res.StatusCode < 300 {
		a := Lost("the answer broke off: " + cause(err))
		return nil, &a
	}
	return &Reply{Status: res.StatusCode, Body: body, After: min(retryafter.Read(res.Header, time.Now()), maxAfter)}, nil
}

// cause is an error without the URL, in which there may be a secret.
func cause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return Clip(err.Error())
}

// Clip makes a provider's words fit for a reason: one line, of no more than a few hundred bytes, without the secrets.
func Clip(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}
