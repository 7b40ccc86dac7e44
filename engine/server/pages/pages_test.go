package pages_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"journey/engine/server/pages"
)

const nasty = `<script>alert("it's me")</script><img src=x onerror=alert(1)>`

// contains reports every part that a page lacks.
func contains(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(page, p) {
			t.Errorf("the page lacks %q", p)
		}
	}
}

func lacks(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(page, p) {
			t.Errorf("the page has %q", p)
		}
	}
}

// walk goes from the chat to texts and back, as the guide on the page says.
func (w *world) walk() {
	w.T.Helper()
	w.Event("v1", "chat.joined")
	for _, text := range []string{"where is my order", "AB123456", "Yes, text me", "+1 415 555 0101"} {
		w.Chat("v1", text)
	}
	w.Event("v1", "chat.left")
}

func TestEveryPageHasAStrictPolicyAndNothingInline(t *testing.T) {
	w := newWorld(t)
	w.walk()
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script>|<script [^>]*>[^<]|javascript:|(src|href)="(https?:)?//`)
	for _, test := range []struct {
		path    string
		status  int
		framers string
	}{
		{"/", 200, "'none'"},
		{"/shop", 200, "'self'"},
		{"/conversations", 200, "'none'"},
		{"/conversations/" + w.First(), 200, "'none'"},
		{"/conversations/nothing", 404, "'none'"},
		{"/journeys", 200, "'none'"},
		{"/journeys/order-status", 200, "'none'"},
		{"/journeys/nothing", 404, "'none'"},
		{"/nowhere", 404, "'none'"},
	} {
		status, body, header := w.Get(test.path)
		if status != test.status {
			t.Errorf("%s: status %d, want %d", test.path, status, test.status)
		}
		csp := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors " + test.framers} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", test.path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: the policy %q is not strict", test.path, csp)
		}
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s: %q is inline or from elsewhere", test.path, found)
		}
	}
}

func TestCustomerTextIsDataEverywhere(t *testing.T) {
	w := newWorld(t)
	w.Event("v1", "chat.joined")
	w.Chat("v1", "where is my order")
	w.Chat("v1", nasty)
	w.Post("/try/customer", url.Values{"phone": {"+14155550101"}, "name": {nasty}})
	w.Post("/try/reply", url.Values{"address": {"+14155550101"}, "text": {nasty}})
	w.Post("/try/reply", url.Values{"address": {"ada@customer.example"}, "text": {nasty}})
	w.Rest()
	for _, path := range []string{"/", "/conversations", "/conversations?contact=" + url.QueryEscape(nasty), "/conversations/" + w.First(),
		"/live/phone?phone=%2B14155550101", "/live/mail", "/live/customer", "/?phone=" + url.QueryEscape(nasty) + "&mail=" + url.QueryEscape(nasty)} {
		_, body, _ := w.Get(path)
		lacks(t, body, "<script>alert", "<img src=x")
		if path == "/" || strings.HasPrefix(path, "/conversations/") || strings.HasPrefix(path, "/live/phone") {
			contains(t, body, "&lt;script&gt;alert")
		}
	}
	status, body, _ := w.Post("/try/event", url.Values{"phone": {"+14155550101"}, "type": {nasty}})
	if status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", status)
	}
	lacks(t, body, "<script>alert")
}

func TestTheWalkFromChatToTextIsToldStepByStep(t *testing.T) {
	w := newWorld(t)
	w.walk()
	_, home, _ := w.Get("/")
	contains(t, home,
		"Visitor writes in the chat", "<blockquote>where is my order</blockquote>", "the message means order_status",
		"asks orders.get", "leaves the chat", "takes on.chat.left", "the message goes by sms",
		"sends a text to &#43;14155550101", "A text was taken by sandbox", "A text has arrived",
		`looks at rule 1 of start.to: its condition does not hold <code>trigger.type == &#34;order.delayed&#34;</code>`)
	_, phone, _ := w.Get("/live/phone?phone=%2B14155550101")
	contains(t, phone, "we lost you on the site, so we go on here.", "Does that help?", `class="tick delivered"`)

	_, talk, _ := w.Get("/conversations/" + w.First())
	contains(t, talk, "Where is my order?", "<code>anything_else</code>", `<span class="badge waiting_on_customer">`, "AB123456", "enters ask_phone",
		"Order AB123456 is on its way", `<p class="state">delivered</p>`)
	if said, went := strings.Index(talk, "where is my order"), strings.Index(talk, "we lost you"); said < 0 || went < said {
		t.Errorf("the transcript is not in order: %d, %d", said, went)
	}
}

func TestBusinessEvents(t *testing.T) {
	w := newWorld(t)
	_, home, _ := w.Get("/")
	contains(t, home, "Order delayed", "Form abandoned", "Invoice overdue", `value="form-token"`, "&#34;order_id&#34;: &#34;AB123456&#34;")
	lacks(t, home, `value="case.opened"`, `value="appointment.call_needed"`)
	for _, test := range []struct {
		name   string
		form   url.Values
		status int
		says   string
	}{
		{"what nobody declares", url.Values{"type": {"order.lost"}, "phone": {"+14155550101"}}, 422, "No live journey declares the event &#34;order.lost&#34;."},
		{"no JSON", url.Values{"type": {"order.delayed"}, "data.order.delayed": {"{"}, "phone": {"+14155550101"}}, 422, "The data is no JSON"},
		{"two values", url.Values{"type": {"order.delayed"}, "data.order.delayed": {"{} {}"}, "phone": {"+14155550101"}}, 422, "more than one JSON value"},
		{"a wrong type", url.Values{"type": {"order.delayed"}, "data.order.delayed": {`{"order_id":"AB123456","days":"two"}`}, "phone": {"+14155550101"}}, 422, "does not fit: days"},
		{"no phone", url.Values{"type": {"order.delayed"}, "data.order.delayed": {`{"order_id":"AB123456","days":2}`}}, 422, "A phone number with its country is needed"},
		{"all is well", url.Values{"type": {"order.delayed"}, "data.order.delayed": {`{"order_id":"AB123456","days":2}`}, "phone": {"+1 415 555 0101"}, "agreed": {"on"}}, 303, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body, header := w.Post("/try/event", test.form)
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			contains(t, body, test.says)
			if status == http.StatusSeeOther && !strings.HasPrefix(header.Get("Location"), "/?phone=") {
				t.Errorf("it leads to %q", header.Get("Location"))
			}
		})
	}
	w.Rest()
	_, phone, _ := w.Get("/live/phone")
	contains(t, phone, "Order AB123456 is on its way, due")
	_, customer, _ := w.Get("/live/customer")
	contains(t, customer, `value="Ada"`, `name="consent.sms" checked`)
}

func TestAnEventWithoutConsentIsBlockedAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	w.Post("/try/event", url.Values{"type": {"order.delayed"}, "data.order.delayed": {`{"order_id":"AB123456","days":2}`}, "phone": {"+14155550101"}})
	w.Rest()
	_, home, _ := w.Get("/")
	contains(t, home, "sms is passed over: no_consent: there is no consent for transactional")
}

func TestThePhoneAnswersAndStops(t *testing.T) {
	w := newWorld(t)
	w.walk()
	status, _, _ := w.Post("/try/reply", url.Values{"address": {"+14155550101"}, "text": {"STOP"}}, "X-Journey-Script", "1")
	if status != http.StatusNoContent {
		t.Fatalf("status %d", status)
	}
	w.Rest()
	_, customer, _ := w.Get("/live/customer?phone=%2B14155550101")
	contains(t, customer, "stopped by the customer")
	for text, want := range map[string]string{"": "There is nothing to send.", strings.Repeat("x", 9000): "The text is longer than 8192 bytes."} {
		status, body, _ := w.Post("/try/reply", url.Values{"address": {"+14155550101"}, "text": {text}}, "X-Journey-Script", "1")
		if status != http.StatusUnprocessableEntity || strings.TrimSpace(body) != want {
			t.Errorf("%.10q: %d %q", text, status, body)
		}
	}
}

func TestSwitches(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		channel, mode string
		status        int
	}{
		{"sms", "down", 303}, {"email", "slow", 303}, {"chat", "down", 422}, {"sms", "flying", 422},
	} {
		if status, _, _ := w.Post("/try/switch", url.Values{"channel": {test.channel}, "mode": {test.mode}}); status != test.status {
			t.Errorf("%s %s: status %d, want %d", test.channel, test.mode, status, test.status)
		}
	}
	_, home, _ := w.Get("/")
	contains(t, home, `name="mode" value="down" checked`, `name="mode" value="slow" checked`)
}

func TestTheShopsRecords(t *testing.T) {
	w := newWorld(t)
	if status, _, _ := w.Post("/try/record", url.Values{"kind": {"order"}, "id": {"AB123456"}, "field.status": {"lost"}}); status != http.StatusSeeOther {
		t.Errorf("status %d", status)
	}
	if status, body, _ := w.Post("/try/record", url.Values{"kind": {"order"}, "id": {"ZZ"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "there is no such record.") {
		t.Errorf("status %d", status)
	}
	_, home, _ := w.Get("/")
	contains(t, home, "<option selected>lost</option>")
}

func TestConversationsAreFound(t *testing.T) {
	w := newWorld(t)
	w.walk()
	w.Post("/try/event", url.Values{"type": {"invoice.due"}, "data.invoice.due": {`{"invoice_id":"I1001","due":"2026-03-08"}`}, "phone": {"+14155550102"}, "agreed": {"on"}})
	w.Rest()
	for _, test := range []struct {
		query string
		has   string
		not   string
	}{
		{"", "Where is my order?</span>", "No conversation"},
		{"?journey=order-status", "Where is my order?</span>", "Your bill</span>"},
		{"?journey=billing-reminder", "Your bill", "Where is my order?</span>"},
		{"?status=completed", "No conversation is like that.", "Where is my order?</span>"},
		{"?status=waiting_on_customer", "Where is my order?</span>", "No conversation"},
		{"?contact=%2B1+415+555+0101", "Where is my order?</span>", "Your bill</span>"},
		{"?contact=v1", "Where is my order?</span>", "Your bill</span>"},
		{"?contact=somebody", "Nobody is known as somebody.", "Where is my order?</span>"},
	} {
		_, body, _ := w.Get("/conversations" + test.query)
		t.Run(test.query, func(t *testing.T) {
			contains(t, body, test.has)
			lacks(t, body, test.not)
		})
	}
}

func TestConversationsArePaged(t *testing.T) {
	w := newWorld(t)
	for range 35 {
		w.Post("/try/event", url.Values{"type": {"order.delayed"}, "data.order.delayed": {`{"order_id":"` + w.ID() + `","days":2}`}, "phone": {"+14155550101"}, "agreed": {"on"}})
	}
	w.Rest()
	rows, next := 0, "/conversations"
	for turned := 0; next != ""; turned++ {
		if turned == 3 {
			t.Fatal("the list has no end")
		}
		_, body, _ := w.Get(next)
		rows += strings.Count(body, `href="/conversations/`)
		next = ""
		if m := regexp.MustCompile(`href="(/conversations\?before=\d+)"`).FindStringSubmatch(body); m != nil {
			next = m[1]
		}
	}
	if rows != 35 {
		t.Errorf("the pages list %d conversations, want 35", rows)
	}
}

func TestJourneys(t *testing.T) {
	w := newWorld(t)
	_, list, _ := w.Get("/journeys")
	contains(t, list, "Where is my order?", "fulfilment@shop.example", "resolved within 2d", "/journeys/contact-details")
	_, one, _ := w.Get("/journeys/order-status")
	contains(t, one, "order.delayed", "order.delivered", `id="state-ask_order"`, "calls orders.get", "after 24h", `href="#state-look_up"`,
		"Versions", `<span class="badge engaged">live</span>`)
}

func TestTheSiteIsLeftAndOpenedAgain(t *testing.T) {
	w := newWorld(t)
	if status, _, _ := w.Post("/try/visit", url.Values{"away": {"1"}}); status != http.StatusSeeOther {
		t.Errorf("before anybody came: status %d", status)
	}
	w.Event("v1", "chat.joined")
	for _, text := range []string{"where is my order", "AB123456", "Yes, text me", "+1 415 555 0101"} {
		w.Chat("v1", text)
	}
	_, _, header := w.Post("/try/visit", url.Values{"away": {"1"}, "zone": {"Europe/Berlin"}})
	if to := header.Get("Location"); to != "/?away=1#visit" {
		t.Errorf("it leads to %q", to)
	}
	w.Rest()
	_, away, _ := w.Get("/?away=1")
	lacks(t, away, "<iframe")
	contains(t, away, "You have left the site.", "Open the site again", "leaves the chat", `value="Europe/Berlin"`)
	w.Post("/try/visit", url.Values{"away": {""}})
	_, back, _ := w.Get("/")
	contains(t, back, `<iframe src="/shop"`, "opens the chat")
}

func TestNothingIsTriedOnRealCustomers(t *testing.T) {
	w := newWorld(t)
	p := pages.New(pages.Options{Engine: w.Engine, Starts: &w.Store, Loop: w.Loop, Versions: w, Widget: true, Shop: w.Shop})
	defer p.Close()
	for _, r := range p.Routes() {
		if r.Changes {
			t.Errorf("%s changes something", r.Pattern)
		}
	}
	mux := http.NewServeMux()
	p.Register(mux)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if answer.Code != http.StatusOK {
		t.Errorf("status %d", answer.Code)
	}
	lacks(t, answer.Body.String(), "/try/", "Sandbox phone", "Business events")
	contains(t, answer.Body.String(), `<iframe src="/shop"`, "Decisions")
}

const secrets = `
journey: secrets
title: A secret
owner: desk@shop.example
objective: { goal: told, why: It is told. }
entry: [{ on: chat.message }]
exit: [{ on: contact.opted_out, outcome: gone }]
fallback: told
data:
  pin: { type: string, sensitive: true }
  color: { type: string }
channels: { prefer: [chat] }
states:
  start: { ask: "Which color?", into: color, to: more }
  more: { ask: "Which PIN?", into: pin, sensitive: true, to: last }
  last: { ask: "Anything else?", to: told }
  told: { end: told }
`

func TestWhatIsSensitiveIsNotShown(t *testing.T) {
	w := newWorld(t, secrets)
	w.Event("v1", "chat.joined")
	for _, text := range []string{"hello", "the blue", "pin-4711", "no, fine"} {
		w.Chat("v1", text)
	}
	_, talk, _ := w.Get("/conversations/" + w.First())
	_, home, _ := w.Get("/")
	lacks(t, talk+home, "pin-4711")
	contains(t, talk, "sensitive, not shown", "<dt>pin</dt><dd><span class=\"masked\">not shown</span>", "<dt>color</dt><dd>the blue</dd>", "no, fine")
	contains(t, home, "not shown: it answers a sensitive question", "the blue", "no, fine")
}

func TestAssetsAreKeptForEver(t *testing.T) {
	w := newWorld(t)
	_, home, _ := w.Get("/")
	links := regexp.MustCompile(`"(/assets/[a-z]+\.[0-9a-f]{12}\.(css|js|svg))"`).FindAllStringSubmatch(home, -1)
	if len(links) != 3 {
		t.Fatalf("the page has %d assets, want 3", len(links))
	}
	for _, l := range links {
		status, _, header := w.Get(l[1])
		if status != 200 || !strings.Contains(header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", l[1], status, header)
		}
	}
	if status, _, _ := w.Get("/assets/app.000000000000.css"); status != http.StatusNotFound {
		t.Errorf("an asset that was: %d", status)
	}
}
