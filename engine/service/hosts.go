package service

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// allowed are the hosts that may be called.
type allowed []string

// has tells whether a URL's host is on the list.
func (a allowed) has(u *url.URL) bool {
	host, port := hostOf(u.Hostname()), portOf(u)
	for _, entry := range a {
		name, only := split(entry)
		if only != "" && only != port {
			continue
		}
		if below, ok := strings.CutPrefix(name, "*"); ok && strings.HasSuffix(host, below) && len(host) > len(below) || name == host {
			return true
		}
	}
	return false
}

// named tells whether the list has a host by its own name, and so trusts it to be where it is.
func (a allowed) named(host string) bool {
	for _, entry := range a {
		if name, _ := split(entry); name == hostOf(host) {
			return true
		}
	}
	return false
}

func split(entry string) (host, port string) {
	host = entry
	if h, p, err := net.SplitHostPort(entry); err == nil {
		host, port = h, p
	}
	return hostOf(host), port
}

// hostOf writes a host as it is compared: lower case, without the root's dot, an address in its one form.
func hostOf(host string) string {
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().WithZone("").String()
	}
	return host
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// special are networks that no public service is in (https://www.iana.org/assignments/iana-ipv4-special-registry and the one for IPv6),
// beside those that netip knows.
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10", "::/96")

func prefixes(list ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(list))
	for i, p := range list {
		all[i] = netip.MustParsePrefix(p)
	}
	return all
}

// refuse says why no connection is made to an address; empty where one may be. A host that is on the list by name may be on this machine or
// in a network of one's own; where machines and clouds talk to themselves only an address is reached that is called, and on the list, as such.
func (a allowed) refuse(host string, ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	switch {
	case hostOf(host) == ip.String() && a.named(host):
		return ""
	case ip.IsLinkLocalUnicast(), ip.IsMulticast(), ip.IsUnspecified(), ip == metadata:
		return "an address that is nobody's service"
	case a.named(host):
		return ""
	case ip.IsLoopback(), ip.IsPrivate(), isSpecial(ip):
		return "a private address"
	}
	return ""
}

// metadata is where one cloud answers over IPv6; the others do in the link-local network.
var metadata = netip.MustParseAddr("fd00:ec2::254")

func isSpecial(ip netip.Addr) bool {
	for _, p := range special {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
