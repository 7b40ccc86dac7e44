package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"journey/engine/server"
)

// described is /openapi.json, to hold answers against.
type described struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
}

const described31 = "https://journey.example/openapi.json"

// read asks for the description. Here no object may have a field that is not described, so that nothing is forgotten there.
func read(t *testing.T, w *world) *described {
	t.Helper()
	r := httptest.NewRequest("GET", "/openapi.json", nil)
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
	r.Header.Set("Authorization", "Bearer joe")
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	d := &described{compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(rec.Body.Bytes(), &d.doc); err != nil {
		t.Fatal(err)
	}
	for name, schema := range at(d.doc, "components", "schemas").(map[string]any) {
		if name != "CloudEvent" {
			schema.(map[string]any)["additionalProperties"] = false
		}
	}
	closed, err := json.Marshal(d.doc)
	if err != nil {
		t.Fatal(err)
	}
	d.compiler.Draft = jsonschema.Draft2020
	d.compiler.AssertFormat = true
	if err := d.compiler.AddResource(described31, bytes.NewReader(closed)); err != nil {
		t.Fatal(err)
	}
	return d
}

// at is a part of a document, nil where there is none.
func at(v any, path ...string) any {
	for _, name := range path {
		node, _ := v.(map[string]any)
		v = node[name]
	}
	return v
}

// valid holds a JSON document against the schema at a place of the description.
func (d *described) valid(t *testing.T, body []byte, path ...string) {
	t.Helper()
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	for i := range path {
		path[i] = escape.Replace(path[i])
	}
	schema, err := d.compiler.Compile(described31 + "#/" + strings.Join(path, "/"))
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s: %#v", body, err)
	}
}

// check holds an answer against the description: its status, its type and its body.
func (d *described) check(t *testing.T, r *http.Request, status int, route, kind string, body []byte) {
	t.Helper()
	if route == "none" || strings.HasPrefix(kind, "text/") || status == http.StatusTemporaryRedirect {
		return
	}
	operation := []string{"paths", route, strings.ToLower(r.Method)}
	if at(d.doc, operation...) == nil {
		t.Errorf("%s %s is not described", r.Method, route)
		return
	}
	if kind == "application/problem+json" {
		d.valid(t, body, "components", "schemas", "Problem")
		return
	}
	answer := append(operation, "responses", strconv.Itoa(status))
	if at(d.doc, answer...) == nil {
		t.Errorf("%s %s answers %d, which is not described", r.Method, route, status)
		return
	}
	if kind == "application/json" && route != "/openapi.json" {
		d.valid(t, body, append(answer, "content", kind, "schema")...)
	}
}

// TestDescriptionHasEveryRoute holds that the table of routes and the description are one.
func TestDescriptionHasEveryRoute(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		operations := 0
		for path, item := range at(w.described.doc, "paths").(map[string]any) {
			for method, operation := range item.(map[string]any) {
				operations++
				if at(operation, "summary") == "" {
					t.Errorf("%s %s has no summary", method, path)
				}
				// A path that is described is answered, and not as one that isn't there.
				r := httptest.NewRequest(strings.ToUpper(method), regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, "x"), strings.NewReader("{}"))
				r.Header.Set("Authorization", "Bearer root")
				w.ask(r)
				if got := w.lastRoute(); got != path {
					t.Errorf("%s %s takes the route %s", method, path, got)
				}
			}
		}
		if want := len(server.Patterns(w.Server)); operations != want {
			t.Errorf("%d operations are described, and there are %d routes", operations, want)
		}
	})
}

// TestExamples asks what the description gives as examples.
func TestExamples(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		asked := 0
		for _, pattern := range server.Patterns(w.Server) {
			method, path, _ := strings.Cut(pattern, " ")
			content, _ := at(w.described.doc, "paths", path, strings.ToLower(method), "requestBody", "content").(map[string]any)
			for kind, format := range content {
				example, err := json.Marshal(at(format, "example"))
				if err != nil || string(example) == "null" {
					continue
				}
				asked++
				w.described.valid(t, example, "paths", path, strings.ToLower(method), "requestBody", "content", kind, "schema")
				r := httptest.NewRequest(method, strings.ReplaceAll(path, "{id}", "ada"), bytes.NewReader(example))
				r.Header.Set("Content-Type", kind)
				r.Header.Set("Authorization", "Bearer root")
				if got := w.ask(r); got.StatusCode/100 != 2 {
					body, _ := io.ReadAll(got.Body)
					t.Errorf("%s as %s: %d\n%s", pattern, kind, got.StatusCode, body)
				}
			}
		}
		if asked < 5 {
			t.Errorf("only %d examples", asked)
		}
	})
}
