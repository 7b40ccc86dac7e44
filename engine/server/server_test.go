package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/runtime"
	"journey/engine/server"
	"journey/engine/store"
)

// request is one of a token's, on this machine.
func request(method, target, token, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:50000"
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

const collected = `{"specversion":"1.0","id":"%s","source":"/depot","type":"parcel.collected","subject":"%s","data":{"parcel_id":"P1"}}`

// refusing is a loop that takes nothing.
type refusing struct {
	server.Loop
	err error
}

func (l refusing) Do(context.Context, runtime.Work) (runtime.Done, error) {
	return runtime.Done{}, l.err
}
func (l refusing) Submit(runtime.Work, func(runtime.Done, error)) error { return l.err }

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		status int
		after  string
		kind   string
	}{
		{"too much waits", fmt.Errorf("submit: %w", runtime.ErrBusy), 429, "1", "/problems/busy"},
		{"it is stopping", runtime.ErrStopped, 503, "5", "/problems/stopped"},
		{"the disk is full", errors.New("no space left on device"), 503, "5", "/problems/unavailable"},
		{"a record is damaged", fmt.Errorf("contact x: %w", store.ErrCorrupt), 500, "", "/problems/internal"},
	} {
		run(t, func(o *server.Options) { o.Loop = refusing{o.Loop, c.err} }, func(t *testing.T, w *world) {
			for _, r := range []*http.Request{
				request("POST", "/v1/events", "shop", fmt.Sprintf(collected, "e-1", "c-1")),
				request("PUT", "/v1/contacts/c-1", "shop", `{"name":"Ada"}`),
			} {
				r.Header.Set("Idempotency-Key", "k")
				got := w.ask(r)
				var p server.Problem
				if err := json.NewDecoder(got.Body).Decode(&p); err != nil {
					t.Fatal(err)
				}
				if got.StatusCode != c.status || got.Header.Get("Retry-After") != c.after || p.Type != c.kind || p.Status != c.status {
					t.Errorf("%s: %s is answered %d, %q after, %s", c.name, r.URL.Path, got.StatusCode, got.Header.Get("Retry-After"), p.Type)
				}
				if strings.Contains(p.Detail, "no space") {
					t.Errorf("%s: the caller learns of our disk: %s", c.name, p.Detail)
				}
			}
		})
	}
}

// shy takes the first events of a batch and is busy then.
type shy struct {
	server.Loop
	left *int
}

func (l shy) Submit(w runtime.Work, done func(runtime.Done, error)) error {
	if *l.left--; *l.left < 0 {
		return runtime.ErrBusy
	}
	return l.Loop.Submit(w, done)
}

func TestABusyBatchIsSentAgain(t *testing.T) {
	left := 1
	run(t, func(o *server.Options) { o.Loop = shy{o.Loop, &left} }, func(t *testing.T, w *world) {
		body := "[" + fmt.Sprintf(collected, "e-1", "c-1") + "," + fmt.Sprintf(collected, "e-2", "c-1") + "]"
		send := func() (int, server.BatchAnswer) {
			r := request("POST", "/v1/events", "shop", body)
			r.Header.Set("Content-Type", "application/cloudevents-batch+json")
			r.Header.Set("Idempotency-Key", "batch-1")
			var b server.BatchAnswer
			got := w.ask(r)
			_ = json.NewDecoder(got.Body).Decode(&b)
			return got.StatusCode, b
		}
		if status, _ := send(); status != http.StatusTooManyRequests {
			t.Fatalf("a batch that is too much is answered %d", status)
		}
		left = 10
		if status, b := send(); status != 202 || b.Events[0].Status != "duplicate" || b.Events[1].Status != "accepted" {
			t.Errorf("sent again it is answered %d: %+v", status, b)
		}
	})
}

// A batch may be larger than an event, in whichever format it comes.
func TestSizesOfBodies(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	event := fmt.Sprintf(collected, "e-1", "c-1")
	large := strings.Replace(event, "P1", long, 1)
	for _, c := range []struct {
		name, kind, body string
		binary           bool
		status           int
	}{
		{"an event", "application/cloudevents+json", large, false, 413},
		{"an event as plain JSON", "application/json", large, false, 413},
		{"an event whose attributes are headers", "application/json", `{"parcel_id":"` + long + `"}`, true, 413},
		{"a batch", "application/cloudevents-batch+json", "[" + large + "]", false, 202},
		{"a batch as plain JSON", "application/json", "[" + large + "]", false, 202},
		{"more than any batch", "application/json", "[" + strings.Replace(event, "P1", strings.Repeat(long, 4), 1) + "]", false, 413},
		{"an event without data whose attributes are headers", "", "", true, 422},
	} {
		run(t, nil, func(t *testing.T, w *world) {
			r := request("POST", "/v1/events", "shop", c.body)
			r.Header.Set("Content-Type", c.kind)
			if c.kind == "" {
				r.Header.Del("Content-Type")
			}
			if c.binary {
				for name, value := range map[string]string{"specversion": "1.0", "id": "e-1", "source": "/depot", "type": "parcel.collected", "subject": "c-1"} {
					r.Header.Set("ce-"+name, value)
				}
			}
			if got := w.ask(r); got.StatusCode != c.status {
				t.Errorf("%s is answered %d, want %d", c.name, got.StatusCode, c.status)
			}
		})
	}
}

// slow is a loop whose first event takes a minute.
type slow struct{ server.Loop }

func (l slow) Submit(w runtime.Work, done func(runtime.Done, error)) error {
	time.Sleep(time.Minute)
	return l.Loop.Submit(w, done)
}

func TestTheSameRequestWhileItIsHandled(t *testing.T) {
	run(t, func(o *server.Options) { o.Loop = slow{o.Loop} }, func(t *testing.T, w *world) {
		send := func() int {
			r := request("POST", "/v1/events", "shop", fmt.Sprintf(collected, "e-1", "c-1"))
			r.Header.Set("Idempotency-Key", "k")
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, r)
			return rec.Code
		}
		first := make(chan int, 1)
		go func() { first <- send() }()
		synctest.Wait()
		if got := send(); got != http.StatusConflict {
			t.Errorf("the second is answered %d, want 409", got)
		}
		if got := <-first; got != http.StatusAccepted {
			t.Errorf("the first is answered %d", got)
		}
	})
}

func TestNothingIsAnsweredBeforeItIsKept(t *testing.T) {
	run(t, func(o *server.Options) { o.Loop = slow{o.Loop} }, func(t *testing.T, w *world) {
		answered, begun := make(chan int, 1), time.Now()
		go func() {
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, request("POST", "/v1/events", "shop", fmt.Sprintf(collected, "e-1", "c-1")))
			answered <- rec.Code
		}()
		if got, took := <-answered, time.Since(begun); got != http.StatusAccepted || took < time.Minute {
			t.Errorf("it is answered %d after %v", got, took)
		}
	})
}

// mounts are handlers of somebody else's.
func mounts(o *server.Options) {
	say := func(f func(r *http.Request) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, f(r)) }
	}
	o.Mounts = []server.Mount{
		{Pattern: "GET /{$}", Roles: server.Roles, Handler: say(func(r *http.Request) string { return server.CallerOf(r).Name + " " + server.FormToken(r) })},
		{Pattern: "POST /orders", Roles: []server.Role{server.Agent}, Handler: say(func(r *http.Request) string { return r.PostFormValue("order") }), Summary: "Take an order"},
		{Pattern: "GET /v1/chat/hello", Public: true, Handler: say(func(*http.Request) string { return "hello" })},
		{Pattern: "GET /full", Public: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "full", http.StatusServiceUnavailable) })},
		{Pattern: "GET /broken", Public: true, Handler: say(func(*http.Request) string { panic("no!") })},
	}
}

func TestMounts(t *testing.T) {
	run(t, mounts, func(t *testing.T, w *world) {
		ask := func(r *http.Request) (int, string) {
			got := w.ask(r)
			b, _ := io.ReadAll(got.Body)
			return got.StatusCode, string(b)
		}
		if status, body := ask(request("GET", "/v1/chat/hello", "", "")); status != 200 || body != "hello" {
			t.Errorf("a public one is answered %d %s", status, body)
		}
		if status, _ := ask(request("GET", "/", "", "")); status != 401 {
			t.Errorf("another is open to everybody: %d", status)
		}
		if status, body := ask(request("GET", "/", "ana", "")); status != 200 || body != "ana " {
			t.Errorf("with a token it is answered %d %s", status, body)
		}
		if status, _ := ask(request("POST", "/orders", "ana", "")); status != 403 {
			t.Errorf("it is open to every role: %d", status)
		}
		if _, body := ask(request("GET", "/openapi.json", "ana", "")); !strings.Contains(body, `"Take an order"`) || strings.Contains(body, "/v1/chat/hello") {
			t.Error("the description has not what asks to be in it, or more")
		}
		if got := w.ask(request("GET", "/full", "", "")); got.StatusCode != 503 || got.Header.Get("Retry-After") != "1" {
			t.Errorf("one that is full is answered %d, %q after", got.StatusCode, got.Header.Get("Retry-After"))
		}
		if status, body := ask(request("GET", "/broken", "", "")); status != 500 || !strings.Contains(body, "/problems/internal") || strings.Contains(body, "no!") {
			t.Errorf("a broken one is answered %d %s", status, body)
		}
	})
}

// broken is a backup that breaks off.
type broken struct{}

func (broken) Backup(_ context.Context, w io.Writer) error {
	_, _ = io.WriteString(w, "half of")
	return errors.New("the disk is gone")
}

func TestABackupThatBreaksOffIsNoWholeAnswer(t *testing.T) {
	run(t, func(o *server.Options) { o.Backup = broken{} }, func(t *testing.T, w *world) {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("the answer ends as if it was whole")
			}
		}()
		w.ask(request("GET", "/v1/data/backup", "root", ""))
	})
}

func TestASessionsForms(t *testing.T) {
	run(t, mounts, func(t *testing.T, w *world) {
		form := func(path, cookie string, values url.Values) *http.Response {
			r := request("POST", path, "", values.Encode())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Cookie", cookie)
			return w.ask(r)
		}
		in := form("/login", "", url.Values{"token": {"rita"}})
		cookie := in.Cookies()[0].Name + "=" + in.Cookies()[0].Value
		page := request("GET", "/", "", "")
		page.Header.Set("Cookie", cookie)
		told, _ := io.ReadAll(w.ask(page).Body)
		name, csrf, _ := strings.Cut(string(told), " ")
		if name != "rita" || len(csrf) < 20 {
			t.Fatalf("the page is told %q", told)
		}
		got := form("/orders", cookie, url.Values{"csrf": {csrf}, "order": {"AB1"}})
		if b, _ := io.ReadAll(got.Body); got.StatusCode != 200 || string(b) != "AB1" {
			t.Errorf("a form with its token is answered %d %s", got.StatusCode, b)
		}
		if got := form("/orders", cookie, url.Values{"csrf": {csrf + "x"}, "order": {"AB1"}}); got.StatusCode != 403 {
			t.Errorf("a form with another token is answered %d", got.StatusCode)
		}
		big := form("/orders", cookie, url.Values{"order": {strings.Repeat("x", 1<<20)}, "csrf": {csrf}})
		if big.StatusCode != 403 {
			t.Errorf("a form of a megabyte is answered %d", big.StatusCode)
		}
		if got := form("/logout", cookie, url.Values{"csrf": {csrf}}); got.StatusCode != 303 || got.Cookies()[0].MaxAge >= 0 {
			t.Errorf("logging out is answered %d %v", got.StatusCode, got.Cookies())
		}
		if got := w.ask(page); got.StatusCode != 401 {
			t.Errorf("after it the session is answered %d", got.StatusCode)
		}
	})
}

func TestHeaders(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		for path, policy := range map[string]string{
			"/healthz": "default-src 'none'", "/nothing": "default-src 'none'", "/login": "style-src 'sha256-", "/s/nothing": "style-src 'sha256-"} {
			r := request("GET", path, "", "")
			r.Header.Set("Accept", "text/html, */*")
			h := w.ask(r).Header
			if !strings.Contains(h.Get("Content-Security-Policy"), policy) || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
				t.Errorf("%s has the policy %s", path, h.Get("Content-Security-Policy"))
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
				"Cache-Control": "no-store", "Strict-Transport-Security": "max-age=31536000"} {
				if h.Get(name) != want {
					t.Errorf("%s has %s: %q", path, name, h.Get(name))
				}
			}
		}
	})
}

func TestTheLogHoldsNothingPrivate(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		r := request("POST", "/v1/channels/sms/twig?secret=query-secret", "", "text M1 tel:+14155550101 my-private-words")
		r.Header.Set("X-Signature", "signed")
		w.ask(r)
		w.ask(request("PUT", "/v1/contacts/private-id?x=query-secret", "shop", `{"name":"private-name"}`))
		w.ask(request("GET", "/v1/contacts/private-id", "wrong-token", ""))
		w.ask(request("GET", "/s/private-token", "", ""))
		forged := request("GET", "/healthz", "", "")
		forged.Header.Set("X-Request-Id", "a\nlevel=ERROR forged")
		w.ask(forged)
		log := w.log.String()
		for _, private := range []string{"private", "query-secret", "4155550101", "wrong-token", "forged"} {
			if strings.Contains(log, private) {
				t.Errorf("the log holds %q:\n%s", private, log)
			}
		}
		for _, told := range []string{"route=/v1/channels/{channel}/{provider} status=200", "route=/v1/contacts/{id} status=401", "method=GET"} {
			if !strings.Contains(log, told) {
				t.Errorf("the log lacks %q:\n%s", told, log)
			}
		}
	})
}

func TestJourneys(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		var list server.JourneyList
		if err := json.NewDecoder(w.ask(request("GET", "/v1/journeys", "ana", "")).Body).Decode(&list); err != nil {
			t.Fatal(err)
		}
		if len(list.Journeys) != len(w.bundle) {
			t.Fatalf("%d journeys, want %d", len(list.Journeys), len(w.bundle))
		}
		for i, g := range w.bundle {
			got := list.Journeys[i]
			if got.ID != g.ID || got.Active == nil || got.Active.Hash != g.Hash || got.Active.Title != g.Title || got.Active.Owner != g.Owner {
				t.Errorf("%s is listed as %+v", g.ID, got)
			}
		}
	})
}

// TestASearchIsBounded lets one request look at so many conversations at the most, and go on after them.
func TestASearchIsBounded(t *testing.T) {
	before := server.ScanAtMost(1000)
	defer server.ScanAtMost(before)
	run(t, nil, func(t *testing.T, w *world) {
		const many = 1500
		for i := range many {
			body := fmt.Sprintf(`{"specversion":"1.0","id":"e","source":"/depot","type":"parcel.waiting","subject":"c-%d","data":{"parcel_id":"P1","days":1,"place":{"town":"Reno"}}}`, i)
			if got := w.ask(request("POST", "/v1/events", "shop", body)); got.StatusCode != 202 {
				t.Fatal(got.Status)
			}
		}
		ask := func(query string) (list server.ConversationList) {
			if err := json.NewDecoder(w.ask(request("GET", "/v1/conversations?"+query, "ana", "")).Body).Decode(&list); err != nil {
				t.Fatal(err)
			}
			return list
		}
		first := ask("status=archived")
		if len(first.Conversations) != 0 || first.Next == "" {
			t.Fatalf("the first page has %d, and goes on at %q", len(first.Conversations), first.Next)
		}
		if second := ask("status=archived&cursor=" + first.Next); len(second.Conversations) != 0 || second.Next != "" {
			t.Errorf("the second page has %d, and goes on at %q", len(second.Conversations), second.Next)
		}
		if one := ask("contact=c-1"); len(one.Conversations) != 1 || one.Next != "" {
			t.Errorf("the oldest contact of all has %d, and goes on at %q", len(one.Conversations), one.Next)
		}
		seen, next := map[string]bool{}, ""
		for range many {
			page := ask("limit=200&cursor=" + next)
			for _, c := range page.Conversations {
				if seen[c.ID] {
					t.Fatalf("%s is there twice", c.ID)
				}
				seen[c.ID] = true
			}
			if next = page.Next; next == "" {
				break
			}
		}
		if len(seen) != many {
			t.Errorf("the pages have %d conversations, want %d", len(seen), many)
		}
	})
}

// FuzzEvents holds that whatever is sent is read, or refused with a place.
func FuzzEvents(f *testing.F) {
	f.Add("application/cloudevents+json", "", fmt.Sprintf(collected, "e-1", "c-1"))
	f.Add("application/cloudevents-batch+json", "", "["+fmt.Sprintf(collected, "e-1", "c-1")+",{}]")
	f.Add("application/json", "", "["+fmt.Sprintf(collected, "e-1", "c-1")+",[],1]")
	f.Add("application/json", "%41", `{"contact":{"name":null}}`)
	f.Add("application/json", "", `{"specversion":"1.0","data_base64":"e30="}`)
	f.Add("application/json", "", `{"a":{"a":{"a":[[[[[1e400]]]]]}},"a":1}`)
	f.Fuzz(func(t *testing.T, kind, id, body string) {
		h := http.Header{"Content-Type": {kind}}
		if id != "" {
			h.Set("ce-id", id)
		}
		events, wrongs, err := server.Read(h, kind, []byte(body))
		var p *server.Problem
		if err != nil && (!errors.As(err, &p) || p.Status < 400 || p.Detail == "") {
			t.Fatalf("%q is refused with %v", body, err)
		}
		if err == nil && len(events) != len(wrongs) {
			t.Fatalf("%d events, %d lists", len(events), len(wrongs))
		}
		for i, one := range events {
			if one == "" && len(wrongs[i]) == 0 {
				t.Fatalf("%q is an event without an id, and nothing is wrong with it", body)
			}
		}
	})
}

func TestWhoLooksAhead(t *testing.T) {
	for agent, person := range map[string]bool{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1": true,
		"Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36":                     true,
		"": true,
		"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)":                                                                                      false,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0": false,
		"WhatsApp/2.23.20.0":            false,
		"TelegramBot (like TwitterBot)": false,
		"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5":          false,
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": false,
	} {
		r := httptest.NewRequest("GET", "/l/x", nil)
		r.Header.Set("User-Agent", agent)
		if server.LookingAhead(r) == person {
			t.Errorf("%q is taken for the other", agent)
		}
	}
}

// TestManyAtOnce sends the same events from many callers over real connections: each is accepted once, and a duplicate for all others.
func TestManyAtOnce(t *testing.T) {
	w := &world{bundle: compiled(t)}
	w.engine = &runtime.Engine{Store: &w.store, Clock: runtime.System{}, Secrets: w, Versions: w, Carrier: w, Services: w}
	w.loop = runtime.NewLoop(w.engine, runtime.Options{})
	s := httptest.NewServer(server.New(server.Options{Loop: w.loop, Engine: w.engine, Store: &w.store, Journeys: w, Clock: runtime.System{}, Tokens: tokens()}))
	defer s.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.loop.Run(ctx) }()

	const callers, events = 16, 20
	answers := make(chan int, callers*events)
	for range callers {
		go func() {
			for i := range events {
				answers <- post(s.URL+"/v1/events", fmt.Sprintf(collected, fmt.Sprint("e-", i), fmt.Sprint("c-", i%3)))
			}
		}()
	}
	count := map[int]int{}
	for range callers * events {
		count[<-answers]++
	}
	if count[http.StatusAccepted] != events || count[http.StatusOK] != (callers-1)*events {
		t.Errorf("by status: %v", count)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func post(target, body string) int {
	r, err := http.NewRequest("POST", target, strings.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/cloudevents+json")
	r.Header.Set("Authorization", "Bearer shop")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer got.Body.Close()
	return got.StatusCode
}
