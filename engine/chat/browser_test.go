package chat_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"journey/engine/chat"
)

// gate is a listener whose lines can be cut.
type gate struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
	down  bool
}

func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g.mu.Lock()
		down := g.down
		g.conns = append(g.conns, c)
		g.mu.Unlock()
		if !down {
			return c, nil
		}
		c.Close()
	}
}

// cut ends all lines, and lets new ones in or not.
func (g *gate) cut(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = down
	for _, c := range g.conns {
		c.Close()
	}
	g.conns = nil
}

// chromium starts a browser of the test's own, which ends with it.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CI_BROWSER") == "" {
		t.Skip("there is no chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, kill := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, timeout := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(kill)
	t.Cleanup(timeout)
	return ctx
}

// tab is a page in a browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func newTab(t *testing.T, browser context.Context) *tab {
	t.Helper()
	ctx, _ := chromedp.NewContext(browser)
	t.Cleanup(func() { chromedp.Cancel(ctx) })
	return &tab{t, ctx}
}

// widget begins every script: $ finds an element in the widget, $$ all of them.
const widget = `const root = [...document.body.children].map(e => e.shadowRoot).find(Boolean), $ = s => root?.querySelector(s), $$ = s => [...root.querySelectorAll(s)];
const said = () => $$(".message .bubble").map(e => e.textContent);`

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval gives what a script returns, as JSON.
func (b *tab) eval(script string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("(() => {"+widget+"const f = () => {"+script+"}; return JSON.stringify(f() ?? null)})()"))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return text
}

// until waits until an expression is true.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.PollFunction[bool]("() => {"+widget+"return !!("+expression+")}",
		chromedp.WithPollingTimeout(15*time.Second), chromedp.WithPollingInterval(30*time.Millisecond)))
	if err != nil {
		b.t.Fatalf("%s: %v\nthere is: %s", what, err, b.eval("return root && root.textContent"))
	}
}

func (b *tab) keys(text string) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(text))
}

// enter presses the key as people do: the browser types no character where a script has dealt with it.
func (b *tab) enter() {
	b.t.Helper()
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{"rawKeyDown", "keyUp"} {
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// says writes a message and sends it.
func (b *tab) says(text string) {
	b.t.Helper()
	b.eval(`$("textarea").focus()`)
	b.keys(text)
	b.enter()
}

func (b *tab) is(what, script, want string) {
	b.t.Helper()
	if got := b.eval("return " + script); got != want {
		b.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// shot keeps a picture, in the folder that CHAT_SCREENSHOTS names or the test's own, and looks that there is something in it.
func (b *tab) shot(name string) {
	b.t.Helper()
	folder := os.Getenv("CHAT_SCREENSHOTS")
	if folder == "" {
		folder = b.t.TempDir()
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o666); err != nil {
		b.t.Fatal(err)
	}
	image, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		b.t.Fatal(err)
	}
	colors := map[[3]uint32]bool{}
	for y := image.Bounds().Min.Y; y < image.Bounds().Max.Y; y += 3 {
		for x := image.Bounds().Min.X; x < image.Bounds().Max.X; x += 3 {
			r, g, b, _ := image.At(x, y).RGBA()
			colors[[3]uint32{r, g, b}] = true
		}
	}
	if len(colors) < 10 {
		b.t.Errorf("%s shows nothing", name)
	}
}

// inBrowser opens the shop.
func inBrowser(t *testing.T, query string) (*site, *gate, *tab, context.Context) {
	t.Helper()
	browser := chromium(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{Listener: l}
	s := newSite(t, g, func(o *chat.Options) { o.Theme.Greeting = "Hello! Ask us anything." })
	b := newTab(t, browser)
	b.run(chromedp.EmulateViewport(1000, 760), chromedp.Navigate(s.base+"/?"+query))
	b.until("the button", `$(".launcher")`)
	return s, g, b, b.ctx
}

const (
	asked = `said().some(x => x.includes("What is it about?"))`
	desk  = `said().some(x => x.includes("bringing in a colleague"))`
)

func TestBrowserTalk(t *testing.T) {
	s, _, b, browser := inBrowser(t, "")
	b.is("before it is opened", `[localStorage.length, $(".panel").hidden]`, `[0,true]`)
	b.shot("closed")
	b.eval(`$(".launcher").focus()`)
	b.keys("\r")
	b.until("the greeting", `said().includes("Hello! Ask us anything.")`)
	b.is("the focus", `root.activeElement.id`, `"text"`)

	b.eval(`$("textarea").focus()`)
	b.keys("hi there")
	b.run(chromedp.KeyEvent("\r", chromedp.KeyModifiers(8)))
	b.says("second line")
	b.until("the answer", asked)
	b.is("what was written", `said()[0]`, `"You: hi there\nsecond line"`)
	b.is("the box", `$("textarea").value`, `""`)
	b.is("the disclosure is before the answer", `$(".disclosure").nextSibling.textContent.includes("What is it about?")`, `true`)
	b.is("quick replies", `$$(".choices button").map(x => x.textContent)`, `["My card","Text me","A person"]`)
	b.is("nothing pending", `$$(".pending").length`, `0`)
	b.shot("light")

	second := newTab(t, browser)
	second.run(chromedp.EmulateViewport(1000, 760), chromedp.Navigate(s.base+"/"))
	second.until("the second tab", `$(".launcher")`)
	second.until("it has the history", asked)
	b.eval(`$$(".choices button")[2].click()`)
	b.until("the quick reply", desk)
	b.is("quick replies when answered", `$(".choices").hidden`, `true`)
	second.until("in the second tab", desk)
	second.until("what the first tab wrote", `said().filter(x => x === "You: A person").length === 1`)

	before := b.eval("return said()")
	b.run(chromedp.Reload())
	b.until("after a reload", desk)
	b.is("it is open as it was", `$(".panel").hidden`, `false`)
	if after := b.eval("return said()"); after != before {
		t.Errorf("after a reload:\n%s\nbefore:\n%s", after, before)
	}
	b.keys("\x1b")
	b.until("escape closes", `$(".panel").hidden`)
	b.is("the focus goes back", `root.activeElement.className`, `"launcher"`)
}

// scheme has the browser prefer light or dark.
func (b *tab) scheme(value string) {
	b.t.Helper()
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
		return err
	}))
}

func TestBrowserDroppedLine(t *testing.T) {
	s, g, b, _ := inBrowser(t, "attributes=data-open")
	b.until("open", `!$(".panel").hidden`)
	b.says("hi")
	b.until("the answer", asked)

	g.cut(true)
	b.until("it is told", `!$(".notice").hidden`)
	b.shot("dropped")
	b.says("A person")
	b.until("shown at once", `$$(".pending").length === 1`)
	g.cut(false)
	b.until("sent when the line is back", desk)
	b.until("nothing twice", `said().filter(x => x.endsWith("A person")).length === 1 && !$$(".pending, .failed").length`)
	b.until("the notice goes", `$(".notice").hidden`)

	s.chat.Typing(s.visitorIn(t, b).Visitor)
	b.until("the typing sign", `!$(".typing").hidden`)
}

// visitorIn is who chats in a tab.
func (s *site) visitorIn(t *testing.T, b *tab) *person {
	t.Helper()
	p := &person{s: s}
	s.ask("POST", "/v1/chat/sessions", "", fmt.Sprintf(`{"token": %s}`, b.eval(`return localStorage.getItem("journey-chat-token")`))).into(t, p)
	return p
}

func TestBrowserFailedMessage(t *testing.T) {
	_, _, b, _ := inBrowser(t, "attributes=data-open")
	b.until("open", `!$(".panel").hidden`)
	b.eval(`$("textarea").maxLength = 9000; $("textarea").value = "x".repeat(4100); $("form").requestSubmit()`)
	b.until("it is refused", `$$(".failed .retry").length === 1`)
	b.shot("failed")
}

func TestBrowserCustomerTextIsText(t *testing.T) {
	_, _, b, _ := inBrowser(t, "attributes=data-open")
	b.until("open", `!$(".panel").hidden`)
	b.says(`<img src=x onerror=alert(1)> see https://shop.example/a?b=1, or javascript:alert(1)`)
	b.until("the answer", asked)
	b.is("the text", `$(".customer .bubble").lastElementChild.href`, `"https://shop.example/a?b=1"`)
	b.is("no elements but links", `$$(".customer .bubble *").map(x => x.tagName)`, `["SPAN","A"]`)
	b.says("A person")
	b.until("the answer with media", desk)
	b.until("what can't be shown is a link, and only over https", `$$(".files a").map(x => x.textContent + " " + x.href + x.rel).join() ===
		"ada.png https://shop.example/ada.pngnoopener noreferrer nofollow,hours.pdf https://shop.example/hours.pdfnoopener noreferrer nofollow"`)
	b.is("as written", `said()[0]`, `"You: <img src=x onerror=alert(1)> see https://shop.example/a?b=1, or javascript:alert(1)"`)
}

func TestBrowserUnread(t *testing.T) {
	s, _, b, _ := inBrowser(t, "attributes=data-open")
	b.until("open", `!$(".panel").hidden`)
	b.says("hi")
	b.until("the answer", asked)
	b.keys("\x1b")
	p := s.visitorIn(t, b)
	p.says("A person")
	b.until("the badge", `$(".badge").textContent === "1" && !$(".badge").hidden`)
	b.is("the title", `document.title`, `"(1) Shop"`)
	b.is("for those who don't see it", `$(".launcher").getAttribute("aria-label")`, `"Open chat (1 unread)"`)
	b.shot("unread")
	b.run(chromedp.Reload())
	b.until("the badge after a reload", `$(".badge") && $(".badge").textContent === "1"`)
	b.eval(`journeyChat.open()`)
	b.until("read", `$(".badge").hidden && document.title === "Shop"`)
}

func TestBrowserLooks(t *testing.T) {
	_, _, b, _ := inBrowser(t, "lang=es&attributes=data-open+data-accent=%23ffd400+data-title=Ayuda")
	b.until("open", `!$(".panel").hidden`)
	b.is("the words", `$("textarea").placeholder`, `"Escriba un mensaje…"`)
	b.is("ink on a bright accent", `getComputedStyle($("header")).color`, `"rgb(0, 0, 0)"`)
	b.says("hola, ¿dónde está mi pedido?")
	b.until("the answer", asked)
	b.scheme("dark")
	b.shot("dark")
	b.run(chromedp.EmulateViewport(390, 780, chromedp.EmulateMobile))
	b.until("full screen on a phone", `$(".panel").getBoundingClientRect().width === innerWidth && $(".panel").getBoundingClientRect().height === innerHeight`)
	b.shot("phone-dark")
	b.scheme("light")
	b.shot("phone-light")
	b.is("targets are big enough", `$$("button").filter(x => x.offsetParent && x.getBoundingClientRect().height < 44).length`, `0`)
}

func TestBrowserSignedIn(t *testing.T) {
	_, _, b, _ := inBrowser(t, "attributes=data-open")
	b.until("open", `!$(".panel").hidden`)
	b.says("hi")
	b.until("the answer", asked)
	token := jwt(`{"alg":"HS256"}`, map[string]any{"sub": "customer-7", "exp": time.Now().Add(time.Hour).Unix()}, identity)
	b.eval(fmt.Sprintf(`journeyChat.identify(%q)`, token))
	b.until("the customer's own transcript", `!said().some(x => x.includes("What is it about?"))`)
	b.says("it is me")
	b.until("the answer to the customer", asked)
	b.eval(`journeyChat.identify("")`)
	b.until("signed out", `!said().some(x => x.includes("it is me"))`)
}
