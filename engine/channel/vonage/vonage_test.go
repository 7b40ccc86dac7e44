package vonage_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/channel/channeltest"
	"journey/engine/channel/vonage"
)

const (
	key       = "abcd1234"
	secret    = "a-secret-api-secret"
	signature = "a-secret-signature-secret"
	public    = "https://journeys.shop.example"
)

// fake is Vonage's Messages API.
type fake struct {
	*httptest.Server
	mu        sync.Mutex
	behaviour channeltest.Behaviour
	reply     func(w http.ResponseWriter) // in place of the behaviour
	messages  []map[string]string
	release   chan struct{}
}

func newFake(t *testing.T) *fake {
	f := &fake{release: make(chan struct{})}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	t.Cleanup(func() { close(f.release) })
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var m map[string]string
	user, password, _ := r.BasicAuth()
	if user != key || password != secret || r.Method+r.URL.Path != "POST/v1/messages" || json.NewDecoder(r.Body).Decode(&m) != nil {
		problem(w, 401, "https://developer.vonage.com/api-errors#unauthorized", "You did not provide correct credentials.")
		return
	}
	if f.reply != nil {
		f.reply(w)
		return
	}
	switch f.behaviour {
	case channeltest.Fail:
		problem(w, 500, "", "Internal error")
	case channeltest.TooMany:
		w.Header().Set("Retry-After", "7")
		problem(w, 429, "https://developer.vonage.com/api-errors/messages#1000", "Throttled")
	case channeltest.Garbage:
		w.WriteHeader(http.StatusAccepted)
		w.Write([]byte(`{"message_uuid":`))
	case channeltest.Hang:
		f.mu.Unlock()
		select {
		case <-r.Context().Done():
		case <-f.release:
		}
		f.mu.Lock()
	case channeltest.TakeAndDrop:
		f.messages = append(f.messages, m)
		panic(http.ErrAbortHandler)
	case channeltest.RefuseNumber:
		problem(w, 422, "https://developer.vonage.com/api-errors/messages#1170", "The `to` parameter is invalid.")
	case channeltest.RefuseUs:
		problem(w, 401, "https://developer.vonage.com/api-errors#unauthorized", "Not a key and secret: "+password)
	default:
		f.messages = append(f.messages, m)
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-%012d"}`, len(f.messages))
	}
}

func problem(w http.ResponseWriter, status int, kind, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"type": kind, "title": "It went wrong", "detail": detail, "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf"})
}

func (f *fake) provider(t *testing.T, change func(*vonage.Config)) *vonage.Provider {
	t.Helper()
	c := vonage.Config{APIKey: key, APISecret: secret, SignatureSecret: signature, From: "+15005550006", BaseURL: f.URL, PublicURL: public}
	if change != nil {
		change(&c)
	}
	p, err := vonage.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (f *fake) behave(b channeltest.Behaviour) bool {
	if b == channeltest.Vanish {
		f.Close()
		return true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behaviour = b
	return true
}

func (f *fake) taken() []channeltest.Got {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []channeltest.Got
	for _, m := range f.messages {
		all = append(all, channeltest.Got{To: "+" + m["to"], Text: m["text"]})
	}
	return all
}

// jwt signs claims by HS256.
func jwt(secret, header, claims string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func payloadHash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

func request(token, body string) channeltest.Hook {
	r := httptest.NewRequest(http.MethodPost, "/v1/channels/sms/vonage", nil)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return channeltest.Hook{Request: r, Body: []byte(body)}
}

// hook is a request that Vonage signs.
func hook(body map[string]any) channeltest.Hook {
	text, _ := json.Marshal(body)
	claims := fmt.Sprintf(`{"iat":1778754600,"jti":"b5a4","iss":"Vonage","payload_hash":%q,"api_key":%q}`, payloadHash(string(text)), key)
	return request(jwt(signature, `{"alg":"HS256","typ":"JWT"}`, claims), string(text))
}

func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Bench {
		f := newFake(t)
		p := f.provider(t, nil)
		return &channeltest.Bench{
			Provider: p, Receiver: p, To: "+14155550101", From: "tel:+14155550101", Secrets: []string{secret, signature}, After: 7 * time.Second,
			Behave: f.behave, Taken: f.taken,
			Inbound: func(text string) channeltest.Hook {
				return hook(map[string]any{"channel": "sms", "message_uuid": "m1", "to": "15005550006", "from": "14155550101", "timestamp": "2026-05-14T10:30:00Z",
					"message_type": "text", "text": text, "sms": map[string]any{"num_messages": "1"}, "usage": map[string]any{"currency": "EUR", "price": "0.0333"}})
			},
			Report: func(message, id string, delivered bool) channeltest.Hook {
				body := map[string]any{"channel": "sms", "message_uuid": id, "client_ref": message, "to": "14155550101", "from": "15005550006", "status": "delivered"}
				if !delivered {
					body["status"], body["error"] = "rejected", map[string]any{"type": "https://developer.vonage.com/api-errors/messages#1190", "title": "1190", "detail": "gone"}
				}
				return hook(body)
			},
			Garbled: func() channeltest.Hook {
				return hook(map[string]any{"message_uuid": "m1", "from": "Acme", "text": "hello"})
			},
		}
	})
}

func TestErrorCodes(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		want   string
	}{
		{422, "1170", "refused: error 1170: the number is not valid"},
		{422, "1240", "refused: error 1240: the number may not be texted"},
		{403, "1050", "refused: error 1050: the number is barred"},
		{422, "1120", "broken: error 1120: the sender is not allowed"},
		{402, "1070", "broken: error 1070: the account's credit is used up"},
		{422, "1160", "refused here: error 1160: the number is not among the account's allowed ones"},
		{422, "9999", "refused here: error 9999: what Vonage says"},
		{400, "", "refused here: what Vonage says"},
		{401, "unauthorized", "broken: what Vonage says"},
		{422, "1180", "not now: error 1180: the phone can't be reached now"},
		{429, "1000", "unavailable after 2s: error 1000: the account's capacity is exceeded"},
		{503, "", "unavailable: what Vonage says"},
		{504, "", "lost: what Vonage says"},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.code), func(t *testing.T) {
			f := newFake(t)
			f.reply = func(w http.ResponseWriter) {
				problem(w, c.status, strings.TrimSuffix("https://developer.vonage.com/api-errors/messages#"+c.code, "#"), "what\nVonage says")
			}
			if got := channeltest.Say(f.provider(t, nil).Send(t.Context(), channeltest.Message(bench, "c1.1", "Hello"))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

var bench = &channeltest.Bench{Provider: &vonage.Provider{}, To: "+14155550101"}

func TestRequest(t *testing.T) {
	f := newFake(t)
	d := channeltest.Message(bench, "c1.1", "Hello")
	d.Media = []string{"https://shop.example/a.png"}
	f.provider(t, nil).Send(t.Context(), d)
	f.provider(t, func(c *vonage.Config) { c.From, c.PublicURL = "Shop", "" }).Send(t.Context(), channeltest.Message(bench, strings.Repeat("x", 101), "Hello"))
	want := []string{
		`{"channel":"sms","client_ref":"c1.1","from":"15005550006","message_type":"text","text":"Hello\nhttps://shop.example/a.png","to":"14155550101",` +
			`"webhook_url":"https://journeys.shop.example/v1/channels/sms/vonage/status","webhook_version":"v1"}`,
		`{"channel":"sms","from":"Shop","message_type":"text","text":"Hello","to":"14155550101"}`,
	}
	for i, m := range f.messages {
		if got, _ := json.Marshal(m); string(got) != want[i] {
			t.Errorf("it sent\n%s\nwant\n%s", got, want[i])
		}
	}
}

func TestTokens(t *testing.T) {
	const body = `{"message_uuid":"m1","from":"14155550101","message_type":"text","text":"hi"}`
	const hs256 = `{"alg":"HS256"}`
	p := newFake(t).provider(t, nil)
	good := fmt.Sprintf(`{"payload_hash":%q,"api_key":%q}`, payloadHash(body), key)
	for _, c := range []struct{ name, token, want string }{
		{"as it should be", jwt(signature, hs256, good), ""},
		{"of another account", jwt(signature, hs256, fmt.Sprintf(`{"payload_hash":%q,"api_key":"x"}`, payloadHash(body))), "another account"},
		{"without a hash", jwt(signature, hs256, `{"api_key":"abcd1234"}`), "not the one that was signed"},
		{"by another secret", jwt("other", hs256, good), "signature secret"},
		{"by no algorithm", jwt(signature, `{"alg":"none"}`, good), "HS256"},
		{"no token", "a.b", "no JWT"},
		{"no JSON", jwt(signature, hs256, "claims"), "no JWT"},
	} {
		h := request(c.token, body)
		_, err := p.Receive(h.Request, h.Body)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("a token %s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestMedia(t *testing.T) {
	h := hook(map[string]any{"message_uuid": "m1", "from": "14155550101", "message_type": "image", "image": map[string]any{"url": "https://x.example/a", "caption": "Look"}})
	r, err := newFake(t).provider(t, nil).Receive(h.Request, h.Body)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Arrivals[0].Message; m.Text != "Look" || len(m.Media) != 1 || m.Media[0] != "https://x.example/a" {
		t.Errorf("it was read as %+v", m)
	}
}

func TestNew(t *testing.T) {
	_, err := vonage.New(vonage.Config{BaseURL: "api.nexmo.com"})
	for _, want := range []string{"api_key", "api_secret", "signature_secret", "from", "base_url"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want something of %s", err, want)
		}
	}
}
