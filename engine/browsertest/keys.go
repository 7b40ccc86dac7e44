package browsertest

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keys that write nothing.
const (
	Enter  = kb.Enter
	Escape = kb.Escape
	TabKey = kb.Tab
)

// Held are keys that are held while another is pressed, added up.
type Held = chromedp.Modifier

const (
	Ctrl  Held = chromedp.ModifierCtrl
	Shift Held = chromedp.ModifierShift
)

// Press presses keys as a person does: what a script takes for itself is not written.
func (b *Tab) Press(keys ...string) {
	b.T.Helper()
	for _, k := range keys {
		b.Chord(k, 0)
	}
}

// Write writes in what has the focus.
func (b *Tab) Write(words string) {
	b.T.Helper()
	b.Press(strings.Split(words, "")...)
}

// Chord presses a key while others are held.
func (b *Tab) Chord(key string, held Held) {
	b.T.Helper()
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		events := kb.Encode([]rune(key)[0])
		down, up := *events[0], *events[len(events)-1]
		down.Type = "keyDown"
		down.Modifiers |= int64(held)
		if len(events) == 3 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, e := range []input.DispatchKeyEventParams{down, up} {
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, e); err != nil {
				return err
			}
		}
		return nil
	}))
}
