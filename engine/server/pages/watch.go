package pages

import (
	"bufio"
	"context"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	heartbeat = 20 * time.Second // so that a line that has gone is noticed
	patience  = 10 * time.Second // for a viewer to take what is written
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
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	s := &stream{w: bufio.NewWriter(w), control: http.NewResponseController(w)}
	s.comment("retry: 2000")
	changes, cancel := p.sandboxChanges()
	defer cancel()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for s.err == nil {
		select {
		case <-r.Context().Done():
			return
		case e, more := <-v.entries:
			if !more {
				return
			}
			if html, err := p.stepHTML(r.Context(), e); err == nil {
				s.event("step", strconv.FormatUint(e.id, 10), string(html))
			}
		case <-changes:
			s.event("sandbox", "", "changed")
		case <-beat.C:
			s.comment(":")
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

// stream writes server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
type stream struct {
	w       *bufio.Writer
	control *http.ResponseController
	err     error
}

func (s *stream) event(name, id, data string) {
	if id != "" {
		fmt.Fprintf(s.w, "id: %s\n", id)
	}
	fmt.Fprintf(s.w, "event: %s\n", name)
	for _, l := range strings.Split(data, "\n") {
		fmt.Fprintf(s.w, "data: %s\n", strings.TrimRight(l, "\r"))
	}
	s.flush()
}

func (s *stream) comment(text string) {
	io.WriteString(s.w, text+"\n")
	s.flush()
}

func (s *stream) flush() {
	s.w.WriteByte('\n')
	// A writer without deadlines is one in a test, or behind something that has its own.
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	if s.err = s.w.Flush(); s.err == nil {
		s.err = s.control.Flush()
	}
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
