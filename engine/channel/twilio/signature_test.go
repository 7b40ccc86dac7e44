package twilio

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// The vectors of Twilio's documentation (https://www.twilio.com/docs/usage/security) and client libraries
// (twilio-go client/request_validator_test.go, twilio-python tests/unit/test_request_validator.py).
func TestSignature(t *testing.T) {
	const (
		token    = "12345"
		address  = "https://mycompany.com/myapp.php?foo=1&bar=2"
		bodyHash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
		json     = `{"property": "value", "boolean": true}`
	)
	ported := strings.Replace(address, ".com", ".com:1234", 1)
	caller := func(number string) url.Values {
		return url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {number}, "Digits": {"1234"}, "From": {number}, "To": {"+18005551212"}}
	}
	reasons := caller("+14158675309")
	reasons["ReasonConferenceEnded"], reasons["Reason"] = []string{"test"}, []string{"Participant"}
	for _, c := range []struct {
		name, address, body, signature string
		want                           bool
	}{
		{"documentation", address, caller("+14158675310").Encode(), "GvWf1cFY/Q7PnoempGyD5oXAezc=", true},
		{"libraries", address, caller("+14158675309").Encode(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true},
		{"made without the port", ported, caller("+14158675309").Encode(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true},
		{"made with the port", ported, caller("+14158675309").Encode(), "CYn1h0gLBdNxDGkKJg6hYohgeD8=", true},
		{"made with the scheme's port", address, caller("+14158675309").Encode(), "kvajT1Ptam85bY51eRf/AJRuM3w=", true},
		{"sorted by name", address, reasons.Encode(), "vOEb5UThFn24KEfnOFLQY2AE5FY=", true},
		{"sorted by pair", address, reasons.Encode(), "95+Bu0JVPi0r/SsESZCVf0dWAjw=", false},
		{"over http", strings.Replace(address, "https", "http", 1), reasons.Encode(), "n2xBNyzSW7rfYStDtOFiFMv7qNo=", true},
		{"form", address, "property=value&boolean=true", "NBdBDr/T/lgjI+tlgpXjKZQZs/k=", true},
		{"JSON by its hash", address + "&bodySHA256=" + bodyHash, json, "a9nBmqA0ju/hNViExpshrM61xv4=", true},
		{"JSON by its hash alone", "https://mycompany.com/myapp.php?bodySHA256=" + bodyHash, json, "y77kIzt2vzLz71DgmJGsen2scGs=", true},
		{"another JSON", address + "&bodySHA256=" + bodyHash, json + " ", "a9nBmqA0ju/hNViExpshrM61xv4=", false},
		{"another number", address, caller("+14158675311").Encode(), "GvWf1cFY/Q7PnoempGyD5oXAezc=", false},
		{"another URL", address + "&x", caller("+14158675310").Encode(), "GvWf1cFY/Q7PnoempGyD5oXAezc=", false},
		{"none", address, caller("+14158675310").Encode(), "", false},
		{"no base64", address, caller("+14158675310").Encode(), "WRONG SIGNATURE", false},
		{"a form that is none", address, "a=%zz", "GvWf1cFY/Q7PnoempGyD5oXAezc=", false},
	} {
		if got := signed(token, c.address, c.signature, []byte(c.body)); got != c.want {
			t.Errorf("%s: it fits is %v, want %v", c.name, got, c.want)
		}
	}
	if signed("12346", address, "GvWf1cFY/Q7PnoempGyD5oXAezc=", []byte(caller("+14158675310").Encode())) {
		t.Error("it fits another token")
	}
}

func FuzzForm(f *testing.F) {
	for _, body := range []string{"MessageSid=SM1&From=%2B14155550101&Body=hi&NumMedia=1&MediaUrl0=x", "MessageSid=SM1&MessageStatus=failed&ErrorCode=30005", "%zz", "a=1&a=1&a=2;", "NumMedia=-1"} {
		f.Add(body, "https://a.example:1/x?message=m")
	}
	f.Fuzz(func(t *testing.T, body, address string) {
		if a := withoutPort(address); withoutPort(withPort(address)) != a && !strings.Contains(a, "]") && !strings.Contains(a, ":") {
			t.Errorf("%q has the port-less form %q, and %q by way of a port", address, a, withoutPort(withPort(address)))
		}
		signed("12345", address, "GvWf1cFY/Q7PnoempGyD5oXAezc=", []byte(body))
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		if r, err := inbound(form); err == nil {
			m := r.Arrivals[0].Message
			if m.ID == "" || !strings.HasPrefix(m.From, "tel:+") || len(m.Media) > maxMedia || !utf8.ValidString(m.Text) {
				t.Errorf("%q was read as %+v", body, m)
			}
		}
		if r, err := report(form, "m", form.Get("MessageStatus")); err == nil && r.Arrivals[0].Report.ProviderID == "" {
			t.Errorf("%q was read as a report of nothing", body)
		}
	})
}
