package pages

import (
	"context"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"journey/engine/eventstream"
)

// watch streams what the engine decides, as server-sent events: "step" is a step's HTML, "sandbox" says that a phone or mailbox
// has changed. It goes on after Last-Event-ID, or after the query's "after".
func (p *Pages) watch(w http.ResponseWriter, r *http.Request) {
	v := p.live.join(lastSeen(r))
	if v == nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "Too many pages are watching.", http.StatusServiceUnavailable)
		return
	}
	defer p.live.leave(v)
	s := eventstream.New(w)
	changes, cancel := p.sandboxChanges()
	defer cancel()
	beat := time.NewTicker(eventstream.Heartbeat)
	defer beat.Stop()
	for s.Err() == nil {
		select {
		case <-r.Context().Done():
			return
		case e, more := <-v.entries:
			if !more {
				return
			}
			if html, err := p.stepHTML(r.Context(), e); err == nil {
				s.Event("step", strconv.FormatUint(e.id, 10), string(html))
			}
		case <-changes:
			s.Event("sandbox", "", "changed")
		case <-beat.C:
			s.Beat()
		}
	}
}

// sandboxChanges never tells where there is no sandbox.
func (p *Pages) sandboxChanges() (changes <-chan struct{}, cancel func()) {
	if p.Sandbox == nil {
		return nil, func() {}
	}
	return p.Sandbox.Subscribe()
}

func lastSeen(r *http.Request) uint64 {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (p *Pages) stepHTML(ctx context.Context, e seen) (template.HTML, error) {
	return fragment("step.html", p.seenStep(ctx, p.steps(ctx), e))
}

func (p *Pages) seenStep(ctx context.Context, s *steps, e seen) step {
	return s.of(e.Contact, e.Entry, p.answersSecretly(ctx, e.Key, e.Entry))
}

// recentSteps are the last ones, newest first.
func (p *Pages) recentSteps(ctx context.Context) (list []step, last uint64) {
	latest, last := p.live.latest()
	s := p.steps(ctx)
	for _, e := range latest {
		list = append(list, p.seenStep(ctx, s, e))
	}
	return list, last
}

// parts are the pieces of the page that are fetched by themselves.
var parts = []string{"phone", "mail", "customer", "records"}

// part is a piece of the page as it is now, for the script to put in place of what is shown.
func (p *Pages) part(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("part")
	if p.Sandbox == nil || !slices.Contains(parts, name) {
		p.NotFound(w, r)
		return
	}
	html, err := fragment(name+".html", p.homeView(r))
	if err != nil {
		http.Error(w, "This part could not be made.", http.StatusInternalServerError)
		return
	}
	guard(w.Header(), nobody)
	io.WriteString(w, string(html))
}
