package server

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tree is a node of a JSON document.
type tree = map[string]any

// describe writes /openapi.json (OpenAPI 3.1) from the table of routes.
func (s *Server) describe() []byte {
	d := &description{schemas: tree{}}
	paths := tree{}
	for i := range s.routes {
		rt := &s.routes[i]
		path, known := paths[rt.path()].(tree)
		if !known {
			path = tree{}
			paths[rt.path()] = path
		}
		path[strings.ToLower(rt.method())] = d.operation(rt)
	}
	problems := tree{}
	for _, kind := range sorted(kinds) {
		problems["/problems/"+kind] = kinds[kind]
	}
	doc := tree{
		"openapi": "3.1.0",
		"info": tree{"title": "journey", "version": "1",
			"description": "Every error is a problem document (RFC 9457); `x-problems` lists their types. What changes something is answered with 2xx only once it is kept and synced. " +
				"After 429 and 503, send the same again when Retry-After has passed."},
		"x-problems": problems,
		"paths":      paths,
		"webhooks":   d.webhooks(),
		"components": tree{"schemas": d.schemas, "securitySchemes": tree{
			"token":   tree{"type": "http", "scheme": "bearer"},
			"session": tree{"type": "apiKey", "in": "cookie", "name": sessionCookie},
		}, "responses": tree{"problem": tree{"description": "What is wrong", "content": tree{"application/problem+json": tree{"schema": d.schema(reflect.TypeFor[Problem]())}}}}},
	}
	if s.o.PublicURL != "" {
		doc["servers"] = []any{tree{"url": s.o.PublicURL}}
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // it is made of texts
	}
	return append(b, '\n')
}

// description gathers the schemas that are referred to.
type description struct{ schemas tree }

func (d *description) operation(rt *route) tree {
	op := tree{"summary": rt.summary, "operationId": operationID(rt), "parameters": d.parameters(rt), "responses": d.responses(rt)}
	if rt.does != "" {
		op["description"] = rt.does
	}
	if rt.public {
		op["security"] = []any{}
	} else {
		op["security"] = []any{tree{"token": []any{}}, tree{"session": []any{}}}
		op["x-roles"] = withAdmin(rt.roles)
	}
	if body := d.body(rt); body != nil {
		op["requestBody"] = body
	}
	return op
}

func withAdmin(roles []Role) []Role {
	if slices.Contains(roles, Admin) {
		return roles
	}
	return append(slices.Clone(roles), Admin)
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

func operationID(rt *route) string {
	return strings.Trim(notWord.ReplaceAllString(strings.ToLower(rt.pattern), "_"), "_")
}

var pathParameter = regexp.MustCompile(`\{([a-z]+)\}`)

func (d *description) parameters(rt *route) []any {
	list := []any{}
	for _, found := range pathParameter.FindAllStringSubmatch(rt.path(), -1) {
		list = append(list, tree{"name": found[1], "in": "path", "required": true, "schema": tree{"type": "string"}})
	}
	for _, p := range rt.query {
		list = append(list, tree{"name": p.name, "in": "query", "description": p.doc, "schema": tree{"type": "string"}})
	}
	if rt.once {
		list = append(list, tree{"name": "Idempotency-Key", "in": "header", "schema": tree{"type": "string", "maxLength": longestKey},
			"description": "The same request with the same key is done once, and answered alike; another request with it is refused."})
	}
	return list
}

func (d *description) body(rt *route) tree {
	if rt.takes == nil && rt.formats == nil {
		return nil
	}
	formats := rt.formats
	if formats == nil {
		formats = []string{plainJSON}
	}
	content := tree{}
	for _, format := range formats {
		content[format] = d.format(rt, format)
	}
	return tree{"required": true, "content": content}
}

func (d *description) format(rt *route, format string) tree {
	if rt.takes == nil {
		return tree{"schema": tree{"type": "object", "additionalProperties": tree{"type": "string"}}}
	}
	schema := d.schema(reflect.TypeOf(rt.takes))
	var example any
	if rt.example != "" {
		example = json.RawMessage(rt.example)
	}
	batch := tree{"type": "array", "maxItems": mostInBatch, "items": schema}
	switch {
	case format == batchedJSON:
		schema, example = batch, []any{example}
	case format == plainJSON && slices.Contains(rt.formats, batchedJSON):
		schema = tree{"oneOf": []any{schema, batch}}
	}
	out := tree{"schema": schema}
	if rt.example != "" {
		out["example"] = example
	}
	return out
}

func (d *description) responses(rt *route) tree {
	out := tree{"default": tree{"$ref": "#/components/responses/problem"}}
	for _, status := range rt.successes() {
		one := tree{"description": http.StatusText(status)}
		switch {
		case status >= http.StatusNoContent: // it has no body
		case rt.givesToo != nil:
			one["content"] = tree{plainJSON: tree{"schema": tree{"oneOf": []any{d.schema(reflect.TypeOf(rt.gives)), d.schema(reflect.TypeOf(rt.givesToo))}}}}
		case rt.gives != nil:
			one["content"] = tree{plainJSON: tree{"schema": d.schema(reflect.TypeOf(rt.gives))}}
		case rt.produces != "" && status == http.StatusOK:
			one["content"] = tree{rt.produces: tree{}}
		}
		out[strconv.Itoa(status)] = one
	}
	return out
}

// successes are the statuses of answers that are no problems.
func (rt *route) successes() []int {
	if len(rt.statuses) > 0 {
		return rt.statuses
	}
	return []int{http.StatusOK}
}

// schema describes a Go type by its tags: json, doc and enum.
func (d *description) schema(t reflect.Type) tree {
	switch {
	case t == timeType:
		return tree{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[time.Duration]():
		return tree{"type": "integer"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.schema(t.Elem())
	case reflect.Bool:
		return tree{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return tree{"type": "integer"}
	case reflect.Float64:
		return tree{"type": "number"}
	case reflect.Slice:
		return tree{"type": "array", "items": d.schema(t.Elem())}
	case reflect.Map:
		return tree{"type": "object", "additionalProperties": tree{}}
	case reflect.Struct:
		return d.reference(t)
	case reflect.Interface:
		return tree{} // any value
	}
	return tree{"type": "string"}
}

// reference describes a struct once, under its name.
func (d *description) reference(t reflect.Type) tree {
	if _, known := d.schemas[t.Name()]; !known {
		d.schemas[t.Name()] = nil // so that a type that holds itself ends
		properties, required := tree{}, []string{}
		d.fields(t, properties, &required)
		d.schemas[t.Name()] = tree{"type": "object", "properties": properties, "required": required}
	}
	return tree{"$ref": "#/components/schemas/" + t.Name()}
}

func (d *description) fields(t reflect.Type, properties tree, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			d.fields(f.Type, properties, required)
			continue
		case name == "" || !f.IsExported():
			continue
		}
		one := d.schema(f.Type)
		if doc := f.Tag.Get("doc"); doc != "" {
			one["description"] = doc
		}
		if enum := f.Tag.Get("enum"); enum != "" {
			one["enum"] = strings.Split(enum, ",")
		}
		if f.Type.Kind() == reflect.Pointer && t == reflect.TypeFor[Profile]() {
			one["type"] = []string{"string", "null"}
		}
		properties[name] = one
		if !strings.Contains(rest, "omit") {
			*required = append(*required, name)
		}
	}
}
