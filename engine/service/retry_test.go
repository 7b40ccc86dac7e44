package service

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reply is what a scripted service does with one try.
type reply struct {
	status int
	header string // Retry-After
	err    error
	hangs  bool          // until the try is given up
	drips  time.Duration // between two bytes of the answer
}

// script answers tries one by one, the last reply for good, and notes when they came.
type script struct {
	mu      sync.Mutex
	replies []reply
	begun   time.Time
	at      []time.Duration
	keys    map[string]bool
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	p := s.replies[min(len(s.at), len(s.replies)-1)]
	s.at = append(s.at, time.Since(s.begun))
	s.keys[r.Header.Get("Idempotency-Key")] = true
	s.mu.Unlock()
	if p.hangs {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if p.err != nil {
		return nil, p.err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if p.header != "" {
		header.Set("Retry-After", p.header)
	}
	var body io.Reader = strings.NewReader(`{"status":"on its way"}`)
	if p.drips > 0 {
		body = &drip{ctx: r.Context(), text: body, pause: p.drips}
	}
	return &http.Response{StatusCode: p.status, Header: header, Body: io.NopCloser(body), Request: r}, nil
}

// drip gives a byte at a time.
type drip struct {
	ctx   context.Context
	text  io.Reader
	pause time.Duration
}

func (d *drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(d.pause):
		return d.text.Read(p[:1])
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func TestRetries(t *testing.T) {
	const ok = 200
	dropped := reply{err: io.ErrUnexpectedEOF}
	for _, c := range []struct {
		name    string
		replies []reply
		tries   int
		status  int // of the failure; 0: none
		failed  bool
		timeout bool
		least   time.Duration // that it took
		most    time.Duration
	}{
		{"at once", []reply{{status: ok}}, 1, 0, false, false, 0, 0},
		{"a connection that breaks", []reply{dropped, dropped, {status: ok}}, 3, 0, false, false, 300 * time.Millisecond, 600 * time.Millisecond},
		{"a server that fails", []reply{{status: 500}, {status: 502}, {status: ok}}, 3, 0, false, false, 300 * time.Millisecond, 600 * time.Millisecond},
		{"a server that says when", []reply{{status: 503, header: "7"}, {status: ok}}, 2, 0, false, false, 7 * time.Second, 7 * time.Second},
		{"too many requests", []reply{{status: 429, header: "2"}, {status: ok}}, 2, 0, false, false, 2 * time.Second, 2 * time.Second},
		{"by a date", []reply{{status: 503, header: "Sat, 01 Jan 2000 00:00:09 GMT"}, {status: ok}}, 2, 0, false, false, 9 * time.Second, 9 * time.Second},
		{"a date that is past", []reply{{status: 503, header: "Fri, 31 Dec 1999 00:00:00 GMT"}, {status: ok}}, 2, 0, false, false, 100 * time.Millisecond, 200 * time.Millisecond},
		{"later than it may be", []reply{{status: 503, header: "3600"}, {status: ok}}, 1, 503, true, false, 0, 0},
		{"nonsense", []reply{{status: 503, header: "tomorrow"}, {status: ok}}, 2, 0, false, false, 100 * time.Millisecond, 200 * time.Millisecond},
		{"to the end", []reply{{status: 500}}, 4, 500, true, false, 700 * time.Millisecond, 1400 * time.Millisecond},
		{"what is refused stays refused", []reply{{status: 404}, {status: ok}}, 1, 404, true, false, 0, 0},
		{"a bad request, too", []reply{{status: 400}, {status: ok}}, 1, 400, true, false, 0, 0},
		{"no answer in time", []reply{{hangs: true}}, 4, 0, true, true, 20*time.Second + 700*time.Millisecond, 22 * time.Second},
		{"an answer byte by byte", []reply{{status: ok, drips: time.Second}}, 4, 0, true, true, 20*time.Second + 700*time.Millisecond, 22 * time.Second},
		{"slow, and then not", []reply{{hangs: true}, {status: ok}}, 2, 0, false, false, 5*time.Second + 100*time.Millisecond, 5*time.Second + 200*time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{replies: c.replies, begun: time.Now(), keys: map[string]bool{}}
				client := client(t, order(), "https://orders.example")
				client.transport = s
				done := client.Call(t.Context(), request(map[string]any{"order_id": "A"}))
				took := time.Since(s.begun)
				if done.Failed != c.failed || done.Status != c.status || done.Timeout != c.timeout {
					t.Errorf("got %+v", done)
				}
				if len(s.at) != c.tries || took < c.least || took > c.most {
					t.Errorf("%d tries in %s, want %d in %s to %s", len(s.at), took, c.tries, c.least, c.most)
				}
				if len(s.keys) != 1 || !s.keys["c1/7"] {
					t.Errorf("the idempotency keys are %v", s.keys)
				}
			})
		})
	}
}

// Whoever stops does not wait for a pause to end.
func TestStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []reply{{status: 503, header: "30"}}, begun: time.Now(), keys: map[string]bool{}}
		op := order()
		op.Timeout = time.Minute
		client := client(t, op, "https://orders.example")
		client.transport = s
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := client.Call(ctx, request(map[string]any{"order_id": "A"}))
		if took := time.Since(s.begun); !done.Failed || took != time.Second || len(s.at) != 1 {
			t.Errorf("%+v after %s and %d tries", done, took, len(s.at))
		}
	})
}

func TestPausesGrow(t *testing.T) {
	c := New(Options{})
	for _, jitter := range []float64{0, 0.5, 0.999} {
		c.jitter = func() float64 { return jitter }
		var before time.Duration
		for try := range 100 {
			p := c.pause(try)
			if p < before || p > longestPause || p < firstPause/2 {
				t.Errorf("pause %d is %s after %s", try, p, before)
			}
			before = p
		}
	}
}

// The reasons for what broke say nothing of the request.
func TestBroken(t *testing.T) {
	for reason, err := range map[string]error{
		"broke off":        errors.New("read https://orders.example/orders/AB123456: " + token),
		"was broken off":   context.Canceled,
		"did not answer":   context.DeadlineExceeded,
		"can't be reached": opError(),
		"is not found":     dnsError(),
	} {
		e := &exchange{op: order()}
		got := e.broken(context.Background(), err)
		if !strings.Contains(got.Error(), reason) || strings.Contains(got.Error(), "AB123456") {
			t.Errorf("%v: %v", err, got)
		}
	}
}
