package pages_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// fine reports what the browser complained of.
func (b *tab) fine() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
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
		b.shot("failed")
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

// shot keeps a picture in the folder that PAGES_SCREENSHOTS names, if it does.
func (b *tab) shot(name string) {
	b.t.Helper()
	folder := os.Getenv("PAGES_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
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
		}
	}
	b.look("light", 1280, 900)
}

func TestInABrowserFromChatToTextAndBack(t *testing.T) {
	b := newTab(t)
	w := newWorld(t)
	b.look("light", 1280, 900)
	b.run(chromedp.Navigate(w.server.URL + "/"))
	b.until("the live view is live", `text("[data-pulse]") === "live"`)
	b.shot("home-empty")
	b.until("the chat is there", `chat(".launcher")`)
	b.eval(`chat(".launcher").click()`)
	b.says("where is my order")
	b.until("the chat asks for the number", `said().includes("What is your order number?")`)
	b.until("the decision is told", `text("[data-steps]").includes("the message means order_status")`)
	b.says("AB123456")
	b.until("it offers texts", `said().includes("Shall we text you")`)
	b.says("Yes, text me")
	b.until("it asks for the phone", `said().includes("To which mobile number?")`)
	b.says("+1 415 555 0101")
	b.until("it asks whether that helps", `said().includes("Does that help?")`)
	b.shot("home-chat")

	b.eval(`$("[data-visit] button").click()`)
	b.until("the site is closed", `!site() && text("[data-visit]").includes("Open the site again")`)
	b.until("the talk goes on by text", `text(".thread").includes("we lost you on the site")`)
	b.until("the text has arrived", `$(".thread .tick.delivered")`)
	b.texts("No, I need more")
	b.until("the phone shows both", `$(".thread .mine") && text(".thread").includes("bringing in a colleague")`)
	b.until("the handoff is told", `text("[data-steps]").includes("hands over to the queue orders")`)

	b.eval(`$("[data-visit] button").click()`)
	b.until("the site is open again", `chat(".launcher")`)
	b.eval(`if (chat(".panel").hidden) chat(".launcher").click()`)
	b.until("the chat has what was said by text", `said().includes("we lost you on the site") && said().includes("bringing in a colleague")`)
	b.everyLook("home")

	b.run(chromedp.Navigate(w.server.URL + "/conversations/" + w.first()))
	b.until("the transcript is there", `text(".rows").includes("where is my order")`)
	b.everyLook("conversation")
	for name, path := range map[string]string{"conversations": "/conversations", "journeys": "/journeys", "journey": "/journeys/order-status"} {
		b.run(chromedp.Navigate(w.server.URL + path))
		b.everyLook(name)
	}
	b.fine()
}

func TestInABrowserEventsSwitchesAndErrors(t *testing.T) {
	b := newTab(t)
	w := newWorld(t)
	b.run(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.server.URL+"/"))
	b.until("the live view is live", `text("[data-pulse]") === "live"`)
	b.eval(`$('.send button[value="order.delayed"]').click()`)
	b.until("the customer hears of it", `text(".thread").includes("Order AB123456 is on its way")`)
	b.until("it is told why", `text("[data-steps]").includes("Order delayed (order.delayed)")`)

	b.eval(`const f = $(".send"); f.elements["data.order.delayed"].value = "{"; f.querySelector('button[value="order.delayed"]').click()`)
	b.until("what is wrong is said", `text(".alert").includes("The data is no JSON") && !$(".alert").hidden`)

	b.eval(`const r = $('.switch input[value="refuses"]'); r.click()`)
	for range 200 {
		if w.sandbox.Switched("sms").Refuse {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !w.sandbox.Switched("sms").Refuse {
		t.Error("the switch does nothing")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		if !strings.Contains(trouble, "422") { // the browser notes the answer to what was wrong on purpose
			t.Error("the browser complains: " + trouble)
		}
	}
}
