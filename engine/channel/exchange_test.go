package channel_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"journey/engine/channel"
	"journey/engine/runtime"
)

func exchange(t *testing.T, client *http.Client, url string) (*channel.Reply, *channel.Answer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/a-secret-path", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	return channel.Exchange(client, r)
}

func TestReplies(t *testing.T) {
	for _, c := range []struct {
		name   string
		serve  http.HandlerFunc
		status int
		after  time.Duration
	}{
		{"seconds", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "120"); w.WriteHeader(503) }, 503, 2 * time.Minute},
		{"a date, by the server's clock", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", "Thu, 14 May 2026 10:30:00 GMT")
			w.Header().Set("Retry-After", "Thu, 14 May 2026 10:31:30 GMT")
			w.WriteHeader(429)
		}, 429, 90 * time.Second},
		{"a date that is over", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "Thu, 14 May 2020 10:31:30 GMT")
			w.WriteHeader(429)
		}, 429, 0},
		{"nonsense", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "soon")
			w.WriteHeader(429)
		}, 429, 0},
		{"far too long", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(429)
		}, 429, 15 * time.Minute},
		{"a redirect is not followed", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, 307, 0},
		{"an error that breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			w.WriteHeader(500)
			io.WriteString(w, "x")
		}, 500, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(c.serve)
			defer s.Close()
			reply, failed := exchange(t, nil, s.URL)
			if failed != nil || reply.Status != c.status || reply.After != c.after {
				t.Errorf("the reply is %+v, %+v", reply, failed)
			}
		})
	}
	t.Run("an endless one", func(t *testing.T) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for chunk := make([]byte, 1<<16); ; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}))
		defer s.Close()
		if reply, failed := exchange(t, nil, s.URL); failed != nil || len(reply.Body) != 1<<20 {
			t.Errorf("%+v", failed)
		}
	})
}

// TestNoReply is what is known of a request whose connection breaks at some point.
func TestNoReply(t *testing.T) {
	for _, c := range []struct {
		name string
		conn func(net.Conn)
		want runtime.Receipt
	}{
		{"after the request", func(c net.Conn) { c.Read(make([]byte, 4096)); c.Close() }, runtime.Lost},
		{"within the status", func(c net.Conn) { c.Read(make([]byte, 4096)); io.WriteString(c, "HTTP/1.1 20"); c.Close() }, runtime.Lost},
		{"within the answer", func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{\"sid\":")
			c.Close()
		}, runtime.Lost},
		{"no HTTP", func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, "220 mail.shop.example ESMTP\r\n")
			c.Close()
		}, runtime.Lost},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				if conn, err := l.Accept(); err == nil {
					c.conn(conn)
				}
			}()
			reply, failed := exchange(t, nil, fmt.Sprint("http://", l.Addr()))
			if failed == nil || failed.Receipt != c.want || strings.Contains(failed.Reason, "secret") {
				t.Errorf("the reply is %+v, %+v", reply, failed)
			}
		})
	}
	for name, url := range map[string]string{"nobody listens": "http://127.0.0.1:1", "no such host": "http://nowhere.invalid", "no such scheme": "gopher://127.0.0.1"} {
		if reply, failed := exchange(t, nil, url); failed == nil || failed.Receipt != runtime.Unavailable || strings.Contains(failed.Reason, "secret") {
			t.Errorf("%s: the reply is %+v, %+v", name, reply, failed)
		}
	}
	t.Run("no TLS", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		defer s.Close()
		if reply, failed := exchange(t, nil, strings.Replace(s.URL, "http", "https", 1)); failed == nil || failed.Receipt != runtime.Unavailable {
			t.Errorf("the reply is %+v, %+v", reply, failed)
		}
	})
}

func TestClip(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"one\n two\tthree", "one two three"}, {"the password is s3cret!", "the password is …!"}, {"\xff\xfebad", "bad"}, {strings.Repeat("é", 200), strings.Repeat("é", 150) + "…"}, {"", ""},
	} {
		if got := channel.Clip(c.text, "s3cret", ""); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
}
