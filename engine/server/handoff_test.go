package server_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/server"
)

// follow opens a stream, and gives what came on it once it has ended.
func (w *world) follow(ctx context.Context, who, query string) func() string {
	r := httptest.NewRequestWithContext(ctx, "GET", "/v1/handoffs/stream"+query, nil)
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	rec, ended := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(ended)
		w.ServeHTTP(rec, r)
	}()
	synctest.Wait()
	return func() string {
		<-ended
		return rec.Header().Get("Content-Type") + "\n" + rec.Body.String()
	}
}

func (w *world) post(t *testing.T, who, path, body string) {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Signature", "signed")
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	if got := w.ask(r); got.StatusCode/100 != 2 {
		t.Fatalf("%s: %s", path, got.Status)
	}
}

func TestHandoffStream(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		ctx, hangUp := context.WithCancel(t.Context())
		came := w.follow(ctx, "rita", "")
		w.post(t, "", "/v1/channels/sms/twig", "text T1 tel:+14155550109 Do you sell boats?")
		w.post(t, "root", "/v1/handoffs/next", `{"queue":"unrouted"}`)
		time.Sleep(20 * time.Second)
		hangUp()
		got := came()
		var last int
		for _, want := range []string{"text/event-stream", "event: ready\ndata: {}\n\n", `event: opened` + "\ndata: {\"kind\":\"opened\"", `"queue":"unrouted"`, "event: message\n",
			"event: claimed\n", `"agent":"root"`, ": \n\n"} {
			at := strings.Index(got[last:], want)
			if at < 0 {
				t.Fatalf("%q does not come in\n%s", want, got)
			}
			last += at
		}
		for _, unwanted := range []string{"boats", "event: reload"} {
			if strings.Contains(got, unwanted) {
				t.Errorf("%q comes in\n%s", unwanted, got)
			}
		}
	})
}

// A stream does not outlive its hour.
func TestHandoffStreamEnds(t *testing.T) {
	run(t, nil, func(t *testing.T, w *world) {
		began := time.Now()
		w.follow(t.Context(), "ana", "")()
		if lived := time.Since(began); lived != time.Hour {
			t.Errorf("it lived for %s", lived)
		}
	})
}

// Where there are no tokens people say who they are.
func TestPeopleSayWhoTheyAre(t *testing.T) {
	run(t, func(o *server.Options) { o.Tokens = nil }, func(t *testing.T, w *world) {
		ctx, hangUp := context.WithCancel(t.Context())
		defer hangUp()
		w.follow(ctx, "", "?agent=Una")
		w.post(t, "", "/v1/channels/sms/twig", "text T1 tel:+14155550109 Do you sell boats?")
		for _, one := range []struct {
			header string
			status int
		}{{"J%C3%B6rg", 200}, {"Una", 404}} {
			r := httptest.NewRequest("POST", "/v1/handoffs/next", strings.NewReader("{}"))
			r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Journey-Agent", one.header)
			if got := w.ask(r); got.StatusCode != one.status {
				t.Errorf("%s: %s", one.header, got.Status)
			}
		}
		r := httptest.NewRequest("GET", "/v1/handoffs?mine=true&agent=J%C3%B6rg", nil)
		r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		if !strings.Contains(rec.Body.String(), `"by":"Jörg"`) {
			t.Errorf("Jörg has %s", rec.Body)
		}
		r = httptest.NewRequest("GET", "/v1/agents", nil)
		r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
		rec = httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		if !strings.Contains(rec.Body.String(), `"name":"Una","load":0,"present":true`) {
			t.Errorf("the agents are %s", rec.Body)
		}
		hangUp()
	})
}
