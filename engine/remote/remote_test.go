package remote_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"journey/engine/remote"
)

var behind = remote.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("2001:db8:1::/48")}

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		name      string
		from      string
		xff       string // lines by "|"
		forwarded string
		want      string
	}{
		{"nobody between", "203.0.113.7:4711", "", "", "203.0.113.7"},
		{"who is not trusted says nothing", "203.0.113.7:4711", "198.51.100.1", "for=198.51.100.1", "203.0.113.7"},
		{"a proxy", "10.1.2.3:80", "198.51.100.1", "", "198.51.100.1"},
		{"a proxy that does not say", "10.1.2.3:80", "", "", "10.1.2.3"},
		{"a client that lies to the proxy", "10.1.2.3:80", "127.0.0.1, 1.1.1.1, 198.51.100.1", "", "198.51.100.1"},
		{"two proxies", "127.0.0.1:80", "1.1.1.1, 198.51.100.1, 10.9.9.9", "", "198.51.100.1"},
		{"two lines", "127.0.0.1:80", "1.1.1.1|198.51.100.1|10.9.9.9", "", "198.51.100.1"},
		{"a client inside", "127.0.0.1:80", "10.9.9.9", "", "10.9.9.9"},
		{"words instead of an address", "10.1.2.3:80", "198.51.100.1, unknown", "", "10.1.2.3"},
		{"words before one", "10.1.2.3:80", "<script>, 198.51.100.1", "", "198.51.100.1"},
		{"an empty header", "10.1.2.3:80", " ", "", "10.1.2.3"},
		{"a port", "10.1.2.3:80", "198.51.100.1:99", "", "198.51.100.1"},
		{"IPv6", "[2001:db8:1::5]:80", "2001:db8:2::1", "", "2001:db8:2::1"},
		{"IPv6 and a port", "[2001:db8:1::5]:80", "[2001:db8:2::1]:99", "", "2001:db8:2::1"},
		{"IPv4 in IPv6", "[::ffff:10.1.2.3]:80", "::ffff:198.51.100.1", "", "198.51.100.1"},
		{"Forwarded", "10.1.2.3:80", "", "for=192.0.2.9, For=198.51.100.1;proto=https;by=10.1.2.3", "198.51.100.1"},
		{"Forwarded in quotes", "10.1.2.3:80", "", `proto=http; for="[2001:db8:2::1]:99"`, "2001:db8:2::1"},
		{"a quote that the client left open", "10.1.2.3:80", "", `for="1.1.1.1, for=198.51.100.1`, "198.51.100.1"},
		{"Forwarded that hides", "10.1.2.3:80", "", "for=198.51.100.1, for=_hidden", "10.1.2.3"},
		{"Forwarded beside what the proxy writes", "10.1.2.3:80", "198.51.100.1", "for=1.1.1.1", "198.51.100.1"},
		{"no address", "@", "198.51.100.1", "", "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: c.from, Header: http.Header{}}
		if c.xff != "" {
			r.Header["X-Forwarded-For"] = strings.Split(c.xff, "|")
		}
		if c.forwarded != "" {
			r.Header.Set("Forwarded", c.forwarded)
		}
		if got := behind.Address(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNamed(t *testing.T) {
	for from, want := range map[string]string{"10.1.2.3:80": "198.51.100.1:0", "203.0.113.7:4711": "203.0.113.7:4711", "@": "@"} {
		r := &http.Request{RemoteAddr: from, Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}}
		if behind.Named(r); r.RemoteAddr != want {
			t.Errorf("%s becomes %s, want %s", from, r.RemoteAddr, want)
		}
	}
}

func TestOverlooks(t *testing.T) {
	for from, want := range map[string]bool{"10.1.2.3:80": false, "192.168.1.1:80": true, "[::1]:80": true, "203.0.113.7:80": false} {
		r := &http.Request{RemoteAddr: from, Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}}
		if behind.Overlooks(r) != want {
			t.Errorf("%s: not %v", from, want)
		}
		if r.Header = nil; behind.Overlooks(r) {
			t.Errorf("%s passes nothing on", from)
		}
	}
}

func TestAdmit(t *testing.T) {
	p := remote.PerMinute(2)
	for from, want := range map[string]time.Duration{"192.0.2.1:80": 30 * time.Second, "[::1]:80": 0, "127.0.0.1:80": 0, "[::ffff:127.0.0.1]:80": 0, "@": 30 * time.Second} {
		now, r, wait := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC), &http.Request{RemoteAddr: from}, time.Duration(0)
		for range 3 {
			wait = p.Admit(r, now)
		}
		if wait != want {
			t.Errorf("%s waits %v, want %v", from, wait, want)
		}
	}
}

// FuzzAddress holds that what a client writes never names it, once a proxy has added who that is.
func FuzzAddress(f *testing.F) {
	f.Add("1.1.1.1, 10.0.0.1", `for="1.1.1.1`)
	f.Add("", "")
	f.Fuzz(func(t *testing.T, xff, forwarded string) {
		for _, h := range []http.Header{{"X-Forwarded-For": {xff + ", 198.51.100.1"}, "Forwarded": {forwarded}}, {"Forwarded": {forwarded + ", for=198.51.100.1"}},
			{"X-Forwarded-For": {xff, "198.51.100.1, 10.9.9.9"}}} {
			if got := behind.Address(&http.Request{RemoteAddr: "10.1.2.3:80", Header: h}).String(); got != "198.51.100.1" {
				t.Errorf("%v: %s", h, got)
			}
		}
	})
}

// TestPace is a story: what happens at each moment, and how long the last one of them is then to wait.
func TestPace(t *testing.T) {
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)
	p := remote.Pace{Burst: 3, Every: 10 * time.Second}
	for i, c := range []struct {
		pass  time.Duration
		from  string
		times int
		want  time.Duration
	}{
		{0, "192.0.2.1", 3, 0},
		{0, "192.0.2.1", 1, 10 * time.Second},
		{0, "192.0.2.2", 3, 0},
		{4 * time.Second, "192.0.2.1", 2, 6 * time.Second},
		{6 * time.Second, "192.0.2.1", 1, 0},
		{0, "192.0.2.1", 1, 10 * time.Second},
		{time.Hour, "192.0.2.1", 3, 0},
		{0, "2001:db8::1", 3, 0},
		{0, "2001:db8::ffff:2", 1, 10 * time.Second}, // of the same network
		{0, "2001:db8:0:1::1", 3, 0},
		{-24 * time.Hour, "192.0.2.1", 3, 0}, // the clock is set back
	} {
		now = now.Add(c.pass)
		var got time.Duration
		for range c.times {
			got = p.Take(netip.MustParseAddr(c.from), now)
		}
		if got != c.want {
			t.Errorf("%d: %s waits %v, want %v", i, c.from, got, c.want)
		}
	}
	if wait := p.Wait(netip.MustParseAddr("192.0.2.1"), now); wait != 10*time.Second {
		t.Errorf("to look: %v", wait)
	}
	if wait := p.Wait(netip.MustParseAddr("192.0.2.9"), now); wait != 0 {
		t.Errorf("to look where nothing was: %v", wait)
	}
}

// TestPaceForgets has a million addresses come: what is remembered stays bounded, and those who have to wait are remembered longest.
func TestPaceForgets(t *testing.T) {
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)
	p := remote.Pace{Burst: 2, Every: time.Minute}
	busy := netip.MustParseAddr("192.0.2.1")
	for i := range 1 << 20 {
		if i%5000 == 0 {
			now = now.Add(2 * time.Minute) // all others have paid
			p.Take(busy, now)
			p.Take(busy, now)
		}
		p.Take(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), now)
		if i%5000 == 4999 && p.Wait(busy, now) == 0 {
			t.Fatalf("after %d others it is forgotten", i)
		}
	}
	if n := p.Places(); n > 10000 {
		t.Errorf("%d places are remembered", n)
	}
}
