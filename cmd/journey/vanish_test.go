package main

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"journey/engine/browsertest"
)

// An agent whose server is killed logs in again and goes on with what they have; who closes the browser gives it back. It runs beside no
// other test, as it is about real seconds.
func TestAgentVanishes(t *testing.T) {
	outside := newCarrier(t)
	s := newSite(t, outside, map[string]string{"help.yaml": help}, "queues: { help: { vanish: 12s } }\n")
	s.hire(t)
	c := s.start(t)
	s.customer(t, 0)
	s.must(t, "POST", "/v1/events", event("1", "help.wanted", customer(0), map[string]any{"id": "1", "priority": 1}))
	t.Run("who is there", func(inside *testing.T) { // the browser ends with it
		b := browsertest.Open(inside, `const $ = (s) => document.querySelector(s); const text = (s) => ($(s)?.innerText ?? "").trim();`)
		b.Look("light", 1280, 900)
		onRecord := func(what string, n int) {
			soon(t, fmt.Sprint(what, " ", n), func() bool { return bytes.Count(s.must(t, "GET", "/v1/audit", nil), []byte(what)) == n })
		}
		login := func(n int) {
			b.Until("it asks for a token", `document.activeElement.name === "token"`)
			b.Write(agentName(0))
			b.Press(browsertest.Enter)
			onRecord("session.started", n)
		}
		b.Go("http://" + s.address + "/login?next=/inbox")
		login(1)
		soon(t, "the inbox is open", func() bool { return bytes.Contains(s.must(t, "GET", "/v1/agents", nil), []byte(`"present":true`)) })
		b.Until("the list has the focus", `document.activeElement.matches(".items .item")`)
		b.Press(browsertest.Enter)
		b.Until("it is open", `$("[data-reply]")`)
		b.Press("c")
		b.Until("the agent has it", `text(".head .has") === "you have it"`)
		onRecord("transcript.read", 1)
		c.kill()
		b.Until("the page says so", `text("[data-pulse]") === "reconnecting"`)
		c = s.start(t)
		time.Sleep(5 * time.Second) // the page tries again, and leads to the login
		login(2)
		onRecord("transcript.read", 2) // which leads back to where the agent was
		time.Sleep(13 * time.Second)   // it would be given back in the meantime
		b.Until("the agent has it still", `text(".head .has") === "you have it"`)
		b.Press("r")
		b.Write("Here I am again.")
		b.Press(browsertest.Enter)
		soon(t, "the customer is answered", func() bool {
			said := outside.all()
			return len(said) == 1 && said[0].Body == "Here I am again."
		})
	})
	if has := s.handoffs(t, "claimed"); len(has) != 1 || has[0].By != agentName(0) {
		t.Errorf("as the browser is closed: %+v", has)
	}
	soon(t, "it is given back", func() bool { return len(s.handoffs(t, "waiting")) == 1 })
	if err := c.stop(); err != nil {
		t.Error(fmt.Errorf("the server did not stop as it should: %w\n%s", err, c.said))
	}
	s.check(t)
}
