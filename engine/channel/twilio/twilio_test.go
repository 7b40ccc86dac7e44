package twilio_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"journey/engine/channel/channeltest"
	"journey/engine/channel/twilio"
	"journey/engine/runtime"
)

const (
	account = "AC00000000000000000000000000000001"
	token   = "a-secret-auth-token"
	public  = "https://journeys.shop.example"
)

// fake is Twilio's messages resource.
type fake struct {
	*httptest.Server
	mu        sync.Mutex
	behaviour channeltest.Behaviour
	reply     func(w http.ResponseWriter) // in place of the behaviour
	noList    bool
	messages  []map[string]any
	forms     []url.Values
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
	user, password, _ := r.BasicAuth()
	if user != account || password != token || r.URL.Path != "/2010-04-01/Accounts/"+account+"/Messages.json" {
		problem(w, 401, 20003, "Authenticate")
		return
	}
	if r.Method == http.MethodGet {
		f.list(w, r)
		return
	}
	r.ParseForm()
	f.forms = append(f.forms, r.PostForm)
	if f.reply != nil {
		f.reply(w)
		return
	}
	switch f.behaviour {
	case channeltest.Fail:
		problem(w, 500, 20500, "Internal Server Error")
	case channeltest.TooMany:
		w.Header().Set("Retry-After", "7")
		problem(w, 429, 20429, "Too Many Requests")
	case channeltest.Garbage:
		w.WriteHeader(http.StatusCreated)
		w.Write([]byte("<html>{\"sid\":"))
	case channeltest.Hang:
		f.mu.Unlock()
		select {
		case <-r.Context().Done():
		case <-f.release:
		}
		f.mu.Lock()
	case channeltest.TakeAndDrop:
		f.take(r.PostForm)
		panic(http.ErrAbortHandler)
	case channeltest.RefuseNumber:
		problem(w, 400, 21211, "The 'To' number is not a valid phone number.")
	case channeltest.RefuseUs:
		problem(w, 401, 20003, "Authentication Error with "+password)
	default:
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(f.take(r.PostForm))
	}
}

func problem(w http.ResponseWriter, status, code int, message string) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"code": code, "message": message, "status": status, "more_info": "https://www.twilio.com/docs/errors"})
}

func (f *fake) take(form url.Values) map[string]any {
	m := map[string]any{"sid": fmt.Sprintf("SM%032d", len(f.messages)+1), "to": form.Get("To"), "from": form.Get("From"), "body": form.Get("Body"),
		"messaging_service_sid": form.Get("MessagingServiceSid"), "direction": "outbound-api", "status": "queued", "date_created": time.Now().UTC().Format(time.RFC1123Z)}
	f.messages = append(f.messages, m)
	return m
}

func (f *fake) list(w http.ResponseWriter, r *http.Request) {
	if f.noList {
		http.NotFound(w, r)
		return
	}
	found := []map[string]any{}
	for _, m := range slices.Backward(f.messages) {
		if m["to"] == r.URL.Query().Get("To") {
			found = append(found, m)
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"messages": found})
}

func (f *fake) provider(t *testing.T, change func(*twilio.Config)) *twilio.Provider {
	t.Helper()
	c := twilio.Config{AccountSID: account, AuthToken: token, From: "+15005550006", BaseURL: f.URL, PublicURL: public}
	if change != nil {
		change(&c)
	}
	p, err := twilio.New(c)
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
		all = append(all, channeltest.Got{To: m["to"].(string), Text: m["body"].(string)})
	}
	return all
}

// hook is a request that Twilio signs.
func hook(path string, form url.Values) channeltest.Hook {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	text := public + path
	for _, name := range names {
		text += name + form.Get(name)
	}
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(text))
	r := httptest.NewRequest(http.MethodPost, path, nil)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(h.Sum(nil)))
	return channeltest.Hook{Request: r, Body: []byte(form.Encode())}
}

const (
	inboundPath = "/v1/channels/sms/twilio"
	statusPath  = "/v1/channels/sms/twilio/status?message="
)

func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Bench {
		f := newFake(t)
		p := f.provider(t, nil)
		return &channeltest.Bench{
			Provider: p, Receiver: p, To: "+14155550101", From: "tel:+14155550101", Secrets: []string{token}, After: 7 * time.Second,
			Behave: f.behave, Taken: f.taken,
			Inbound: func(text string) channeltest.Hook {
				return hook(inboundPath, url.Values{"MessageSid": {"SM1"}, "SmsStatus": {"received"}, "From": {"+14155550101"}, "To": {"+15005550006"}, "Body": {text}, "NumMedia": {"0"}})
			},
			Report: func(message, id string, delivered bool) channeltest.Hook {
				form := url.Values{"MessageSid": {id}, "MessageStatus": {"delivered"}}
				if !delivered {
					form = url.Values{"MessageSid": {id}, "MessageStatus": {"undelivered"}, "ErrorCode": {"30005"}}
				}
				return hook(statusPath+url.QueryEscape(message), form)
			},
			Garbled: func() channeltest.Hook { return hook(inboundPath, url.Values{"Body": {"hello"}}) },
		}
	})
}

// answers are what errors lead to.
func TestErrorCodes(t *testing.T) {
	for _, c := range []struct {
		status, code int
		retryAfter   string
		want         string
	}{
		{400, 21211, "", "refused: error 21211: the number is not valid"},
		{400, 21610, "", "refused: error 21610: the number has opted out at Twilio"},
		{400, 21614, "", "refused: error 21614: the number is no mobile phone's"},
		{400, 21408, "", "refused here: error 21408: the account may not text to that country"},
		{400, 21606, "", "broken: error 21606: the sender can't text"},
		{400, 99999, "", "refused here: error 99999: what Twilio says"},
		{400, 30008, "", "unavailable: error 30008: an unknown error"},
		{400, 30003, "", "not now: error 30003: the phone can't be reached now"},
		{401, 20003, "", "broken: error 20003: the account SID or the auth token is wrong"},
		{403, 0, "", "broken: HTTP status 403: what Twilio says"},
		{404, 20404, "", "broken: error 20404: there is no such account"},
		{429, 20429, "", "unavailable after 2s: error 20429: too many requests"},
		{429, 20429, "30", "unavailable after 30s: error 20429: too many requests"},
		{429, 20429, "99999", "unavailable after 15m0s: error 20429: too many requests"},
		{503, 0, "3", "unavailable after 3s: HTTP status 503: what Twilio says"},
		{503, 0, "-1", "unavailable: HTTP status 503: what Twilio says"},
		{504, 0, "", "lost: HTTP status 504: what Twilio says"},
		{302, 0, "", "unavailable: HTTP status 302: what Twilio says"},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.code), func(t *testing.T) {
			f := newFake(t)
			f.reply = func(w http.ResponseWriter) {
				if c.retryAfter != "" {
					w.Header().Set("Retry-After", c.retryAfter)
				}
				problem(w, c.status, c.code, "what\nTwilio says")
			}
			a := f.provider(t, nil).Send(t.Context(), channeltest.Message(bench, "c1.1", "Hello"))
			if got := channeltest.Say(a); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

var bench = &channeltest.Bench{Provider: &twilio.Provider{}, To: "+14155550101"}

func TestRequest(t *testing.T) {
	f := newFake(t)
	d := channeltest.Message(bench, "c1.1 &", "Hello")
	d.Media = []string{"https://shop.example/a.png", "https://shop.example/b.png"}
	f.provider(t, nil).Send(t.Context(), d)
	f.provider(t, func(c *twilio.Config) { c.From, c.MessagingServiceSID, c.PublicURL = "", "MG1", "" }).Send(t.Context(), d)
	want := []string{
		"Body=Hello&From=%2B15005550006&MediaUrl=https%3A%2F%2Fshop.example%2Fa.png&MediaUrl=https%3A%2F%2Fshop.example%2Fb.png" +
			"&StatusCallback=https%3A%2F%2Fjourneys.shop.example%2Fv1%2Fchannels%2Fsms%2Ftwilio%2Fstatus%3Fmessage%3Dc1.1%2B%2526&To=%2B14155550101",
		"Body=Hello&MediaUrl=https%3A%2F%2Fshop.example%2Fa.png&MediaUrl=https%3A%2F%2Fshop.example%2Fb.png&MessagingServiceSid=MG1&To=%2B14155550101",
	}
	for i, form := range f.forms {
		if got := form.Encode(); got != want[i] {
			t.Errorf("it sent\n%s\nwant\n%s", got, want[i])
		}
	}
}

func TestAsk(t *testing.T) {
	at := time.Date(2026, 5, 14, 10, 30, 0, 500, time.UTC)
	message := func(change func(m map[string]any)) map[string]any {
		m := map[string]any{"sid": "SM1", "to": "+14155550101", "from": "+15005550006", "body": "Hello", "direction": "outbound-api", "date_created": at.Format(time.RFC1123Z)}
		change(m)
		return m
	}
	const known = "SM0"
	on := func(c *twilio.Config) { c.Known = func(_ context.Context, sid string) bool { return sid == known } }
	for _, c := range []struct {
		name   string
		change func(m map[string]any)
		want   runtime.Receipt
	}{
		{"it is there", func(m map[string]any) {}, runtime.Taken},
		{"a trial account's", func(m map[string]any) { m["body"] = "Sent from your Twilio trial account - Hello" }, runtime.Taken},
		{"a text that ends alike", func(m map[string]any) { m["body"] = "Once more: Hello" }, runtime.Unavailable},
		{"another one of ours that is alike", func(m map[string]any) { m["sid"] = known }, runtime.Unavailable},
		{"another text", func(m map[string]any) { m["body"] = "Good day" }, runtime.Unavailable},
		{"another sender", func(m map[string]any) { m["from"] = "+15005550007" }, runtime.Unavailable},
		{"an older one", func(m map[string]any) { m["date_created"] = at.Add(-time.Minute).Format(time.RFC1123Z) }, runtime.Unavailable},
		{"what they wrote", func(m map[string]any) { m["direction"] = "inbound" }, runtime.Unavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			f.messages = append(f.messages, message(c.change))
			if a := f.provider(t, on).Ask(t.Context(), channeltest.Message(bench, "c1.1", "Hello"), at); a.Receipt != c.want {
				t.Errorf("asked, it says %s", channeltest.Say(a))
			}
		})
	}
	t.Run("no list", func(t *testing.T) {
		f := newFake(t)
		f.noList = true
		if a := f.provider(t, nil).Ask(t.Context(), channeltest.Message(bench, "c1.1", "Hello"), at); a.Receipt != runtime.Unavailable {
			t.Errorf("asked, it says %s", channeltest.Say(a))
		}
	})
	t.Run("not there", func(t *testing.T) {
		f := newFake(t)
		f.Close()
		if a := f.provider(t, nil).Ask(t.Context(), channeltest.Message(bench, "c1.1", "Hello"), at); a.Receipt != runtime.Lost {
			t.Errorf("asked, it says %s", channeltest.Say(a))
		}
	})
}

func TestInbound(t *testing.T) {
	p := newFake(t).provider(t, nil)
	form := url.Values{"MessageSid": {"MM1"}, "From": {"+14155550101"}, "To": {"+15005550006"}, "Body": {""}, "NumMedia": {"2"},
		"MediaUrl0": {"https://api.twilio.com/a"}, "MediaUrl1": {"https://api.twilio.com/b"}}
	h := hook(inboundPath, form)
	r, err := p.Receive(h.Request, h.Body)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Arrivals[0].Message; len(m.Media) != 2 || m.Media[1] != "https://api.twilio.com/b" || m.To != "tel:+15005550006" || m.ID != "MM1" {
		t.Errorf("it was read as %+v", m)
	}
	if r.Body != `<?xml version="1.0" encoding="UTF-8"?><Response></Response>` || !strings.HasPrefix(r.ContentType, "text/xml") {
		t.Errorf("it is answered with %q of %q", r.Body, r.ContentType)
	}
	for name, want := range map[string]string{"NumMedia": "NumMedia", "MediaUrl1": "MediaUrl1", "From": "From", "MessageSid": "MessageSid"} {
		wrong := url.Values{}
		for k, v := range form {
			wrong[k] = v
		}
		wrong.Set(name, map[string]string{"NumMedia": "11"}[name])
		h := hook(inboundPath, wrong)
		if _, err := p.Receive(h.Request, h.Body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with a wrong %s it was read with %v", name, err)
		}
	}
}

func TestStatuses(t *testing.T) {
	p := newFake(t).provider(t, nil)
	for status, want := range map[string]string{"queued": "on its way", "sending": "on its way", "sent": "on its way", "delivered": "delivered", "read": "delivered",
		"undelivered": "failed: error 30007: the carrier took the message for spam", "failed": "failed: error 30007: the carrier took the message for spam"} {
		h := hook(statusPath+"c1.1", url.Values{"MessageSid": {"SM1"}, "MessageStatus": {status}, "ErrorCode": {"30007"}})
		r, err := p.Receive(h.Request, h.Body)
		if err != nil {
			t.Fatal(err)
		}
		got := r.Arrivals[0].Report.State.String()
		if reason := r.Arrivals[0].Report.Reason; reason != "" {
			got += ": " + reason
		}
		if got != want {
			t.Errorf("%s is %q, want %q", status, got, want)
		}
	}
}

func TestNew(t *testing.T) {
	_, err := twilio.New(twilio.Config{AuthToken: "", BaseURL: "ftp://x"})
	for _, want := range []string{"account_sid", "auth_token", "from", "base_url"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want something of %s", err, want)
		}
	}
}
