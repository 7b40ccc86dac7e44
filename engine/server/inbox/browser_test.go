package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sits opens the inbox for an agent who has said who they are.
func (b *tab) sits(w *world, agent, query string) {
	b.t.Helper()
	b.run(chromedp.Navigate(w.server.URL + "/journeys"))
	b.eval(fmt.Sprintf(`localStorage.setItem("journey.agent", %q)`, agent))
	b.run(chromedp.Navigate(w.server.URL + "/inbox" + query))
	b.until("the inbox is live", `text("[data-pulse]") === "live"`)
}

// press presses keys as a person does: what a script takes for itself is not written.
func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.chord(k, 0)
	}
}

// chord presses a key while others are held.
func (b *tab) chord(key string, held chromedp.Modifier) {
	b.t.Helper()
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

// writes writes in what has the focus.
func (b *tab) writes(words string) {
	b.t.Helper()
	b.press(strings.Split(words, "")...)
}

// TestInABrowserCustomerAndAgent has a customer and an agent at two browsers: from the chat to a person, by text in the middle, and back
// to automation with what the person found out.
func TestInABrowserCustomerAndAgent(t *testing.T) {
	customer, agent := newTab(t), newTab(t)
	w := newWorld(t)
	customer.look("light", 1280, 900)
	customer.run(chromedp.Navigate(w.server.URL + "/"))
	customer.until("the chat is there", `chat(".launcher")`)
	customer.eval(`chat(".launcher").click()`)
	for _, step := range [][2]string{{"where is my order", "What is your order number?"}, {"AB123456", "Shall we text you"}, {"Yes, text me", "To which mobile number?"},
		{"+1 415 555 0101", "Does that help?"}} {
		customer.says(step[0])
		customer.until("the journey says: "+step[1], fmt.Sprintf(`said().includes(%q)`, step[1]))
	}

	agent.look("light", 1280, 900)
	agent.run(chromedp.Navigate(w.server.URL + "/inbox"))
	agent.until("it asks who that is", `$("#name").open`)
	agent.writes("Maya")
	agent.press(kb.Enter)
	agent.until("the inbox is live", `text("[data-pulse]") === "live"`)
	agent.shot("empty")

	customer.says("this is terrible, I hate this useless service!")
	agent.until("it is in the list, and announced", `$(".items .item") && text("[data-status]").includes("has come in.")`)
	agent.press("j", kb.Enter)
	agent.until("the packet says why, and what to do", `text(".packet h2") === "The customer is frustrated." && text(".recommend").includes("Offer a replacement")`)
	agent.until("the transcript is there", `text(".said").includes("useless service") && text(".said").includes("Does that help?")`)
	agent.press("r")
	agent.writes("I am so ")
	agent.until("who begins to answer has it", `text(".head .has") === "you have it"`)
	agent.writes("sorry.")
	customer.until("the customer sees that somebody is typing", `chat(".typing") && !chat(".typing").hidden`)
	customer.shot("customer-typing")
	agent.press(kb.Enter)
	customer.until("the answer is in the chat", `said().includes("I am so sorry.")`)
	agent.press(kb.Escape, "n")
	agent.writes("A regular, be generous.")
	agent.press(kb.Enter)
	agent.until("the note is there, and is one", `text(".line.note").includes("be generous")`)
	agent.typingShown(customer)
	customer.says("It was a present!")
	agent.until("the agent reads it at once", `text(".said").includes("a present")`)

	customer.eval(`$("[data-visit] button").click()`)
	agent.until("it goes on by text", `$("[data-limits]").dataset.channel === "sms" && text("[data-limits]").includes("chat is closed")`)
	agent.writes("We send you a new one today, ok?")
	agent.until("parts are counted", `text("[data-count]").startsWith("1 text, 128 left")`)
	agent.everyLook("talk")
	agent.press(kb.Enter)
	customer.until("it is on the phone", `text(".thread").includes("We send you a new one today")`)
	customer.texts("yes, thank you")
	agent.until("the text is in the transcript", `text(".said").includes("yes, thank you")`)
	if said := customer.eval(`return said()`); strings.Contains(said, "generous") {
		t.Error("the customer sees a note")
	}

	agent.press(kb.Escape, "d")
	agent.eval(`$("#d-order_id").select()`)
	agent.writes("CD654321")
	agent.shot("data")
	agent.press(kb.Escape, "b")
	agent.until("it says what goes along", `$("#return").open && text("#return").includes("order id")`)
	agent.shot("return")
	agent.press(kb.Enter)
	agent.until("nothing is left", `text(".items").includes("Nothing waits here.")`)
	customer.until("automation goes on by text", `text(".thread").includes("Does that help?")`)
	c, err := w.engine.Conversation(t.Context(), w.first())
	if err != nil {
		t.Fatal(err)
	}
	if c.Data["order_id"] != "CD654321" || c.Handoff != nil {
		t.Errorf("the journey goes on with %v, %+v", c.Data, c.Handoff)
	}
	customer.fine()
	agent.fine()
}

// typingShown has the customer type until the agent sees it: how often that is told is bounded.
func (b *tab) typingShown(customer *tab) {
	b.t.Helper()
	for range 50 {
		customer.eval(`const t = chat("textarea"); t.value = "It was"; t.dispatchEvent(new Event("input", {bubbles: true}))`)
		if strings.Contains(b.eval(`return text("[data-typing]")`), "is typing") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Error("the agent does not see that the customer is typing")
}

// TestInABrowserTwentyByKeyboard answers twenty conversations in a row without a mouse.
func TestInABrowserTwentyByKeyboard(t *testing.T) {
	const many = 20
	b := newTab(t)
	w := newWorld(t)
	for i := range many {
		w.waits(fmt.Sprintf("visitor%02d", i))
	}
	b.look("light", 1280, 900)
	b.sits(w, "Maya", "")
	b.until("all are there", fmt.Sprintf(`document.querySelectorAll(".items .item").length === %d`, many))
	b.shot("full")
	b.until("the list has the focus", `document.activeElement.matches(".items .item")`)
	began := time.Now()
	b.press(kb.Enter)
	for i := range many {
		b.until("one is open", `$("[data-compose]")?.dataset.item === $(".items [aria-current]")?.dataset.item && $("[data-reply]")`)
		b.press("r")
		b.press("/", "h", "e", kb.Enter)
		b.until("the ready reply is there", `$("[data-reply]").value.includes("this is Maya")`)
		b.press(kb.Enter)
		b.until("it is sent", `text(".said").includes("this is Maya") && $("[data-reply]").value === ""`)
		b.press(kb.Escape, "e")
		b.until("it asks how it went", `$("#resolve").open`)
		b.press(kb.Enter)
		b.until("it is gone", fmt.Sprintf(`document.querySelectorAll(".items .item").length === %d`, many-1-i))
		if i+1 < many {
			b.until("the focus is in the list", `document.activeElement.matches(".items .item[aria-current]")`)
		}
	}
	took := time.Since(began)
	t.Logf("%d conversations in %v", many, took.Round(time.Millisecond))
	if took > many*2*time.Second {
		t.Errorf("it took %v", took)
	}
	b.until("nothing is left", `text(".items").includes("Nothing waits here.")`)
	b.fine()
}

// TestInABrowserTwoAgents has two agents at the same conversation.
func TestInABrowserTwoAgents(t *testing.T) {
	maya, noor := newTab(t), newTab(t)
	w := newWorld(t)
	it := w.waits("ada")
	w.waits("bob")
	maya.look("light", 1280, 900)
	noor.look("light", 1280, 900)
	maya.sits(w, "Maya", "?item="+it.ID)
	noor.sits(w, "Noor", "?item="+it.ID)
	maya.press("c")
	maya.until("the first has it", `text(".head .has") === "you have it"`)
	noor.until("the second sees who has it", `text(".head .has") === "Maya has it" && text("[data-limits]").includes("Maya has it") && !$("[data-act=claim]")`)
	noor.shot("second")
	noor.press(kb.Escape, "n")
	noor.writes("I know her.")
	noor.press(kb.Enter)
	maya.until("the first reads the second's note", `text(".line.note").includes("I know her.")`)

	maya.press(kb.Escape, "t")
	maya.until("it asks to whom", `$("#transfer").open`)
	maya.shot("transfer")
	maya.press(kb.Tab)
	maya.writes("Noor")
	maya.press(kb.Tab)
	maya.writes("Yours, then.")
	maya.press(kb.Tab, kb.Enter)
	maya.until("the next one is open", `$("[data-inbox]").dataset.item !== "" && $("[data-inbox]").dataset.item !== `+fmt.Sprintf("%q", it.ID))
	noor.until("the second is given it, with the reason", `text(".head .has").includes("you") && text(".said").includes("Yours, then.")`)
	noor.fine()
	maya.fine()
}

// TestInABrowserLooks takes pictures of what the other tests don't show.
func TestInABrowserLooks(t *testing.T) {
	b := newTab(t)
	w := newWorld(t)
	w.waits("ada")
	w.waits("bob", "where is my order")
	late := w.waits("eve")
	w.act("Noor", "claim", late.ID)
	w.ids.Add(480) // seconds: a promise is about to break
	b.look("light", 1280, 900)
	b.sits(w, "Maya", "")
	b.until("a promise is about to break", `$(".late.soon") && $(".item.soon")`)
	b.everyLook("list")
	b.eval(`document.hasFocus = () => false; dispatchEvent(new Event("focus"))`)
	w.waits("new")
	b.until("the title counts what came", `document.title.startsWith("(1) ")`)
	b.eval(`dispatchEvent(new Event("focus"))`)
	b.until("it is seen", `!document.title.startsWith("(")`)
	b.eval(`$("[data-do=available]").click()`)
	b.until("Maya takes nothing on", `text("[data-do=available]") === "Away"`)
	b.press("?")
	b.until("the keys are shown", `$("#help").open`)
	b.everyLook("help")
	b.press(kb.Escape)
	b.until("the focus is where it was", `document.activeElement.matches(".items .item")`)
	b.press(kb.Enter)
	b.until("one is open", `$("[data-reply]")`)
	b.press("r", "/")
	b.until("ready replies are offered", `!$("[data-canned]").hidden`)
	b.shot("canned")
	b.press(kb.Escape)
	b.look("light", 390, 844)
	b.eval(`$("[data-do=details]").click()`)
	b.shot("packet-390")
	b.fits("packet")
	b.look("light", 1720, 1000)
	b.shot("wide")
	b.eval(`localStorage.setItem("journey.agent", "Sam")`)
	b.run(chromedp.Navigate(w.server.URL + "/inbox/supervisor"))
	b.until("the supervisor sees who has what", `text("[data-part=items]").includes("Noor") && $("[data-reassign]")`)
	b.everyLook("supervisor")
	b.eval(`const f = [...document.querySelectorAll("[data-reassign]")].pop(); f.elements.to.value = "Maya"; f.requestSubmit()`)
	b.until("it is given away", `text("[data-part=items]").includes("Maya")`)
	b.run(chromedp.Navigate(w.server.URL + "/"))
	b.until("the guide leads here", `text(".guide").includes("Ask for a person")`)
	b.everyLook("home")
	b.fine()
}

// TestInABrowserKeys tries the keys that the other tests don't press.
func TestInABrowserKeys(t *testing.T) {
	b := newTab(t)
	w := newWorld(t)
	first, second := w.waits("ada"), w.waits("bob", "where is my order")
	w.chat("eve", "qwertz uiop") // nothing takes it
	b.look("light", 1280, 900)
	b.sits(w, "Maya", "")
	b.until("the list has the focus", `document.activeElement.matches(".items .item")`)

	b.press("j", "j", "j", "k", "k", kb.Enter)
	b.until("j and k move, and Enter opens", fmt.Sprintf(`$("[data-inbox]").dataset.item === %q`, first.ID))
	b.press("c")
	b.until("c claims", `text(".head .has") === "you have it"`)
	b.writes("a draft")
	b.press(kb.Escape, "j", kb.Enter)
	b.until("the second is open", fmt.Sprintf(`$("[data-compose]").dataset.item === %q && $("[data-reply]").value === ""`, second.ID))
	b.press("k", kb.Enter)
	b.until("what was written is still there", `$("[data-reply]").value === "a draft"`)

	b.press("g", "m")
	b.until("g m goes to mine", `text(".places [aria-current]").includes("Mine") && document.querySelectorAll(".items .item").length === 1`)
	b.press("l")
	b.until("l releases", `text(".items").includes("You have none.")`)
	b.press("g", "q")
	b.until("g q goes to all", `document.querySelectorAll(".items .item").length === 3`)
	b.press("/")
	b.writes("orders")
	b.until("a search narrows it down", `document.querySelectorAll(".items .item").length === 1`)
	b.press(kb.Escape)
	b.until("Escape ends it", `document.querySelectorAll(".items .item").length === 3 && document.activeElement.matches(".items .item")`)

	b.press("t")
	b.until("t transfers", `$("#transfer").open`)
	b.press(kb.Tab, kb.Tab)
	b.writes("To nobody.")
	b.press(kb.Tab, kb.Enter)
	b.until("what is wrong is said, and nothing lost", `$("#transfer").open && text("#transfer [data-wrong]").includes("say to which queue") && $("#transfer textarea").value === "To nobody."`)
	b.press(kb.Escape)

	b.press("g", "u")
	b.until("g u goes to what no journey took", `text(".places [aria-current]").includes("Unrouted") && document.querySelectorAll(".items .item").length === 1`)
	b.press(kb.Enter)
	b.until("it is there", `text(".said").includes("qwertz uiop") && !$("[data-do=return]")`)
	b.press("r", "/", "o", "r", "d", "e", "r", kb.Enter)
	b.until("what is missing is selected", `$("[data-reply]").value.slice($("[data-reply]").selectionStart, $("[data-reply]").selectionEnd) === "{{ order_id }}"`)
	b.press(kb.Enter)
	b.until("it does not go out so", `text("[data-alert]").includes("between the braces")`)
	b.writes("AB1")
	b.chord(kb.Enter, chromedp.ModifierCtrl|chromedp.ModifierShift)
	b.until("it is sent, and asks how it went", `text(".said").includes("Your order AB1 is on its way.") && $("#resolve").open`)
	b.press(kb.Enter)
	b.until("it is done with", `text(".places").includes("Unrouted") && text(".items").includes("Nothing waits here.")`)
	b.fine("422") // the browser notes the answer to what was wrong on purpose
}
