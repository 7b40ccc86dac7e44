package service

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func opError() error {
	return &net.OpError{Op: "dial", Err: errors.New("connection refused to AB123456")}
}

func dnsError() error {
	return &url.Error{Op: "Get", URL: "https://x/AB123456", Err: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x"}}}
}

func TestAllowed(t *testing.T) {
	list := allowed{"orders.example", "*.shop.example", "10.0.0.5:8443", "[::1]:80", "Münster.example"}
	for raw, want := range map[string]bool{
		"https://orders.example":           true,
		"https://ORDERS.example.":          true,
		"https://orders.example:8443":      true,
		"http://orders.example":            true,
		"https://api.orders.example":       false,
		"https://orders.example.evil.test": false,
		"https://evilorders.example":       false,
		"https://a.shop.example":           true,
		"https://a.b.shop.example":         true,
		"https://shop.example":             false,
		"https://evilshop.example":         false,
		"https://10.0.0.5:8443":            true,
		"https://10.0.0.5":                 false,
		"http://[::1]":                     true,
		"http://[::1]:81":                  false,
		"http://[::ffff:10.0.0.5]:8443":    true,
		"https://":                         false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := list.has(u); got != want {
			t.Errorf("has(%s) = %v", raw, got)
		}
	}
}

// Addresses that nobody's service has are refused, however they are written; a host that is named may be in a network of one's own.
func TestAddresses(t *testing.T) {
	list := allowed{"inside.example", "*.wild.example", "10.9.9.9", "169.254.7.7"}
	for _, c := range []struct {
		host, ip string
		good     bool
	}{
		{"a.wild.example", "93.184.216.34", true},
		{"a.wild.example", "2606:4700::1111", true},
		{"a.wild.example", "127.0.0.1", false},
		{"a.wild.example", "127.8.8.8", false},
		{"a.wild.example", "::1", false},
		{"a.wild.example", "::ffff:127.0.0.1", false},
		{"a.wild.example", "::ffff:10.1.2.3", false},
		{"a.wild.example", "64:ff9b::7f00:1", false},
		{"a.wild.example", "2002:7f00:1::", false},
		{"a.wild.example", "10.1.2.3", false},
		{"a.wild.example", "172.16.0.1", false},
		{"a.wild.example", "192.168.0.1", false},
		{"a.wild.example", "100.64.0.1", false},
		{"a.wild.example", "fd12::1", false},
		{"a.wild.example", "fe80::1%eth0", false},
		{"a.wild.example", "169.254.169.254", false},
		{"a.wild.example", "0.0.0.0", false},
		{"a.wild.example", "::", false},
		{"a.wild.example", "224.0.0.1", false},
		{"a.wild.example", "255.255.255.255", false},
		{"inside.example", "10.1.2.3", true},
		{"inside.example", "127.0.0.1", true},
		{"inside.example", "169.254.169.254", false},
		{"inside.example", "fd00:ec2::254", false},
		{"inside.example", "0.0.0.0", false},
		{"10.9.9.9", "10.9.9.9", true},
		{"169.254.7.7", "169.254.7.7", true},
	} {
		if why := list.refuse(c.host, netip.MustParseAddr(c.ip)); (why == "") != c.good {
			t.Errorf("%s at %s: %q", c.host, c.ip, why)
		}
	}
}

// resolver answers for every name with what is next.
func resolver(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for i := 0; ; {
			n, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			if q.Type == dnsmessage.TypeA {
				ip := netip.MustParseAddr(answers[min(i, len(answers)-1)])
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0}, Body: &dnsmessage.AResource{A: ip.As4()}}}
				i++
			}
			packed, err := m.Pack()
			if err == nil {
				_, _ = socket.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

// A name that leads to this machine opens nothing, whatever it led to before.
func TestRebinding(t *testing.T) {
	var called atomic.Int32
	base := server(t, func(w http.ResponseWriter, _ *http.Request) { called.Add(1); answers(`{"status":"x"}`)(w, nil) })
	port := base[strings.LastIndexByte(base, ':'):]
	op := order()
	op.Retry = 0
	c := newClient(options(op, "http://a.wild.example"+port, []string{"*.wild.example"}), resolver(t, "127.0.0.1"))
	mustFail(t, c.Call(context.Background(), request(map[string]any{"order_id": "A"})), "leads to a private address")
	c = newClient(options(op, "http://a.wild.example"+port, []string{"*.wild.example"}), resolver(t, "169.254.169.254"))
	mustFail(t, c.Call(context.Background(), request(map[string]any{"order_id": "A"})), "nobody's service")
	if called.Load() != 0 {
		t.Error("it was called")
	}
	c = newClient(options(op, "http://a.wild.example"+port, []string{"a.wild.example"}), resolver(t, "127.0.0.1"))
	if done := c.Call(context.Background(), request(map[string]any{"order_id": "A"})); done.Failed || called.Load() != 1 {
		t.Errorf("a host that is named is not called: %+v", done)
	}
}

// Redirects lead to allowed places only, and never bring a credential elsewhere.
func TestRedirects(t *testing.T) {
	var elsewhere http.Header
	other := server(t, func(w http.ResponseWriter, r *http.Request) {
		elsewhere = r.Header.Clone()
		answers(`{"status":"redirected"}`)(w, r)
	})
	otherPort := other[strings.LastIndexByte(other, ':')+1:]
	for _, c := range []struct {
		name, method, to string
		status           int
		reason           string
		secret           bool // arrives there
	}{
		{"to a port that is not allowed", "GET", "http://127.0.0.1:1/x", 302, "services.allow does not name", false},
		{"to another name of this machine", "GET", "http://localhost:1/x", 302, "services.allow does not name", false},
		{"to the metadata of a cloud", "GET", "http://169.254.169.254/latest", 302, "services.allow does not name", false},
		{"the same in IPv6", "GET", "http://[::ffff:169.254.169.254]/latest", 307, "services.allow does not name", false},
		{"to a file", "GET", "file:///etc/passwd", 302, "nothing is encrypted", false},
		{"to another host that is allowed", "GET", other + "/orders/1", 302, "", false},
		{"a body goes along", "POST", other + "/orders/1", 307, "", false},
		{"a change is not made a read", "POST", other + "/orders/1", 302, "HTTP status 302", false},
		{"round and round", "GET", "/orders/A", 302, "redirected more than", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			elsewhere = nil
			base := server(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", c.to)
				w.WriteHeader(c.status)
			})
			op := order()
			op.Method, op.Retry = c.method, 0
			for _, auth := range []string{"bearer ${ORDERS_TOKEN}", "header X-Api-Key: ${ORDERS_TOKEN}"} {
				op.Auth = auth
				u, _ := url.Parse(base)
				done := client(t, op, base, u.Host, "127.0.0.1:"+otherPort).Call(context.Background(), request(map[string]any{"order_id": "AB123456"}))
				if c.reason != "" {
					mustFail(t, done, c.reason)
					continue
				}
				if done.Failed || elsewhere == nil {
					t.Fatalf("got %+v", done)
				}
				for _, name := range []string{"Authorization", "X-Api-Key", "Referer"} {
					if elsewhere.Get(name) != "" {
						t.Errorf("%s went elsewhere: %s", name, elsewhere.Get(name))
					}
				}
			}
		})
	}
}

// A redirect to a name is looked at when it is resolved, too.
func TestRedirectToAPrivateName(t *testing.T) {
	base := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://b.wild.example/x", http.StatusFound)
	})
	op := order()
	op.Retry = 0
	c := newClient(options(op, base, []string{"127.0.0.1", "*.wild.example"}), resolver(t, "127.0.0.1"))
	mustFail(t, c.Call(context.Background(), request(map[string]any{"order_id": "A"})), "leads to a private address")
}

// A server that takes the connection and drops it is tried again.
func TestDropsAfterAccept(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for i := 0; ; i++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			if i > 0 {
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\nConnection: close\r\n\r\n{\"status\":\"lost\"}")
			}
			conn.Close()
		}
	}()
	done := client(t, order(), "http://"+listener.Addr().String()).Call(context.Background(), request(map[string]any{"order_id": "A"}))
	if done.Failed || done.Value["status"] != "lost" {
		t.Errorf("%+v", done)
	}
}

// A proxy of the environment is not used; one that is configured is, and sees what it is asked for.
func TestProxy(t *testing.T) {
	var asked string
	proxy := server(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		answers(`{"status":"by proxy"}`)(w, r)
	})
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	direct := server(t, answers(`{"status":"direct"}`))
	if done := client(t, order(), direct).Call(context.Background(), request(map[string]any{"order_id": "A"})); done.Value["status"] != "direct" {
		t.Errorf("%+v", done)
	}
	o := options(order(), "http://orders.example", []string{"orders.example"})
	o.Proxy, _ = url.Parse(proxy)
	done := New(o).Call(context.Background(), request(map[string]any{"order_id": "A"}))
	if done.Value["status"] != "by proxy" || asked != "http://orders.example/orders/A" {
		t.Errorf("%+v by %s", done, asked)
	}
}

// A certificate that nobody vouches for is none, and neither is encryption that is out of date.
func TestTLS(t *testing.T) {
	for _, c := range []struct {
		name    string
		trusted bool
		most    uint16
		good    bool
	}{
		{"as it should be", true, tls.VersionTLS13, true},
		{"still good", true, tls.VersionTLS12, true},
		{"out of date", true, tls.VersionTLS11, false},
		{"untrusted", false, tls.VersionTLS13, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(answers(`{"status":"lost"}`))
			s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: c.most}
			s.Config.ErrorLog = log.New(io.Discard, "", 0)
			s.StartTLS()
			t.Cleanup(s.Close)
			op := order()
			op.Retry = 0
			client := client(t, op, s.URL)
			if c.trusted {
				pool := x509.NewCertPool()
				pool.AddCert(s.Certificate())
				client.transport.(*http.Transport).TLSClientConfig.RootCAs = pool
			}
			done := client.Call(context.Background(), request(map[string]any{"order_id": "A"}))
			if done.Failed == c.good {
				t.Errorf("%+v", done)
			}
		})
	}
}
