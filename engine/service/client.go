package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/runtime"
)

// Options are what a Client needs. Operation must be set.
type Options struct {
	// Operation gives the operation that a request names, as the version of the journey that makes it declares it; nil where there is none.
	Operation func(ctx context.Context, r *machine.Request) *graph.Operation

	Env   func(name string) (string, bool) // the environment; nil: it is empty
	Allow []string                         // hosts that may be called: "orders.example", "*.shop.example", "10.0.0.5", each perhaps with a port
	Proxy *url.URL                         // an HTTP proxy for all calls, which then keeps private addresses apart itself; nil: none

	// Sandbox answers operations whose service has no URL in the environment. Nil: such calls fail.
	Sandbox Sandbox

	// Trace is told of each call, and gives what is to be done after it; nil: nobody is.
	Trace func(ctx context.Context, operation string) (context.Context, func(error))
}

// Sandbox stands in for services.
type Sandbox interface {
	// Answer gives what an operation returns, or the HTTP status that it fails with. The arguments have the declared types.
	Answer(op *graph.Operation, args map[string]any) (value map[string]any, status int)
}

// Client makes calls. It is safe for use by several goroutines.
type Client struct {
	o         Options
	allowed   allowed
	transport http.RoundTripper
	now       func() time.Time
	jitter    func() float64 // from 0 up to 1
}

var _ runtime.Services = (*Client)(nil)

// Call implements runtime.Services. Its Reason names fields and never what is in them, save for a short value of the answer that has not the
// declared type.
func (c *Client) Call(ctx context.Context, r *machine.Request) machine.CallDone {
	end := func(error) {}
	if c.o.Trace != nil {
		ctx, end = c.o.Trace(ctx, r.Operation)
	}
	value, err := c.call(ctx, r)
	end(err)
	if err == nil {
		return machine.CallDone{Value: value}
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{reason: err.Error()}
	}
	return machine.CallDone{Failed: true, Status: f.status, Timeout: f.timeout, Reason: f.reason}
}

// failure is why a call came to nothing.
type failure struct {
	reason  string
	status  int // HTTP; 0 where there was none
	timeout bool
	again   bool          // trying again may help
	after   time.Duration // but not before
}

func (f *failure) Error() string { return f.reason }

func failed(format string, args ...any) *failure {
	return &failure{reason: fmt.Sprintf(format, args...)}
}

func (c *Client) call(ctx context.Context, r *machine.Request) (map[string]any, error) {
	op := c.o.Operation(ctx, r)
	if op == nil {
		return nil, failed("no journey declares the operation %s", r.Operation)
	}
	args, err := arguments(op, r.Args)
	if err != nil {
		return nil, err
	}
	base, err := c.expand(op.URL)
	var unset *unsetError
	if errors.As(err, &unset) && c.o.Sandbox != nil {
		return c.pretend(op, args)
	}
	if err != nil {
		return nil, failed("the URL of %s: %v", op.Name, err)
	}
	e := &exchange{c: c, op: op, id: r.ID}
	if err := e.prepare(base, args); err != nil {
		return nil, err
	}
	return e.do(ctx)
}

// pretend has the sandbox answer.
func (c *Client) pretend(op *graph.Operation, args map[string]any) (map[string]any, error) {
	value, status := c.o.Sandbox.Answer(op, args)
	if status >= 400 {
		return nil, &failure{reason: fmt.Sprintf("the sandbox answers with HTTP status %d", status), status: status}
	}
	return fit(op, value)
}

// arguments checks what a journey hands over, and leaves out what is not set.
func arguments(op *graph.Operation, given map[string]any) (map[string]any, error) {
	args := make(map[string]any, len(given))
	for name, v := range given {
		if v != nil {
			args[name] = v
		}
	}
	if op.Takes == nil {
		return args, nil
	}
	for _, f := range op.Takes.Fields {
		v, ok := args[f.Name]
		if !ok {
			if !f.Optional {
				return nil, failed("%s is not called: its argument %s is not set", op.Name, f.Name)
			}
			continue
		}
		typed, err := expression.Convert(v, f.Type)
		if err != nil {
			return nil, failed("%s is not called: its argument %s is not %s", op.Name, f.Name, f.Type)
		}
		args[f.Name] = typed
	}
	return args, nil
}
