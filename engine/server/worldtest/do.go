package worldtest

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"journey/engine/channel"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

// publish stores the journeys as a server does when it starts.
func (w *World) publish() {
	w.T.Helper()
	var bundle []store.Version
	for _, g := range w.live {
		bundle = append(bundle, store.Version{Journey: g.ID, Hash: g.Hash, Graph: graph.Encode(g)})
	}
	if err := w.Store.PutVersions(context.Background(), Begin, bundle); err != nil {
		w.T.Fatal(err)
	}
}

// arrived gives the engine what comes from the sandbox, as the server does for any provider.
func (w *World) arrived(a channel.Arrival) error {
	if m := a.Message; m != nil {
		_, err := w.Loop.Do(context.Background(), runtime.Work{To: runtime.To{Address: m.From, Inbound: true}, ID: m.ID,
			Event: &machine.Event{Message: &machine.CustomerMessage{Channel: m.Channel, Text: m.Text}}})
		return err
	}
	d, key, err := w.Engine.Message(context.Background(), a.Report.Message)
	if err != nil {
		return err
	}
	defer w.reports.Add(1)
	_, err = w.Loop.Do(context.Background(), runtime.Work{To: runtime.To{Key: key},
		Event: &machine.Event{Report: &machine.DeliveryReport{Message: d, Delivered: a.Report.State == channel.Delivered, Reason: a.Report.Reason}}})
	return err
}

// Chat has a visitor of the site write.
func (w *World) Chat(visitor, text string) {
	w.T.Helper()
	w.Do(runtime.Work{To: runtime.To{Contact: visitor}, Event: &machine.Event{Message: &machine.CustomerMessage{Channel: policy.Chat, Text: text}}})
}

// Event has an event about a visitor of the site come in.
func (w *World) Event(visitor, kind string) {
	w.T.Helper()
	w.Do(runtime.Work{To: runtime.To{Contact: visitor}, Event: &machine.Event{Type: kind}})
}

// Do has the engine take something, and waits until the world is at rest.
func (w *World) Do(work runtime.Work) {
	w.T.Helper()
	if _, err := w.Loop.Do(context.Background(), work); err != nil {
		w.T.Fatal(err)
	}
	w.Rest()
}

// Rest waits until nothing is on its way any more.
func (w *World) Rest() {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	quiet := 0
	for quiet < 3 {
		if ctx.Err() != nil {
			w.T.Fatal("the engine does not come to rest")
		}
		counts, err := w.Store.Counts(ctx)
		if err != nil {
			w.T.Fatal(err)
		}
		d := w.Loop.Depths()
		if quiet++; counts.Outgoing > 0 || d.Intake > 0 || d.Away > 0 || w.reports.Load() < w.messages() {
			quiet = 0
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// messages counts what lies in the sandbox for somebody to read.
func (w *World) messages() (n int64) {
	for _, box := range w.Sandbox.Addresses() {
		for _, m := range w.Sandbox.List(box.Address) {
			if !m.Inbound {
				n++
			}
		}
	}
	return n
}

// First is the conversation that began first.
func (w *World) First() string {
	w.T.Helper()
	starts, err := w.Store.Started(context.Background(), 0, 100)
	if err != nil || len(starts) == 0 {
		w.T.Fatal("no conversation has begun", err)
	}
	return starts[len(starts)-1].ID
}

// Get fetches a page.
func (w *World) Get(path string) (status int, body string, header http.Header) {
	w.T.Helper()
	answer, err := http.Get(w.Server.URL + path)
	if err != nil {
		w.T.Fatal(err)
	}
	return w.read(answer)
}

// Post sends a form as a browser without scripts does, and follows nothing.
func (w *World) Post(path string, form url.Values, headers ...string) (status int, body string, header http.Header) {
	w.T.Helper()
	r, err := http.NewRequest(http.MethodPost, w.Server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.T.Fatal(err)
	}
	return w.read(answer)
}

func (w *World) read(answer *http.Response) (int, string, http.Header) {
	w.T.Helper()
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.T.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header
}
