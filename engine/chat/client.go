package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"journey/engine/eventstream"
	"journey/engine/runtime"
	"journey/engine/store"
)

// reload is how many messages are sent after a dropped line; where there are more, the page reads the history.
const reload = 200

// client is a stream as it is written.
type client struct {
	server *Server
	line   *stream
	who    caller
	after  place // what it has
	key    store.Key
	out    *eventstream.Stream
}

// serve writes until the client goes away, is too slow, or the server stops.
func (c *client) serve(ctx context.Context, w http.ResponseWriter) {
	c.out = eventstream.New(w)
	if c.out.Event("ready", c.after.String(), "{}") != nil || c.news(ctx) != nil {
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
		return c.out.Event("typing", "", fmt.Sprintf(`{"who":%q}`, f.typing))
	}
	if f.beat {
		return c.out.Beat()
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
		return c.out.Event("reload", c.to(p.newest).String(), "{}")
	}
	for i := range p.messages {
		m := &p.messages[i]
		data, err := json.Marshal(m)
		if err != nil {
			return c.broken(err)
		}
		if err := c.out.Event("message", m.ID, string(data)); err != nil {
			return err
		}
	}
	c.to(p.newest)
	for i := range p.became {
		data, err := json.Marshal(&p.became[i])
		if err != nil {
			return c.broken(err)
		}
		if err := c.out.Event("delivery", c.after.String(), string(data)); err != nil {
			return err
		}
	}
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
