package server

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// So many logins may fail from one place within the window, and so many places are remembered.
const (
	mostFailures   = 10
	failureWindow  = time.Minute
	mostRemembered = 10000
)

// attempts counts logins that failed, by where they come from.
type attempts struct {
	clock Clock
	mu    sync.Mutex
	from  map[string]*failures
}

type failures struct {
	count int
	since time.Time
}

// place is an address; of IPv6 the network, of which one caller has all addresses.
func place(r *http.Request) string {
	ip := remoteIP(r)
	if ip.To4() == nil && len(ip) == net.IPv6len {
		ip = ip.Mask(net.CIDRMask(64, 128))
	}
	return ip.String()
}

// wait is how long a place has to wait; zero: it may try.
func (a *attempts) wait(place string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.from[place]
	if f == nil || f.count < mostFailures {
		return 0
	}
	return max(0, f.since.Add(failureWindow).Sub(a.clock.Now()))
}

func (a *attempts) failed(place string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	if len(a.from) >= mostRemembered {
		for p, f := range a.from {
			if now.Sub(f.since) >= failureWindow {
				delete(a.from, p)
			}
		}
		if len(a.from) >= mostRemembered {
			clear(a.from) // somebody has ten thousand addresses: counting them is no defence
		}
	}
	f := a.from[place]
	if f == nil || now.Sub(f.since) >= failureWindow {
		f = &failures{since: now}
		if a.from == nil {
			a.from = map[string]*failures{}
		}
		a.from[place] = f
	}
	f.count++
}
