package inbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/server/worldtest"
)

// byText has a customer of the orders queue whose page is closed, who agreed to texts and lives in a zone.
func (w *world) byText(visitor, zone string, edit func(c *machine.Contact)) (item string) {
	w.T.Helper()
	it := w.waits(visitor, "where is my order")
	w.Do(runtime.Work{To: runtime.To{Contact: visitor}, Event: &machine.Event{Type: "chat.left"}, Edit: func(c *machine.Contact) error {
		c.Phone, c.Timezone = "+14155550199", zone
		c.Ledger = c.Ledger.Give(policy.Consent{Channel: policy.SMS, Purpose: policy.Transactional, Source: "test", At: worldtest.Begin})
		if edit != nil {
			edit(c)
		}
		return nil
	}})
	return it.ID
}

func TestQuietHoursHoldAReplyUnlessOverridden(t *testing.T) {
	w := newWorld(t)
	id := w.byText("ada", "Asia/Tokyo", nil) // where it is four in the morning
	_, body, _ := w.Get("/inbox?agent=Maya&item=" + url.QueryEscape(id))
	if !strings.Contains(body, "quiet time for the customer") || !strings.Contains(body, `name="urgent"`) {
		t.Fatal("the page does not warn of the quiet hours")
	}
	status, said := w.act("Maya", "reply", id, "text", "It comes tomorrow.")
	if status != http.StatusOK || !strings.Contains(said, "goes out when the customer's quiet hours are over") {
		t.Error("a reply in quiet hours:", status, said)
	}
	_, body, _ = w.Get("/inbox?agent=Maya&item=" + url.QueryEscape(id))
	if !strings.Contains(body, "It comes tomorrow.") || !strings.Contains(body, "goes out <time") {
		t.Error("the page does not show what is held")
	}
	if status, said := w.act("Maya", "reply", id, "text", "It comes today!", "urgent", "1"); status != http.StatusNoContent {
		t.Error("an override:", status, said)
	}
	w.Rest()
	if texts := w.Sandbox.List("+14155550199"); len(texts) == 0 || !strings.Contains(texts[len(texts)-1].Text, "It comes today!") {
		t.Errorf("the phone has %v", texts)
	}
}

// What has used up the customer's texts for today is no reason to leave them alone, where the agent says so.
func TestALimitStopsAReplyUnlessOverridden(t *testing.T) {
	w := newWorld(t)
	id := w.byText("ada", "America/Los_Angeles", func(c *machine.Contact) {
		c.Sent = []policy.Sent{{Channel: policy.SMS, At: worldtest.Begin}, {Channel: policy.SMS, At: worldtest.Begin}}
	})
	_, body, _ := w.Get("/inbox?agent=Maya&item=" + url.QueryEscape(id))
	if !strings.Contains(body, "as many texts as may be sent for now") || !strings.Contains(body, `name="urgent"`) {
		t.Error("the page does not say why nothing can be sent, or that it can be all the same")
	}
	if status, said := w.act("Maya", "reply", id, "text", "Hello?"); status != http.StatusUnprocessableEntity || !strings.Contains(said, "as many texts") {
		t.Error(status, said)
	}
	if status, said := w.act("Maya", "reply", id, "text", "Hello!", "urgent", "1"); status != http.StatusNoContent {
		t.Error(status, said)
	}
	if _, body, _ = w.Get("/inbox?agent=Noor&item=" + url.QueryEscape(id)); strings.Contains(body, `name="urgent"`) {
		t.Error("who does not have it may override")
	}
}

// Customers wait: who takes more than they are given is told so, and not stopped.
func TestMoreThanTheCapacity(t *testing.T) {
	w := newWorld(t)
	for i, said := range []string{"", "You have 2 conversations now, more than the 1 that you are given at once."} {
		if _, got := w.act("Eve", "claim", w.waits([]string{"ada", "bob"}[i]).ID); got != said {
			t.Errorf("it says %q, want %q", got, said)
		}
	}
}

// What colleagues have comes after all that is still to be taken.
func TestWhatColleaguesHaveComesLast(t *testing.T) {
	w := newWorld(t)
	first, second := w.waits("ada"), w.waits("bob")
	w.act("Noor", "claim", first.ID)
	_, body, _ := w.Get("/inbox?agent=Maya")
	if a, b := strings.Index(body, `data-key="`+first.ID), strings.Index(body, `data-key="`+second.ID); a < b || b < 0 {
		t.Errorf("what Noor has is at %d, what waits at %d", a, b)
	}
}

func TestAnOptOutStopsAReply(t *testing.T) {
	w := newWorld(t)
	id := w.byText("ada", "America/Los_Angeles", func(c *machine.Contact) { c.Ledger = c.Ledger.OptOut(policy.SMS, worldtest.Begin, "STOP") })
	_, body, _ := w.Get("/inbox?agent=Maya&item=" + url.QueryEscape(id))
	if !strings.Contains(body, "the customer has stopped texts") || !strings.Contains(body, `class="stop"`) {
		t.Error("the page does not say why nothing can be sent")
	}
	if status, said := w.act("Maya", "reply", id, "text", "Hello?"); status != http.StatusUnprocessableEntity || !strings.HasPrefix(said, "It was not sent: ") {
		t.Error(status, said)
	}
}

// TestInABrowserSegments holds the script's count against the policy's.
func TestInABrowserSegments(t *testing.T) {
	b := worldtest.OpenTab(t)
	w := newWorld(t)
	b.Go(w.Server.URL + "/inbox")
	b.Until("the script is there", `typeof segments === "function"`)
	texts := []string{"", "a", strings.Repeat("a", 160), strings.Repeat("a", 161), strings.Repeat("a", 153*3), strings.Repeat("a", 153*3+1),
		"€", strings.Repeat("€", 80), strings.Repeat("€", 81), strings.Repeat("a", 152) + "€" + strings.Repeat("a", 10), "ç", "Ç", "`", "’", "\t", "\n\r\f",
		strings.Repeat("б", 70), strings.Repeat("б", 71), strings.Repeat("б", 66) + "🙂🙂", strings.Repeat("🙂", 35), strings.Repeat("🙂", 36), "e\u0301",
		"Ada wrote [this] {once} ~ twice | \\ ^", strings.Repeat("ñ@£¥", 41)}
	for r := rune(1); r < 0x3000; r++ {
		if r < 0x250 || r > 0x390 && r < 0x3b0 || r > 0x2000 && r < 0x20b0 {
			texts = append(texts, strings.Repeat(string(r), 71))
		}
	}
	for _, text := range texts {
		n, ucs2 := policy.Segments(text)
		want := fmt.Sprint(n, ucs2)
		if got := b.Eval(fmt.Sprintf(`const s = segments(%s); return s.n + " " + s.ucs2`, quoted(text))); got != want {
			t.Errorf("%q: the script says %s, the policy %s", text, got, want)
		}
	}
}

// quoted writes a text as a script reads it.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		fmt.Fprintf(&b, `\u{%x}`, r)
	}
	return b.String() + `"`
}
