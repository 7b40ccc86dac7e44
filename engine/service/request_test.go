package service

import (
	"context"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"journey/engine/graph"
	"journey/engine/machine"
)

func TestRequests(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+token))
	for _, c := range []struct {
		name              string
		change            func(op *graph.Operation)
		args              map[string]any
		method, uri, body string
		header            map[string]string
	}{
		{"fields of the path", nil, map[string]any{"order_id": "AB123456"}, "GET", "/api/orders/AB123456", "",
			map[string]string{"Authorization": "Bearer " + token, "Accept": "application/json", "User-Agent": userAgent, "Idempotency-Key": "c1/7", "Content-Type": ""}},
		{"a field can't leave its place", nil, map[string]any{"order_id": "../admin?all=1#x%"}, "GET", "/api/orders/..%2Fadmin%3Fall=1%23x%25", "", nil},
		{"the rest is the query", nil, map[string]any{"order_id": "A", "part": 2, "since": "2026-03-06"}, "GET", "/api/orders/A?part=2&since=2026-03-06", "", nil},
		{"what is not set is left out", nil, map[string]any{"order_id": "A", "part": nil}, "GET", "/api/orders/A", "", nil},
		{"a query of its own", func(op *graph.Operation) { op.Path = "/orders?id={order_id}&full=1" }, map[string]any{"order_id": "a&b", "part": 1}, "GET", "/api/orders?id=a%26b&full=1&part=1", "", nil},
		{"or the body", func(op *graph.Operation) { op.Method = "POST" }, map[string]any{"order_id": "A", "part": 2, "since": "2026-03-06"}, "POST", "/api/orders/A", `{"part":2,"since":"2026-03-06"}`,
			map[string]string{"Content-Type": "application/json"}},
		{"an empty body is an object", func(op *graph.Operation) { op.Method = "PUT" }, map[string]any{"order_id": "A"}, "PUT", "/api/orders/A", `{}`, nil},
		{"nothing in the body of a DELETE", func(op *graph.Operation) { op.Method = "DELETE" }, map[string]any{"order_id": "A", "part": 2}, "DELETE", "/api/orders/A?part=2", "", nil},
		{"a password", func(op *graph.Operation) { op.Auth = "basic ada:${ORDERS_TOKEN}" }, map[string]any{"order_id": "A"}, "GET", "/api/orders/A", "", map[string]string{"Authorization": basic}},
		{"a header of its own", func(op *graph.Operation) { op.Auth = "header X-Api-Key: ${ORDERS_TOKEN}" }, map[string]any{"order_id": "A"}, "GET", "/api/orders/A", "",
			map[string]string{"X-Api-Key": token, "Authorization": ""}},
		{"no credentials", func(op *graph.Operation) { op.Auth = "" }, map[string]any{"order_id": "A"}, "GET", "/api/orders/A", "", map[string]string{"Authorization": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got seen
			base := server(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = seen{r.Method, r.RequestURI, string(body), r.Header}
				answers(`{"status":"on its way"}`)(w, r)
			})
			op := order()
			if c.change != nil {
				c.change(op)
			}
			given := maps.Clone(c.args)
			done := client(t, op, base+"/api/").Call(context.Background(), request(c.args))
			if done.Failed {
				t.Fatal(done.Reason)
			}
			if got.method != c.method || got.uri != c.uri || got.body != c.body {
				t.Errorf("got %s %s %s, want %s %s %s", got.method, got.uri, got.body, c.method, c.uri, c.body)
			}
			for name, want := range c.header {
				if have := got.header.Get(name); have != want {
					t.Errorf("%s is %q, want %q", name, have, want)
				}
			}
			if !maps.Equal(given, c.args) {
				t.Error("the arguments were changed")
			}
		})
	}
}

func TestScalars(t *testing.T) {
	for want, v := range map[string]any{"a b": "a b", "-3": -3, "0.1": 0.1, "1000000": 1e6, "true": true, "36h": 36 * time.Hour, `{"a":1}`: map[string]any{"a": 1}} {
		if got := scalar(v); got != want {
			t.Errorf("scalar(%v) = %q", v, got)
		}
	}
	if got := values(map[string]any{"a": []any{1, "x"}}).Encode(); got != "a=1&a=x" {
		t.Error(got)
	}
}

// What is not as declared, or not configured, is not called.
func TestNothingIsSent(t *testing.T) {
	base := server(t, func(http.ResponseWriter, *http.Request) { t.Error("it was called") })
	for _, c := range []struct {
		name   string
		change func(op *graph.Operation)
		args   map[string]any
		reason string
	}{
		{"an argument lacks", nil, nil, "argument order_id is not set"},
		{"an argument is null", nil, map[string]any{"order_id": nil}, "argument order_id is not set"},
		{"an argument of another type", nil, map[string]any{"order_id": "AB123456", "since": "AB123456"}, "argument since is not date"},
		{"an empty path", nil, map[string]any{"order_id": ""}, "order_id, which is in the path, is empty"},
		{"a path that climbs", nil, map[string]any{"order_id": ".."}, "lead to another path"},
		{"an optional one of the path", func(op *graph.Operation) { op.Path = "/orders/{order_id}/{part}" }, map[string]any{"order_id": "A", "part": nil}, "argument part, which is in the path, is not set"},
		{"no URL", func(op *graph.Operation) { op.URL = "${NOWHERE_URL}" }, map[string]any{"order_id": "A"}, "NOWHERE_URL is not set"},
		{"no token", func(op *graph.Operation) { op.Auth = "bearer ${NO_TOKEN}" }, map[string]any{"order_id": "A"}, "NO_TOKEN is not set"},
		{"no scheme", func(op *graph.Operation) { op.Auth = "digest ${ORDERS_TOKEN}" }, map[string]any{"order_id": "A"}, "neither with bearer"},
		{"a header in a header", func(op *graph.Operation) { op.Auth = "header X: ${ORDERS_TOKEN}\r\nY: z" }, map[string]any{"order_id": "A"}, "make no header"},
		{"no protocol of ours", func(op *graph.Operation) { op.URL = "ftp://127.0.0.1" }, map[string]any{"order_id": "A"}, "neither with https"},
		{"no URL at all", func(op *graph.Operation) { op.URL = "orders" }, map[string]any{"order_id": "A"}, "is not like https://"},
		{"a user in the URL", func(op *graph.Operation) { op.URL = "http://a:b@127.0.0.1" }, map[string]any{"order_id": "A"}, "belongs in `auth`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			op := order()
			if c.change != nil {
				c.change(op)
			}
			mustFail(t, client(t, op, base).Call(context.Background(), request(c.args)), c.reason)
		})
	}
	c := client(t, nil, base)
	mustFail(t, c.Call(context.Background(), request(nil)), "no journey declares")
}

type sandbox struct{ asked map[string]any }

func (s *sandbox) Answer(_ *graph.Operation, args map[string]any) (map[string]any, int) {
	s.asked = args
	if args["order_id"] == "gone" {
		return nil, http.StatusNotFound
	}
	return map[string]any{"status": "on its way", "eta": "2026-03-09"}, 0
}

// The sandbox answers for services without a URL, and for no others.
func TestSandbox(t *testing.T) {
	op := order()
	op.URL = "${NOWHERE_URL}"
	s := &sandbox{}
	o := options(op, "", nil)
	o.Sandbox = s
	c := New(o)
	if done := c.Call(context.Background(), request(map[string]any{"order_id": "A", "part": nil})); done.Failed || done.Value["eta"] != "2026-03-09" || len(s.asked) != 1 {
		t.Errorf("%+v, asked for %v", done, s.asked)
	}
	if done := c.Call(context.Background(), request(map[string]any{"order_id": "gone"})); !done.Failed || done.Status != 404 {
		t.Errorf("%+v", done)
	}
	op.URL = "http://127.0.0.1:1"
	mustFail(t, c.Call(context.Background(), request(map[string]any{"order_id": "A"})), "services.allow does not name the host")
}

// Each call is traced, and told whether it failed.
func TestTrace(t *testing.T) {
	type key struct{}
	var name string
	var ended error
	o := options(order(), "", nil)
	o.Trace = func(ctx context.Context, operation string) (context.Context, func(error)) {
		name = operation
		return context.WithValue(ctx, key{}, 1), func(err error) { ended = err }
	}
	o.Operation = func(ctx context.Context, _ *machine.Request) *graph.Operation {
		if ctx.Value(key{}) == nil {
			t.Error("the span is not in the context")
		}
		return nil
	}
	New(o).Call(context.Background(), request(nil))
	if name != "orders.get" || ended == nil {
		t.Error(name, ended)
	}
}

// Whatever is put into a path, the request goes to the operation's own host and place, and says just that.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{"AB123456", "../x", "..", "a/b?c#d", "%2e%2e", "\\..\\", "a b\r\nHost: x", "é\x00", "@evil.example/", "//evil.example"} {
		f.Add(seed, seed)
	}
	c := New(options(nil, "", []string{"orders.example"}))
	f.Fuzz(func(t *testing.T, id, note string) {
		op := &graph.Operation{Name: "orders.get", Method: "GET", Path: "/orders/{order_id}/notes"}
		e := &exchange{c: c, op: op, id: "1"}
		if err := e.prepare("https://orders.example/api", map[string]any{"order_id": id, "note": note}); err != nil {
			return
		}
		r, err := e.request(context.Background())
		if err != nil {
			return
		}
		segments := strings.Split(r.URL.EscapedPath(), "/")
		if r.URL.Host != "orders.example" || len(segments) != 5 || segments[2] != "orders" || segments[4] != "notes" {
			t.Fatalf("%q leads to %s", id, r.URL)
		}
		if got, err := url.PathUnescape(segments[3]); err != nil || got != id {
			t.Errorf("%q arrives as %q", id, got)
		}
		if got := r.URL.Query().Get("note"); got != note {
			t.Errorf("%q arrives as %q", note, got)
		}
	})
}
