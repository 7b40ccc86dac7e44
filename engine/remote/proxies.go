// Package remote tells who asks over HTTP: the address of a client, also from behind proxies, and how often one may ask.
package remote

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks of those whose word is taken for who asked them. Without any, whoever connects is the client.
type Proxies []netip.Prefix

// Address is where a request comes from. Where it was passed on by trusted proxies that is the last address, in the header X-Forwarded-For,
// that is none of them; what stands before it anybody could have written. Without that header it is Forwarded (RFC 7239). Where a proxy
// did not say, or hid, who asked it, it is the proxy. The zero address: r.RemoteAddr is none.
func (p Proxies) Address(r *http.Request) netip.Addr {
	client := parse(r.RemoteAddr)
	if !p.trusted(client) {
		return client
	}
	hops, read := elements(r.Header["X-Forwarded-For"]), parse
	if hops == nil {
		hops, read = elements(r.Header["Forwarded"]), forwardedFor
	}
	for _, hop := range slices.Backward(hops) {
		before := read(hop)
		if !before.IsValid() {
			return client
		}
		if client = before; !p.trusted(client) {
			return client
		}
	}
	return client
}

// Named makes a request one of the client's own: its RemoteAddr is the client's address, with the port that it had or 0.
func (p Proxies) Named(r *http.Request) {
	if a := p.Address(r); a.IsValid() && a != parse(r.RemoteAddr) {
		r.RemoteAddr = netip.AddrPortFrom(a, 0).String()
	}
}

// Overlooks tells of a request that a machine of the server's own network passes on and that is none of the trusted proxies: one was
// forgotten, it seems.
func (p Proxies) Overlooks(r *http.Request) bool {
	from := parse(r.RemoteAddr)
	return (from.IsPrivate() || from.IsLoopback()) && !p.trusted(from) && (r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "")
}

func (p Proxies) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// elements are the parts of a list, over all lines of its header. Quotes bind nothing: one that a client left open would hide what proxies
// wrote after it.
func elements(lines []string) (all []string) {
	for _, line := range lines {
		all = append(all, strings.Split(line, ",")...)
	}
	return all
}

// parse reads an address, which may have a port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80".
func parse(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// forwardedFor reads the address in an element of Forwarded: `for="[2001:db8::1]:80";proto=https`.
func forwardedFor(element string) netip.Addr {
	for pair := range strings.SplitSeq(element, ";") {
		if name, value, found := strings.Cut(pair, "="); found && strings.EqualFold(strings.TrimSpace(name), "for") {
			return parse(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return netip.Addr{}
}
