package channel_test

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"

	"journey/engine/channel"
)

func TestTel(t *testing.T) {
	for number, want := range map[string]string{"+14155550101": "tel:+14155550101", "14155550101": "tel:+14155550101", " 14155550101": "tel:+14155550101",
		"": "", "Shop": "", "12345": "", "+1415555010123456": "", "whatsapp:+14155550101": "", "++14155550101": ""} {
		if got, ok := channel.Tel(number); got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", number, got, want)
		}
	}
}

func TestRequestURL(t *testing.T) {
	r := httptest.NewRequest("POST", "/v1/channels/sms/twilio/status?message=a%2Fb", nil)
	r.Host = "127.0.0.1:8080"
	encrypted := r.Clone(r.Context())
	encrypted.TLS = &tls.ConnectionState{}
	for _, c := range []struct{ public, got, want string }{
		{"https://x.example", channel.RequestURL("https://x.example", r), "https://x.example/v1/channels/sms/twilio/status?message=a%2Fb"},
		{"https://x.example/j/", channel.RequestURL("https://x.example/j/", r), "https://x.example/j/v1/channels/sms/twilio/status?message=a%2Fb"},
		{"", channel.RequestURL("", r), "http://127.0.0.1:8080/v1/channels/sms/twilio/status?message=a%2Fb"},
		{"", channel.RequestURL("", encrypted), "https://127.0.0.1:8080/v1/channels/sms/twilio/status?message=a%2Fb"},
	} {
		if c.got != c.want {
			t.Errorf("below %q it is %s, want %s", c.public, c.got, c.want)
		}
	}
}
