package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"journey/engine/diagnostic"
)

var environment = map[string]string{
	"TWILIO_AUTH_TOKEN": "secret-of-twilio", "CRM_SECRET": "secret-of-the-crm-0123456789", "JOURNEY_KEY": "secret-to-seal-with-0123456789", "LLM_KEY": "secret-of-the-model",
	"SMTP_PASSWORD": "secret-of-the-mail", "EMPTY": "",
}

func env(name string) (string, bool) {
	v, ok := environment[name]
	return v, ok
}

// Each line of a file in testdata says after #~ what is found in it: the severity, the code, and a piece of the message or its hint.
func TestFindings(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("nothing to read", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			expectFindings(t, path, string(source))
		})
	}
}

func expectFindings(t *testing.T, path, source string) {
	t.Helper()
	_, findings := Read(path, []byte(source), env)
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		for _, want := range strings.Split(line, "#~")[1:] {
			head, piece, _ := strings.Cut(strings.TrimSpace(want), ": ")
			if !take(&findings, i+1, head, piece) {
				t.Errorf("%s:%d: not found: %s: %s", path, i+1, head, piece)
			}
		}
	}
	for _, f := range findings {
		t.Errorf("%s:%d:%d: not expected: %s %s: %s (%s)", path, f.Span.Start.Line, f.Span.Start.Column, f.Severity, f.Code, f.Message, f.Hint)
	}
}

// take removes a finding that is as expected.
func take(findings *[]diagnostic.Finding, line int, head, piece string) bool {
	for i, f := range *findings {
		if f.Span.Start.Line == line && f.Severity.String()+" "+f.Code == head && strings.Contains(f.Message+"\n"+f.Hint, piece) {
			*findings = append((*findings)[:i:i], (*findings)[i+1:]...)
			return true
		}
	}
	return false
}

// Places are exact: a variable's own, a key's, a value's.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ source, place string }{
		{"listen: 127.0.0.1:x\n", "1:9"},
		{"data: \"postgres://u:${NO_SUCH}@db/x\"\n", "1:21"},
		{"chat: { theme: { acent: \"#0a7\" } }\n", "1:18"},
		{"tokens:\n  - name: a\n    role: admin\n", "2:5"},
		{"services:\n  allow:\n    - a b\n", "3:7"},
	} {
		_, findings := Read("journey.yaml", []byte(c.source), env)
		if len(findings) != 1 {
			t.Errorf("%q: %d findings, want one: %v", c.source, len(findings), findings)
			continue
		}
		if at := findings[0].Span.Start; fmt.Sprintf("%d:%d", at.Line, at.Column) != c.place {
			t.Errorf("%q: found at %v, want %s", c.source, at, c.place)
		}
	}
}

func TestEverything(t *testing.T) {
	const path = "../../schema/examples/config/journey.yaml"
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, findings := Read(path, source, env)
	for _, f := range findings {
		t.Errorf("%s:%d: %s", path, f.Span.Start.Line, f.Message)
	}
	for name, is := range map[string]bool{
		"listen":            c.Listen == "0.0.0.0:8080",
		"public_url":        c.PublicURL == "https://journeys.shop.example",
		"data":              c.Data == "journey.db" && !c.Data.Postgres(),
		"twilio":            c.Providers.SMS[0].Twilio.AuthToken.Reveal() == "secret-of-twilio",
		"smtp":              c.Providers.Email[0].SMTP.Port == 587,
		"origins":           c.Chat.Origins[0] == "https://www.shop.example",
		"accent":            c.Chat.Theme.Accent == "#0a7",
		"role":              c.Tokens[0].Role == "ingest" && c.Tokens[0].SHA256[0] != 0,
		"events":            len(c.Subscribers[0].Events) == 2,
		"allow":             c.Services.Allow[0] == "orders.example",
		"cost":              c.Costs[0] == Cost{"sms", 0.0083, "USD", "segment"},
		"queue":             c.Queues[0].Name == "orders" && c.Queues[0].Hours.Zone == "America/New_York",
		"holidays":          c.Queues[0].Hours.Holidays[0] == "2026-12-25" && len(c.Queues[0].Hours.Times) == 1,
		"promise":           c.Queues[0].Answer == 2*time.Minute && c.Queues[0].Alert == 30*time.Second && !c.Queues[0].Push,
		"assignment":        c.Queues[1].Push && c.Queues[1].Capacity == 4 && c.Queues[1].Vanish == 5*time.Minute && c.Queues[1].Absent,
		"agent":             c.Tokens[2].Skills[1] == "es" && c.Tokens[2].Queues[0] == "orders" && c.Tokens[2].Capacity == 6,
		"canned":            c.Canned[0].Name == "hello" && c.Canned[1].Queues[0] == "orders",
		"model":             c.Understand.Timeout == 2*time.Second,
		"retention":         c.Retention == 400*24*time.Hour,
		"approval":          c.Approval,
		"crm owner":         c.CRM[0].Fields[0].Owner == "theirs" && c.CRM[0].Fields[1].Owner == "ours",
		"log level":         c.Log.Level == slog.LevelInfo,
		"telemetry":         c.Telemetry.Ratio == 0.1,
		"shutdown":          c.ShutdownGrace == 10*time.Second && c.Drain == 10*time.Second,
		"proxies":           len(c.Proxies) == 2 && c.Proxies[0].String() == "10.0.0.0/8" && c.Proxies[1].String() == "127.0.0.1/32",
		"limits":            c.Limits == Limits{Queue: 4096, QueueMB: 64, Batch: 256, Senders: 64, Visitors: 60, Links: 240},
		"nothing left over": !reflect.DeepEqual(c.Limits, Limits{}),
	} {
		if !is {
			t.Errorf("%s is not as written", name)
		}
	}
}

// Whatever prints a configuration, no secret is in it.
func TestSecretsAreNotShown(t *testing.T) {
	source, err := os.ReadFile("../../schema/examples/config/journey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := Read("journey.yaml", source, env)
	c.Data = "postgres://journey:secret-of-the-data@db/journeys?password=secret-again"
	encoded, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("read", "config", c, "data", c.Data, "key", c.EncryptionKey)
	key := c.EncryptionKey
	for _, shown := range []string{
		string(encoded), log.String(), fmt.Sprint(key), fmt.Sprintf("%s %v %+v %#v %q %x", key, key, key, key, key, key),
		fmt.Sprintf("%v %+v %#v", *c, *c, *c), fmt.Sprintf("%v %+v", c.Providers.SMS[0].Twilio, *c.Providers.SMS[0].Twilio), c.Data.String(),
	} {
		if strings.Contains(shown, "secret-") {
			t.Errorf("a secret is shown: %s", shown)
		}
	}
}

// What may be a secret is not in what is said of it.
func TestFindingsShowNoSecret(t *testing.T) {
	for _, source := range []string{
		"tokens: [{ name: a, role: admin, sha256: hunter2 }]",
		"encryption_key: hunter2",
		"data: postgres://u:hunter2@/x",
		"listen: ${SECRET}", "retention: ${SECRET}", "public_url: ${SECRET}", "limits: { queue: \"${SECRET}\" }", "costs: { sms: \"${SECRET}\" }",
		"services: { allow: [\"${SECRET} \"] }", "queues: { a: { hours: \"${SECRET}\" } }", "log: { level: \"${SECRET}\" }", "data: ${SECRET}x://y",
		"chat: { origins: [\"https://${SECRET}/x y\"] }", "subscribers: [{ url: \"https://u:hunter2@x.example\", secret: \"${SECRET}\" }]",
	} {
		_, findings := Read("journey.yaml", []byte(source), func(string) (string, bool) { return "hunter2", true })
		if len(findings) == 0 {
			t.Errorf("%s: nothing is found", source)
		}
		for _, f := range findings {
			if strings.Contains(f.Message+f.Hint, "hunter2") {
				t.Errorf("%s: the secret is shown: %s (%s)", source, f.Message, f.Hint)
			}
		}
	}
}

func TestNothingIsFine(t *testing.T) {
	for _, source := range []string{"", "# nothing yet\n", "listen: localhost:0\n", "listen: \"[::1]:8080\"\n", "listen: \":8080\"\ntokens: [{ name: a, role: admin, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }]\n"} {
		if c, findings := Read("journey.yaml", []byte(source), env); len(findings) > 0 || c == nil {
			t.Errorf("%q: %v", source, findings)
		}
	}
}

func TestLoopback(t *testing.T) {
	for listen, want := range map[string]bool{
		"127.0.0.1:8080": true, "127.9.9.9:1": true, "localhost:8080": true, "[::1]:8080": true, "[::ffff:127.0.0.1]:80": true,
		"0.0.0.0:8080": false, ":8080": false, "[::]:8080": false, "10.0.0.1:8080": false, "shop.example:80": false, "nonsense": false,
	} {
		if got := Loopback(listen); got != want {
			t.Errorf("Loopback(%q) = %v", listen, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.yaml")
	for _, path := range append(paths, "../../schema/examples/config/journey.yaml") {
		source, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		c, findings := Read("journey.yaml", source, env)
		if c == nil {
			t.Fatal("no configuration")
		}
		bad := false
		for _, f := range findings {
			bad = bad || f.Severity == diagnostic.Error
			if f.Message == "" || f.Code == "" || f.Span.Start.Line < 1 || f.Span.Start.Column < 1 {
				t.Errorf("%+v", f)
			}
		}
		Mask(source, findings)
		if !bad && c.Listen != "" && !Loopback(c.Listen) && len(c.Tokens) == 0 {
			t.Errorf("%s is open to everybody", c.Listen)
		}
	})
}
