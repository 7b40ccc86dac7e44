package config_test

import (
	"fmt"
	"testing"

	"journey/engine/config"
)

// Numbers are written as the providers' own consoles show them, with or without a plus.
func TestSenders(t *testing.T) {
	for _, c := range []struct{ written, from string }{
		{`"+15005550006"`, "+15005550006"},
		{`"15005550006"`, "+15005550006"},
		{`15005550006`, "+15005550006"},
		{`447700900000`, "+447700900000"},
		{`"12345"`, "12345"},
		{`Shop 24`, "Shop 24"},
		{`"5005550006"`, ""}, // which country?
		{`"+0500555"`, ""},
	} {
		source := fmt.Sprintf("providers: { sms: [{ kind: vonage, api_key: a, api_secret: \"${S}\", signature_secret: \"${S}\", from: %s }] }", c.written)
		cfg, findings := config.Read("journey.yaml", []byte(source), func(string) (string, bool) { return "secret", true })
		switch {
		case c.from == "" && len(findings) == 0:
			t.Errorf("%s is taken", c.written)
		case c.from != "" && (len(findings) > 0 || cfg.Providers.SMS[0].Vonage.From != c.from):
			t.Errorf("%s: %v", c.written, findings)
		}
	}
}
