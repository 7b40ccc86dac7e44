package server_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"journey/engine/remote"
	"journey/engine/server"
)

func TestBehindAProxyEveryClientIsOneOfItsOwn(t *testing.T) {
	behind := func(o *server.Options) {
		o.Proxies, o.Openings = remote.Proxies{netip.MustParsePrefix("10.0.0.0/8")}, 5
	}
	run(t, behind, func(t *testing.T, w *world) {
		open := func(from, xff string) *http.Response {
			r := request("GET", "/l/nothing", "", "")
			r.RemoteAddr = from
			r.Header.Set("X-Forwarded-For", xff)
			return w.ask(r)
		}
		logIn := func(from, xff string) *http.Response {
			r := request("POST", "/login", "", url.Values{"token": {"wrong"}}.Encode())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = from
			r.Header.Set("X-Forwarded-For", xff)
			return w.ask(r)
		}
		for _, c := range []struct {
			name    string
			ask     func(from, xff string) *http.Response
			most    int
			refused int
			wait    string
		}{
			{"links", open, 5, http.StatusNotFound, "12"},
			{"logins", logIn, 10, http.StatusUnauthorized, "6"},
		} {
			for _, client := range []struct{ from, xff string }{
				{"10.0.0.1:80", "203.0.113.1"},
				{"10.0.0.2:80", "203.0.113.2, 10.9.9.9"},
				{"203.0.113.3:80", "203.0.113.1"}, // who is no proxy speaks for nobody else
			} {
				for i := range c.most {
					if got := c.ask(client.from, client.xff); got.StatusCode != c.refused {
						t.Fatalf("%s, try %d of %v: %d", c.name, i+1, client, got.StatusCode)
					}
				}
				if got := c.ask(client.from, client.xff); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != c.wait {
					t.Errorf("%s, one too many of %v: %d, Retry-After %q", c.name, client, got.StatusCode, got.Header.Get("Retry-After"))
				}
			}
			if got := c.ask("203.0.113.3:80", "203.0.113.77"); got.StatusCode != http.StatusTooManyRequests {
				t.Errorf("%s: a header from elsewhere is believed", c.name)
			}
			time.Sleep(time.Minute) // in the bubble
			if got := c.ask("10.0.0.1:80", "203.0.113.1"); got.StatusCode != c.refused {
				t.Errorf("%s, a minute later: %d", c.name, got.StatusCode)
			}
		}
	})
}

func TestWithoutProxiesForwardingHeadersAreIgnored(t *testing.T) {
	run(t, func(o *server.Options) { o.Openings = 1 }, func(t *testing.T, w *world) {
		for i, want := range []int{http.StatusNotFound, http.StatusTooManyRequests} {
			r := request("GET", "/s/nothing", "", "")
			r.RemoteAddr = "10.0.0.1:80"
			r.Header.Set("X-Forwarded-For", "203.0.113."+string(rune('1'+i)))
			r.Header.Set("Forwarded", "for=203.0.113."+string(rune('1'+i)))
			if got := w.ask(r); got.StatusCode != want {
				t.Errorf("try %d: %d, want %d", i+1, got.StatusCode, want)
			}
		}
		if n := strings.Count(w.log.String(), "trusted_proxies does not name"); n != 1 {
			t.Errorf("it is told %d times that a proxy is not named", n)
		}
	})
}
