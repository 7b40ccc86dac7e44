package chat_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net"
	"sync"
	"testing"
	"time"

	"journey/engine/browsertest"
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

// tab is a page with the widget in it.
type tab struct{ *browsertest.Tab }

// widget begins every script: $ finds an element in the widget, $$ all of them.
const widget = `const root = [...document.body.children].map(e => e.shadowRoot).find(Boolean), $ = s => root?.querySelector(s), $$ = s => [...root.querySelectorAll(s)];
const said = () => $$(".message .bubble").map(e => e.textContent);`

// json gives what a script returns, as JSON.
func (b *tab) json(script string) string {
	b.T.Helper()
	return b.Eval("return JSON.stringify((() => {" + script + "})() ?? null)")
}

// says writes a message and sends it.
func (b *tab) says(text string) {
	b.T.Helper()
	b.Eval(`$("textarea").focus()`)
	b.Write(text)
	b.Press(browsertest.Enter)
}

func (b *tab) is(what, script, want string) {
	b.T.Helper()
	if got := b.json("return " + script); got != want {
		b.T.Errorf("%s: %s, want %s", what, got, want)
	}
}

// shot takes a picture, and looks that there is something in it.
func (b *tab) shot(name string) {
	b.T.Helper()
	image, err := png.Decode(bytes.NewReader(b.Shot(name)))
	if err != nil {
		b.T.Fatal(err)
	}
	colors := map[[3]uint32]bool{}
	for y := image.Bounds().Min.Y; y < image.Bounds().Max.Y; y += 3 {
		for x := image.Bounds().Min.X; x < image.Bounds().Max.X; x += 3 {
			r, g, b, _ := image.At(x, y).RGBA()
			colors[[3]uint32{r, g, b}] = true
		}
	}
	if len(colors) < 10 {
		b.T.Errorf("%s shows nothing", name)
	}
}

// inBrowser opens the shop.
func inBrowser(t *testing.T, query string) (*site, *gate, *tab) {
	t.Helper()
	b := &tab{browsertest.Open(t, widget)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{Listener: l}
	s := newSite(t, g, func(o *chat.Options) { o.Theme.Greeting = "Hello! Ask us anything." })
	b.Look("light", 1000, 760)
	b.Go(s.base + "/?" + query)
	b.Until("the button", `$(".launcher")`)
	return s, g, b
}

const (
	asked = `said().some(x => x.includes("What is it about?"))`
	desk  = `said().some(x => x.includes("bringing in a colleague"))`
)

func TestBrowserTalk(t *testing.T) {
	s, _, b := inBrowser(t, "")
	b.is("before it is opened", `[localStorage.length, $(".panel").hidden]`, `[0,true]`)
	b.shot("closed")
	b.Eval(`$(".launcher").focus()`)
	b.Press(browsertest.Enter)
	b.Until("the greeting", `said().includes("Hello! Ask us anything.")`)
	b.is("the focus", `root.activeElement.id`, `"text"`)

	b.Eval(`$("textarea").focus()`)
	b.Write("hi there")
	b.Chord(browsertest.Enter, browsertest.Shift)
	b.says("second line")
	b.Until("the answer", asked)
	b.is("what was written", `said()[0]`, `"You: hi there\nsecond line"`)
	b.is("the box", `$("textarea").value`, `""`)
	b.is("the disclosure is before the answer", `$(".disclosure").nextSibling.textContent.includes("What is it about?")`, `true`)
	b.is("quick replies", `$$(".choices button").map(x => x.textContent)`, `["My card","Text me","A person"]`)
	b.is("nothing pending", `$$(".pending").length`, `0`)
	b.shot("light")

	second := &tab{b.Another()}
	second.Look("light", 1000, 760)
	second.Go(s.base + "/")
	second.Until("the second tab", `$(".launcher")`)
	second.Until("it has the history", asked)
	b.Eval(`$$(".choices button")[2].click()`)
	b.Until("the quick reply", desk)
	b.is("quick replies when answered", `$(".choices").hidden`, `true`)
	second.Until("in the second tab", desk)
	second.Until("what the first tab wrote", `said().filter(x => x === "You: A person").length === 1`)

	before := b.json("return said()")
	b.Reload()
	b.Until("after a reload", desk)
	b.is("it is open as it was", `$(".panel").hidden`, `false`)
	if after := b.json("return said()"); after != before {
		t.Errorf("after a reload:\n%s\nbefore:\n%s", after, before)
	}
	b.Press(browsertest.Escape)
	b.Until("escape closes", `$(".panel").hidden`)
	b.is("the focus goes back", `root.activeElement.className`, `"launcher"`)
}

func TestBrowserDroppedLine(t *testing.T) {
	s, g, b := inBrowser(t, "attributes=data-open")
	b.Until("open", `!$(".panel").hidden`)
	b.says("hi")
	b.Until("the answer", asked)

	g.cut(true)
	b.Until("it is told", `!$(".notice").hidden`)
	b.shot("dropped")
	b.says("A person")
	b.Until("shown at once", `$$(".pending").length === 1`)
	g.cut(false)
	b.Until("sent when the line is back", desk)
	b.Until("nothing twice", `said().filter(x => x.endsWith("A person")).length === 1 && !$$(".pending, .failed").length`)
	b.Until("the notice goes", `$(".notice").hidden`)

	s.chat.Typing(s.visitorIn(t, b).Visitor)
	b.Until("the typing sign", `!$(".typing").hidden`)
}

// visitorIn is who chats in a tab.
func (s *site) visitorIn(t *testing.T, b *tab) *person {
	t.Helper()
	p := &person{s: s}
	s.ask("POST", "/v1/chat/sessions", "", fmt.Sprintf(`{"token": %s}`, b.json(`return localStorage.getItem("journey-chat-token")`))).into(t, p)
	return p
}

func TestBrowserFailedMessage(t *testing.T) {
	_, _, b := inBrowser(t, "attributes=data-open")
	b.Until("open", `!$(".panel").hidden`)
	b.Eval(`$("textarea").maxLength = 9000; $("textarea").value = "x".repeat(4100); $("form").requestSubmit()`)
	b.Until("it is refused", `$$(".failed .retry").length === 1`)
	b.shot("failed")
}

func TestBrowserCustomerTextIsText(t *testing.T) {
	_, _, b := inBrowser(t, "attributes=data-open")
	b.Until("open", `!$(".panel").hidden`)
	b.says(`<img src=x onerror=alert(1)> see https://shop.example/a?b=1, or javascript:alert(1)`)
	b.Until("the answer", asked)
	b.is("the text", `$(".customer .bubble").lastElementChild.href`, `"https://shop.example/a?b=1"`)
	b.is("no elements but links", `$$(".customer .bubble *").map(x => x.tagName)`, `["SPAN","A"]`)
	b.says("A person")
	b.Until("the answer with media", desk)
	b.Until("what can't be shown is a link, and only over https", `$$(".files a").map(x => x.textContent + " " + x.href + x.rel).join() ===
		"ada.png https://shop.example/ada.pngnoopener noreferrer nofollow,hours.pdf https://shop.example/hours.pdfnoopener noreferrer nofollow"`)
	b.is("as written", `said()[0]`, `"You: <img src=x onerror=alert(1)> see https://shop.example/a?b=1, or javascript:alert(1)"`)
}

func TestBrowserUnread(t *testing.T) {
	s, _, b := inBrowser(t, "attributes=data-open")
	b.Until("open", `!$(".panel").hidden`)
	b.says("hi")
	b.Until("the answer", asked)
	b.Press(browsertest.Escape)
	p := s.visitorIn(t, b)
	p.says("A person")
	b.Until("the badge", `$(".badge").textContent === "1" && !$(".badge").hidden`)
	b.is("the title", `document.title`, `"(1) Shop"`)
	b.is("for those who don't see it", `$(".launcher").getAttribute("aria-label")`, `"Open chat (1 unread)"`)
	b.shot("unread")
	b.Reload()
	b.Until("the badge after a reload", `$(".badge") && $(".badge").textContent === "1"`)
	b.Eval(`journeyChat.open()`)
	b.Until("read", `$(".badge").hidden && document.title === "Shop"`)
}

func TestBrowserLooks(t *testing.T) {
	_, _, b := inBrowser(t, "lang=es&attributes=data-open+data-accent=%23ffd400+data-title=Ayuda")
	b.Until("open", `!$(".panel").hidden`)
	b.is("the words", `$("textarea").placeholder`, `"Escriba un mensaje…"`)
	b.is("ink on a bright accent", `getComputedStyle($("header")).color`, `"rgb(0, 0, 0)"`)
	b.says("hola, ¿dónde está mi pedido?")
	b.Until("the answer", asked)
	b.Look("dark", 1000, 760)
	b.shot("dark")
	b.LookMobile("dark", 390, 780)
	b.Until("full screen on a phone", `$(".panel").getBoundingClientRect().width === innerWidth && $(".panel").getBoundingClientRect().height === innerHeight`)
	b.shot("phone-dark")
	b.LookMobile("light", 390, 780)
	b.shot("phone-light")
	b.is("targets are big enough", `$$("button").filter(x => x.offsetParent && x.getBoundingClientRect().height < 44).length`, `0`)
}

func TestBrowserSignedIn(t *testing.T) {
	_, _, b := inBrowser(t, "attributes=data-open")
	b.Until("open", `!$(".panel").hidden`)
	b.says("hi")
	b.Until("the answer", asked)
	token := jwt(`{"alg":"HS256"}`, map[string]any{"sub": "customer-7", "exp": time.Now().Add(time.Hour).Unix()}, identity)
	b.Eval(fmt.Sprintf(`journeyChat.identify(%q)`, token))
	b.Until("the customer's own transcript", `!said().some(x => x.includes("What is it about?"))`)
	b.says("it is me")
	b.Until("the answer to the customer", asked)
	b.Eval(`journeyChat.identify("")`)
	b.Until("signed out", `!said().some(x => x.includes("it is me"))`)
}
