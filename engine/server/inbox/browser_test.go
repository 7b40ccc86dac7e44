package inbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"journey/engine/browsertest"
	"journey/engine/server/worldtest"
)

// sits opens the inbox for an agent who has said who they are.
func sits(b *worldtest.Tab, w *world, agent, query string) {
	b.T.Helper()
	b.Go(w.Server.URL + "/journeys")
	b.Eval(fmt.Sprintf(`localStorage.setItem("journey.agent", %q)`, agent))
	b.Go(w.Server.URL + "/inbox" + query)
	b.Until("the inbox is live", `text("[data-pulse]") === "live"`)
}

// TestInABrowserCustomerAndAgent has a customer and an agent at two browsers: from the chat to a person, by text in the middle, and back
// to automation with what the person found out.
func TestInABrowserCustomerAndAgent(t *testing.T) {
	customer, agent := worldtest.OpenTab(t), worldtest.OpenTab(t)
	w := newWorld(t)
	customer.Look("light", 1280, 900)
	customer.Go(w.Server.URL + "/")
	customer.Until("the chat is there", `chat(".launcher")`)
	customer.Eval(`chat(".launcher").click()`)
	for _, step := range [][2]string{{"where is my order", "What is your order number?"}, {"AB123456", "Shall we text you"}, {"Yes, text me", "To which mobile number?"},
		{"+1 415 555 0101", "Does that help?"}} {
		customer.Says(step[0])
		customer.Until("the journey says: "+step[1], fmt.Sprintf(`said().includes(%q)`, step[1]))
	}

	agent.Look("light", 1280, 900)
	agent.Go(w.Server.URL + "/inbox")
	agent.Until("it asks who that is", `$("#name").open`)
	agent.Write("Maya")
	agent.Press(browsertest.Enter)
	agent.Until("the inbox is live", `text("[data-pulse]") === "live"`)
	agent.Shot("empty")

	customer.Says("this is terrible, I hate this useless service!")
	agent.Until("it is in the list, and announced", `$(".items .item") && text("[data-status]").includes("has come in.")`)
	agent.Press("j", browsertest.Enter)
	agent.Until("the packet says why, and what to do", `text(".packet h2") === "The customer is frustrated." && text(".recommend").includes("Offer a replacement")`)
	agent.Until("the transcript is there", `text(".said").includes("useless service") && text(".said").includes("Does that help?")`)
	agent.Press("r")
	agent.Write("I am so ")
	agent.Until("who begins to answer has it", `text(".head .has") === "you have it"`)
	agent.Write("sorry.")
	customer.Until("the customer sees that somebody is typing", `chat(".typing") && !chat(".typing").hidden`)
	customer.Shot("customer-typing")
	agent.Press(browsertest.Enter)
	customer.Until("the answer is in the chat", `said().includes("I am so sorry.")`)
	agent.Press(browsertest.Escape, "n")
	agent.Write("A regular, be generous.")
	agent.Press(browsertest.Enter)
	agent.Until("the note is there, and is one", `text(".line.note").includes("be generous")`)
	typingShown(agent, customer)
	customer.Says("It was a present!")
	agent.Until("the agent reads it at once", `text(".said").includes("a present")`)

	customer.Eval(`$("[data-visit] button").click()`)
	agent.Until("it goes on by text", `$("[data-limits]").dataset.channel === "sms" && text("[data-limits]").includes("chat is closed")`)
	agent.Write("We send you a new one today, ok?")
	agent.Until("parts are counted", `text("[data-count]").startsWith("1 text, 128 left")`)
	agent.EveryLook("talk")
	agent.Press(browsertest.Enter)
	customer.Until("it is on the phone", `text(".thread").includes("We send you a new one today")`)
	customer.Texts("yes, thank you")
	agent.Until("the text is in the transcript", `text(".said").includes("yes, thank you")`)
	if said := customer.Eval(`return said()`); strings.Contains(said, "generous") {
		t.Error("the customer sees a note")
	}

	agent.Press(browsertest.Escape, "d")
	agent.Eval(`$("#d-order_id").select()`)
	agent.Write("CD654321")
	agent.Shot("data")
	agent.Press(browsertest.Escape, "b")
	agent.Until("it says what goes along", `$("#return").open && text("#return").includes("order id")`)
	agent.Shot("return")
	agent.Press(browsertest.Enter)
	agent.Until("nothing is left", `text(".items").includes("Nothing waits here.")`)
	customer.Until("automation goes on by text", `text(".thread").includes("Does that help?")`)
	c, err := w.Engine.Conversation(t.Context(), w.First())
	if err != nil {
		t.Fatal(err)
	}
	if c.Data["order_id"] != "CD654321" || c.Handoff != nil {
		t.Errorf("the journey goes on with %v, %+v", c.Data, c.Handoff)
	}
	customer.Fine()
	agent.Fine()
}

// typingShown has the customer type until the agent sees it: how often that is told is bounded.
func typingShown(agent, customer *worldtest.Tab) {
	agent.T.Helper()
	for range 50 {
		customer.Eval(`const t = chat("textarea"); t.value = "It was"; t.dispatchEvent(new Event("input", {bubbles: true}))`)
		if strings.Contains(agent.Eval(`return text("[data-typing]")`), "is typing") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	agent.T.Error("the agent does not see that the customer is typing")
}

// TestInABrowserTwentyByKeyboard answers twenty conversations in a row without a mouse.
func TestInABrowserTwentyByKeyboard(t *testing.T) {
	const many = 20
	b := worldtest.OpenTab(t)
	w := newWorld(t)
	for i := range many {
		w.waits(fmt.Sprintf("visitor%02d", i))
	}
	b.Look("light", 1280, 900)
	sits(b, w, "Maya", "")
	b.Until("all are there", fmt.Sprintf(`document.querySelectorAll(".items .item").length === %d`, many))
	b.Shot("full")
	b.Until("the list has the focus", `document.activeElement.matches(".items .item")`)
	began := time.Now()
	b.Press(browsertest.Enter)
	for i := range many {
		b.Until("one is open", `$("[data-compose]")?.dataset.item === $(".items [aria-current]")?.dataset.item && $("[data-reply]")`)
		b.Press("r")
		b.Press("/", "h", "e", browsertest.Enter)
		b.Until("the ready reply is there", `$("[data-reply]").value.includes("this is Maya")`)
		b.Press(browsertest.Enter)
		b.Until("it is sent", `text(".said").includes("this is Maya") && $("[data-reply]").value === ""`)
		b.Press(browsertest.Escape, "e")
		b.Until("it asks how it went", `$("#resolve").open`)
		b.Press(browsertest.Enter)
		b.Until("it is gone", fmt.Sprintf(`document.querySelectorAll(".items .item").length === %d`, many-1-i))
		if i+1 < many {
			b.Until("the focus is in the list", `document.activeElement.matches(".items .item[aria-current]")`)
		}
	}
	took := time.Since(began)
	t.Logf("%d conversations in %v", many, took.Round(time.Millisecond))
	if took > many*2*time.Second {
		t.Errorf("it took %v", took)
	}
	b.Until("nothing is left", `text(".items").includes("Nothing waits here.")`)
	b.Fine()
}

// TestInABrowserTwoAgents has two agents at the same conversation.
func TestInABrowserTwoAgents(t *testing.T) {
	maya, noor := worldtest.OpenTab(t), worldtest.OpenTab(t)
	w := newWorld(t)
	it := w.waits("ada")
	w.waits("bob")
	maya.Look("light", 1280, 900)
	noor.Look("light", 1280, 900)
	sits(maya, w, "Maya", "?item="+it.ID)
	sits(noor, w, "Noor", "?item="+it.ID)
	maya.Press("c")
	maya.Until("the first has it", `text(".head .has") === "you have it"`)
	noor.Until("the second sees who has it", `text(".head .has") === "Maya has it" && text("[data-limits]").includes("Maya has it") && !$("[data-act=claim]")`)
	noor.Shot("second")
	noor.Press(browsertest.Escape, "n")
	noor.Write("I know her.")
	noor.Press(browsertest.Enter)
	maya.Until("the first reads the second's note", `text(".line.note").includes("I know her.")`)

	maya.Press(browsertest.Escape, "t")
	maya.Until("it asks to whom", `$("#transfer").open`)
	maya.Shot("transfer")
	maya.Press(browsertest.TabKey)
	maya.Write("Noor")
	maya.Press(browsertest.TabKey)
	maya.Write("Yours, then.")
	maya.Press(browsertest.TabKey, browsertest.Enter)
	maya.Until("the next one is open", `$("[data-inbox]").dataset.item !== "" && $("[data-inbox]").dataset.item !== `+fmt.Sprintf("%q", it.ID))
	noor.Until("the second is given it, with the reason", `text(".head .has").includes("you") && text(".said").includes("Yours, then.")`)
	noor.Fine()
	maya.Fine()
}

// TestInABrowserLooks takes pictures of what the other tests don't show.
func TestInABrowserLooks(t *testing.T) {
	b := worldtest.OpenTab(t)
	w := newWorld(t)
	w.waits("ada")
	w.waits("bob", "where is my order")
	late := w.waits("eve")
	w.act("Noor", "claim", late.ID)
	w.Pass(480) // seconds: a promise is about to break
	b.Look("light", 1280, 900)
	sits(b, w, "Maya", "")
	b.Until("a promise is about to break", `$(".late.soon") && $(".item.soon")`)
	b.EveryLook("list")
	b.Eval(`document.hasFocus = () => false; dispatchEvent(new Event("focus"))`)
	w.waits("new")
	b.Until("the title counts what came", `document.title.startsWith("(1) ")`)
	b.Eval(`dispatchEvent(new Event("focus"))`)
	b.Until("it is seen", `!document.title.startsWith("(")`)
	b.Eval(`$("[data-do=available]").click()`)
	b.Until("Maya takes nothing on", `text("[data-do=available]") === "Away"`)
	b.Press("?")
	b.Until("the keys are shown", `$("#help").open`)
	b.EveryLook("help")
	b.Press(browsertest.Escape)
	b.Until("the focus is where it was", `document.activeElement.matches(".items .item")`)
	b.Press(browsertest.Enter)
	b.Until("one is open", `$("[data-reply]")`)
	b.Press("r", "/")
	b.Until("ready replies are offered", `!$("[data-canned]").hidden`)
	b.Shot("canned")
	b.Press(browsertest.Escape)
	b.Look("light", 390, 844)
	b.Eval(`$("[data-do=details]").click()`)
	b.Shot("packet-390")
	b.Fits("packet")
	b.Look("light", 1720, 1000)
	b.Shot("wide")
	b.Eval(`localStorage.setItem("journey.agent", "Sam")`)
	b.Go(w.Server.URL + "/inbox/supervisor")
	b.Until("the supervisor sees who has what", `text("[data-part=items]").includes("Noor") && $("[data-reassign]")`)
	b.EveryLook("supervisor")
	b.Eval(`const f = [...document.querySelectorAll("[data-reassign]")].pop(); f.elements.to.value = "Maya"; f.requestSubmit()`)
	b.Until("it is given away", `text("[data-part=items]").includes("Maya")`)
	b.Go(w.Server.URL + "/")
	b.Until("the guide leads here", `text(".guide").includes("Ask for a person")`)
	b.EveryLook("home")
	b.Fine()
}

// TestInABrowserKeys tries the keys that the other tests don't press.
func TestInABrowserKeys(t *testing.T) {
	b := worldtest.OpenTab(t)
	w := newWorld(t)
	first, second := w.waits("ada"), w.waits("bob", "where is my order")
	w.Chat("eve", "qwertz uiop") // nothing takes it
	b.Look("light", 1280, 900)
	sits(b, w, "Maya", "")
	b.Until("the list has the focus", `document.activeElement.matches(".items .item")`)

	b.Press("j", "j", "j", "k", "k", browsertest.Enter)
	b.Until("j and k move, and Enter opens", fmt.Sprintf(`$("[data-inbox]").dataset.item === %q`, first.ID))
	b.Press("c")
	b.Until("c claims", `text(".head .has") === "you have it"`)
	b.Write("a draft")
	b.Press(browsertest.Escape, "j", browsertest.Enter)
	b.Until("the second is open", fmt.Sprintf(`$("[data-compose]").dataset.item === %q && $("[data-reply]").value === ""`, second.ID))
	b.Press("k", browsertest.Enter)
	b.Until("what was written is still there", `$("[data-reply]").value === "a draft"`)

	b.Press("g", "m")
	b.Until("g m goes to mine", `text(".places [aria-current]").includes("Mine") && document.querySelectorAll(".items .item").length === 1`)
	b.Press("l")
	b.Until("l releases", `text(".items").includes("You have none.")`)
	b.Press("g", "q")
	b.Until("g q goes to all", `document.querySelectorAll(".items .item").length === 3`)
	b.Press("/")
	b.Write("orders")
	b.Until("a search narrows it down", `document.querySelectorAll(".items .item").length === 1`)
	b.Press(browsertest.Escape)
	b.Until("Escape ends it", `document.querySelectorAll(".items .item").length === 3 && document.activeElement.matches(".items .item")`)

	b.Press("t")
	b.Until("t transfers", `$("#transfer").open`)
	b.Press(browsertest.TabKey, browsertest.TabKey)
	b.Write("To nobody.")
	b.Press(browsertest.TabKey, browsertest.Enter)
	b.Until("what is wrong is said, and nothing lost", `$("#transfer").open && text("#transfer [data-wrong]").includes("say to which queue") && $("#transfer textarea").value === "To nobody."`)
	b.Press(browsertest.Escape)

	b.Press("g", "u")
	b.Until("g u goes to what no journey took", `text(".places [aria-current]").includes("Unrouted") && document.querySelectorAll(".items .item").length === 1`)
	b.Press(browsertest.Enter)
	b.Until("it is there", `text(".said").includes("qwertz uiop") && !$("[data-do=return]")`)
	b.Press("r", "/", "o", "r", "d", "e", "r", browsertest.Enter)
	b.Until("what is missing is selected", `$("[data-reply]").value.slice($("[data-reply]").selectionStart, $("[data-reply]").selectionEnd) === "{{ order_id }}"`)
	b.Press(browsertest.Enter)
	b.Until("it does not go out so", `text("[data-alert]").includes("between the braces")`)
	b.Write("AB1")
	b.Chord(browsertest.Enter, browsertest.Ctrl|browsertest.Shift)
	b.Until("it is sent, and asks how it went", `text(".said").includes("Your order AB1 is on its way.") && $("#resolve").open`)
	b.Press(browsertest.Enter)
	b.Until("it is done with", `text(".places").includes("Unrouted") && text(".items").includes("Nothing waits here.")`)
	b.Fine("422") // the browser notes the answer to what was wrong on purpose
}
