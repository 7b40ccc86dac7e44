package service

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// New makes a client.
func New(o Options) *Client {
	return newClient(o, net.DefaultResolver)
}

func newClient(o Options, resolver *net.Resolver) *Client {
	c := &Client{o: o, allowed: o.Allow, now: time.Now, jitter: rand.Float64}
	t := &http.Transport{
		DialContext:            c.dialer(resolver),
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if o.Proxy != nil {
		t.Proxy = http.ProxyURL(o.Proxy)
	}
	c.transport = t
	return c
}

// dialer connects to hosts, and looks at the address when it is known where the connection goes.
func (c *Client) dialer(resolver *net.Resolver) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		d := net.Dialer{Timeout: 10 * time.Second, Resolver: resolver}
		d.Control = func(_, to string, _ syscall.RawConn) error { return c.control(host, to) }
		return d.DialContext(ctx, network, address)
	}
}

func (c *Client) control(host, to string) error {
	if c.o.Proxy != nil && strings.EqualFold(host, c.o.Proxy.Hostname()) {
		return nil
	}
	at, err := netip.ParseAddrPort(to)
	if err != nil {
		return failed("the host %s has no address that can be called", host)
	}
	if why := c.allowed.refuse(host, at.Addr()); why != "" {
		return &failure{reason: fmt.Sprintf("the host %s is not called: it leads to %s, and the configuration's services.allow does not name it for that", host, why)}
	}
	return nil
}
