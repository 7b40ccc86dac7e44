package main

import (
	"strings"
	"testing"

	"journey/engine/config"
)

// What is right and may not be meant so is said once, when the server starts.
func TestDoubts(t *testing.T) {
	const (
		twilio = `providers: { sms: { kind: twilio, account_sid: AC1, auth_token: "${SECRET}", from: "+15005550006" } }` + "\n"
		token  = "tokens: [{ name: a, role: admin, sha256: f98103e9217f099208569d295c1b276f1821348636c268c854bb2a086e0037cd }]\n"
	)
	for _, c := range []struct{ source, want string }{
		{"brand: Example Shop\n", ""},
		{"providers: { sms: { kind: sandbox } }\n", ""},
		{twilio, "public_url"},
		{twilio + "public_url: https://journeys.shop.example\n", ""},
		{token, "encryption_key"},
		{token + "encryption_key: \"${SECRET}\"\n", ""},
		{"retention: 30d\ncosts: { sms: 0.0083 USD per segment }\n", "costs, retention"},
	} {
		cfg, findings := config.Read("journey.yaml", []byte(c.source), func(string) (string, bool) { return "a secret that is long enough", true })
		if len(findings) > 0 {
			t.Fatalf("%s: %v", c.source, findings)
		}
		var got []string
		for _, doubt := range doubts(cfg) {
			key, _, _ := strings.Cut(doubt, " ")
			got = append(got, key)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: doubts about %v, want %s", c.source, got, c.want)
		}
	}
}
