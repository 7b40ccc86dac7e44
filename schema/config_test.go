package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"journey/engine/config"
	"journey/schema"
)

// CONFIGURATION.md is configuration.md.tmpl, with the schema's descriptions and the examples in it.
func TestConfigurationIsUpToDate(t *testing.T) {
	ofConfig(t).isWritten("CONFIGURATION.md", configurations(t))
}

func configurations(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("examples/config/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples", err)
	}
	return paths
}

// environment has every variable, so that nothing is amiss but what is in the file.
func environment(name string) (string, bool) { return "the value of " + name, true }

// The examples of the reference are without a mistake, by the schema and by the server.
func TestConfigurationsAreInOrder(t *testing.T) {
	s := compiled(t, schema.Config)
	for _, path := range configurations(t) {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(decode(t, string(source))); err != nil {
			t.Errorf("%s: %#v", path, err)
		}
		_, findings := config.Read(path, source, environment)
		for _, f := range findings {
			t.Errorf("%s:%d: %s", path, f.Span.Start.Line, f.Message)
		}
	}
}

// The schema and the server refuse, and take, the same files.
func TestConfigurationSchema(t *testing.T) {
	s := compiled(t, schema.Config)
	const twilio, hash = `kind: twilio, account_sid: AC1, auth_token: "${A}"`, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for file, good := range map[string]bool{
		"{}":                    true,
		"data: ${DATA}":         true,
		"retention: 400d":       true,
		"retention: 400 days":   false,
		"liston: a":             false,
		"approval: maybe":       false,
		"limits: { queue: 0 }":  false,
		"limits: { queue: 10 }": true,
		"limits: { queue_mb: 1, visitors_per_minute: 10, links_per_minute: 100 }": true,
		"limits: { links_per_minute: 0 }":                                         false,
		"trusted_proxies: [10.0.0.0/8, 127.0.0.1]":                                true,
		"trusted_proxies: 10.0.0.0/8":                                             false,
		"drain: 10s":                                                              true,
		"providers: { sms: { " + twilio + " } }":                                  false,
		"providers: { sms: { " + twilio + `, from: "+15005550006" } }`:            true,
		"providers: { sms: [{ kind: sandbox }] }":                                 true,
		"providers: { sms: [{ kind: smtp }] }":                                    false,
		"providers: { email: { kind: smtp, host: a } }":                           false,
		"tokens: [{ name: a, role: admin, sha256: " + hash + " }]":                true,
		"tokens: [{ name: a, role: king, sha256: " + hash + " }]":                 false,
		"tokens: [{ name: a, role: admin, sha256: abc }]":                         false,
		"chat: { theme: { accent: blue } }":                                       false,
		"costs: { sms: 1 USD per segment }":                                       true,
		"costs: { sms: 1 USD }":                                                   false,
		"queues: { a: {} }":                                                       true,
		"queues: { a: { hour: x } }":                                              false,
		"queues: { a: { assign: push, vanish: never, answered_within: 2m } }":     true,
		"queues: { a: { assign: push, take_up: 2m, dispositions: [solved] } }":    true,
		"queues: { a: { assign: take } }":                                         false,
		"queues: { a: { when_away: unavailable, capacity: 3 } }":                  true,
		"queues: { a: { holidays: [christmas] } }":                                false,
		"canned: { a: Hello, b: { text: Bye, queues: [a] } }":                     true,
		"canned: { a: { queues: [a] } }":                                          false,
		`crm: [{ kind: rest, token: "${A}" }]`:                                    false,
		`crm: [{ kind: hubspot, token: "${A}" }]`:                                 true,
		`crm: [{ kind: zendesk, token: "${A}" }]`:                                 false,
		`crm: [{ kind: hubspot, token: "${A}", paths: { contact: /a } }]`:         false,
		"telemetry: { ratio: 1 }":                                                 false,
	} {
		_, findings := config.Read("journey.yaml", []byte(file), environment)
		if (len(findings) == 0) != good {
			t.Errorf("%s: the server says %v", file, findings)
		}
		if err := s.Validate(decode(t, file)); (err == nil) != good {
			t.Errorf("%s: the schema says %v", file, err)
		}
	}
}

// The schema has the keys that the server knows: each file holds one key that does not exist, and the hint lists those that do.
func TestKeysAreTheServers(t *testing.T) {
	r := ofConfig(t)
	for _, c := range []struct{ definition, path, file string }{
		{"config", "", "zzzz: 1"},
		{"config", "providers", "providers: { zzzz: 1 }"},
		{"twilio", "", "providers: { sms: { kind: twilio, zzzz: 1 } }"},
		{"vonage", "", "providers: { sms: { kind: vonage, zzzz: 1 } }"},
		{"smtp", "", "providers: { email: { kind: smtp, zzzz: 1 } }"},
		{"sandbox", "", "providers: { email: { kind: sandbox, zzzz: 1 } }"},
		{"config", "chat", "chat: { zzzz: 1 }"},
		{"config", "chat theme", "chat: { theme: { zzzz: 1 } }"},
		{"config", "tokens", "tokens: [{ zzzz: 1 }]"},
		{"config", "subscribers", "subscribers: [{ zzzz: 1 }]"},
		{"config", "services", "services: { zzzz: 1 }"},
		{"config", "costs", "costs: { zzzz: 1 }"},
		{"config", "queues", "queues: { a: { zzzz: 1 } }"},
		{"config", "canned", "canned: { a: { zzzz: 1 } }"},
		{"config", "understand", "understand: { zzzz: 1 }"},
		{"config", "understand llm", "understand: { llm: { zzzz: 1 } }"},
		{"crm", "", "crm: [{ kind: rest, zzzz: 1 }]"},
		{"crm", "fields", "crm: [{ kind: rest, fields: { contact.id: { zzzz: 1 } } }]"},
		{"crm", "push", "crm: [{ kind: rest, push: { zzzz: 1 } }]"},
		{"crm", "paths", "crm: [{ kind: rest, paths: { zzzz: 1 } }]"},
		{"config", "limits", "limits: { zzzz: 1 }"},
		{"config", "log", "log: { zzzz: 1 }"},
		{"config", "telemetry", "telemetry: { zzzz: 1 }"},
	} {
		_, findings := config.Read("journey.yaml", []byte(c.file), environment)
		r.hasKeys(c.definition, c.path, allowed(t, c.file, findings))
	}
}
