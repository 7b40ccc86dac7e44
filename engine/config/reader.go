package config

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// Codes of the findings that only a configuration has; the others are those of package flow.
const (
	CodeUnset       = "unset-variable"
	CodeSecretShown = "secret-in-file"
	CodeExposed     = "exposed"
	CodeTwice       = "duplicate"
	CodeBadURL      = "bad-url"
	CodeBadAddress  = "bad-address"
	CodeBadHash     = "bad-hash"
	CodeBadCost     = "bad-cost"
	CodeUnknownRole = "unknown-role"
)

type reader struct {
	env      func(string) (string, bool)
	findings []diagnostic.Finding
}

// field is a value with what it is called.
type field struct {
	name  string
	place diagnostic.Span // of the key; of an element, its own
	value *flow.Value
}

// key is one that a map may have, and what reads it.
type key struct {
	name     string
	required bool
	read     func(f field)
}

func may(name string, read func(f field)) key  { return key{name, false, read} }
func must(name string, read func(f field)) key { return key{name, true, read} }

func (r *reader) report(span diagnostic.Span, code, message, hint string, related ...diagnostic.Related) {
	r.findings = append(r.findings, diagnostic.Finding{Span: span, Code: code, Message: message, Hint: hint, Related: related})
}

func (r *reader) warn(span diagnostic.Span, code, message, hint string) {
	r.findings = append(r.findings, diagnostic.Finding{Span: span, Code: code, Severity: diagnostic.Warning, Message: message, Hint: hint})
}

// section reads a map that has these keys. what names it in a message: "a token". A misspelt key is read as what was probably meant, so
// that nothing more is said of what it lacks.
func (r *reader) section(f field, what string, keys ...key) {
	if !r.isMap(f, fmt.Sprintf("keys of its own, such as `%s`", keys[0].name)) {
		return
	}
	names := make([]string, len(keys))
	written := map[string]bool{}
	for i, k := range keys {
		names[i] = k.name
	}
	for _, p := range f.value.Map {
		written[p.Key.Value] = true
	}
	seen := map[string]bool{}
	for _, p := range f.value.Map {
		name := p.Key.Value
		if !slices.Contains(names, name) {
			meant := meant(name, names)
			r.unknown(p.Key.Span, what, name, meant, names)
			if meant == "" || written[meant] || seen[meant] {
				continue
			}
			name = meant
		}
		seen[name] = true
		keys[slices.Index(names, name)].read(field{name, p.Key.Span, p.Value})
	}
	for _, k := range keys {
		if k.required && !seen[k.name] {
			r.report(f.place, flow.CodeMissingKey, fmt.Sprintf("%s lacks `%s`", what, k.name), "")
		}
	}
}

func (r *reader) unknown(span diagnostic.Span, what, name, meant string, names []string) {
	hint := "allowed here: " + strings.Join(names, ", ")
	if meant != "" {
		hint = fmt.Sprintf("did you mean `%s`?", meant)
	}
	r.report(span, flow.CodeUnknownKey, fmt.Sprintf("%s has no key `%s`", what, shorten(name)), hint)
}

// otherWords are what other servers call a key.
var otherWords = map[string]string{
	"port": "listen", "address": "listen", "addr": "listen", "bind": "listen", "base_url": "public_url", "url": "public_url",
	"database": "data", "db": "data", "storage": "data", "journeys": "flows", "folder": "flows", "webhooks": "subscribers", "hooks": "subscribers",
	"logging": "log", "tracing": "telemetry", "otel": "telemetry", "opentelemetry": "telemetry", "nlu": "understand",
	"token": "sha256", "hash": "sha256", "secret_hash": "sha256", "type": "kind", "provider": "kind", "cors": "origins",
	"user": "username", "sender": "from", "hosts": "allow", "allowed": "allow", "tls": "security", "api_key": "key",
	"body": "events", "topics": "events", "otlp_endpoint": "otlp", "endpoint": "otlp", "grace": "shutdown_grace",
	"proxies": "trusted_proxies", "real_ip": "trusted_proxies", "forwarded": "trusted_proxies", "pre_stop": "drain", "drain_timeout": "drain",
}

func meant(name string, names []string) string {
	if m := diagnostic.Suggest(name, names); m != "" {
		return m
	}
	if m := otherWords[strings.ToLower(name)]; slices.Contains(names, m) {
		return m
	}
	return ""
}

// isMap tells whether a value is a map, and reports it where it is not.
func (r *reader) isMap(f field, want string) bool {
	if s := f.value.Scalar; s != nil || f.value.IsList {
		r.wrongKind(f, want)
		return false
	}
	return true
}

// named reads a map whose keys are names of the configuration's own.
func (r *reader) named(f field, want string, read func(name string, f field)) {
	if !r.isMap(f, want) {
		return
	}
	for _, p := range f.value.Map {
		read(p.Key.Value, field{p.Key.Value, p.Key.Span, p.Value})
	}
}

// list reads each element of a list; a single value where a list may stand is a list of one.
func (r *reader) list(f field, of string, read func(f field)) {
	if !f.value.IsList {
		if s := f.value.Scalar; s == nil || !s.Faulty {
			hint := ""
			if s != nil && s.Form == flow.Text && s.Value != "" && !strings.Contains(s.Value, "${") {
				hint = fmt.Sprintf("write it as a list: `%s: [%s]`", f.name, shorten(s.Value))
			}
			r.report(f.value.Span, flow.CodeWrongKind, fmt.Sprintf("`%s` wants a list of %s, not %s", f.name, of, kindOf(f.value)), hint)
		}
		return
	}
	for _, v := range f.value.List {
		read(field{f.name, v.Span, v})
	}
}

// oneOrMore reads a map, or a list of maps.
func (r *reader) oneOrMore(f field, of string, read func(f field)) {
	if f.value.Scalar == nil && !f.value.IsList {
		read(f)
		return
	}
	r.list(f, of, read)
}

func (r *reader) wrongKind(f field, want string) {
	if s := f.value.Scalar; s != nil && s.Faulty {
		return
	}
	hint := ""
	if f.value.IsList && len(f.value.List) > 0 && f.value.List[0].Scalar == nil && strings.HasPrefix(want, "keys") {
		hint = "leave out the dashes, and indent its keys alike"
	}
	r.report(f.value.Span, flow.CodeWrongKind, fmt.Sprintf("`%s` wants %s, not %s", f.name, want, kindOf(f.value)), hint)
}

func kindOf(v *flow.Value) string {
	switch {
	case v.IsList:
		return "a list"
	case v.Scalar == nil:
		return "a map of keys"
	case v.Scalar.Form == flow.Null:
		return "nothing"
	default:
		return "a single value"
	}
}

func shorten(text string) string {
	const most = 40
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// twice keeps names of which each may be there once.
type twice map[string]diagnostic.Span

// first reports a name that was there before. what is what has it: "another token is called".
func (r *reader) first(seen twice, name, what string, span diagnostic.Span) {
	if before, ok := seen[name]; ok {
		r.report(span, CodeTwice, fmt.Sprintf("%s `%s`", what, shorten(name)), "", diagnostic.Related{Span: before, Message: "the first one"})
		return
	}
	seen[name] = span
}
