package service

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
)

func object(fields ...expression.Field) *expression.Type {
	return &expression.Type{Kind: expression.Object, Fields: fields}
}

func field(name string, t *expression.Type) expression.Field {
	return expression.Field{Name: name, Type: t}
}

func optional(name string, t *expression.Type) expression.Field {
	return expression.Field{Name: name, Type: t, Optional: true}
}

// order is what the tests call.
func order() *graph.Operation {
	return &graph.Operation{
		Name: "orders.get", URL: "${ORDERS_URL}", Auth: "bearer ${ORDERS_TOKEN}", Method: "GET", Path: "/orders/{order_id}", Timeout: 5 * time.Second, Retry: 3,
		Takes:   object(field("order_id", expression.StringType), optional("part", expression.IntType), optional("since", expression.DateType)),
		Returns: object(optional("eta", expression.DateType), field("status", expression.StringType)),
	}
}

const token = "secret-token"

// client calls one operation at a URL, to which the host of the URL is named.
func client(t *testing.T, op *graph.Operation, base string, allow ...string) *Client {
	t.Helper()
	if allow == nil {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		allow = []string{u.Hostname()}
	}
	return newClient(options(op, base, allow), net.DefaultResolver)
}

func options(op *graph.Operation, base string, allow []string) Options {
	environment := map[string]string{"ORDERS_URL": base, "ORDERS_TOKEN": token}
	return Options{
		Operation: func(context.Context, *machine.Request) *graph.Operation { return op },
		Env:       func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		Allow:     allow,
	}
}

func request(args map[string]any) *machine.Request {
	return &machine.Request{ID: "c1/7", Conversation: "c1", Operation: "orders.get", Args: args}
}

// seen is what a server was asked.
type seen struct {
	method, uri, body string
	header            http.Header
}

// server answers every request alike.
func server(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

func answers(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write([]byte(body))
	}
}

// mustFail wants a call to fail with a reason that holds a piece, and none of the secrets and data that went into it.
func mustFail(t *testing.T, done machine.CallDone, piece string) {
	t.Helper()
	if !done.Failed || !strings.Contains(done.Reason, piece) {
		t.Errorf("got %+v, want a failure because %q", done, piece)
	}
	for _, secret := range []string{token, "AB123456"} {
		if strings.Contains(done.Reason, secret) {
			t.Errorf("the reason shows what it may not: %s", done.Reason)
		}
	}
}
