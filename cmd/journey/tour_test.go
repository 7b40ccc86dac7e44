package main

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// tour is a journey through what a text can do.
const tour = `
journey: tour
title: A tour
owner: shop@shop.example
objective: { goal: done, why: Customers have seen it all. }
entry:
  - { on: tour.starts, key: trigger.data.id }
exit:
  - { on: tour.over, outcome: over }
fallback: desk
events:
  tour.starts: { data: { id: string } }
  tour.over: { data: { id: string } }
data:
  pin: { type: string, pattern: "^[0-9]{4}$", sensitive: true }
channels: { prefer: [sms, email], sms: { purpose: transactional, quiet: "21:00-08:00" }, email: { purpose: transactional } }
states:
  start:
    say: { text: "Your receipt, and what is left: {{ link('https://www.shop.example/pay') }} Reply STOP to opt out.", media: ["https://www.shop.example/receipt.png"] }
    on: { link.clicked: code }
    after: { 1d: done }
  code:
    verify: code
    via: [sms]
    text: "{{ code }} is your code."
    on: { verified: ask_pin, exhausted: desk, message.blocked: desk }
  ask_pin:
    ask: What is your PIN?
    into: pin
    to: proof
  proof:
    verify: link
    via: [sms]
    text: "Confirm it here: {{ link }}"
    on: { verified: thanks, exhausted: desk, expired: desk, message.blocked: desk }
  thanks:
    say: Thanks, all is well.
    on:
      sms.message: { say: "You wrote {{ reply.text }}." }
    after: { 1d: done }
  desk: { handoff: { queue: desk }, on: { agent.resolved: done }, after: { 1d: done } }
  done: { end: done }
`

// page opens a path as a browser would, or posts a form to it, and gives where that leads and what it shows.
func (s *site) page(t *testing.T, path string, form url.Values) (status int, location, text string) {
	t.Helper()
	method, body := "GET", ""
	if form != nil {
		method, body = "POST", form.Encode()
	}
	r, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), html.UnescapeString(string(b))
}

// A customer without a configured provider walks from text to text on the sandbox phone: short links, a code, a secure page, a link that proves
// who it is; the words that stop, start and help; and where it is
// night, no text comes.
func TestTour(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"tour.yaml": tour}, "")
	c := s.launch(t, "--flows", s.folder+"/flows", "--data", s.data, "--listen", s.address)
	s.must(t, "PUT", "/v1/contacts/ada", map[string]any{"phone": phone(0), "timezone": daytime()})
	s.must(t, "POST", "/v1/contacts/ada/consents", map[string]any{"channel": "sms", "purpose": "transactional", "given": true, "source": "test", "wording": "Text me"})
	s.must(t, "POST", "/v1/events", event("1", "tour.starts", "ada", map[string]any{"id": "T1"}))

	arrives := func(pattern string) string {
		t.Helper()
		var found []string
		soon(t, pattern, func() bool {
			_, _, text := s.page(t, "/?phone="+url.QueryEscape(phone(0)), nil)
			found = regexp.MustCompile(pattern).FindStringSubmatch(text)
			return found != nil
		})
		return found[len(found)-1]
	}
	texts := func(words string) {
		t.Helper()
		_, _, home := s.page(t, "/", nil)
		csrf := regexp.MustCompile(`name="csrf" value="([^"]*)"`).FindStringSubmatch(home)
		form := url.Values{"address": {phone(0)}, "text": {words}}
		if csrf != nil {
			form.Set("csrf", csrf[1])
		}
		if status, _, text := s.page(t, "/try/reply", form); status != http.StatusSeeOther {
			t.Fatalf("writing %q on the phone: %d %s", words, status, text)
		}
	}
	opens := func(path string, form url.Values, want int, shows string) {
		t.Helper()
		status, location, text := s.page(t, path, form)
		if status != want || !strings.Contains(location+text, shows) {
			t.Errorf("%s %v: %d %s %s, want %d and %q", path, form, status, location, text, want, shows)
		}
	}

	arrives(`receipt\.png`)
	opens(arrives(`(/l/[A-Za-z0-9_-]+)`), nil, http.StatusFound, "https://www.shop.example/pay")
	texts(arrives(`(\d{6}) is your code`))
	secure := arrives(`(/s/[A-Za-z0-9_-]+)`)
	opens(secure, nil, 200, "What is your PIN?")
	opens(secure, url.Values{"answer": {""}}, 422, "Write an answer")
	opens(secure, url.Values{"answer": {"4711"}}, 200, "Thank you")
	opens(secure, url.Values{"answer": {"4712"}}, 410, "used already")
	proof := arrives(`Confirm it here: [^<]*<a[^>]*href="[^"]*(/s/[A-Za-z0-9_-]+)`)
	opens(proof, nil, 200, "Is it you?")
	opens(proof, url.Values{}, 200, "Thank you")
	arrives(`Thanks, all is well`)
	texts("hello")
	arrives(`You wrote hello`)
	texts("HELP")
	arrives(`(?i)reply stop`)
	receipts := func() int {
		_, _, text := s.page(t, "/?phone="+url.QueryEscape(phone(0)), nil)
		return strings.Count(text, "Your receipt, and what is left")
	}
	before := receipts()
	texts("STOP")
	arrives(`(?i)(opted out|no more|will not|unsubscribed)`)
	s.must(t, "POST", "/v1/events", event("2", "tour.starts", "ada", map[string]any{"id": "T2"}))
	texts("START")
	arrives(`(?i)(again|opted in|subscribed)`)
	texts("back again")
	arrives(`You wrote back again`)

	conversation := s.conversations(t, "ada")[1] // the newest comes first
	whole := string(s.must(t, "GET", "/v1/conversations/"+conversation, nil)) + string(s.must(t, "GET", "/v1/conversations/"+conversation+"/trace", nil))
	for _, not := range []string{"4711", "4712", secure, proof} {
		if strings.Contains(whole, not) {
			t.Errorf("the conversation shows %s", not)
		}
	}
	if n := receipts(); n != before {
		t.Errorf("who has opted out was texted: %d, and %d before", n, before)
	}

	s.must(t, "PUT", "/v1/contacts/bob", map[string]any{"phone": phone(1), "timezone": zoneAt(2)})
	s.must(t, "POST", "/v1/contacts/bob/consents", map[string]any{"channel": "sms", "purpose": "transactional", "given": true, "source": "test", "wording": "Text me"})
	s.must(t, "POST", "/v1/events", event("3", "tour.starts", "bob", map[string]any{"id": "T3"}))
	night := "/v1/conversations/" + s.conversations(t, "bob")[0]
	if trace := string(s.must(t, "GET", night+"/trace", nil)); !strings.Contains(trace, "quiet") {
		t.Errorf("it is night where he lives, and nothing says that his text waits: %s", trace)
	}
	time.Sleep(2 * time.Second) // in which it would have come
	if said := string(s.must(t, "GET", night, nil)); strings.Contains(said, "Your receipt") {
		t.Errorf("he was texted at night: %s", said)
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
}

// conversations are a contact's, by their ids, the newest first.
func (s *site) conversations(t *testing.T, contact string) (ids []string) {
	t.Helper()
	var found struct{ Conversations []struct{ ID string } }
	unmarshal(t, s.must(t, "GET", "/v1/conversations?contact="+contact, nil), &found)
	for _, c := range found.Conversations {
		ids = append(ids, c.ID)
	}
	return ids
}

// daytime is a time zone in which it is about noon.
func daytime() string { return zoneAt(12) }

// zoneAt is a time zone in which it is about this hour.
func zoneAt(hour int) string {
	ahead := (hour-time.Now().UTC().Hour()+36)%24 - 12
	zones := map[int]string{-12: "Pacific/Pago_Pago", -11: "Pacific/Pago_Pago", -10: "Pacific/Honolulu", -9: "Pacific/Gambier", -8: "Pacific/Pitcairn", -7: "America/Phoenix",
		-6: "America/Costa_Rica", -5: "America/Bogota", -4: "America/La_Paz", -3: "America/Cayenne", -2: "America/Noronha", -1: "Atlantic/Cape_Verde", 0: "UTC",
		1: "Africa/Lagos", 2: "Africa/Johannesburg", 3: "Africa/Nairobi", 4: "Asia/Dubai", 5: "Asia/Karachi", 6: "Asia/Dhaka", 7: "Asia/Bangkok", 8: "Asia/Singapore",
		9: "Asia/Tokyo", 10: "Australia/Brisbane", 11: "Pacific/Guadalcanal"}
	return zones[ahead]
}
