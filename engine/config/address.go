package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"journey/engine/flow"
)

// url parses an absolute URL of one of some schemes; nil where it is none, which is reported.
func (r *reader) url(w word, name string, schemes ...string) *url.URL {
	u, err := url.Parse(w.text)
	example := schemes[0] + "://www.example.com"
	switch {
	case err != nil || u.Scheme == "" || u.Opaque != "" || !strings.Contains(w.text, "://"):
		r.bad(w, CodeBadURL, fmt.Sprintf("`%s` wants a URL such as `%s`, not %s", name, example, w.masked()), "")
	case !slices.Contains(schemes, u.Scheme):
		r.bad(w, CodeBadURL, fmt.Sprintf("`%s` wants a URL that begins with %s, and this one does not", name, quoted(withSlashes(schemes))), "")
	case u.Hostname() == "":
		r.bad(w, CodeBadURL, fmt.Sprintf("the URL in `%s` names no host", name), "")
	default:
		return u
	}
	return nil
}

func withSlashes(schemes []string) []string {
	list := slices.Clone(schemes)
	for i := range list {
		list[i] += "://"
	}
	return list
}

// masked is a URL as a message may show it: without what may be a password.
func (w word) masked() string {
	if strings.Contains(w.Value, "@") && !w.env {
		return "what is written"
	}
	return w.shown()
}

// plainURL reads a URL without a user in it.
func (r *reader) plainURL(f field, into *string, schemes ...string) *url.URL {
	w := r.word(f, "a URL")
	if !w.ok {
		return nil
	}
	u := r.url(w, f.name, schemes...)
	if u == nil {
		return nil
	}
	if u.User != nil {
		r.bad(w, CodeBadURL, fmt.Sprintf("the URL in `%s` has a user in it", f.name), "credentials have keys of their own")
		return nil
	}
	*into = strings.TrimSuffix(w.text, "/")
	return u
}

// origin reads a URL that has nothing behind its host and port.
func (r *reader) origin(f field, into *string) *url.URL {
	u := r.plainURL(f, into, "https", "http")
	if u == nil {
		return nil
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		hint := "leave out what follows it"
		if !strings.Contains(f.value.Scalar.Value, "${") {
			hint = fmt.Sprintf("write `%s://%s`", u.Scheme, u.Host)
		}
		r.report(f.value.Span, CodeBadURL, fmt.Sprintf("`%s` ends with the host, or its port", f.name), hint)
		return nil
	}
	*into = u.Scheme + "://" + u.Host
	return u
}

func (r *reader) publicURL(f field, into *string) {
	u := r.origin(f, into)
	if u != nil && u.Scheme == "http" && !isLocal(u.Hostname()) {
		r.warn(f.value.Span, CodeBadURL, "`public_url` is not encrypted: links in messages, and whoever signs in, can be listened to", "use https://")
	}
}

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (r *reader) services(f field, into *Services) {
	seen := twice{}
	r.section(f, "`services`",
		may("allow", func(f field) {
			r.words(f, "hosts", func(w word) {
				if host, ok := r.host(w); ok {
					r.first(seen, host, "this list has already", w.Span)
					into.Allow = append(into.Allow, host)
				}
			})
		}),
		may("proxy", func(f field) { r.plainURL(f, &into.Proxy, "http", "https") }),
	)
}

// proxies reads addresses, and networks of them.
func (r *reader) proxies(f field, into *[]netip.Prefix) {
	seen := twice{}
	r.words(f, "addresses", func(w word) {
		network, err := netip.ParsePrefix(w.text)
		if one, notOne := netip.ParseAddr(w.text); notOne == nil && one.Zone() == "" {
			network, err = one.Unmap().Prefix(one.Unmap().BitLen())
		}
		switch {
		case err != nil || network.Addr().Is4In6():
			r.bad(w, CodeBadAddress, fmt.Sprintf("%s is no address, and no network", w.shown()), "write it like `127.0.0.1` or `10.0.0.0/8`")
			return
		case network.Bits() == 0:
			r.bad(w, CodeBadAddress, fmt.Sprintf("with %s everybody is a proxy, and may name whom they like as the client", w.shown()), "name the network that the proxies are in")
			return
		}
		network = network.Masked()
		r.first(seen, network.String(), "this list has already", w.Span)
		*into = append(*into, network)
	})
}

var hostName = regexp.MustCompile(`^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9])?$`)

var (
	portNumber   = regexp.MustCompile(`^[1-9][0-9]{0,4}$`)
	dottedDigits = regexp.MustCompile(`^([0-9]+\.)*[0-9]+$`) // an address that is none, for no name ends in a number
)

// host reads a host that may be called, or all below a name: "*.shop.example".
func (r *reader) host(w word) (string, bool) {
	name := strings.ToLower(w.text)
	host := name
	if h, port, err := net.SplitHostPort(name); err == nil && portNumber.MatchString(port) {
		host = h
	}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if host == name {
			name = ip.Unmap().String()
		}
		return name, true
	}
	if hostName.MatchString(host) && !dottedDigits.MatchString(host) {
		return name, true
	}
	hint := "write it like `orders.example`, or `*.shop.example` for all below one"
	if _, rest, isURL := strings.Cut(w.Value, "://"); isURL {
		rest, _, _ = strings.Cut(rest, "/")
		hint = fmt.Sprintf("write `%s`", shorten(rest))
	}
	r.bad(w, flow.CodeBadValue, fmt.Sprintf("%s names no host", w.shown()), hint)
	return "", false
}
