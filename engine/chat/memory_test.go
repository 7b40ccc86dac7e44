package chat_test

import (
	"bufio"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
)

// idleStreams opens streams whose clients cost next to nothing, and gives the bytes that each takes.
func idleStreams(t testing.TB, n int) float64 {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := newSite(t, l, nil)
	s.visitor().opens("").cancel()
	inUse := func() float64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapInuse + m.StackInuse)
	}
	before := inUse()
	small := bufio.NewReaderSize(nil, 16)
	for range n {
		c, err := net.Dial("tcp", l.Addr().String())
		must(t, err)
		t.Cleanup(func() { c.Close() })
		fmt.Fprintf(c, "GET /v1/chat/stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", l.Addr(), s.visitor().Token)
		small.Reset(c)
		for {
			text, _, err := small.ReadLine()
			must(t, err)
			if strings.HasPrefix(string(text), "data: ") {
				break
			}
		}
	}
	return (inUse() - before) / float64(n)
}

// TestIdleStreamsAreCheap: 10,000 idle visitors must take less than 1 GB.
func TestIdleStreamsAreCheap(t *testing.T) {
	const most = 1 << 30 / 10_000
	each := idleStreams(t, 1000)
	t.Logf("%.0f bytes for an idle stream, %.0f MB for 10,000", each, each*10_000/1e6)
	if each > most {
		t.Errorf("an idle stream takes %.0f bytes, more than %d", each, most)
	}
}
