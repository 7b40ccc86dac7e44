package pages_test

import (
	"testing"
	"time"

	"journey/engine/server/worldtest"
)

func TestInABrowserFromChatToTextAndBack(t *testing.T) {
	b := worldtest.OpenTab(t)
	w := newWorld(t)
	b.Look("light", 1280, 900)
	b.Go(w.Server.URL + "/")
	b.Until("the live view is live", `text("[data-pulse]") === "live"`)
	b.Shot("home-empty")
	b.Until("the chat is there", `chat(".launcher")`)
	b.Eval(`chat(".launcher").click()`)
	b.Says("where is my order")
	b.Until("the chat asks for the number", `said().includes("What is your order number?")`)
	b.Until("the decision is told", `text("[data-steps]").includes("the message means order_status")`)
	b.Says("AB123456")
	b.Until("it offers texts", `said().includes("Shall we text you")`)
	b.Says("Yes, text me")
	b.Until("it asks for the phone", `said().includes("To which mobile number?")`)
	b.Says("+1 415 555 0101")
	b.Until("it asks whether that helps", `said().includes("Does that help?")`)
	b.Shot("home-chat")

	b.Eval(`$("[data-visit] button").click()`)
	b.Until("the site is closed", `!site() && text("[data-visit]").includes("Open the site again")`)
	b.Until("the talk goes on by text", `text(".thread").includes("we lost you on the site")`)
	b.Until("the text has arrived", `$(".thread .tick.delivered")`)
	b.Texts("No, I need more")
	b.Until("the phone shows both", `$(".thread .mine") && text(".thread").includes("bringing in a colleague")`)
	b.Until("the handoff is told", `text("[data-steps]").includes("hands over to the queue orders")`)

	b.Eval(`$("[data-visit] button").click()`)
	b.Until("the site is open again", `chat(".launcher")`)
	b.Eval(`if (chat(".panel").hidden) chat(".launcher").click()`)
	b.Until("the chat has what was said by text", `said().includes("we lost you on the site") && said().includes("bringing in a colleague")`)
	b.EveryLook("home")

	b.Go(w.Server.URL + "/conversations/" + w.First())
	b.Until("the transcript is there", `text(".rows").includes("where is my order")`)
	b.EveryLook("conversation")
	for name, path := range map[string]string{"conversations": "/conversations", "journeys": "/journeys", "journey": "/journeys/order-status"} {
		b.Go(w.Server.URL + path)
		b.EveryLook(name)
	}
	b.Fine()
}

func TestInABrowserEventsSwitchesAndErrors(t *testing.T) {
	b := worldtest.OpenTab(t)
	w := newWorld(t)
	b.Look("light", 1280, 900)
	b.Go(w.Server.URL + "/")
	b.Until("the live view is live", `text("[data-pulse]") === "live"`)
	b.Eval(`$('.send button[value="order.delayed"]').click()`)
	b.Until("the customer hears of it", `text(".thread").includes("Order AB123456 is on its way")`)
	b.Until("it is told why", `text("[data-steps]").includes("Order delayed (order.delayed)")`)

	b.Eval(`const f = $(".send"); f.elements["data.order.delayed"].value = "{"; f.querySelector('button[value="order.delayed"]').click()`)
	b.Until("what is wrong is said", `text(".alert").includes("The data is no JSON") && !$(".alert").hidden`)

	b.Eval(`const r = $('.switch input[value="refuses"]'); r.click()`)
	for range 200 {
		if w.Sandbox.Switched("sms").Refuse {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !w.Sandbox.Switched("sms").Refuse {
		t.Error("the switch does nothing")
	}
	b.Fine("422") // the browser notes the answer to what was wrong on purpose
}
