package chat_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/chat"
)

func TestAPIRefuses(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		forged := ada.Token[:len(ada.Token)-2] + "xx"
		for _, c := range []struct {
			name, method, path, token, body string
			status                          int
			detail                          string
		}{
			{"no token", "GET", "history", "", "", 401, "the token is not valid"},
			{"a forged token", "GET", "history", forged, "", 401, "the token is not valid"},
			{"a forged token on a stream", "GET", "stream", forged, "", 401, "the token is not valid"},
			{"a forged token in the query", "GET", "stream?token=" + forged, "", "", 401, "the token is not valid"},
			{"nonsense for a token", "POST", "messages", "ada", `{}`, 401, "the token is not valid"},
			{"no JSON", "POST", "messages", ada.Token, `hello`, 400, "no JSON"},
			{"no id", "POST", "messages", ada.Token, `{"text": "hi"}`, 400, "id must be"},
			{"an id that is none", "POST", "messages", ada.Token, `{"id": "a/b", "text": "hi"}`, 400, "id must be"},
			{"no text", "POST", "messages", ada.Token, `{"id": "a", "text": " \n "}`, 422, "empty"},
			{"too much text", "POST", "messages", ada.Token, `{"id": "a", "text": "` + strings.Repeat("ä", 4001) + `"}`, 422, "4,000"},
			{"far too much", "POST", "messages", ada.Token, `{"id": "a", "text": "` + strings.Repeat("a", 100_000) + `"}`, 413, "too long"},
			{"a place that is none", "GET", "history?before=yesterday", ada.Token, "", 400, `"yesterday"`},
			{"a place to resume from that is none", "GET", "stream?after=-1", ada.Token, "", 400, `"-1"`},
			{"another method", "GET", "messages", ada.Token, "", 405, "asked with POST"},
			{"another path", "GET", "secrets", ada.Token, "", 404, "sessions, messages"},
			{"a customer's token that is none", "POST", "sessions", "", `{"identity": "ada"}`, 401, "no JWT"},
		} {
			a := s.ask(c.method, "/v1/chat/"+c.path, c.token, c.body)
			var p struct {
				Type, Title, Detail string
				Status              int
			}
			a.into(t, &p)
			if a.status != c.status || p.Status != c.status || !strings.Contains(p.Detail, c.detail) ||
				a.header.Get("Content-Type") != "application/problem+json" || p.Title != http.StatusText(c.status) {
				t.Errorf("%s: %d %s %s", c.name, a.status, a.header.Get("Content-Type"), a.body)
			}
		}
		if n := len(ada.history("").Messages); n > 0 {
			t.Errorf("refused messages left %d behind", n)
		}
	})
}

func TestAPIOrigins(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		for _, c := range []struct {
			origin  string
			status  int
			allowed string
		}{
			{"", 200, ""},
			{"https://chat.example", 200, ""}, // our own host
			{"https://www.shop.example", 200, "https://www.shop.example"},
			{"https://WWW.shop.example", 200, "https://www.shop.example"},
			{"http://www.shop.example", 403, ""},
			{"https://www.shop.example.evil.example", 403, ""},
			{"https://evil.example", 403, ""},
			{"null", 403, ""},
		} {
			a := s.ask("POST", "/v1/chat/sessions", "", "{}", "Origin", c.origin)
			if a.status != c.status || a.header.Get("Access-Control-Allow-Origin") != c.allowed || a.header.Get("Vary") != "Origin" {
				t.Errorf("from %q: %d, allowed %q", c.origin, a.status, a.header.Get("Access-Control-Allow-Origin"))
			}
			if a.header.Get("Set-Cookie") != "" || a.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("from %q: there is a cookie", c.origin)
			}
		}
		asked := s.ask("OPTIONS", "/v1/chat/stream", "", "", "Origin", "https://www.shop.example", "Access-Control-Request-Headers", "authorization,last-event-id")
		if got := asked.header.Get("Access-Control-Allow-Headers"); asked.status != 204 || !strings.Contains(got, "Authorization") || !strings.Contains(got, "Last-Event-ID") {
			t.Errorf("preflight: %d %q", asked.status, got)
		}
	})
}

func TestSessions(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		again := &person{s: s}
		s.ask("POST", "/v1/chat/sessions", "", `{"token": "`+ada.Token+`"}`).into(t, again)
		if again.Visitor != ada.Visitor || !strings.HasPrefix(ada.Visitor, "visitor-") {
			t.Errorf("%s came back as %s", ada.Visitor, again.Visitor)
		}
		s.ask("POST", "/v1/chat/sessions", "", `{"token": "`+ada.Token+`x"}`).into(t, again)
		if again.Visitor == ada.Visitor {
			t.Error("a forged token is taken")
		}
		if a := s.ask("GET", "/v1/chat/history?token="+ada.Token, "", ""); a.status != 200 {
			t.Errorf("the token in the query, as EventSource has it: %d", a.status)
		}
		if other := s.visitor(); other.Visitor == ada.Visitor {
			t.Error("two visitors have one id")
		}
	})
}

// jwt signs claims as a site does.
// TestNewVisitorsAreBoundedByAddress has one address make visitors until it has to wait; the others don't wait for it, and neither does
// who is known.
func TestNewVisitorsAreBoundedByAddress(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ask := func(from, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("POST", "/v1/chat/sessions", strings.NewReader(body))
			r.RemoteAddr = from
			w := httptest.NewRecorder()
			s.chat.Handler().ServeHTTP(w, r)
			return w
		}
		ada := s.visitor()
		for range 60 {
			if w := ask("192.0.2.1:80", `{}`); w.Code != http.StatusOK {
				t.Fatalf("status %d", w.Code)
			}
		}
		if w := ask("192.0.2.1:99", `{}`); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
			t.Errorf("one too many: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		signedIn := jwt(`{"alg":"HS256"}`, map[string]any{"sub": "customer-7", "exp": s.Now().Add(time.Hour).Unix()}, identity)
		for name, w := range map[string]*httptest.ResponseRecorder{"another address": ask("192.0.2.2:80", `{}`), "a known visitor": ask("192.0.2.1:80", `{"token":"`+ada.Token+`"}`),
			"a signed-in customer": ask("192.0.2.1:80", `{"identity":"`+signedIn+`"}`), "this machine": ask("127.0.0.1:80", `{}`)} {
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
	})
}

func jwt(header string, claims map[string]any, key []byte) string {
	body, _ := json.Marshal(claims)
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(body)
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func TestSignedInCustomers(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		const hs256 = `{"alg":"HS256","typ":"JWT"}`
		soon := time.Now().Add(time.Hour).Unix()
		for _, c := range []struct {
			name  string
			token string
			want  string // a contact, or of the refusal
		}{
			{"signed", jwt(hs256, map[string]any{"sub": "customer-7", "exp": soon}, identity), "customer-7"},
			{"by somebody else", jwt(hs256, map[string]any{"sub": "customer-7", "exp": soon}, secret), "signature"},
			{"by nobody", jwt(`{"alg":"none"}`, map[string]any{"sub": "customer-7", "exp": soon}, identity), "HS256"},
			{"over", jwt(hs256, map[string]any{"sub": "customer-7", "exp": time.Now().Unix()}, identity), "exp"},
			{"for ever", jwt(hs256, map[string]any{"sub": "customer-7"}, identity), "exp"},
			{"not yet", jwt(hs256, map[string]any{"sub": "customer-7", "exp": soon, "nbf": soon}, identity), "nbf"},
			{"for nobody", jwt(hs256, map[string]any{"exp": soon}, identity), "sub"},
			{"for a visitor", jwt(hs256, map[string]any{"sub": "visitor-1", "exp": soon}, identity), "sub"},
		} {
			a := s.ask("POST", "/v1/chat/sessions", "", `{"identity": "`+c.token+`"}`)
			var got struct{ Visitor, Detail string }
			a.into(t, &got)
			if !strings.Contains(got.Visitor+got.Detail, c.want) {
				t.Errorf("%s: %d %s", c.name, a.status, a.body)
			}
		}
	})
}

func TestMessageIsTakenOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		for range 3 {
			if a := s.ask("POST", "/v1/chat/messages", ada.Token, `{"id": "one", "text": "hi", "locale": "es-MX"}`); a.status != 202 {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		h := ada.history("")
		same(t, "the history", transcript{h}.lines(), hello)
		if h.Messages[0].Client != "one" || h.Messages[1].Client != "" {
			t.Errorf("the page can't tell what is its own: %+v", h.Messages)
		}
		bob := s.visitor()
		if a := s.ask("POST", "/v1/chat/messages", bob.Token, `{"id": "one", "text": "hi"}`); a.status != 202 || len(bob.history("").Messages) != 2 {
			t.Error("another visitor's message under the same id is lost")
		}
	})
}

func TestOverloadIsRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada, bob := s.visitor(), s.visitor()
		send := func(p *person, id string) answered {
			return s.ask("POST", "/v1/chat/messages", p.Token, fmt.Sprintf(`{"id": %q, "text": "hi"}`, id))
		}
		for i := range 10 {
			if a := send(ada, fmt.Sprint(i)); a.status != 202 {
				t.Fatalf("message %d: %d", i, a.status)
			}
		}
		if a := send(ada, "more"); a.status != 429 || a.header.Get("Retry-After") != "1" {
			t.Errorf("the eleventh at once: %d, again after %q", a.status, a.header.Get("Retry-After"))
		}
		if a := send(bob, "1"); a.status != 202 {
			t.Errorf("somebody else: %d", a.status)
		}
		time.Sleep(time.Second)
		if a := send(ada, "more"); a.status != 202 {
			t.Errorf("a second later: %d", a.status)
		}
		s.setBusy(true)
		if a := send(bob, "2"); a.status != 429 || a.header.Get("Retry-After") != "1" {
			t.Errorf("a busy engine: %d, again after %q", a.status, a.header.Get("Retry-After"))
		}
		s.setBusy(false)
		if a := send(bob, "2"); a.status != 202 {
			t.Errorf("after it: %d", a.status)
		}
	})
}

func TestTypingIsPassedOn(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		ada.opens("")
		for range 3 {
			s.ask("POST", "/v1/chat/typing", ada.Token, "{}")
		}
		time.Sleep(3 * time.Second)
		s.ask("POST", "/v1/chat/typing", ada.Token, "{}")
		same(t, "typing", s.typing, []string{ada.Visitor, ada.Visitor})
	})
}

func TestNothingOfCustomersIsLogged(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		ada := s.visitor()
		ada.opens("")
		ada.says("hi")
		ada.says("My card")
		s.ask("GET", "/v1/chat/stream?token=forged", "", "")
		synctest.Wait()
		for _, word := range []string{"hi", "card", ada.Token, "forged"} {
			if strings.Contains(s.log.String(), word) {
				t.Errorf("%q is in the log:\n%s", word, s.log)
			}
		}
	})
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name string
		o    chat.Options
		want string
	}{
		{"good", chat.Options{Secret: secret, Origins: []string{"https://www.shop.example/", "http://localhost:3000"}, Theme: chat.Theme{Accent: "#0a7", Position: "left"}}, ""},
		{"no secret", chat.Options{}, "0 bytes"},
		{"a short one", chat.Options{Secret: secret, Identity: []byte("short")}, "5 bytes"},
		{"a path", chat.Options{Secret: secret, Origins: []string{"https://www.shop.example/help"}}, "no origin"},
		{"any site", chat.Options{Secret: secret, Origins: []string{"*"}}, "no origin"},
		{"a color by name", chat.Options{Secret: secret, Theme: chat.Theme{Accent: "green"}}, "no color"},
		{"a corner by name", chat.Options{Secret: secret, Theme: chat.Theme{Position: "top"}}, "neither left nor right"},
	} {
		_, err := chat.New(c.o)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWidgetScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, newPipes(), func(o *chat.Options) { o.Theme = chat.Theme{Accent: "#0a7", Title: "</script>Help"} })
		a := s.ask("GET", "/chat/widget.js", "", "")
		text := string(a.body)
		if a.status != 200 || len(text) > 26_000 || !strings.Contains(text, `{"accent":"#0a7","title":"\u003c/script\u003eHelp"}`) {
			t.Errorf("%d, %d bytes", a.status, len(text))
		}
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "cookie"} {
			if strings.Contains(text, word) {
				t.Errorf("the widget uses %s", word)
			}
		}
		if b := s.ask("GET", "/chat/widget.js", "", "", "If-None-Match", a.header.Get("ETag")); b.status != http.StatusNotModified {
			t.Errorf("again: %d", b.status)
		}
	})
}
