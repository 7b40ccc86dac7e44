package server

import (
	"bytes"
	"encoding/base64"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"journey/engine/diagnostic"
)

// cloudEvent is an event as CloudEvents 1.0 has it, in any of its HTTP modes
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md).
type cloudEvent struct {
	id, source, kind, subject string

	data map[string]any // without contact
	who  map[string]any // data.contact; nil: none
	at   position       // of its parts in the request

	wrongs  []Detail // what is wrong with it, as far as it can be told without knowing the journeys
	unclear bool     // data can't be read, so nothing is to be said of its fields
}

// position says where a part of an event stands in the request.
type position struct {
	pointer string // of the event in the body
	headers bool   // attributes are headers, and the body is the data
}

func (p position) attribute(name, detail string) Detail {
	if p.headers {
		return Detail{Parameter: "ce-" + name, Detail: detail}
	}
	return Detail{Pointer: p.pointer + "/" + name, Detail: detail}
}

func (p position) dataAt(path string) string {
	if p.headers {
		return path
	}
	return p.pointer + "/data" + path
}

// Media types of the modes.
const (
	plainJSON      = "application/json"
	structuredJSON = "application/cloudevents+json"
	batchedJSON    = "application/cloudevents-batch+json"
)

// Bounds of a batch and of an attribute, in bytes where it is no count.
const (
	largestBatch     = 8 << 20
	mostInBatch      = 1000
	longestAttribute = 1024
)

// required attributes, and those that mean something here. All others are extensions, and left alone.
var (
	requiredAttributes = []string{"specversion", "id", "source", "type"}
	knownAttributes    = []string{"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data", "data_base64"}
)

// isAttribute tells of a header that is one in binary mode.
func isAttribute(header string) bool { return len(header) > 3 && strings.EqualFold(header[:3], "ce-") }

// readEvents reads the events of a request; plain JSON may be one, or a list of them. The error is a *Problem.
func readEvents(h http.Header, mediaType string, body []byte) (events []*cloudEvent, batch bool, err error) {
	if mediaType == plainJSON && hasAttributes(h) {
		if len(body) > longestBody {
			return nil, false, tooLarge(longestBody)
		}
		e, err := binaryEvent(h, body)
		return []*cloudEvent{e}, false, err
	}
	tree, err := parse(body)
	if err != nil {
		return nil, false, err
	}
	list, isList := tree.([]any)
	switch {
	case mediaType == batchedJSON && !isList:
		return nil, true, invalid(wrong("", "a batch is a list of events")...)
	case mediaType == structuredJSON && isList:
		return nil, false, invalid(wrong("", "a list of events is sent as "+batchedJSON)...)
	case !isList && len(body) > longestBody:
		return nil, false, tooLarge(longestBody)
	case !isList:
		return []*cloudEvent{structuredEvent(tree, "")}, false, nil
	}
	if len(list) > mostInBatch {
		return nil, true, problem(http.StatusRequestEntityTooLarge, "too-large", "A batch may have %d events, and this has %d.", mostInBatch, len(list))
	}
	for i, one := range list {
		events = append(events, structuredEvent(one, "/"+strconv.Itoa(i)))
	}
	return events, true, nil
}

func hasAttributes(h http.Header) bool {
	for name := range h {
		if isAttribute(name) {
			return true
		}
	}
	return false
}

func structuredEvent(tree any, pointer string) *cloudEvent {
	e := &cloudEvent{at: position{pointer: pointer}}
	attributes, ok := tree.(map[string]any)
	if !ok {
		e.wrongs = wrong(pointer, "an event is an object")
		return e
	}
	e.read(attributes)
	e.take(e.dataOf(attributes))
	return e
}

// dataOf is the data of an event in structured mode: as JSON, or as JSON in base64.
func (e *cloudEvent) dataOf(attributes map[string]any) any {
	encoded, there := attributes["data_base64"]
	if !there {
		return attributes["data"]
	}
	refused := func(detail string) any {
		e.unclear = true
		e.wrongs = append(e.wrongs, e.at.attribute("data_base64", detail))
		return nil
	}
	if _, both := attributes["data"]; both {
		return refused("there is `data` too, and only one of the two may be")
	}
	text, _ := encoded.(string)
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return refused("it is no base64")
	}
	data, err := parse(decoded)
	if err != nil {
		return refused("decoded, it is no JSON: " + err.(*Problem).Detail)
	}
	return data
}

// binaryEvent reads an event whose attributes are headers.
func binaryEvent(h http.Header, body []byte) (*cloudEvent, error) {
	e := &cloudEvent{at: position{headers: true}}
	attributes := map[string]any{}
	for _, header := range slices.Sorted(maps.Keys(h)) {
		if !isAttribute(header) {
			continue
		}
		name := strings.ToLower(header[3:])
		value, err := url.PathUnescape(h.Get(header))
		if err != nil {
			e.wrongs = append(e.wrongs, e.at.attribute(name, "its percent-encoding is broken"))
			continue
		}
		attributes[name] = value
	}
	e.read(attributes)
	var data any
	if len(bytes.TrimSpace(body)) > 0 {
		var err error
		if data, err = parse(body); err != nil {
			return nil, err
		}
	}
	e.take(data)
	return e, nil
}

// read takes in the attributes.
func (e *cloudEvent) read(attributes map[string]any) {
	e.wrongs = append(e.wrongs, checkAttributes(attributes, e.at)...)
	text := func(name string) string { s, _ := attributes[name].(string); return s }
	e.id, e.source, e.kind, e.subject = text("id"), text("source"), text("type"), text("subject")
}

// take takes in the data, and the contact that it holds.
func (e *cloudEvent) take(data any) {
	e.data = map[string]any{}
	switch data := data.(type) {
	case nil:
		return
	case map[string]any:
		e.data = data
	default:
		e.unclear = true
		e.wrongs = append(e.wrongs, Detail{Pointer: e.at.dataAt(""), Detail: "data has to be an object"})
		return
	}
	who, there := e.data["contact"]
	if !there {
		return
	}
	e.data = maps.Clone(e.data)
	delete(e.data, "contact")
	fields, ok := who.(map[string]any)
	if !ok {
		e.wrongs = append(e.wrongs, Detail{Pointer: e.at.dataAt("/contact"), Detail: "it holds the contact's fields, so it has to be an object"})
	}
	e.who = fields
}

func checkAttributes(attributes map[string]any, at position) (wrongs []Detail) {
	bad := func(name, detail string) { wrongs = append(wrongs, at.attribute(name, detail)) }
	for _, name := range requiredAttributes {
		if attributes[name] == nil || attributes[name] == "" {
			bad(name, "it is missing"+misspelt(name, attributes))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "data" || name == "data_base64" {
			continue
		}
		if detail := wrongAttribute(name, attributes[name]); detail != "" {
			bad(name, detail)
		}
	}
	return wrongs
}

// misspelt finds the attribute that was probably meant to be one that is missing.
func misspelt(name string, attributes map[string]any) string {
	var others []string
	for _, other := range slices.Sorted(maps.Keys(attributes)) {
		if !slices.Contains(knownAttributes, other) {
			others = append(others, other)
		}
	}
	if other := diagnostic.Suggest(name, others); other != "" {
		return "; is `" + other + "` meant to be it?"
	}
	return ""
}

// wrongAttribute says what is wrong with an attribute that is there.
func wrongAttribute(name string, v any) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || name == "" {
		return "an attribute's name has small letters and digits only"
	}
	s, isText := v.(string)
	if !slices.Contains(knownAttributes, name) {
		switch v.(type) {
		case map[string]any, []any:
			return "an extension attribute is a text, a number, or true or false"
		}
		return ""
	}
	switch {
	case v == nil, s == "" && isText && slices.Contains(requiredAttributes, name):
		return "" // missing, which is said elsewhere
	case !isText:
		return "it has to be a text"
	case len(s) > longestAttribute:
		return "it is too long"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "it has a control character"
	}
	switch name {
	case "specversion":
		if s != "1.0" {
			return "version 1.0 is understood here, and this says `" + s + "`"
		}
	case "source":
		if _, err := url.Parse(s); err != nil {
			return "it has to be a URI reference such as /shop/orders"
		}
	case "time":
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			return "it has to be a time such as 2026-03-06T09:00:00Z (RFC 3339)"
		}
	case "datacontenttype":
		if !isJSON(s) {
			return "data is JSON here: application/json"
		}
	}
	return ""
}

func isJSON(mediaType string) bool {
	name, _, err := mime.ParseMediaType(mediaType)
	return err == nil && (name == plainJSON || strings.HasSuffix(name, "+json"))
}
