package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"journey/engine/diagnostic"
)

// Bounds of a body.
const (
	longestBody = 1 << 20
	deepest     = 64
)

// readBody reads a body whole, in one of some media types, and gives which.
func readBody(r *http.Request, bound int64, types ...string) (body []byte, mediaType string, err error) {
	mediaType, _, err = mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		mediaType = ""
	}
	if !slices.Contains(types, mediaType) {
		return nil, "", problem(http.StatusUnsupportedMediaType, "media-type", "It has to be %s.", strings.Join(types, " or "))
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, "", problem(http.StatusUnsupportedMediaType, "media-type", "The content encoding %s is not taken; send it as it is.", encoding)
	}
	body, err = io.ReadAll(http.MaxBytesReader(nil, r.Body, bound))
	var exceeded *http.MaxBytesError
	switch {
	case errors.As(err, &exceeded):
		return nil, "", tooLarge(bound)
	case err != nil:
		return nil, "", problem(http.StatusBadRequest, "malformed", "The body broke off.")
	}
	return body, mediaType, nil
}

func tooLarge(bound int64) *Problem {
	return problem(http.StatusRequestEntityTooLarge, "too-large", "It may have %d bytes.", bound)
}

// readInto reads a body of JSON into a struct: no field that it doesn't have, and each of its type. No body at all is an empty object.
func readInto(r *http.Request, into any) error {
	if r.ContentLength == 0 {
		return nil
	}
	body, _, err := readBody(r, longestBody, "application/json")
	if err != nil {
		return err
	}
	tree, err := parse(body)
	if err != nil {
		return err
	}
	if wrong := fit(tree, reflect.TypeOf(into).Elem(), ""); len(wrong) > 0 {
		return invalid(wrong...)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return problem(http.StatusBadRequest, "malformed", "%v", err)
	}
	return nil
}

// parse reads one JSON value strictly: in UTF-8, no key twice in an object, nothing after it, not nested too deeply. Numbers stay as
// they are written. The error is a *Problem.
func parse(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, problem(http.StatusBadRequest, "malformed", "It is not UTF-8.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := value(d, "", 0)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return v, nil
		}
		err = errors.New("there is something after the JSON value")
	}
	var p *Problem
	if errors.As(err, &p) {
		return nil, p
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	return nil, problem(http.StatusBadRequest, "malformed", "It is no JSON: at byte %d, %v.", d.InputOffset(), err)
}

func value(d *json.Decoder, pointer string, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if n, isNumber := t.(json.Number); isNumber {
		if _, err := n.Float64(); err != nil {
			return nil, malformedAt(pointer, "the number is too large")
		}
	}
	delim, nested := t.(json.Delim)
	if !nested {
		return t, nil
	}
	if depth == deepest {
		return nil, malformedAt(pointer, fmt.Sprintf("it is nested more than %d deep", deepest))
	}
	if delim == '[' {
		return array(d, pointer, depth+1)
	}
	return object(d, pointer, depth+1)
}

func array(d *json.Decoder, pointer string, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := value(d, fmt.Sprintf("%s/%d", pointer, len(list)), depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func object(d *json.Decoder, pointer string, depth int) (any, error) {
	fields := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := t.(string)
		at := pointer + "/" + escapePointer(name)
		if _, twice := fields[name]; twice {
			return nil, malformedAt(at, "it is there twice")
		}
		if fields[name], err = value(d, at, depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return fields, err
}

func malformedAt(pointer, detail string) *Problem {
	p := problem(http.StatusBadRequest, "malformed", "%s: %s.", pointer, detail)
	p.Errors = []Detail{{Pointer: pointer, Detail: detail}}
	return p
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(name string) string { return pointerEscapes.Replace(name) }

var timeType = reflect.TypeFor[time.Time]()

// fit lists where a value is not what a Go type takes.
func fit(v any, t reflect.Type, pointer string) []Detail {
	if t.Kind() == reflect.Pointer {
		if v == nil {
			return nil
		}
		return fit(v, t.Elem(), pointer)
	}
	if t == timeType {
		s, ok := v.(string)
		if _, err := time.Parse(time.RFC3339, s); !ok || err != nil {
			return wrong(pointer, "it has to be a time such as 2026-03-06T09:00:00Z")
		}
		return nil
	}
	ok, wanted := true, ""
	switch t.Kind() {
	case reflect.Struct:
		return fitFields(v, t, pointer)
	case reflect.Map:
		_, ok = v.(map[string]any)
		wanted = "an object"
	case reflect.String:
		_, ok = v.(string)
		wanted = "a text"
	case reflect.Bool:
		_, ok = v.(bool)
		wanted = "true or false"
	}
	if !ok {
		return wrong(pointer, "it has to be "+wanted)
	}
	return nil
}

func fitFields(v any, t reflect.Type, pointer string) (all []Detail) {
	in, ok := v.(map[string]any)
	if !ok {
		return wrong(pointer, "it has to be an object")
	}
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
		if given, there := in[name]; there {
			all = append(all, fit(given, f.Type, pointer+"/"+name)...)
		}
	}
	for _, name := range sorted(in) {
		if !slices.Contains(names, name) {
			all = append(all, unknownField(pointer, name, names)...)
		}
	}
	return all
}

func unknownField(pointer, name string, names []string) []Detail {
	hint := "it has " + strings.Join(names, ", ")
	if meant := diagnostic.Suggest(name, names); meant != "" {
		hint = "did you mean `" + meant + "`?"
	}
	return wrong(pointer+"/"+escapePointer(name), "there is no such field; "+hint)
}

func wrong(pointer, detail string) []Detail { return []Detail{{Pointer: pointer, Detail: detail}} }
