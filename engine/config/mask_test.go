package config

import (
	"strings"
	"testing"
)

// What is shown beside a finding has no secret in it, and its lines and columns are those of the file.
func TestMask(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"a secret", "encryption_key: hunter2hunter2hunter2 # mine\n", "encryption_key: ••••••••••••••••••••• # mine\n"},
		{"in quotes, after wide characters", "chat: { identity: \"ключ-hunter2-hunter2\" } # x\n", "chat: { identity: •••••••••••••••••••••• } # x\n"},
		{"in a block", "encryption_key: |\n  hunter2hunter2\n\n  hunter2hunter2\nbrand: Shop\n", "encryption_key: •\n  ••••••••••••••\n\n  ••••••••••••••\nbrand: Shop\n"},
		{"a token in place of its hash", "tokens: [{ name: a, role: admin, sha256: hunter2 }]\n", "tokens: [{ name: a, role: admin, sha256: ••••••• }]\n"},
		{"a password in a URL", "data: postgres://a:hunter2@db/x\n", "data: •••••••••••••••••••••••••\n"},
		{"Windows", "\uFEFFencryption_key: hunter2hunter2hunter2\r\nbrand: Shop\r\n", "encryption_key: •••••••••••••••••••••\nbrand: Shop\n"},
		{"none", "encryption_key: \"${JOURNEY_KEY}\"\nlog: { level: hunter }\n", "encryption_key: \"${JOURNEY_KEY}\"\nlog: { level: hunter }\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings := Read("journey.yaml", []byte(c.source), env)
			got := string(Mask([]byte(c.source), findings))
			if got != c.want || strings.Contains(got, "hunter2") {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}
