package service

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"journey/engine/retryafter"
)

const (
	maxAnswer    = 1 << 20 // bytes, of an answer that is unpacked
	maxRedirects = 5
	firstPause   = 200 * time.Millisecond
	longestPause = 10 * time.Second
)

// do tries until there is an answer, trying again is of no use, or the time is up. All tries together may take as long as they may take
// one by one, and as long again for the pauses between them.
func (e *exchange) do(ctx context.Context) (map[string]any, error) {
	end := e.c.now().Add(2 * time.Duration(e.op.Retry+1) * e.op.Timeout)
	for try := 0; ; try++ {
		value, err := e.try(ctx, min(e.op.Timeout, end.Sub(e.c.now())))
		var f *failure
		if err == nil || !errors.As(err, &f) || !f.again || try >= e.op.Retry || ctx.Err() != nil {
			return value, err
		}
		pause := max(e.c.pause(try), f.after)
		if e.c.now().Add(pause).After(end) {
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// pause grows with each try, and is cut by up to a half so that those who failed together don't come back together.
func (c *Client) pause(try int) time.Duration {
	full := min(firstPause<<min(try, 16), longestPause)
	return full - time.Duration(c.jitter()*float64(full/2))
}

// try makes the request once.
func (e *exchange) try(ctx context.Context, timeout time.Duration) (map[string]any, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := e.request(ctx)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: e.c.transport, CheckRedirect: e.redirect}
	res, err := client.Do(r)
	if err != nil {
		return nil, e.broken(ctx, err)
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, e.refused(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case len(body) > maxAnswer:
		return nil, failed("the answer of %s is longer than 1 MB", e.op.Name)
	case err != nil:
		return nil, e.broken(ctx, err)
	}
	return e.answer(res, body)
}

// redirect follows to where a call may go. The credentials stay with the host that they are for, and a request that changes something
// is not made into one that reads.
func (e *exchange) redirect(r *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case len(via) > maxRedirects:
		return failed("%s is redirected more than %d times", e.op.Name, maxRedirects)
	case r.Method != first.Method:
		return http.ErrUseLastResponse
	case r.URL.Scheme != "https" && (r.URL.Scheme != "http" || first.URL.Scheme == "https"):
		return failed("%s is redirected to where nothing is encrypted", e.op.Name)
	case !e.c.allowed.has(r.URL):
		return failed("%s is redirected to a host that the configuration's services.allow does not name", e.op.Name)
	}
	r.Header.Del("Referer")
	if !strings.EqualFold(r.URL.Host, first.URL.Host) && e.secret != "" {
		r.Header.Del(e.secret)
	}
	return nil
}

// broken says why there was no answer, without the URL, in which there are arguments.
func (e *exchange) broken(ctx context.Context, err error) error {
	var f *failure
	var u *url.Error
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return failed("the call of %s was broken off", e.op.Name)
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil, errors.As(err, &u) && u.Timeout():
		return &failure{reason: e.op.Name + " did not answer in time", timeout: true, again: true}
	case errors.As(err, &dns):
		return &failure{reason: "the host of " + e.op.Name + " is not found", again: true}
	case errors.As(err, &op) && op.Op == "dial":
		return &failure{reason: "the host of " + e.op.Name + " can't be reached", again: true}
	}
	return &failure{reason: "the connection to " + e.op.Name + " broke off", again: true}
}

// refused reads the status of an answer that is none.
func (e *exchange) refused(res *http.Response) error {
	f := failed("%s answers with HTTP status %d", e.op.Name, res.StatusCode)
	f.status = res.StatusCode
	f.again = res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500
	f.after = retryafter.Read(res.Header, e.c.now())
	return f
}
