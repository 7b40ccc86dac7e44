// Package browsertest has tests look at pages in Chromium, as customers and agents do: with keys, on screens of several widths, in
// light and dark. Where no Chromium is installed the test is skipped, unless CI_BROWSER is set. No other package drives a browser.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Tab is a page in a browser of the test's own, which ends with the test. What goes wrong ends the test.
type Tab struct {
	T       testing.TB
	prelude string
	ctx     context.Context

	mu       sync.Mutex
	troubles []string // that the browser reports: scripts that fail, what the policy forbids, what is not there
}

// Open starts a browser. The prelude is JavaScript that comes before every script of the test.
func Open(t testing.TB, prelude string) *Tab {
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
	t.Cleanup(kill)
	t.Cleanup(timeout)
	return newTab(t, ctx, prelude)
}

// Another opens a second tab in the same browser: the two share cookies and storage.
func (b *Tab) Another() *Tab {
	b.T.Helper()
	return newTab(b.T, b.ctx, b.prelude)
}

func newTab(t testing.TB, browser context.Context, prelude string) *Tab {
	t.Helper()
	ctx, _ := chromedp.NewContext(browser)
	t.Cleanup(func() { chromedp.Cancel(ctx) })
	b := &Tab{T: t, prelude: prelude, ctx: ctx}
	b.Go("about:blank")
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *Tab) listen(event any) {
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

// Fine reports what the browser complained of, but for what holds one of the texts that are meant.
func (b *Tab) Fine(meant ...string) {
	b.T.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		if slices.ContainsFunc(meant, func(m string) bool { return strings.Contains(trouble, m) }) {
			continue
		}
		b.T.Error("the browser complains: " + trouble)
	}
}

func (b *Tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.T.Fatal(err)
	}
}

// Go opens an address.
func (b *Tab) Go(address string) {
	b.T.Helper()
	b.run(chromedp.Navigate(address))
}

// Reload loads the page again.
func (b *Tab) Reload() {
	b.T.Helper()
	b.run(chromedp.Reload())
}

// Eval gives what a script returns, as text; nothing is "".
func (b *Tab) Eval(script string) string {
	b.T.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("(() => {"+b.prelude+"return String((() => {"+script+"})() ?? '')})()"))
	if err != nil {
		b.T.Fatalf("%s: %v", script, err)
	}
	return value
}

// Until waits until an expression is true.
func (b *Tab) Until(what, expression string) {
	b.T.Helper()
	script := "(() => {" + b.prelude + "return !!(" + expression + ")})()"
	for begun := time.Now(); ; time.Sleep(30 * time.Millisecond) {
		holds, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script))
		if err == nil && holds {
			return
		}
		// A page that is just leading elsewhere can't be asked, and neither can one that is not there yet.
		if time.Since(begun) > 20*time.Second || b.ctx.Err() != nil {
			b.fail(what, err)
		}
	}
}

// fail ends the test with what the page shows.
func (b *Tab) fail(what string, err error) {
	b.T.Helper()
	shown, asking := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText + " " + [...document.querySelectorAll("*")].map(e => e.shadowRoot?.textContent ?? "").join(" ")`))
	if asking != nil {
		b.T.Fatalf("%s: it does not (%v), and the page can't be asked what it shows: %v", what, err, asking)
	}
	b.Shot("failed")
	b.T.Fatalf("%s: it does not (%v)\nthe page has: %s", what, err, shown)
}

// Shot takes a picture of what is seen, and keeps it under the test's name in the folder that SCREENSHOTS names, if it does.
func (b *Tab) Shot(name string) (png []byte) {
	b.T.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.T.Fatal(err)
	}
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, b.T.Name()+"-"+name+".png"), png, 0o666); err != nil {
			b.T.Fatal(err)
		}
	}
	return png
}
