package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"journey/engine/desk"
	"journey/engine/graph"
	"journey/engine/runtime"
)

// Bounds of what is typed, in bytes.
const (
	longestForm  = 64 << 10
	longestReply = 8 << 10
	longestOnce  = 64
)

// said is who a person says they are: a script in a header, which carries ASCII only, a link and a form in a field.
func said(r *http.Request) string {
	if name, err := url.PathUnescape(r.Header.Get("X-Journey-Agent")); err == nil && name != "" {
		return name
	}
	return strings.TrimSpace(r.FormValue("agent"))
}

// act does what an agent wants done. A script gets 204, or why not as plain text: 409 where another agent has it.
func (b *Inbox) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "What was sent can't be read, or is longer than 64 KiB.", http.StatusBadRequest)
		return
	}
	by, id := b.who(w, r), r.PostFormValue("item")
	if by.Name == "" {
		http.Error(w, capital(errName.Error())+".", http.StatusUnprocessableEntity)
		return
	}
	if once := r.PostFormValue("once"); once != "" && len(once) <= longestOnce {
		by.Once = "inbox/" + by.Name + "/" + once
	}
	text, err := b.do(r.Context(), r.PathValue("act"), by, id, r.PostForm)
	switch {
	case err != nil:
		status, words := refusal(err)
		http.Error(w, words, status)
	case r.Header.Get("X-Journey-Script") == "":
		http.Redirect(w, r, back(r.PostForm), http.StatusSeeOther)
	case text != "":
		fmt.Fprint(w, text)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// back is where a browser without a script goes on: the page that the form was on.
func back(form url.Values) string {
	q := url.Values{}
	for _, name := range []string{"in", "agent"} {
		if v := form.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	path := "/inbox"
	if form.Get("on") == "supervisor" {
		path = "/inbox/supervisor"
	} else if id := form.Get("item"); id != "" {
		q.Set("item", id)
	}
	return (&url.URL{Path: path, RawQuery: q.Encode()}).String()
}

var errNoAct = errors.New("the inbox knows no such act")

// do hands an act to the desk. said is what the agent should know of how it went.
func (b *Inbox) do(ctx context.Context, act string, by desk.Actor, id string, form url.Values) (said string, err error) {
	text := strings.TrimSpace(form.Get("text"))
	if len(text) > longestReply {
		return "", fmt.Errorf("the text is longer than %d bytes", longestReply)
	}
	switch act {
	case "claim":
		return b.claim(ctx, by, id)
	case "reply":
		return b.reply(ctx, by, id, text, form.Get("urgent") != "")
	case "note":
		_, err = b.Desk.Note(ctx, by, id, text)
	case "transfer":
		_, err = b.Desk.Transfer(ctx, by, id, desk.Destination{Queue: form.Get("queue"), Agent: strings.TrimSpace(form.Get("to"))}, text)
	case "return", "resolve":
		return "", b.finish(ctx, act, by, id, form)
	case "release":
		_, err = b.Desk.Release(ctx, by, id)
	case "take-over":
		_, err = b.Desk.TakeOver(ctx, by, id)
	case "typing":
		err = b.Desk.Typing(by, id)
	case "available", "away":
		b.Desk.SetAvailable(by.Name, act == "available")
	default:
		err = errNoAct
	}
	return "", err
}

// claim takes a conversation. That it is more than an agent is to have is for them to know, and not refused: customers wait.
func (b *Inbox) claim(ctx context.Context, by desk.Actor, id string) (said string, err error) {
	if _, err := b.Desk.Claim(ctx, by, id); err != nil {
		return "", err
	}
	if a := b.Desk.Agent(by.Name); a.Capacity > 0 && a.Load > a.Capacity {
		return fmt.Sprintf("You have %d conversations now, more than the %d that you are given at once.", a.Load, a.Capacity), nil
	}
	return "", nil
}

func (b *Inbox) reply(ctx context.Context, by desk.Actor, id, text string, urgent bool) (said string, err error) {
	sent, err := b.Desk.Reply(ctx, by, id, text, urgent)
	if err != nil || sent.Held.IsZero() {
		return "", err
	}
	return "It is kept, and goes out when the customer's quiet hours are over.", nil
}

// finish returns or resolves with the data that was changed, which the form has as data.NAME.
func (b *Inbox) finish(ctx context.Context, act string, by desk.Actor, id string, form url.Values) error {
	it, err := b.Desk.Item(id)
	if err != nil {
		return err
	}
	data := map[string]any{}
	for field, values := range form {
		if name, ok := strings.CutPrefix(field, "data."); ok && len(values) > 0 {
			if data[name], err = b.typed(ctx, it.Conversation, name, values[0]); err != nil {
				return err
			}
		}
	}
	if act == "return" {
		return b.Desk.Return(ctx, by, id, data)
	}
	return b.Desk.Resolve(ctx, by, id, strings.TrimSpace(form.Get("disposition")), data)
}

// typed makes of what was typed what the desk expects: JSON of the datum's type. Nothing typed is nothing set.
func (b *Inbox) typed(ctx context.Context, conversation, name, text string) (any, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	d := b.datum(ctx, conversation, name)
	if d == nil {
		return text, nil // the desk says that there is none
	}
	v, err := written(d, text)
	if err != nil {
		return nil, &desk.InvalidError{Field: "/data/" + name, Message: err.Error()}
	}
	return v, nil
}

func (b *Inbox) datum(ctx context.Context, conversation, name string) *graph.Datum {
	c, err := b.Engine.Conversation(ctx, conversation)
	if err != nil {
		return nil
	}
	g := b.Versions.Graph(c.Version)
	if g == nil {
		return nil
	}
	return g.Datum(name)
}

// refusal says why something was not done, and with which status.
func refusal(err error) (status int, words string) {
	var taken *desk.TakenError
	var wrong *desk.InvalidError
	var blocked *desk.BlockedError
	status, words = http.StatusUnprocessableEntity, err.Error()
	switch {
	case errors.As(err, &taken):
		status, words = http.StatusConflict, taken.By+" has it"
	case errors.Is(err, desk.ErrGone):
		status, words = http.StatusNotFound, "it is closed already"
	case errors.Is(err, errNoAct):
		status = http.StatusNotFound
	case errors.Is(err, desk.ErrNotAllowed):
		status = http.StatusForbidden
	case errors.As(err, &blocked):
		words = "it was not sent: " + stops(blocked.Reason, blocked.Channel)
	case errors.As(err, &wrong):
		words = pointed(wrong)
	case errors.Is(err, runtime.ErrBusy), errors.Is(err, runtime.ErrStopped):
		status, words = http.StatusServiceUnavailable, "too much is going on; please try again in a moment"
	}
	return status, capital(strings.TrimSuffix(words, ".")) + "."
}

// pointed says what is wrong with a field by its name.
func pointed(e *desk.InvalidError) string {
	name := e.Field[strings.LastIndexByte(e.Field, '/')+1:]
	if name == "" {
		return e.Message
	}
	return label(name) + ": " + e.Message
}
