package inbox_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page in a browser of the test's own.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	troubles []string // that the browser reports: scripts that fail, what the policy forbids, what is not there
}

func newTab(t *testing.T) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CI_BROWSER") == "" {
		t.Skip("there is no chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, kill := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, timeout := context.WithTimeout(ctx, 2*time.Minute)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(kill)
	t.Cleanup(timeout)
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx}
	b.run(chromedp.Navigate("about:blank"))
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" {
			b.troubles = append(b.troubles, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, e.ExceptionDetails.Text)
	}
}

// fine reports what the browser complained of, but for what is meant to be.
func (b *tab) fine(meant ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		if slices.ContainsFunc(meant, func(m string) bool { return strings.Contains(trouble, m) }) {
			continue
		}
		b.t.Error("the browser complains: " + trouble)
	}
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// helpers begin every script: site is the sample site's document, chat finds an element in its widget.
const helpers = `const $ = s => document.querySelector(s), site = () => $("[data-site] iframe")?.contentDocument,
	root = () => [...(site()?.body?.children ?? [])].map(e => e.shadowRoot).find(Boolean), chat = s => root()?.querySelector(s),
	said = () => [...(root()?.querySelectorAll(".message .bubble") ?? [])].map(e => e.textContent).join("\n"),
	text = s => $(s)?.textContent ?? "";`

func (b *tab) eval(script string) string {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("(() => {"+helpers+"return String((() => {"+script+"})() ?? '')})()"))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return value
}

func (b *tab) until(what, expression string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.PollFunction[bool]("() => {"+helpers+"return !!("+expression+")}",
		chromedp.WithPollingTimeout(20*time.Second), chromedp.WithPollingInterval(30*time.Millisecond)))
	if err != nil {
		b.shot("failed-" + b.t.Name())
		b.t.Fatalf("%s: %v", what, err)
	}
}

// says writes in the chat of the sample site.
func (b *tab) says(words string) {
	b.t.Helper()
	b.until("the chat takes words", `chat("textarea")`)
	b.eval(fmt.Sprintf(`const t = chat("textarea"); t.value = %q; t.dispatchEvent(new Event("input", {bubbles: true})); chat("form").requestSubmit()`, words))
}

// texts writes on the sandbox phone.
func (b *tab) texts(words string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`const f = $(".handset form"); f.elements.text.value = %q; f.requestSubmit()`, words))
}

func (b *tab) look(scheme string, width, height int64) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
}

// shot keeps a picture in the folder that INBOX_SCREENSHOTS names, if it does.
func (b *tab) shot(name string) {
	b.t.Helper()
	folder := os.Getenv("INBOX_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o666); err != nil {
		b.t.Fatal(err)
	}
}

// fits reports what is wider than the page, so that it would have to be moved sideways.
func (b *tab) fits(name string) {
	b.t.Helper()
	wide := b.eval(`const w = document.documentElement.clientWidth; if (document.documentElement.scrollWidth <= w) return "";
		return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.tagName + "." + e.className).slice(0, 5).join(" ") || "the page"`)
	if wide != "" {
		b.t.Errorf("%s: wider than the page: %s", name, wide)
	}
}

// everyLook takes a picture of a page in light and dark, wide and narrow.
func (b *tab) everyLook(name string) {
	b.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			b.look(scheme, width, 900)
			b.shot(fmt.Sprintf("%s-%s-%d", name, scheme, width))
			b.fits(fmt.Sprintf("%s, %s, %d wide", name, scheme, width))
			b.readable(fmt.Sprintf("%s, %s, %d wide", name, scheme, width))
		}
	}
	b.look("light", 1280, 900)
}

// readable reports texts whose contrast is below what WCAG 2.1 AA asks for: 4.5, or 3 where they are large.
func (b *tab) readable(name string) {
	b.t.Helper()
	weak := b.eval(`
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
		b.t.Errorf("%s: too weak to read: %s", name, weak)
	}
}
