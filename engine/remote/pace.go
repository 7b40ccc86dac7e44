package remote

import (
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// mostPlaces are remembered by a Pace: about a megabyte.
const mostPlaces = 10000

// Pace bounds how often something may happen from one place: Burst times at once, and once every Every in the long run. It is safe for
// concurrent use, and must not be copied.
type Pace struct {
	Burst int
	Every time.Duration

	mu   sync.Mutex
	paid map[netip.Prefix]time.Time // up to when what has happened is paid for
}

// PerMinute is a pace of so many a minute, which may all come at once.
func PerMinute(n int) *Pace { return &Pace{Burst: n, Every: time.Minute / time.Duration(n)} }

// Admit counts a request from elsewhere, unless it has to wait, and so long is given. Requests from this machine are not counted: they
// come from its operator, or from a proxy that nobody said to trust, behind which all would be held up for one.
func (p *Pace) Admit(r *http.Request, now time.Time) time.Duration {
	from := parse(r.RemoteAddr)
	if from.IsLoopback() {
		return 0
	}
	return p.Take(from, now)
}

// Wait is how long an address has to wait; 0: it may go on.
func (p *Pace) Wait(a netip.Addr, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wait(place(a), now)
}

// Take counts one more from an address, unless it has to wait, and so long is given.
func (p *Pace) Take(a netip.Addr, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := place(a)
	if wait := p.wait(from, now); wait > 0 {
		return wait
	}
	if len(p.paid) >= mostPlaces {
		p.forget(now)
	}
	if p.paid == nil {
		p.paid = map[netip.Prefix]time.Time{}
	}
	p.paid[from] = later(p.paid[from], now).Add(p.Every)
	return 0
}

func (p *Pace) wait(from netip.Prefix, now time.Time) time.Duration {
	whole := time.Duration(p.Burst) * p.Every
	ahead := max(0, p.paid[from].Sub(now))
	if ahead > whole { // that much it never is, unless the clock was set
		delete(p.paid, from)
		return 0
	}
	return max(0, ahead+p.Every-whole)
}

// forget drops the places that have nothing to pay any more; where all have, it drops all: whoever has so many addresses is held up by no
// count of them.
func (p *Pace) forget(now time.Time) {
	for from, paid := range p.paid {
		if !paid.After(now) {
			delete(p.paid, from)
		}
	}
	if len(p.paid) >= mostPlaces {
		clear(p.paid)
	}
}

// place is an address; of IPv6 the network, of which one client has all addresses.
func place(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	network, _ := a.Prefix(bits) // it fails for no address, and those who have none share one place
	return network
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
