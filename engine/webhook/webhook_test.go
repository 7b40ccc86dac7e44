package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/webhook"
)

var at = time.Unix(1614265330, 0).UTC()

func now() time.Time { return at }

// The vector of the Standard Webhooks libraries: https://github.com/standard-webhooks/standard-webhooks.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func notice(to string) *machine.Notice {
	return &machine.Notice{To: to, Type: "conversation.completed", At: at, Data: map[string]any{"outcome": "resolved"}}
}

func TestSubscribersHearOfWhatTheyAskedFor(t *testing.T) {
	h, err := webhook.New([]webhook.Subscriber{
		{URL: "https://all.example/h", Secret: secret},
		{URL: "https://some.example/h", Secret: secret, Events: []string{"handoff.opened"}},
		{URL: "https://some.example/other", Secret: secret, Events: []string{"handoff.opened"}},
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	if names := h.To("conversation.completed"); len(names) != 1 || !strings.HasPrefix(names[0], "all.example-") {
		t.Errorf("told %v", names)
	}
	if names := h.To("handoff.opened"); len(names) != 3 || len(slices.Compact(names)) != 3 {
		t.Errorf("told %v", names)
	}
}

func TestNoticesAreSigned(t *testing.T) {
	var got *http.Request
	var body []byte
	outside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}))
	defer outside.Close()
	h, err := webhook.New([]webhook.Subscriber{{URL: outside.URL, Secret: secret}}, now)
	if err != nil {
		t.Fatal(err)
	}
	if a := h.Post(t.Context(), "msg_1", notice(h.To("x")[0])); a.Receipt != runtime.Taken {
		t.Fatalf("%+v", a)
	}
	if want := `{"type":"conversation.completed","timestamp":"2021-02-25T15:02:10Z","data":{"outcome":"resolved"}}`; string(body) != want {
		t.Errorf("sent %s", body)
	}
	for name, want := range map[string]string{"Webhook-Id": "msg_1", "Webhook-Timestamp": "1614265330", "Content-Type": "application/json"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %s, want %s", name, got.Header.Get(name), want)
		}
	}
	if s := got.Header.Get("Webhook-Signature"); s != "v1,"+webhook.Sign(secret, "msg_1", "1614265330", body) {
		t.Errorf("signature %s", s)
	}
}

func TestTheVectorOfTheScheme(t *testing.T) {
	const body = `{"test": 2432232314}`
	if got := webhook.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(body)); got != "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signed %s", got)
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		want   runtime.Receipt
		after  time.Duration
	}{
		{"204", func(w http.ResponseWriter) { w.WriteHeader(204) }, runtime.Taken, 0},
		{"a redirect", func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://elsewhere.example")
			w.WriteHeader(302)
		}, runtime.Unavailable, 0},
		{"404", func(w http.ResponseWriter) { w.WriteHeader(404) }, runtime.Unavailable, 0},
		{"410", func(w http.ResponseWriter) { w.WriteHeader(410) }, runtime.Refused, 0},
		{"429", func(w http.ResponseWriter) { w.Header().Set("Retry-After", "90"); w.WriteHeader(429) }, runtime.Unavailable, 90 * time.Second},
		{"503 until a time", func(w http.ResponseWriter) {
			w.Header().Set("Date", at.Format(http.TimeFormat))
			w.Header().Set("Retry-After", at.Add(time.Minute).Format(http.TimeFormat))
			w.WriteHeader(503)
		}, runtime.Unavailable, time.Minute},
		{"a line that breaks", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, runtime.Unavailable, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { c.answer(w) }))
			defer outside.Close()
			h, err := webhook.New([]webhook.Subscriber{{URL: outside.URL + "/?key=private", Secret: "plain"}}, now)
			if err != nil {
				t.Fatal(err)
			}
			a := h.Post(t.Context(), "id", notice(h.To("x")[0]))
			if a.Receipt != c.want || a.After != c.after || strings.Contains(a.Reason+a.Provider, "private") {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for _, c := range []struct {
		of   webhook.Subscriber
		want string
	}{
		{webhook.Subscriber{URL: "crm.example", Secret: "s"}, "url is to be like"},
		{webhook.Subscriber{URL: "https://crm.example"}, "secret is missing"},
		{webhook.Subscriber{URL: "https://crm.example", Secret: "whsec_%"}, "no base64"},
	} {
		if _, err := webhook.New([]webhook.Subscriber{c.of}, now); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.of, err)
		}
	}
	h, err := webhook.New(nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if a := h.Post(t.Context(), "id", notice("gone")); a.Receipt != runtime.Refused {
		t.Errorf("to nobody: %+v", a)
	}
}

func TestASubscriberThatFailsIsLeftAlone(t *testing.T) {
	asked, status, clock := 0, http.StatusInternalServerError, at
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(status)
	}))
	defer outside.Close()
	h, err := webhook.New([]webhook.Subscriber{{URL: outside.URL, Secret: secret}}, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		passes time.Duration
		status int
		asked  int // of three notices
		after  time.Duration
	}{
		{0, 500, 3, 0},
		{0, 500, 2, 5 * time.Second},
		{4 * time.Second, 500, 0, time.Second},
		{time.Second, 500, 1, 10 * time.Second},
		{-24 * time.Hour, 500, 1, 20 * time.Second}, // somebody set the clock
		{20 * time.Second, 200, 3, 0},
	} {
		clock, status, asked = clock.Add(step.passes), step.status, 0
		var last runtime.Answer
		for range 3 {
			last = h.Post(t.Context(), "msg_1", notice(h.To("x")[0]))
		}
		if asked != step.asked || last.After != step.after {
			t.Errorf("after %s: asked %d times, and the last is to wait %s; want %d and %s", step.passes, asked, last.After, step.asked, step.after)
		}
	}
}
