package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Look makes the window so large, in CSS pixels, and has the browser prefer light or dark.
func (b *Tab) Look(scheme string, width, height int64) {
	b.T.Helper()
	b.look(scheme, chromedp.EmulateViewport(width, height))
}

// LookMobile is Look on a phone: by touch, and with bars that come and go.
func (b *Tab) LookMobile(scheme string, width, height int64) {
	b.T.Helper()
	b.look(scheme, chromedp.EmulateViewport(width, height, chromedp.EmulateMobile))
}

func (b *Tab) look(scheme string, size chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	b.run(size, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
}

// EveryLook takes pictures of a page in light and dark, wide and narrow, and holds each to [Tab.Fits] and [Tab.Readable].
func (b *Tab) EveryLook(name string) {
	b.T.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			b.Look(scheme, width, 900)
			b.Shot(fmt.Sprintf("%s-%s-%d", name, scheme, width))
			b.Fits(fmt.Sprintf("%s, %s, %d wide", name, scheme, width))
			b.Readable(fmt.Sprintf("%s, %s, %d wide", name, scheme, width))
		}
	}
	b.Look("light", 1280, 900)
}

// Fits reports what is wider than the page, so that it would have to be moved sideways.
func (b *Tab) Fits(name string) {
	b.T.Helper()
	wide := b.Eval(`const w = document.documentElement.clientWidth; if (document.documentElement.scrollWidth <= w) return "";
		return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.tagName + "." + e.className).slice(0, 5).join(" ") || "the page"`)
	if wide != "" {
		b.T.Errorf("%s: wider than the page: %s", name, wide)
	}
}

// Readable reports texts whose contrast is below what WCAG 2.1 AA asks for: 4.5, or 3 where they are large.
func (b *Tab) Readable(name string) {
	b.T.Helper()
	weak := b.Eval(`
		const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
		const rgba = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
		const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
		const ground = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255, 255]; };
		const weak = new Set();
		for (const e of document.querySelectorAll("body *")) {
			if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility() || e.closest("[disabled], .unseen, svg, iframe, noscript, option")) continue;
			const s = getComputedStyle(e), a = light(rgba(s.color)), z = light(ground(e));
			const ratio = (Math.max(a, z) + 0.05) / (Math.min(a, z) + 0.05);
			const large = parseFloat(s.fontSize) >= 24 || parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 700;
			if (ratio < (large ? 3 : 4.5)) weak.add(e.tagName + "." + e.className + " " + ratio.toFixed(2));
		}
		return [...weak].slice(0, 8).join("; ")`)
	if weak != "" {
		b.T.Errorf("%s: too weak to read: %s", name, weak)
	}
}
