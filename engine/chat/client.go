package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"journey/engine/runtime"
	"journey/engine/store"
)

const (
	slow     = 10 * time.Second // a client that takes nothing for as long is dropped
	reload   = 200              // more messages than these are not sent after a dropped line: the page reads the history
	comeBack = 2000             // milliseconds until a client whose line dropped tries again
)

// client is a stream as it is written.
type client struct {
	server  *Server
	line    *stream
	who     caller
	after   place // what it has
	key     store.Key
	w       http.ResponseWriter
	control *http.ResponseController
}

// serve writes until the client goes away, is too slow, or the server stops.
func (c *client) serve(ctx context.Context) {
	h := c.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	c.control.SetReadDeadline(time.Time{}) // the server's own is for requests that end
	if c.write(fmt.Sprintf("retry: %d\nevent: ready\nid: %s\ndata: {}\n\n", comeBack, c.after)) != nil || c.news(ctx) != nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.line.wake:
		}
		if c.woken(ctx, c.server.hub.taken(c.line)) != nil {
			return
		}
	}
}

var errOver = errors.New("the stream is over")

func (c *client) woken(ctx context.Context, f flags) error {
	switch {
	case f.over:
		return errOver
	case f.beat && !c.server.o.Clock.Now().Before(c.who.expires):
		return errOver // the page asks for another token, or is told that it has none
	}
	if f.news {
		if err := c.news(ctx); err != nil {
			return err
		}
	}
	if f.typing != "" {
		return c.write(fmt.Sprintf("event: typing\ndata: {\"who\":%q}\n\n", f.typing))
	}
	if f.beat {
		return c.write(": \n\n")
	}
	return nil
}

// news writes what the log has that the client has not.
func (c *client) news(ctx context.Context) error {
	if err := c.find(ctx); err != nil || c.key == (store.Key{}) {
		return c.broken(err)
	}
	p, err := newReader(c.server.o.Engine, c.who.contact, c.key).read(ctx, 0, c.after, reload)
	if err != nil {
		return c.broken(err)
	}
	if p.more {
		return c.write(fmt.Sprintf("event: reload\nid: %s\ndata: {}\n\n", c.to(p.newest)))
	}
	for i := range p.messages {
		m := &p.messages[i]
		data, err := json.Marshal(m)
		if err != nil {
			return c.broken(err)
		}
		if err := c.write(fmt.Sprintf("event: message\nid: %s\ndata: %s\n\n", m.ID, data)); err != nil {
			return err
		}
	}
	c.to(p.newest)
	return nil
}

// to moves the client's place behind an entry.
func (c *client) to(seq uint64) place {
	if seq > c.after.seq {
		c.after = place{seq, whole}
	} else if seq == c.after.seq {
		c.after.nth = whole
	}
	return c.after
}

// find looks for the contact, which is made when the engine is told of its page.
func (c *client) find(ctx context.Context) error {
	if c.key != (store.Key{}) {
		return nil
	}
	if c.key = c.server.hub.keyOf(c.line); c.key != (store.Key{}) {
		return nil
	}
	key, err := c.server.o.Engine.Find(ctx, runtime.To{Contact: c.who.contact})
	if isGone(err) {
		return nil
	}
	c.key = key
	return err
}

// end is the place behind all that there is.
func (c *client) end(ctx context.Context) (place, error) {
	if err := c.find(ctx); err != nil || c.key == (store.Key{}) {
		return place{}, err
	}
	last, err := c.server.o.Engine.Log(ctx, c.key, 0, 1)
	if err != nil || len(last) == 0 {
		return place{}, err
	}
	return place{last[0].Seq, whole}, nil
}

// broken keeps an error on record that ends a stream; the client comes again.
func (c *client) broken(err error) error {
	if err != nil && !errors.Is(err, context.Canceled) {
		c.server.o.Log.Error("chat stream broken", "contact", c.who.contact, "error", err)
	}
	return err
}

// write sends at once, or gives up after a while. There is no deadline between writes, which HTTP/2 would hold against an idle line.
func (c *client) write(text string) error {
	c.control.SetWriteDeadline(time.Now().Add(slow))
	if _, err := io.WriteString(c.w, text); err != nil {
		return err
	}
	if err := c.control.Flush(); err != nil {
		return err
	}
	c.control.SetWriteDeadline(time.Time{})
	return nil
}
