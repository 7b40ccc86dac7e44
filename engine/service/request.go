package service

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/schedule"
)

const userAgent = "journey/1"

// exchange is one call, which may take several tries.
type exchange struct {
	c      *Client
	op     *graph.Operation
	id     string // the idempotency key
	url    string
	body   []byte // JSON; nil without one
	header http.Header
	secret string // the name of the header with the credentials; empty without
}

// prepare builds the request: fields of the path into the path, the rest into the query, or as JSON into the body.
func (e *exchange) prepare(base string, args map[string]any) error {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return failed("the URL of %s is not like https://orders.example", e.op.Name)
	case u.Scheme != "http" && u.Scheme != "https":
		return failed("the URL of %s begins neither with https:// nor with http://", e.op.Name)
	case u.User != nil:
		return failed("the URL of %s has a user in it, which belongs in `auth`", e.op.Name)
	case !e.c.allowed.has(u):
		return failed("%s is not called: the configuration's services.allow does not name the host %s", e.op.Name, u.Host)
	}
	rest := make(map[string]any, len(args))
	for name, v := range args {
		rest[name] = expression.Plain(v)
	}
	path, query, _ := strings.Cut(e.op.Path, "?")
	if path, err = fill(path, rest, url.PathEscape); err != nil {
		return failed("%s is not called: %v", e.op.Name, err)
	}
	if climbs(path) {
		return failed("%s is not called: its arguments lead to another path", e.op.Name)
	}
	if query, err = fill(query, rest, url.QueryEscape); err != nil {
		return failed("%s is not called: %v", e.op.Name, err)
	}
	e.header = http.Header{"User-Agent": {userAgent}, "Accept": {"application/json"}, "Idempotency-Key": {e.id}}
	if bodied(e.op.Method) {
		if e.body, err = json.Marshal(rest); err != nil {
			return failed("%s is not called: its arguments can't be written as JSON", e.op.Name)
		}
		e.header.Set("Content-Type", "application/json")
	} else {
		query = joined(query, values(rest).Encode())
	}
	e.url = u.Scheme + "://" + u.Host + strings.TrimSuffix(u.EscapedPath(), "/") + path
	if query = joined(u.RawQuery, query); query != "" {
		e.url += "?" + query
	}
	return e.authorize()
}

func bodied(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "&" + b
}

// fill puts arguments into {field}, and takes them out of what is left for the query or the body.
func fill(text string, args map[string]any, escape func(string) string) (string, error) {
	var b strings.Builder
	var used []string
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		v, ok := args[name]
		if !ok {
			return "", fmt.Errorf("its argument %s, which is in the path, is not set", name)
		}
		written := scalar(v)
		if written == "" {
			return "", fmt.Errorf("its argument %s, which is in the path, is empty", name)
		}
		b.WriteString(escape(written))
		used = append(used, name)
		text = after
	}
	for _, name := range used {
		delete(args, name)
	}
	return b.String(), nil
}

// climbs tells whether a path has a segment that stands for another one.
func climbs(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// values writes arguments for a query: an element of a list is a value of its own, an object is JSON.
func values(args map[string]any) url.Values {
	q := url.Values{}
	for name, v := range args {
		if list, ok := v.([]any); ok {
			for _, e := range list {
				q.Add(name, scalar(e))
			}
			continue
		}
		q.Set(name, scalar(v))
	}
	return q
}

func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Duration:
		return schedule.FormatDuration(v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// authorize adds the credentials: `bearer TOKEN`, `basic USER:PASSWORD`, or `header NAME: VALUE`.
func (e *exchange) authorize() error {
	if e.op.Auth == "" {
		return nil
	}
	auth, err := e.c.expand(e.op.Auth)
	if err != nil {
		return failed("the credentials of %s: %v", e.op.Name, err)
	}
	scheme, value, _ := strings.Cut(auth, " ")
	value = strings.TrimSpace(value)
	e.secret = "Authorization"
	switch strings.ToLower(scheme) {
	case "bearer":
		value = "Bearer " + value
	case "basic":
		if strings.Contains(value, ":") {
			value = base64.StdEncoding.EncodeToString([]byte(value))
		}
		value = "Basic " + value
	case "header":
		name, rest, found := strings.Cut(value, ":")
		if !found {
			name, rest, _ = strings.Cut(value, " ")
		}
		e.secret, value = strings.TrimSpace(name), strings.TrimSpace(rest)
	default:
		return failed("the credentials of %s begin neither with bearer nor with basic nor with header", e.op.Name)
	}
	if strings.ContainsAny(value, "\r\n\x00") || e.secret == "" || strings.ContainsAny(e.secret, " \t\r\n\x00") {
		return failed("the credentials of %s make no header", e.op.Name)
	}
	e.header.Set(e.secret, value)
	return nil
}

// request is what one try sends.
func (e *exchange) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if e.body != nil {
		body = bytes.NewReader(e.body)
	}
	r, err := http.NewRequestWithContext(ctx, e.op.Method, e.url, body)
	if err != nil {
		return nil, failed("%s is not called: its request can't be made", e.op.Name)
	}
	r.Header = e.header.Clone()
	return r, nil
}
